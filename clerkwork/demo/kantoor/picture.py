"""A word as a picture that a person can read, and no robot should."""

from __future__ import annotations

import base64
import io
import random
import secrets

from PIL import Image, ImageDraw

__all__ = ["drawn"]

_SIZE = (220, 64)


def drawn(word: str) -> str:
    """The word, askew and struck through, as a data: address of a PNG."""
    chance = random.Random(secrets.randbits(64))  # noqa: S311 - only for how it looks
    picture = Image.new("L", _SIZE, 235)
    for at, letter in enumerate(word):
        tile = Image.new("L", (44, 44), 235)
        ImageDraw.Draw(tile).text((8, 2), letter, fill=30, font_size=32)
        turned = tile.rotate(chance.uniform(-28, 28), fillcolor=235)
        picture.paste(turned, (8 + 40 * at, chance.randint(4, 16)))
    pen = ImageDraw.Draw(picture)
    for _ in range(6):
        ends = [(0, chance.randrange(_SIZE[1])), (_SIZE[0], chance.randrange(_SIZE[1]))]
        pen.line(ends, fill=chance.randint(60, 150), width=2)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"

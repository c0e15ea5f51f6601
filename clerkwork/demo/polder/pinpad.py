"""The PIN pad: ten pictures of digits, drawn and shuffled anew for each visit."""

from __future__ import annotations

import io
import random
import secrets
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

__all__ = ["PinPad", "make_pinpad"]

WIDTH, HEIGHT = 56, 44
FINE = 4


@dataclass(frozen=True, slots=True)
class PinPad:
    """`digits` and `pictures` (PNG) by the opaque name of their button, in the order shown."""

    digits: dict[str, str]
    pictures: dict[str, bytes]

    def typed(self, names: list[str]) -> str:
        """The digits behind the buttons; a name of another pad counts as no digit at all."""
        return "".join(self.digits.get(name, "?") for name in names)


def make_pinpad(rng: random.Random | None = None) -> PinPad:
    """Ten digits in a random order under random names; `rng` is for tests."""
    chance = rng or random.Random(secrets.randbits(64))  # noqa: S311
    order = chance.sample("0123456789", 10)
    names = [f"k{chance.getrandbits(48):012x}" for _ in order]
    digits = dict(zip(names, order, strict=True))
    return PinPad(digits, {name: _picture(chance, digit) for name, digit in digits.items()})


def _picture(rng: random.Random, digit: str) -> bytes:
    """Dark on pale, a little turned, larger or bolder, over specks."""
    paper = tuple(rng.randrange(236, 250) for _ in range(3))
    ink = (rng.randrange(10, 60), rng.randrange(20, 70), rng.randrange(60, 120))
    image = Image.new("RGB", (WIDTH, HEIGHT), paper)
    _specks(rng, ImageDraw.Draw(image), paper)
    image.paste(ink, (0, 0), _shape(rng, digit))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _shape(rng: random.Random, digit: str) -> Image.Image:
    """The digit as a mask, drawn four times as large so that turning it leaves clean edges."""
    width, height = WIDTH * FINE, HEIGHT * FINE
    shape = Image.new("L", (width, height), 0)
    font = ImageFont.load_default(rng.randrange(17 * FINE, 19 * FINE))
    place = (width / 2 + rng.uniform(-12, 12), height / 2 + rng.uniform(-12, 12))
    stroke = rng.choice((0.8, 1.2, 1.6))
    pen = ImageDraw.Draw(shape)
    pen.text(place, digit, fill=255, font=font, anchor="mm", stroke_width=stroke)
    turned = shape.rotate(rng.uniform(-3, 3), Image.Resampling.BICUBIC)
    return turned.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _specks(rng: random.Random, pen: ImageDraw.ImageDraw, paper: tuple[int, ...]) -> None:
    pale = tuple(value - 14 for value in paper)
    for _ in range(30):
        pen.point((rng.randrange(WIDTH), rng.randrange(HEIGHT)), fill=pale)

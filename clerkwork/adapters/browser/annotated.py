"""A picture of a page with a box and a name around each thing that selectors found there."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Box", "annotated"]

_COLOURS = {"found": (0, 110, 40), "healed": (190, 110, 0)}
_OTHERWISE = (200, 0, 0)
_MOST = 200
"""Boxes in a picture; a table of more rows is shown by its first ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a thing is, in pixels of the picture, and how it was found."""

    name: str
    status: str
    left: float
    top: float
    width: float
    height: float


def annotated(image: bytes, boxes: Sequence[Box]) -> bytes:
    """The picture (JPEG) with its boxes; what lies outside it is left out."""
    from PIL import Image, ImageDraw, ImageFont

    with Image.open(io.BytesIO(image)) as opened:
        drawn = opened.convert("RGB")
    draw = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(size=11)
    named: set[str] = set()
    for box in boxes[:_MOST]:
        right, bottom = box.left + box.width, box.top + box.height
        if right <= 0 or bottom <= 0 or box.left >= drawn.width or box.top >= drawn.height:
            continue
        colour = _COLOURS.get(box.status, _OTHERWISE)
        draw.rectangle((box.left - 2, box.top - 2, right + 2, bottom + 2), outline=colour, width=2)
        if box.name in named:
            continue
        named.add(box.name)
        # The default font knows few letters; names of selectors need no more.
        words = box.name.encode("ascii", "replace").decode()
        at = (max(box.left - 2, 0), max(box.top - 16, 0))
        draw.rectangle(draw.textbbox(at, words, font=font), fill=colour)
        draw.text(at, words, fill=(255, 255, 255), font=font)
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=80)
    return out.getvalue()

"""A picture of a page with a number at each thing that was found, and the names beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Box", "annotated"]

_COLOURS = {"found": (0, 110, 40), "healed": (190, 110, 0)}
_OTHERWISE = (200, 0, 0)
_PAPER, _INK = (255, 255, 255), (40, 40, 40)
_SIZE = 11
_LINE = 18
_MARGIN = 8
_MOST = 200
"""Boxes in a picture."""

Place = tuple[int, int, int, int]


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
    """The picture (JPEG) with its boxes numbered, and to its right what each number names.

    What lies outside the picture is left out. A number stands where it covers least.
    """
    from PIL import Image, ImageDraw, ImageFont

    with Image.open(io.BytesIO(image)) as opened:
        page = opened.convert("RGB")
    font = ImageFont.load_default(size=_SIZE)
    shown = [box for box in boxes[:_MOST] if _is_seen(box, page)]
    numbers = {name: n for n, name in enumerate(dict.fromkeys(b.name for b in shown), start=1)}
    grey = page.convert("L")
    drawn = page.copy()
    draw = ImageDraw.Draw(drawn)
    for box in shown:
        draw.rectangle(_edge(box), outline=_colour(box), width=2)
    taken: list[Place] = []
    for name, number in numbers.items():
        box = next(each for each in shown if each.name == name)
        words = str(number)
        width = int(draw.textlength(words, font=font)) + 5
        at = _quietest(grey, box, width, taken)
        taken.append(at)
        draw.rectangle(at, fill=_colour(box))
        draw.text((at[0] + 3, at[1] + 1), words, fill=_PAPER, font=font)
    # The default font knows few letters; names of selectors need no more.
    lines = [(f"{n}  {_plain(name)}", _colour_of(name, shown)) for name, n in numbers.items()]
    whole = _beside(drawn, lines, max((draw.textlength(t, font=font) for t, _ in lines), default=0))
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=80)
    return out.getvalue()


def _is_seen(box: Box, page: Image.Image) -> bool:
    right, bottom = box.left + box.width, box.top + box.height
    return right > 0 and bottom > 0 and box.left < page.width and box.top < page.height


def _edge(box: Box) -> tuple[float, float, float, float]:
    return (box.left - 2, box.top - 2, box.left + box.width + 2, box.top + box.height + 2)


def _quietest(page: Image.Image, box: Box, width: int, taken: Sequence[Place]) -> Place:
    """Where at its box a number covers least of what is written, and no other number."""
    places = [
        at
        for at in _around(box, width)
        if at[0] >= 0 and at[1] >= 0 and at[2] < page.width and at[3] < page.height
    ]
    free = [at for at in places if not any(_overlap(at, other) for other in taken)]
    return min(free or places or [(0, 0, width, _SIZE + 4)], key=lambda at: _written(page, at))


def _around(box: Box, width: int) -> Iterator[Place]:
    """Left of its box, right of it, above it, below it."""
    height = _SIZE + 4
    left, top, right, bottom = (round(each) for each in _edge(box))
    middle = (top + bottom - height) // 2
    tops = dict.fromkeys((middle, top, bottom - height)) if bottom - top < 400 else (top, top + 20)
    for y in tops:
        yield left - width - 1, y, left - 1, y + height
        yield right + 1, y, right + width + 1, y + height
    for x in dict.fromkeys((left, (left + right - width) // 2, right - width)):
        yield x, top - height - 1, x + width, top - 1
        yield x, bottom + 1, x + width, bottom + height + 1


def _overlap(one: Place, other: Place) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _written(page: Image.Image, at: Place) -> float:
    """How much stands there: 0 for one colour."""
    from PIL import ImageStat

    return float(ImageStat.Stat(page.crop(at)).stddev[0])


def _beside(
    page: Image.Image, lines: Sequence[tuple[str, tuple[int, int, int]]], width: float
) -> Image.Image:
    from PIL import Image, ImageDraw, ImageFont

    height = max(page.height, len(lines) * _LINE + 2 * _MARGIN)
    whole = Image.new("RGB", (page.width + int(width) + 3 * _MARGIN, height), _PAPER)
    whole.paste(page, (0, 0))
    draw = ImageDraw.Draw(whole)
    draw.line((page.width, 0, page.width, height), fill=_INK)
    font = ImageFont.load_default(size=_SIZE)
    for row, (words, colour) in enumerate(lines):
        at = (page.width + _MARGIN, _MARGIN + row * _LINE)
        draw.text(at, words, fill=colour, font=font)
    return whole


def _plain(name: str) -> str:
    return name.encode("ascii", "replace").decode()


def _colour(box: Box) -> tuple[int, int, int]:
    return _COLOURS.get(box.status, _OTHERWISE)


def _colour_of(name: str, boxes: Sequence[Box]) -> tuple[int, int, int]:
    return _colour(next(box for box in boxes if box.name == name))

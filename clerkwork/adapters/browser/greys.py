"""Looks at a picture whether what covers the page is where it belongs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

__all__ = ["is_covered"]

_GREY, _NEAR = 140, 8
"""Brightness of what covers, and how far that of a picture may be from it."""
_BLOCK = 8
"""Pixels of a side of what a JPEG holds one mean of, which is read without the rest."""


def is_covered(image: bytes, boxes: Iterable[Sequence[float]], width: float) -> bool:
    """Whether all that lies within the boxes is grey.

    Boxes are left, top, right and bottom in pixels of a view that is `width` wide. What is so
    small that no whole block lies in it is not looked at. Reads an eighth of the picture.
    """
    kept = list(boxes)
    if not kept or width <= 0:
        return True
    from PIL import Image

    with Image.open(io.BytesIO(image)) as picture:
        scale = picture.width / width
        picture.draft("L", (picture.width // _BLOCK, picture.height // _BLOCK))
        small = picture.convert("L")
    for left, top, right, bottom in kept:
        first = [-int(-edge * scale // _BLOCK) for edge in (left, top)]
        last = [int(edge * scale // _BLOCK) for edge in (right, bottom)]
        last = [min(end, side) for end, side in zip(last, small.size, strict=True)]
        if first[0] >= last[0] or first[1] >= last[1]:
            continue
        darkest, brightest = small.crop((first[0], first[1], last[0], last[1])).getextrema()
        if not isinstance(darkest, (int, float)) or not isinstance(brightest, (int, float)):
            return False
        if darkest < _GREY - _NEAR or brightest > _GREY + _NEAR:
            return False
    return True

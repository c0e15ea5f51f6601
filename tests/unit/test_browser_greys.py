"""A picture that shows what should be covered is told from one that does not."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from clerkwork.adapters.browser.greys import is_covered

GREY = (140, 140, 140)
BOXES = [(37, 41, 200, 63), (300, 200, 341, 219)]


def shot(*covered: tuple[int, int, int, int], scale: int = 1) -> bytes:
    """A page full of words, with grey over these boxes."""
    page = Image.new("RGB", (640 * scale, 400 * scale), "white")
    draw = ImageDraw.Draw(page)
    for row in range(0, 400 * scale, 12):
        draw.text((0, row), "NL91 ABNA 0417 1643 00 jan.jansen " * 8, fill="black")
    for left, top, right, bottom in covered:
        box = [left * scale, top * scale, right * scale - 1, bottom * scale - 1]
        draw.rectangle(box, fill=GREY)
    kept = io.BytesIO()
    page.save(kept, "jpeg", quality=60)
    return kept.getvalue()


@pytest.mark.parametrize("scale", [1, 2])
def test_what_is_covered_is_grey(scale: int) -> None:
    assert is_covered(shot(*BOXES, scale=scale), BOXES, 640)


@pytest.mark.parametrize("away", [(60, 0), (0, 16), (-60, 0)])
def test_a_cover_that_lies_beside_what_it_should_cover_is_told(away: tuple[int, int]) -> None:
    dx, dy = away
    moved = [(left + dx, top + dy, right + dx, bottom + dy) for left, top, right, bottom in BOXES]
    assert not is_covered(shot(*moved), BOXES, 640)
    assert not is_covered(shot(BOXES[0]), BOXES, 640), "one of them is bare"


def test_nothing_is_asked_of_a_page_without_covers_or_of_what_is_too_small() -> None:
    assert is_covered(b"no picture", [], 640)
    assert is_covered(shot(), [(10, 10, 16, 14)], 640)
    assert is_covered(shot(), [(630, 390, 900, 900)], 0)

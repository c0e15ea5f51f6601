"""Bars on one scale: as long as what they count, whichever side of nothing it is on."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from clerkwork.adapters.report.bars import Bar, drawn

SVG = "{http://www.w3.org/2000/svg}"
RED, BLUE = "#f00000", "#0000f0"


def bar(*parts: tuple[float, str], name: str = "not due") -> Bar:
    return Bar(name=name, parts=parts, told="€ 1")


def rectangles(bars: Sequence[Bar]) -> list[tuple[str, float, float]]:
    """Colour, left edge and width of each, in the order they are drawn."""
    return [
        (one.attrib["fill"], float(one.attrib["x"]), float(one.attrib["width"]))
        for one in ET.fromstring(drawn(bars)).iter(f"{SVG}rect")
    ]


def test_a_bar_is_as_long_as_what_it_counts() -> None:
    (_, first, whole), (_, second, half), (_, third, none) = rectangles(
        [bar((200.0, RED)), bar((100.0, RED)), bar((0.0, RED))]
    )
    assert first == second == third
    assert whole == pytest.approx(2 * half, abs=0.2)
    assert whole > 250
    assert none == 0


def test_parts_follow_each_other() -> None:
    (red, at, width), (blue, after, _) = rectangles([bar((3.0, RED), (1.0, BLUE))])
    assert (red, blue) == (RED, BLUE)
    assert after == pytest.approx(at + width, abs=0.2)


def test_what_is_below_zero_goes_to_the_left_and_all_stays_inside() -> None:
    bars = [bar((300.0, RED)), bar((-100.0, BLUE))]
    (_, zero, up), (_, left, down) = rectangles(bars)
    assert left + down == pytest.approx(zero, abs=0.2)
    assert up == pytest.approx(3 * down, abs=0.3)
    assert left > 0
    assert zero + up < float(ET.fromstring(drawn(bars)).attrib["width"])


@pytest.mark.parametrize("bars", [[], [bar()], [bar((0.0, RED))]])
def test_nothing_at_all_is_drawn_without_an_error(bars: list[Bar]) -> None:
    assert all(width == 0 for _, _, width in rectangles(bars))


def test_a_long_label_is_cut_and_any_text_is_only_text() -> None:
    texts = [
        "".join(one.itertext())
        for one in ET.fromstring(drawn([bar((1.0, RED), name="<b>" + "x" * 90)])).iter(f"{SVG}text")
    ]
    assert texts[0].startswith("<b>xxx")
    assert texts[0].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert len(texts[0]) < 40
    assert texts[1] == "€ 1"

"""How many pictures there are of one form, or of one table of many pages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_portal import HostilePortal, Reply, a_portal

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.core.pictures import PictureRules
from clerkwork.core.portals import Portal
from clerkwork.core.selectors import parse_selectors
from clerkwork.ports import Screen
from clerkwork.testing import FixedClock

SELECTORS = """
[form]
word = "css=#word"

[items]
rows = "css=#items tbody tr"
next = "css=#next"
columns = { number = "Number", open = "Open" }
"""
PAGES = 4


@pytest.fixture(scope="module")
def site() -> Iterator[HostilePortal]:
    with a_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def screen(site: HostilePortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    folder: Path = tmp_path_factory.mktemp("downloads")
    opened = open_browser(
        selectors={"acme": parse_selectors(tomllib.loads(SELECTORS), "selectors/acme.toml")},
        clock=FixedClock(),
        downloads=folder,
        executable=find_browser(),
        pictures=PictureRules(longest_table=2),
    )
    yield opened.open(Portal(name="acme", address=site.address, patience=4))
    opened.close()


def page(number: int) -> Reply:
    more = f"<a id=next href='/{number + 1}'>next</a>" if number < PAGES else ""
    row = f"<tr><td>2026-000{number}</td><td>{number},00</td></tr>"
    head = "<thead><tr><th>Number</th><th>Open</th></tr></thead>"
    return Reply(f"<table id=items>{head}<tbody>{row}</tbody></table>{more}")


def test_no_more_parts_of_a_form_are_taken_than_are_wanted(
    site: HostilePortal, screen: Screen
) -> None:
    site.routes["/form"] = lambda _: Reply("<form style='height: 9000px'><input id=word></form>")
    screen.open("form")
    screen.drain()
    screen.fill("form.word", "CW-1")
    screen.picture("form filled")
    pictures = screen.drain().pictures
    assert [one.label for one in pictures] == [
        "form filled, part 1 of 5",
        "form filled, part 2 of 5",
        "form filled, the rest",
        "form filled, the rest",
    ]
    assert [bool(one.gap) for one in pictures] == [False, False, True, True]
    assert pictures[2].gap.startswith("3 more parts of it are not taken")


def test_no_more_pages_of_a_table_are_shown_than_are_wanted(
    site: HostilePortal, screen: Screen
) -> None:
    for number in range(1, PAGES + 1):
        site.routes[f"/{number}"] = lambda _, number=number: page(number)  # type: ignore[misc]
    screen.open("1")
    screen.drain()
    assert [row.text("number") for row in screen.rows("items")] == [
        f"2026-000{number}" for number in range(1, PAGES + 1)
    ], "all of it is read"
    pictures = screen.drain().pictures
    assert [(one.label, bool(one.gap)) for one in pictures] == [
        ("items, page 1", False),
        ("items, page 2", False),
        ("items, page 3 and all behind it", True),
    ]

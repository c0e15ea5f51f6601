"""A recorded table knows the portal's own total, and does not take its row for data."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from browser_desk import a_browser
from hostile_portal import HostilePortal, Reply

from clerkwork.adapters.browser.recorder import record_by_hand
from clerkwork.core.portals import Portal
from clerkwork.errors import ControlTotalError
from clerkwork.workspace.recorded import robot_texts

pytest_plugins = ["hostile_fixtures"]

HEAD = "<tr><th>Stuknr<th>Debiteur<th>Totaal<th>Saldo</tr>"
ITEMS = (
    "<tr><td>A1<td>Bakker<td>121,00<td>1.000,00</tr>"
    "<tr><td>A2<td>Total Energies<td>50,00<td>-20,50</tr>"
    "<tr><td>A3<td>Smit<td>9,00<td>7,00</tr>"
)
NEXT = '<a href="#">Volgende</a>'
TYPED = "<tr><td>A4<td>Total Energies<td>180,00<td>986,50</tr>"


def table(last: str, foot: str = "") -> str:
    return f"<table id=lijst><tbody>{HEAD}{ITEMS}{last}</tbody>{foot}</table>"


def recorded(site: HostilePortal, page: str) -> tuple[str, str]:
    """The robot and its selectors after a person marked the table."""
    site.routes["/"] = lambda _: Reply(page)
    portal = Portal(name="hostile", address=site.address, patience=4)

    def hand(page: object) -> None:
        from playwright.sync_api import Page

        assert isinstance(page, Page)
        page.get_by_text("A1").click(modifiers=["Alt"])

    texts, _ = robot_texts("hostile", record_by_hand(portal, shown=False, hand=hand), {})
    return texts["robots/hostile.py"], texts["selectors/hostile.toml"]


def numbers(site: HostilePortal, selectors: str, folder: Path) -> list[str]:
    """What is read by them, tied to the total that they declare."""
    (section,) = tomllib.loads(selectors)
    with a_browser(folder, selectors) as browser:
        screen = browser.open(Portal(name="hostile", address=site.address, patience=4))
        read = [row.text("stuknr") for row in screen.rows(section)]
        screen.close()
    return read


@pytest.mark.parametrize(
    "page",
    [
        table("", "<tfoot><tr><td colspan=3>Samen<td>986,50</tr></tfoot>"),
        table("<tr><td colspan=3>Totaal openstaand<td>986,50</tr>"),
        table("<tr><td>Summe<td><td><td>986,50</tr>"),
        table("<tr><td>TOTAL<td><td>180,00<td>986,50</tr>"),
        table("<tr><td colspan=3>Alles bij elkaar<td>986,50</tr>"),
    ],
    ids=["at the foot", "over columns", "by its word", "of two columns", "by its sum"],
)
def test_the_row_of_the_total_is_declared_and_left_out(
    site: HostilePortal, tmp_path: Path, page: str
) -> None:
    robot, selectors = recorded(site, page)

    (section,) = tomllib.loads(selectors).values()
    assert section["total_of"] == "saldo"
    assert "No total of this table" not in selectors
    assert 'decimal = ","' in robot
    assert numbers(site, selectors, tmp_path) == ["A1", "A2", "A3"]

    site.routes["/"] = lambda _: Reply(page.replace("<td>7,00", "<td>8,00"))
    with pytest.raises(ControlTotalError, match=r"own total is 986\.50"):
        numbers(site, selectors, tmp_path)


@pytest.mark.parametrize(
    ("page", "read"),
    [
        (table(""), ["A1", "A2", "A3"]),
        (table(TYPED), ["A1", "A2", "A3", "A4"]),
        (table("<tr><td>Totaal<td><td><td>900,00</tr>"), ["A1", "A2", "A3"]),
        (table("<tr><td>Totaal<td><td><td>986,50</tr>") + NEXT, ["A1", "A2", "A3"]),
    ],
    ids=["none", "a debtor called so", "of something else", "of one page of several"],
)
def test_what_is_no_total_of_the_whole_is_asked_for(
    site: HostilePortal, tmp_path: Path, page: str, read: list[str]
) -> None:
    _, selectors = recorded(site, page)

    assert "# No total of this table was seen when it was recorded." in selectors
    (section,) = tomllib.loads(selectors).values()
    assert not {"total", "total_of"} & set(section)
    without_next = "".join(
        line for line in selectors.splitlines(True) if not line.startswith("next")
    )
    assert numbers(site, without_next, tmp_path) == read


def test_a_total_of_all_pages_is_taken_by_its_words(site: HostilePortal, tmp_path: Path) -> None:
    page = table("<tr><td>Totaal<td><td><td>5.000,00</tr>") + NEXT

    _, selectors = recorded(site, page)

    (section,) = tomllib.loads(selectors).values()
    assert (section["total_of"], section["skip"]) == ("saldo", "text=Totaal")

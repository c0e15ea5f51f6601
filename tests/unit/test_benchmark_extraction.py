"""The parts of the benchmark of extraction that reckon: its portal, its values, its figures."""

from __future__ import annotations

import re
import sys
from datetime import date

import pytest

from benchmarks._extraction_memory import Sample, kind, memory_of
from benchmarks._extraction_portal import COLUMNS, ROWS_A_PAGE, checksum, page
from benchmarks._extraction_script import Item, typed
from benchmarks.extraction import Long, Took, Turn, figures

CELL = re.compile(r"<td[^>]*>([^<]*)</td>")


def items_of(html: str) -> list[Item]:
    cells = CELL.findall(html)
    width = len(COLUMNS)
    return [typed(cells[at : at + width]) for at in range(0, len(cells), width)]


def test_the_pages_hold_what_the_portal_says_they_hold() -> None:
    pages = [page(number, 3) for number in (1, 2, 3)]
    items = [item for html in pages for item in items_of(html)]
    wanted = checksum(3)
    assert len(items) == wanted.rows == 3 * ROWS_A_PAGE
    assert sum(item.open for item in items) == wanted.open
    assert sum(item.due.toordinal() for item in items) == wanted.due
    assert len({item.number for item in items}) == len(items)
    assert f"<p id=count>{wanted.rows} posten</p>" in pages[0]


def test_only_the_last_page_leads_nowhere() -> None:
    assert [html.count("Volgende") for html in (page(1, 2), page(2, 2))] == [1, 0]


def test_credit_notes_and_empty_cells_are_among_the_rows() -> None:
    items = items_of(page(1, 1))
    assert any(item.open < 0 for item in items)
    assert any(item.discount is None for item in items)
    assert any(item.disputed for item in items)


def test_the_script_hands_on_typed_values() -> None:
    cells = ["2026000017", "10527", "05-01-2026", "04-02-2026", "1.250,07", "-1.250,07", "", "x"]
    assert typed(cells) == Item(
        number="2026000017",
        debtor="10527",
        issued=date(2026, 1, 5),
        due=date(2026, 2, 4),
        total=125007,
        open=-125007,
        discount=None,
        disputed=True,
    )


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/opt/playwright/driver/node /opt/package/cli.js run-driver ", "driver"),
        ("/usr/lib/chromium/headless_shell --type=renderer ", "browser"),
        ("/usr/bin/chromium --type=zygote ", "browser"),
        ("/bin/true ", "other"),
    ],
)
def test_each_process_is_somebodys_memory(command: str, name: str) -> None:
    assert kind(command) == name


def took(seconds: float, rows: int = 100) -> Took:
    return Took(rows=rows, seconds=seconds, cpu=seconds / 2)


def a_turn(clerk: float) -> Turn:
    return Turn(
        clerk=took(clerk, 4_000),
        bulk=took(3.8, 4_000),
        scripted=took(3.0, 4_000),
        cells=took(10.0, 500),
        clerk_page=took(0.1),
        bulk_page=took(0.08),
        cells_page=took(2.0),
        clerk_bare=took(0.02),
        bulk_bare=took(0.01),
        cells_bare=took(1.0),
    )


def test_the_figures_are_the_middle_turns_ratios() -> None:
    samples = {
        100: Sample({"own": 100.0, "browser": 500.0, "driver": 100.0}),
        900: Sample({"own": 190.0, "browser": 400.0, "driver": 110.0}),
        1_000: Sample({"own": 104.0, "browser": 500.0, "driver": 120.0}),
        1_001: Sample({"own": 103.0, "browser": 450.0, "driver": 110.0}),
    }
    long = Long(took=took(100.0, 100_000), samples=samples, settled=100)
    turns = [a_turn(clerk) for clerk in (4.0, 9.0, 3.9)]
    told = {figure.name: figure.value for figure in figures(turns, long)}
    assert told["rows_vs_bulk"] == 0.95
    assert told["rows_vs_scripted"] == 0.75
    assert told["rows_vs_best"] == 0.75, "the faster of the two is the best"
    assert told["rows_vs_cells"] == 50
    assert told["rows_vs_cells_pictured"] == 20
    assert told["rows_vs_cells_paged"] == 20
    assert told["memory_growth"] == 1.04
    assert told["memory_growth_driver"] == 1.2
    assert told["long_rows_per_s"] == 1_000


@pytest.mark.parametrize("process", [sys.maxsize])
def test_a_process_that_is_gone_holds_nothing(process: int) -> None:
    assert memory_of(process).of("own") == 0

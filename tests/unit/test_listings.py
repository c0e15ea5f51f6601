"""An auditor's report as page and workbook: a debtor's name stays a name, amounts stay amounts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from clerkwork.adapters.report.listings import write_listing_page, write_listing_workbook
from clerkwork.adapters.report.words import Words
from clerkwork.core.listing import Listing, Place
from clerkwork.core.money import Money
from clerkwork.errors import StoreError
from clerkwork.testing import MORNING

WORDS = Words("en_GB", ZoneInfo("Europe/Amsterdam"))
EVIL = "=cmd|' /C calc'!A0<script>alert(1)</script>"
LISTING = Listing(
    name="writes",
    title="Writes",
    about="All of them.",
    columns=("at", "debtor", "amount", "count", "day", "step", "picture"),
    rows=(
        (
            MORNING,
            EVIL,
            Money(125000, "EUR"),
            3,
            dt.date(2026, 3, 2),
            Place("20260303-080000-x-1", 4),
            Place("20260303-080000-x-1", 4, "0004-1-a b.jpg"),
        ),
        (MORNING, "", None, 0, None, None, None),
    ),
    findings=(f"{EVIL} is a finding",),
)


def test_no_cell_of_the_workbook_is_a_formula(tmp_path: Path) -> None:
    path = write_listing_workbook(LISTING, tmp_path / "out" / "writes.xlsx", WORDS)
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    rows = list(book["Writes"].iter_rows(values_only=True))
    assert rows[0] == ("at", "debtor", "amount", "currency", "count", "day", "step", "picture")
    assert rows[1][0].isoformat() == "2026-03-03T09:00:00"
    assert rows[1][1] == f"'{EVIL}"
    assert (float(rows[1][2]), rows[1][3], rows[1][4]) == (1250.0, "EUR", 3)
    assert book["Findings"]["A2"].value == f"'{EVIL} is a finding"
    assert [file.name for file in path.parent.iterdir()] == ["writes.xlsx"]


def test_the_page_shows_a_name_as_it_is_written_and_links_to_the_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "audit"
    path = write_listing_page(LISTING, folder / "w.html", tmp_path / "evidence", WORDS, MORNING)
    page = path.read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert 'href="../../evidence/20260303-080000-x-1/index.html#step-4"' in page
    assert 'href="../../evidence/20260303-080000-x-1/pictures/0004-1-a%20b.jpg"' in page
    assert "1 finding" in page


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        write_listing_workbook(LISTING, tmp_path / "reports" / "w.xlsx", WORDS)
    with pytest.raises(StoreError, match="cannot be written"):
        write_listing_page(LISTING, tmp_path / "reports" / "w", tmp_path, WORDS, MORNING)

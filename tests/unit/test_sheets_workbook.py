"""Lists out of workbooks: as Excel keeps them, bounded, and refused with one clear message."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from clerkwork.adapters import sheets
from clerkwork.adapters.statements.excel_rows import visible_rows
from clerkwork.core.money import Money
from clerkwork.errors import BusinessError

read_items = partial(sheets.read_items, open_workbook=visible_rows)
HEAD = ("number", "customer", "open", "due")


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def workbook(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    path = folder / "items.xlsx"
    book.save(path)
    return path


def test_excel_keeps_numbers_dates_and_the_cents_of_its_own_sums(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["Open items"],
            ["Factuur", "Klantnr", "Klant", "Saldo", "Vervaldatum"],
            [20260412, 10001, "De Vries BV", 0.1 + 0.2, dt.date(2026, 3, 31)],
            ["2026-0413", "10001", "De Vries BV", -1250.1, dt.datetime(2026, 4, 3)],  # noqa: DTZ001
        ],
    )
    read = read_items(path)
    assert [(one.number, one.customer, one.open, one.due) for one in read.items] == [
        ("20260412", "10001", eur(30), dt.date(2026, 3, 31)),
        ("2026-0413", "10001", eur(-125_010), dt.date(2026, 4, 3)),
    ]


def test_of_several_sheets_the_one_with_the_items_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["A1", "7", 5, "2026-03-31"]])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes").append(["Made by", "Ann"])
    hidden = book.create_sheet("Old")
    for row in (HEAD, ["B1", "7", 9, "2026-03-31"]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    book.save(path)
    assert [one.number for one in read_items(path).items] == ["A1"]
    hidden.sheet_state = "visible"
    book.save(path)
    with pytest.raises(BusinessError, match="2 sheets that could be meant"):
        read_items(path)


def test_a_cell_far_from_the_items_does_not_take_all_memory(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, ["A1", "7", 5, "2026-03-31"]])
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    page["XFD1048576"] = "x"
    book.save(path)
    with pytest.raises(BusinessError) as caught:
        read_items(path)
    assert str(caught.value) == (
        "items.xlsx, whole file: no sound workbook (it takes more memory or time than one may, or "
        "is damaged); expected Excel or ODS. Export it anew, or copy the table alone into a new "
        "workbook. Nothing of it was used"
    )


@pytest.mark.parametrize(
    ("cell", "told"),
    [(dt.time(12, 30), r"12:30:00"), (dt.timedelta(days=1, hours=2), r"1 day, 2:00:00")],
)
def test_a_time_of_day_is_no_cell_of_a_list(tmp_path: Path, cell: object, told: str) -> None:
    path = workbook(tmp_path, [HEAD, ["A1", "7", 5, cell]])
    with pytest.raises(BusinessError, match=rf"row 2: a time of day or a span \({told}\)"):
        read_items(path)


@pytest.mark.parametrize("number", ["inf", "NaN"])
def test_a_number_without_end_is_none(tmp_path: Path, number: str) -> None:
    path = workbook(tmp_path, [HEAD, ["A1", "7", 98765, "2026-03-31"]])
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(b"<v>98765</v>", f"<v>{number}</v>".encode()))
    with pytest.raises(BusinessError, match=rf"row 2: {number.lower()}; expected a number"):
        read_items(path)


def test_a_protected_workbook_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "items.ods"
    names = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{names}">'
            '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/>'
            "</manifest:file-entry></manifest:manifest>",
        )
    with pytest.raises(BusinessError, match="a password protects it; expected an open workbook"):
        read_items(path)

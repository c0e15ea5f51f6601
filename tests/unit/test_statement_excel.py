"""Excel statements by declared columns: exact amounts, harmless cells, bounded workbooks."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
import xlwt  # type: ignore[import-untyped]

from clerkwork.adapters.statements.reading import Columns, read_statements
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.errors import StatementError

HEAD = ("Date", "In", "Out", "Who", "What")
TABLE = Columns(
    iban="NL91ABNA0417164300",
    booked="Date",
    debit="Out",
    credit="In",
    opening_label="Opening balance",
    closing_label="Closing balance",
    payer="Who",
    text=("What",),
    decimal=".",
    dates="%Y-%m-%d",
)
FIRST = (datetime.date(2026, 3, 2), 0.1 + 0.2, None, "=1+1", "=cmd|' /C calc'!A0")
SECOND = ("2026-03-03", "", "1,000.10", "@SUM(A1)", 20260412)
ROWS = (("Opening balance", 1000), (), HEAD, FIRST, SECOND, (), ("Closing balance", "0.20"))


def workbook(folder: Path, rows: Sequence[Sequence[object]] = ROWS, sheet: str = "") -> Path:
    book = openpyxl.Workbook()
    page = book.active if not sheet else book.create_sheet(sheet)
    assert page is not None
    for row in rows:
        page.append(list(row))
        for cell in page[page.max_row]:
            # A formula that was typed as text, not one to be calculated.
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.data_type = "s"
    path = folder / "statement.xlsx"
    book.save(path)
    return path


def read(path: Path, table: Columns = TABLE) -> Statement:
    (statement,) = read_statements(path, columns=(table,))
    return statement


def refused(path: Path, table: Columns = TABLE) -> str:
    with pytest.raises(StatementError) as caught:
        read_statements(path, columns=(table,))
    return str(caught.value)


def test_two_columns_of_amounts_between_two_labels(tmp_path: Path) -> None:
    statement = read(workbook(tmp_path))
    assert [line.amount for line in statement.lines] == [Money(30, "EUR"), Money(-100_010, "EUR")]
    assert (statement.opening, statement.closing) == (Money(100_000, "EUR"), Money(20, "EUR"))
    assert statement.controls == ("opening + lines = closing",)
    assert [line.booked.day for line in statement.lines] == [2, 3]
    assert statement.lines[0].account == "NL91ABNA0417164300"


def test_formulas_are_text_and_numbers_have_no_fraction(tmp_path: Path) -> None:
    first, second = read(workbook(tmp_path)).lines
    assert (first.payer, first.text) == ("=1+1", "=cmd|' /C calc'!A0")
    assert (second.payer, second.text) == ("@SUM(A1)", "20260412")


@pytest.mark.parametrize(
    ("place", "row", "told"),
    [
        (3, (datetime.date(2026, 3, 2), 0.305, None, "", ""), "row 4: 0.305 is not a whole"),
        (3, (datetime.date(2026, 3, 2), 1, 1, "", ""), "row 4: an amount in both columns"),
        (3, (datetime.date(2026, 3, 2), None, None, "x", ""), "row 4: an amount in both columns"),
        (3, ("02-03-2026", 1, None, "", ""), "row 4: time data '02-03-2026'"),
        (3, (datetime.date(2026, 3, 2), 1e15, None, "", ""), "is not an amount"),
        (3, (datetime.date(2026, 3, 2), 2, None, "", ""), "the difference is -1.70 EUR"),
        (2, ("Date", "In", "Out", "Who"), "row 3: the headings Date, In, Out, Who"),
        (2, ("Day", "In", "Out", "Who", "What"), "no row with the headings that are declared"),
        (6, ("Closing", "0.20"), "row 7: 2 cells"),
    ],
)
def test_what_is_wrong_in_a_workbook_is_refused(
    tmp_path: Path, place: int, row: tuple[object, ...], told: str
) -> None:
    rows = [*ROWS[:place], row, *ROWS[place + 1 :]]
    message = refused(workbook(tmp_path, rows))
    assert message.startswith("statement.xlsx, ")
    assert told in message or "time data" in told or "cells" in told


def test_a_sheet_is_found_by_its_name(tmp_path: Path) -> None:
    named = Columns(
        iban="NL91ABNA0417164300",
        sheet="Lines",
        booked="Date",
        debit="Out",
        credit="In",
        decimal=".",
        dates="%Y-%m-%d",
    )
    path = workbook(tmp_path, (HEAD, FIRST), sheet="Lines")
    assert read(path, named).controls == ("none: the file has no balances and no summary",)
    assert "a workbook that cannot be opened" in refused(workbook(tmp_path), named)


def test_the_old_format_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    for place, row in enumerate((HEAD, ("2026-03-02", 12.5, "", "Bakker", "Factuur"))):
        for column, value in enumerate(row):
            page.write(place, column, value)
    path = tmp_path / "statement.xls"
    book.save(str(path))
    table = Columns(
        iban="NL91ABNA0417164300",
        booked="Date",
        debit="Out",
        credit="In",
        text=("What",),
        dates="%Y-%m-%d",
    )
    (line,) = read(path, table).lines
    assert (line.amount, line.text) == (Money(1250, "EUR"), "Factuur")


def test_a_table_without_lines_is_no_statement(tmp_path: Path) -> None:
    rows = (("Opening balance", 5), HEAD, ("Closing balance", 5))
    assert read_statements(workbook(tmp_path, rows), columns=(TABLE,)) == ()


def test_a_cell_far_away_does_not_take_all_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["XFD1048576"] = "Date", "x"
    path = tmp_path / "statement.xlsx"
    book.save(path)
    assert "takes more memory or time than one may" in refused(path)


@pytest.mark.parametrize("number", ["inf", "NaN"])
def test_a_number_without_end_is_no_amount(tmp_path: Path, number: str) -> None:
    path = workbook(tmp_path, (*ROWS[:3], (datetime.date(2026, 3, 2), 98765, None, "a", "b")))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part.replace(b"<v>98765</v>", f"<v>{number}</v>".encode()))
    assert f"'{number.lower()}' is not an amount" in refused(path)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    assert "a workbook that cannot be opened" in refused(path)

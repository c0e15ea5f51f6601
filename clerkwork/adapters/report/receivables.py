"""The report on receivables as a page, and as a workbook whose texts no spreadsheet runs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from clerkwork.adapters.report.charts import ageing_chart, history_chart, inflow_chart
from clerkwork.adapters.report.html import environment, write_page
from clerkwork.adapters.report.whole_book import money_columns, whole_workbook
from clerkwork.adapters.report.words import Words
from clerkwork.core.cells import harmless
from clerkwork.core.money import Money
from clerkwork.core.receivables import Receivables
from clerkwork.core.receivables_tables import Days, Figure, Share, Table, is_figure, tables_of

__all__ = ["write_receivables_page", "write_receivables_workbook"]

_WEEKS = 12
"""Weeks of expected money that are drawn."""


def write_receivables_page(report: Receivables, path: Path) -> Path:
    """Write it as one page that asks nothing of the network, whole or not at all.

    Raises `StoreError`.
    """
    words = Words(report.locale, report.zone)
    tables = {table.name: table for table in tables_of(report)}
    inflow = report.inflow
    page = (
        environment()
        .get_template("receivables.html.j2")
        .render(
            report=report,
            words=words,
            tables=tables,
            told=lambda figure: _told(figure, words),
            is_number=is_figure,
            ages={name: ageing_chart(found, words) for name, found in report.ageing.items()},
            history={
                currency: history_chart(report.history, currency)
                for currency in report.ageing
                if len(report.history) > 1
            },
            coming={
                currency: inflow_chart(
                    [one for one in inflow if one.amount.currency == currency][:_WEEKS], words
                )
                for currency in sorted({one.amount.currency for one in inflow})
            },
        )
    )
    write_page(path, page)
    return path


def _told(figure: Figure, words: Words) -> str:
    if figure is None:
        return ""
    if isinstance(figure, Money):
        return words.money(figure)
    if isinstance(figure, date):
        return words.day(figure)
    return str(figure)


def write_receivables_workbook(report: Receivables, path: Path) -> Path:
    """Write it as an Excel workbook, a sheet a table, whole or not at all; raises `StoreError`.

    Amounts are numbers with their currency beside them, shares are of 1; every text is made
    harmless.
    """
    with whole_workbook(path, "About", "make the report again") as book:
        about = [
            ["From", report.since],
            ["To", report.until],
            ["Balances kept since", report.kept_since or ""],
            *(["Note", harmless(note)] for note in report.notes),
        ]
        book.append_rows_to_worksheet(about, name="About")
        for table in tables_of(report):
            book.create_worksheet(table.name)
            money = money_columns(table.rows)
            book.append_rows_to_worksheet([_headings(table, money)], name=table.name)
            rows = [_cells(row, money) for row in table.rows]
            if rows:
                book.append_rows_to_worksheet(rows, name=table.name)
    return path


def _headings(table: Table, money: frozenset[int]) -> list[str]:
    names = []
    for at, name in enumerate(table.columns):
        names += [name, f"{name}, currency"] if at in money else [name]
    return names


def _cells(
    row: tuple[Figure, ...], money: frozenset[int]
) -> list[str | int | float | Decimal | date]:
    cells: list[str | int | float | Decimal | date] = []
    for at, cell in enumerate(row):
        if isinstance(cell, Money):
            cells += [cell.decimal, cell.currency]
        elif at in money:
            cells += ["", ""]
        elif isinstance(cell, Share):
            cells.append(cell.of)
        elif isinstance(cell, Days):
            cells.append(cell.count)
        elif isinstance(cell, (int, date, Decimal)):
            cells.append(cell)
        else:
            cells.append(harmless(cell or ""))
    return cells

"""The review queue and the postings as a workbook, for the back office to sort and filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from clerkwork.adapters.report.whole_book import whole_workbook
from clerkwork.adapters.report.words import Words
from clerkwork.core.cells import harmless
from clerkwork.core.report import Report

__all__ = ["write_workbook"]

Cell = str | Decimal | date | int
Row = Mapping[str, Cell]


def write_workbook(report: Report, folder: Path) -> Path:
    """Write `<run>.xlsx`, whole or not at all: sheets Review queue, Postings, By rule, Bank days.

    Amounts are numbers with their currency beside them, dates are dates; every text is made
    harmless. Takes seconds: the library behind it is slow to import. Raises `StoreError`
    if the disk is full.
    """
    path = folder / f"{report.run}.xlsx"
    with whole_workbook(path, "Review queue", "make the report again") as book:
        _sheet(book, "Review queue", _waiting(report))
        postings = _postings(report)
        for name, rows in (
            ("Postings", postings),
            ("By rule", _by_rule(postings)),
            ("Bank days", _days(report)),
        ):
            book.create_worksheet(name)
            _sheet(book, name, rows)
    return path


def _sheet(book: Any, name: str, rows: Sequence[Row]) -> None:
    header = list(rows[0]) if rows else ["Nothing here"]
    book.append_rows_to_worksheet([header], name=name)
    book.append_rows_to_worksheet(
        [[harmless(c) if isinstance(c, str) else c for c in row.values()] for row in rows],
        name=name,
    )
    last = chr(ord("A") + len(header) - 1)
    book.set_styles(f"A1:{last}1", bold=True)
    book.auto_size_columns("A", last, width=24)


def _waiting(report: Report) -> list[Row]:
    words = Words(report.locale, report.zone)
    return [
        {
            "Work item": item.id,
            "Kind": item.kind,
            "What": item.title,
            "Since": words.instant(item.created),
            "Facts": "\n".join(f"{name}: {fact}" for name, fact in item.facts),
            "Decisions": "\n".join(f"{choice}: {meaning}" for choice, meaning in item.choices),
        }
        for item in report.waiting
    ]


def _postings(report: Report) -> list[Row]:
    return [
        {
            "Reference": line.reference,
            "State": line.state,
            "Debtor": line.debtor,
            "Name": line.name,
            "Booked": line.booked,
            "Amount": line.amount.decimal,
            "Currency": line.amount.currency,
            "Items": ", ".join(f"{item} {applied}" for item, applied, _ in line.items),
            "Discount": sum((discount.decimal for *_, discount in line.items), Decimal(0)),
            "On account": line.on_account.decimal,
            "Rule": line.rule,
            "Reasons": "; ".join(line.reasons),
            "Receipt": line.receipt,
            "Note": line.note,
        }
        for line in report.postings
    ]


def _by_rule(postings: Sequence[Row]) -> list[Row]:
    """Amounts of the postings, a row a rule and currency, a column a state."""
    if not postings:
        return []
    import pandas as pd

    frame: Any = pd.DataFrame(postings)
    table = frame.pivot_table(
        index=["Rule", "Currency"],
        columns="State",
        values="Amount",
        # Summed as decimals: numpy would make binary fractions of them.
        aggfunc=lambda amounts: sum(amounts, Decimal(0)),
    )
    return [
        {str(name): "" if cell is pd.NA or cell != cell else cell for name, cell in row.items()}
        for row in table.reset_index().to_dict("records")
    ]


def _days(report: Report) -> list[Row]:
    return [
        {
            "Account": row.account,
            "Day": row.day,
            "Opening": row.opening.decimal,
            "Keyed": row.keyed.decimal,
            "Parked": row.parked.decimal,
            "Not ours": row.not_ours.decimal,
            "Closing": row.closing.decimal,
            "Difference": row.difference.decimal,
            "Currency": row.closing.currency,
        }
        for row in report.days
    ]

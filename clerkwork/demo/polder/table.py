"""Statements as the table that people open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from clerkwork.demo.polder.entries import Statement

__all__ = ["HEADINGS", "statement_csv"]

HEADINGS = (
    "Rekening", "Afschrift", "Boekdatum", "Valutadatum", "Bedrag", "Munt", "Saldo na mutatie",
    "Naam tegenpartij", "Tegenrekening", "Omschrijving", "Betalingskenmerk", "Kenmerk opdracht",
    "Code", "Bankreferentie",
)  # fmt: skip


def statement_csv(statements: Sequence[Statement]) -> bytes:
    """A row for each entry, oldest first: ';' between, '-1.234,56', dd-mm-yyyy, UTF-8 with a mark.

    Texts stand as the payer wrote them, also those a spreadsheet would take for a formula.
    """
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(HEADINGS)
    for statement in statements:
        rows.writerows(_rows(statement))
    return text.getvalue().encode("utf-8-sig")


def _rows(statement: Statement) -> list[tuple[str, ...]]:
    return [
        (
            statement.iban,
            str(statement.number),
            f"{entry.booked:%d-%m-%Y}",
            f"{entry.valued:%d-%m-%Y}",
            european(entry.cents),
            "EUR",
            european(entry.balance),
            entry.name,
            entry.iban,
            entry.text,
            entry.structured,
            entry.end_to_end,
            entry.code,
            entry.bank_ref,
        )
        for entry in statement.entries
    ]


def european(cents: int) -> str:
    """Cents as '-1.234,56'."""
    whole, rest = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", ".")
    return f"{'-' if cents < 0 else ''}{grouped},{rest:02d}"

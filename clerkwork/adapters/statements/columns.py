"""CSV statements: which column holds what is declared; the running balance is the check."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path

from clerkwork.adapters.statements.checks import (
    account_of,
    clean,
    decoded,
    reference,
    refusal,
    sound,
)
from clerkwork.core.money import Money, parse_amount
from clerkwork.core.payments import BankLine, Statement

__all__ = ["CsvColumns", "read_csv"]

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvColumns:
    """Headings of a bank's CSV and how it writes; the default is Polder Bank's.

    An optional column that a bank does not have is ''. Where amounts carry no sign, `direction`
    is the column that says it and `out` what it says of money going out.
    """

    account: str = "Rekening"
    statement: str = "Afschrift"
    currency: str = "Munt"
    booked: str = "Boekdatum"
    valued: str = "Valutadatum"
    amount: str = "Bedrag"
    balance: str = "Saldo na mutatie"
    payer: str = "Naam tegenpartij"
    payer_iban: str = "Tegenrekening"
    text: str = "Omschrijving"
    structured: str = "Betalingskenmerk"
    end_to_end: str = "Kenmerk opdracht"
    bank_ref: str = "Bankreferentie"
    code: str = "Code"
    direction: str = ""
    out: str = "Af"
    delimiter: str = ";"
    decimal: str = ","
    dates: str = "%d-%m-%Y"

    def headings(self) -> tuple[str, ...]:
        """Every heading that the file must have."""
        style = {"out", "delimiter", "decimal", "dates"}
        named = (getattr(self, f.name) for f in fields(self) if f.name not in style)
        return tuple(heading for heading in named if heading)

    def recognises(self, start: bytes) -> bool:
        """Whether the beginning of a file is a table with the columns that money needs."""
        first = start.splitlines()[0].decode("utf-8", errors="replace")
        row = [cell.strip() for cell in next(csv.reader([first], delimiter=self.delimiter), [])]
        return {self.account, self.booked, self.amount} <= set(row)


def read_csv(path: Path, columns: CsvColumns) -> tuple[Statement, ...]:
    """The statements of the file, oldest line first; one an account where it has no numbers.

    The opening balance is the first running balance less its line, so a statement without lines
    is not in a CSV. Raises `StatementError`.
    """
    by_account: dict[str, list[_Row]] = {}
    for row in _rows(path, columns, decoded(path, _LARGEST)):
        by_account.setdefault(row.line.account, []).append(row)
    return tuple(statement for rows in by_account.values() for statement in _statements(path, rows))


@dataclass(frozen=True, slots=True)
class _Row:
    place: str
    number: str
    line: BankLine
    balance: Money


def _rows(path: Path, columns: CsvColumns, text: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text), delimiter=columns.delimiter, strict=True)
    try:
        headings = [cell.strip() for cell in next(reader)]
        missing = [name for name in columns.headings() if name not in headings]
        if missing or len(set(headings)) < len(headings):
            found = f"the headings {', '.join(headings)}"
            raise refusal(path, "line 1", found, "each once: " + ", ".join(columns.headings()))
        for cells in reader:
            place = f"line {reader.line_num}"
            if len(cells) != len(headings):
                expected = f"{len(headings)} as the headings"
                raise refusal(path, place, f"{len(cells)} cells", expected)
            yield _row(path, place, columns, dict(zip(headings, cells, strict=True)))
    except csv.Error as error:
        raise refusal(path, f"line {reader.line_num}", str(error), "a sound CSV") from error


def _row(path: Path, place: str, columns: CsvColumns, cells: dict[str, str]) -> _Row:
    def cell(heading: str) -> str:
        return clean(cells[heading]) if heading else ""

    try:
        currency = cell(columns.currency) or "EUR"
        amount = parse_amount(cell(columns.amount), currency, decimal=columns.decimal)
        if columns.direction and cell(columns.direction) == columns.out:
            amount = -abs(amount)
        balance = parse_amount(cell(columns.balance), currency, decimal=columns.decimal)
        booked = _day(cell(columns.booked), columns.dates)
        valued = _day(cell(columns.valued), columns.dates) if columns.valued else booked
    except ValueError as error:
        raise refusal(path, place, str(error), "an amount or a date in the bank's style") from error
    line = BankLine(
        account=account_of(cell(columns.account)),
        booked=booked,
        valued=valued,
        amount=amount,
        payer=cell(columns.payer),
        payer_iban=account_of(cell(columns.payer_iban)),
        text=cell(columns.text),
        structured=cell(columns.structured),
        end_to_end=reference(cell(columns.end_to_end)),
        bank_ref=reference(cell(columns.bank_ref)),
        code=cell(columns.code),
        raw=columns.delimiter.join(cells.values()),
    )
    return _Row(place, cell(columns.statement), line, balance)


def _day(text: str, dates: str) -> date:
    # A bank date has no time and no zone.
    return datetime.strptime(text, dates).date()  # noqa: DTZ007


def _statements(path: Path, rows: Sequence[_Row]) -> Iterator[Statement]:
    if _break(rows) is not None and _break(rows[::-1]) is None:
        rows = rows[::-1]
    broken = _break(rows)
    if broken is not None:
        found = f"balance {broken.balance} or date {broken.line.booked} does not follow"
        raise refusal(path, broken.place, found, "each balance = the one before + the amount")
    for number, group in itertools.groupby(rows, key=lambda row: row.number):
        yield _statement(path, number, list(group))


def _statement(path: Path, number: str, rows: Sequence[_Row]) -> Statement:
    statement = Statement(
        account=rows[0].line.account,
        number=number,
        opened=rows[0].line.booked,
        closed=rows[-1].line.booked,
        opening=rows[0].balance - rows[0].line.amount,
        closing=rows[-1].balance,
        lines=tuple(row.line for row in rows),
        source=path.name,
    )
    return sound(path, rows[0].place, statement)


def _break(rows: Sequence[_Row]) -> _Row | None:
    """The first row whose balance or date does not go on from the row before."""
    for before, after in itertools.pairwise(rows):
        follows = before.balance.currency == after.balance.currency
        if not follows or before.balance + after.line.amount != after.balance:
            return after
        if after.line.booked < before.line.booked:
            return after
    return None

"""The rows of a declared table as statements, held against the control that the table has."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from clerkwork.adapters.statements.checks import account_of, clean, reference, refusal, sound
from clerkwork.adapters.statements.columns import Columns, header_row
from clerkwork.adapters.statements.unheld import unheld
from clerkwork.core.money import Money, parse_amount
from clerkwork.core.payments import BankLine, Statement

__all__ = ["Cell", "Row", "statements_in"]

Cell = str | Decimal | date
"""Text as it stands, or a number or a day that Excel itself knows."""

_MOST_ROWS = 500_000
_NEARLY = Decimal("0.0001")
"""Minor units by which Excel's binary fractions may miss a whole one."""
_LARGEST_NUMBER = Decimal(10) ** 13
"""Above this a binary fraction no longer holds every cent."""
_RUNNING = "each balance = the one before + the amount"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells and where they stand: 'line 7', 'row 7'."""

    place: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class _Booked:
    place: str
    number: str
    line: BankLine
    balance: Money | None


def statements_in(path: Path, columns: Columns, rows: Iterable[Row]) -> tuple[Statement, ...]:
    """The statements of a table, oldest line first; one an account where they have no numbers.

    The opening balance is the first running balance less its line, so a statement without lines
    is not in a table. Where there are no balances, the opening is zero, and
    `controls` says so. Raises `StatementError`.
    """
    found = list(itertools.islice(rows, _MOST_ROWS + 1))
    if len(found) > _MOST_ROWS:
        raise refusal(path, found[-1].place, "more rows", f"at most {_MOST_ROWS:,}")
    head = header_row([row.cells for row in found], columns)
    if head < 0:
        raise refusal(path, "line 1", "no row of headings", ", ".join(columns.headings()))
    places = _places(path, columns, found[head])
    by_account: dict[str, list[_Booked]] = {}
    unbooked = 0
    around = [*found[:head]]
    width = len(found[head].cells)
    for row in found[head + 1 :]:
        if not any(c.strip() if isinstance(c, str) else True for c in row.cells):
            continue
        cells = _fitted(path, row, width)
        if _labelled(columns, cells):
            around.append(row)
            continue
        told = {name: cells[place] for name, place in places.items()}
        if columns.state and _text(told[columns.state]) not in columns.final:
            unbooked += 1
            continue
        raw = columns.delimiter.join(c if isinstance(c, str) else _text(c) for c in row.cells)
        one = _Reader(path, row.place, columns, told, raw).booked()
        by_account.setdefault(one.line.account, []).append(one)
    ends = _Ends(path, columns, around)
    made = [
        statement
        for booked in by_account.values()
        for statement in _statements(path, columns, booked, ends, alone=len(by_account) == 1)
    ]
    return (replace(made[0], unbooked=unbooked), *made[1:]) if made else ()


def _places(path: Path, columns: Columns, row: Row) -> Mapping[str, int]:
    headings = [_text(cell).strip("\ufeff ") for cell in row.cells]
    wrong = [name for name in columns.headings() if headings.count(name) != 1]
    if wrong:
        found = f"the headings {', '.join(headings)[:400]}"
        raise refusal(path, row.place, found, "each once: " + ", ".join(columns.headings()))
    return {name: headings.index(name) for name in columns.headings()}


def _fitted(path: Path, row: Row, width: int) -> Sequence[Cell]:
    """The cells of a row, as many as headings; empty ones may be missing or too many."""
    if len(row.cells) == width:
        return row.cells
    if any(_text(cell) for cell in row.cells[width:]) or 1 < len(row.cells) < width:
        expected = f"{width} as the headings"
        raise refusal(path, row.place, f"{len(row.cells)} cells", expected)
    return [*row.cells[:width], *[""] * (width - len(row.cells))]


def _labelled(columns: Columns, cells: Sequence[Cell]) -> bool:
    labels = columns.opening_label or columns.closing_label
    return bool(labels) and _text(cells[0]) in (columns.opening_label, columns.closing_label)


def _text(cell: Cell) -> str:
    """A cell as text, Excel's whole numbers without a fraction; a formula is only text too."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, Decimal):
        return str(int(cell)) if cell == cell.to_integral_value() else str(cell)
    return cell.isoformat()


class _Reader:
    """One row while it is read."""

    def __init__(
        self, path: Path, place: str, columns: Columns, cells: Mapping[str, Cell], raw: str
    ) -> None:
        self._path, self._place, self._columns = path, place, columns
        self._cells, self._raw = cells, raw

    def booked(self) -> _Booked:
        columns = self._columns
        try:
            currency = self._said(columns.currency) or columns.money
            amount = self._amount(currency)
            booked = self._day(columns.booked)
            valued = self._day(columns.valued) if columns.valued else booked
            balance = self._money(columns.balance, currency) if columns.balance else None
            if columns.before:
                before = self._money(columns.before, currency)
                balance = balance or before + amount
                if before + amount != balance:
                    raise ValueError(f"{before} + {amount} is not the balance {balance}")
        except ValueError as error:
            expected = "an amount or a date in the bank's style"
            raise refusal(self._path, self._place, str(error), expected) from error
        line = BankLine(
            account=account_of(self._said(columns.account) or columns.iban),
            booked=booked,
            valued=valued,
            amount=amount,
            payer=self._said(columns.payer),
            payer_iban=account_of(self._said(columns.payer_iban)),
            text="\n".join(said for name in columns.text if (said := self._said(name))),
            structured=self._said(columns.structured),
            end_to_end=reference(self._said(columns.end_to_end)),
            bank_ref=reference(self._said(columns.bank_ref)),
            code=self._said(columns.code),
            raw=self._raw,
        )
        if not line.account:
            raise refusal(self._path, self._place, "no account", columns.account or "iban")
        return _Booked(self._place, self._said(columns.statement), line, balance)

    def _said(self, heading: str) -> str:
        return _text(self._cells[heading]) if heading else ""

    def _amount(self, currency: str) -> Money:
        columns = self._columns
        if columns.debit:
            out, back = (
                self._money(name, currency) if self._said(name) else Money(0, currency)
                for name in (columns.debit, columns.credit)
            )
            if (bool(out) and bool(back)) or not (
                self._said(columns.debit) + self._said(columns.credit)
            ):
                raise ValueError("an amount in both columns, or in none")
            return back - abs(out)
        amount = self._money(columns.amount, currency)
        if not columns.direction:
            return amount
        way = self._said(columns.direction)
        if way not in (*columns.out, *columns.into):
            known = " or ".join((*columns.out, *columns.into))
            raise ValueError(f"{columns.direction} is {way!r}, not {known}")
        if amount.minor < 0 and way in columns.into:
            raise ValueError(f"{amount} with {way!r}")
        return -abs(amount) if way in columns.out else amount

    def _money(self, heading: str, currency: str) -> Money:
        cell = self._cells[heading]
        return money_of(cell, currency, self._columns.decimal)

    def _day(self, heading: str) -> date:
        cell = self._cells[heading]
        if isinstance(cell, date):
            return cell
        return _day_of(_text(cell), self._columns.dates)


@lru_cache(maxsize=4_096)
def _day_of(text: str, dates: str) -> date:
    # A bank date has no time and no zone.
    return datetime.strptime(text, dates).date()  # noqa: DTZ007


def money_of(cell: Cell, currency: str, decimal: str) -> Money:
    """An amount in text or, from Excel, as a number; raises `ValueError`."""
    if isinstance(cell, str):
        return parse_amount(clean(cell), currency, decimal=decimal)
    if not isinstance(cell, Decimal) or not abs(cell) < _LARGEST_NUMBER:
        raise ValueError(f"{_text(cell)!r} is not an amount")
    unit = Money(1, currency).decimal
    nearest = cell.quantize(unit)
    if abs(cell - nearest) > unit * _NEARLY:
        raise ValueError(f"{cell} is not a whole number of minor units of {currency}")
    return Money.of(nearest, currency)


class _Ends:
    """Opening and closing balance in the rows above and below the table."""

    def __init__(self, path: Path, columns: Columns, rows: Sequence[Row]) -> None:
        self._path, self._columns, self._rows = path, columns, rows

    def balance(self, label: str, currency: str) -> Money | None:
        if not label:
            return None
        for row in self._rows:
            cells = list(row.cells)
            for place, cell in enumerate(cells[:-1]):
                if _text(cell) == label:
                    try:
                        return money_of(cells[place + 1], currency, self._columns.decimal)
                    except ValueError as error:
                        expected = f"the balance behind {label!r}"
                        raise refusal(self._path, row.place, str(error), expected) from error
        raise refusal(self._path, "whole file", f"no {label!r}", "the balance that is declared")


def _statements(
    path: Path, columns: Columns, rows: Sequence[_Booked], ends: _Ends, *, alone: bool
) -> Iterator[Statement]:
    if rows[0].balance is not None:
        rows = _in_order(path, rows)
        for number, group in itertools.groupby(rows, key=lambda row: row.number):
            yield _running(path, number, list(group))
        return
    currency = rows[0].line.amount.currency
    opening = ends.balance(columns.opening_label, currency)
    closing = ends.balance(columns.closing_label, currency)
    held = opening is not None and closing is not None
    if held and not alone:
        raise refusal(path, "whole file", "several accounts", "one, with its balances")
    moved = Money(sum(row.line.amount.minor for row in rows), currency)
    if opening is None:
        opening = closing - moved if closing is not None else Money(0, currency)
    days = [row.line.booked for row in rows]
    statement = Statement(
        account=rows[0].line.account,
        number="",
        opened=min(days),
        closed=max(days),
        opening=opening,
        closing=opening + moved if closing is None else closing,
        lines=tuple(row.line for row in rows),
        source=path.name,
    )
    yield (sound if held else unheld)(path, rows[0].place, statement)


def _in_order(path: Path, rows: Sequence[_Booked]) -> Sequence[_Booked]:
    """Oldest first, however the bank has it, each balance following from the one before."""
    if _break(rows) is not None and _break(rows[::-1]) is None:
        return rows[::-1]
    broken = _break(rows)
    if broken is not None:
        found = f"balance {broken.balance} or date {broken.line.booked} does not follow"
        raise refusal(path, broken.place, found, _RUNNING)
    return rows


def _break(rows: Sequence[_Booked]) -> _Booked | None:
    """The first row whose balance or date does not go on from the row before."""
    for before, after in itertools.pairwise(rows):
        if before.balance is None or after.balance is None:
            return after
        follows = before.balance.currency == after.line.amount.currency == after.balance.currency
        if not follows or before.balance + after.line.amount != after.balance:
            return after
        if after.line.booked < before.line.booked:
            return after
    return None


def _running(path: Path, number: str, rows: Sequence[_Booked]) -> Statement:
    first, last = rows[0], rows[-1]
    if first.balance is None or last.balance is None:
        raise refusal(path, first.place, "no balance", _RUNNING)
    statement = Statement(
        account=first.line.account,
        number=number,
        opened=first.line.booked,
        closed=last.line.booked,
        opening=first.balance - first.line.amount,
        closing=last.balance,
        lines=tuple(row.line for row in rows),
        source=path.name,
        controls=(_RUNNING,),
    )
    return sound(path, first.place, statement)

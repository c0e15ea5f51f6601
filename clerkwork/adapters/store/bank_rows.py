"""Rows of statements and bank lines, written and read."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import inserted_id
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement

__all__ = [
    "APPLIED",
    "as_booked",
    "bank_line",
    "explained",
    "insert_lines",
    "insert_statement",
    "lines_between",
    "lines_of",
    "read_last",
    "read_statements",
]

APPLIED = "applied"
"""State of a notice whose line was replaced by its parts."""

_TOGETHER = 1000
_PLAIN = (
    "id",
    "account",
    "booked",
    "valued",
    "payer",
    "payer_iban",
    "text",
    "structured",
    "end_to_end",
    "bank_ref",
    "code",
    "raw",
)


def explained() -> ColumnElement[bool]:
    """Whether a row of `bank_lines` is a batch whose parts stand for it."""
    return schema.lines.c.id.in_(
        select(schema.notices.c.line).where(schema.notices.c.state == APPLIED)
    )


def as_booked() -> ColumnElement[bool]:
    """Whether a row of `bank_lines` came with its statement, not as a part of a batch later."""
    return schema.lines.c.id.not_in(select(schema.line_parts.c.part))


def insert_statement(connection: Connection, statement: Statement, at: dt.datetime) -> None:
    """After the account's last one, with its lines."""
    table = schema.statements
    last = select(func.max(table.c.position)).where(table.c.account == statement.account)
    done = connection.execute(
        insert(table).values(
            account=statement.account,
            position=(connection.scalar(last) or 0) + 1,
            number=statement.number,
            opened=statement.opened,
            closed=statement.closed,
            opening=statement.opening.minor,
            closing=statement.closing.minor,
            currency=statement.opening.currency,
            source=statement.source,
            at=at,
        )
    )
    insert_lines(connection, statement.lines, inserted_id(done))


def insert_lines(
    connection: Connection, lines: Iterable[BankLine], statement: int, first: int = 0
) -> None:
    """Behind each other from the place `first`; a thousand at a time, for a file may be large."""
    rows = (_values(line, statement, place) for place, line in enumerate(lines, first))
    while some := list(itertools.islice(rows, _TOGETHER)):
        connection.execute(insert(schema.lines), some)


def _values(line: BankLine, statement: int, position: int) -> dict[str, Any]:
    plain = {name: getattr(line, name) for name in _PLAIN}
    return {
        **plain,
        "statement": statement,
        "position": position,
        "amount": line.amount.minor,
        "currency": line.amount.currency,
    }


def bank_line(row: RowMapping) -> BankLine:
    """A line from a row of `bank_lines`."""
    plain = {name: row[name] for name in _PLAIN}
    return BankLine(**plain, amount=Money(row["amount"], row["currency"]))


def lines_of(connection: Connection, statement: int) -> list[BankLine]:
    """The lines of a statement as it was booked."""
    table = schema.lines
    rows = connection.execute(
        select(table).where(table.c.statement == statement, as_booked()).order_by(table.c.position)
    )
    return [bank_line(row) for row in rows.mappings()]


def lines_between(
    connection: Connection, account: str, first: dt.date, last: dt.date
) -> list[BankLine]:
    """The account's lines of these booking days as they were booked, parts of batches left out."""
    table = schema.lines
    rows = connection.execute(
        select(table)
        .where(table.c.account == account, table.c.booked.between(first, last), as_booked())
        .order_by(table.c.statement, table.c.position)
    )
    return [bank_line(row) for row in rows.mappings()]


def _statement(row: RowMapping, lines: Iterable[BankLine]) -> Statement:
    return Statement(
        account=row["account"],
        number=row["number"],
        opened=row["opened"],
        closed=row["closed"],
        opening=Money(row["opening"], row["currency"]),
        closing=Money(row["closing"], row["currency"]),
        lines=tuple(lines),
        source=row["source"],
    )


def read_last(connection: Connection, account: str) -> Statement | None:
    """The account's newest statement, without its lines."""
    table = schema.statements
    newest = select(table).where(table.c.account == account).order_by(table.c.position.desc())
    row = connection.execute(newest.limit(1)).mappings().first()
    return None if row is None else _statement(row, ())


def read_statements(connection: Connection) -> tuple[Statement, ...]:
    """All of them with their lines, oldest first; a batch that was explained as its parts."""
    lines: dict[int, list[BankLine]] = defaultdict(list)
    table = schema.lines
    by_position = select(table).where(~explained()).order_by(table.c.statement, table.c.position)
    for row in connection.execute(by_position).mappings():
        lines[row["statement"]].append(bank_line(row))
    rows = connection.execute(select(schema.statements).order_by(schema.statements.c.id))
    return tuple(_statement(row, lines[row["id"]]) for row in rows.mappings())

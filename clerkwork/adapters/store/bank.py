"""Bank statements and their lines, booked as one unbroken chain an account."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import inserted_id
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Statement, difference, identified
from clerkwork.errors import StatementError

__all__ = ["bank_line", "book", "read_last", "read_statements"]


def book(connection: Connection, statement: Statement, at: dt.datetime) -> int:
    """Book what is new of a statement; how many lines that is. Raises `StatementError`.

    Only the new part is kept, as a statement that goes on exactly where the
    last one ended: so opening + lines = closing holds over all statements of
    an account together, also when a range is downloaded twice or overlaps.
    """
    statement = _sound(statement)
    last = read_last(connection, statement.account)
    if last is None:
        _insert(connection, statement, 1, at)
        return len(statement.lines)
    if _same_content(connection, statement):
        return 0
    known = _known(connection, statement)
    new = tuple(line for line in statement.lines if line.id not in known)
    if not new and (statement.closed < last.closed or (known and statement.closed == last.closed)):
        return 0
    if known and _follows(statement, last) and not _ties(statement, last, new):
        new, known = _told_apart(connection, statement, known), set()
    _check_goes_on(statement, last, new, known)
    part = statement
    if known or not _follows(statement, last):
        part = replace(statement, lines=new, opening=last.closing, opened=last.closed)
    part = replace(part, lines=new)
    _insert(connection, part, _count(connection, statement.account) + 1, at)
    return len(new)


def _sound(statement: Statement) -> Statement:
    """The statement with the ids of its lines, once it adds up."""
    at = f"{_named(statement)} ({statement.source})"
    currency = statement.opening.currency
    for line in statement.lines:
        if line.account != statement.account or line.amount.currency != currency:
            raise StatementError(
                f"{at}: the line of {line.booked} over {line.amount} is of {line.account}, not of "
                f"{statement.account} in {currency}. Download the statement again."
            )
    if statement.closing.currency != currency:
        raise StatementError(f"{at} opens in {currency} and closes with {statement.closing}.")
    if missing := difference(statement):
        raise StatementError(
            f"{at} does not add up: {statement.opening} and its {len(statement.lines)} lines lack "
            f"{missing} to the closing balance {statement.closing}. It was refused whole; "
            "download it again, or ask the bank."
        )
    lines = statement.lines
    if any(not line.id for line in lines):
        lines = identified(lines)
    twice = [id for id, count in Counter(line.id for line in lines).items() if count > 1]
    if twice:
        raise StatementError(f"{at} holds the line {twice[0]} twice. Download it again.")
    return replace(statement, lines=lines)


def _named(statement: Statement) -> str:
    number = f" {statement.number}" if statement.number else ""
    return f"statement{number} of {statement.account}"


def _same_content(connection: Connection, statement: Statement) -> bool:
    """Whether it is booked already, perhaps from a file of another format."""
    table = schema.statements
    found = connection.scalars(
        select(table.c.id)
        .where(table.c.account == statement.account)
        .where(table.c.opened == statement.opened)
        .where(table.c.closed == statement.closed)
        .where(table.c.opening == statement.opening.minor)
        .where(table.c.closing == statement.closing.minor)
        .where(table.c.currency == statement.opening.currency)
    ).all()
    return any(_same_lines(_lines_of(connection, id), statement.lines) for id in found)


def _same_lines(booked: Sequence[BankLine], lines: Sequence[BankLine]) -> bool:
    """By date and amount; unless the bank's own references say that they are others."""
    ours, theirs = (Counter((line.booked, line.amount) for line in x) for x in (booked, lines))
    if ours != theirs:
        return False
    if all(line.bank_ref for line in (*booked, *lines)) and booked:
        return {line.id for line in booked} == {line.id for line in lines}
    return True


def _known(connection: Connection, statement: Statement) -> set[str]:
    if not statement.lines:
        return set()
    days = [line.booked for line in statement.lines]
    table = schema.lines
    booked = connection.scalars(
        select(table.c.id)
        .where(table.c.account == statement.account)
        .where(table.c.booked.between(min(days), max(days)))
    )
    return set(booked) & {line.id for line in statement.lines}


def _follows(statement: Statement, last: Statement) -> bool:
    return statement.opening == last.closing and statement.closed >= last.closed


def _ties(statement: Statement, last: Statement, new: Iterable[BankLine]) -> bool:
    moved = total((line.amount for line in new), last.closing.currency)
    return statement.closing == last.closing + moved


def _told_apart(
    connection: Connection, statement: Statement, known: set[str]
) -> tuple[BankLine, ...]:
    """Ids for the lines of a further statement of a day that repeat lines of the first one.

    Without a reference of the bank only their ordinal differs, and each
    statement counts from 1.
    """
    if any(line.bank_ref for line in statement.lines if line.id in known):
        return tuple(line for line in statement.lines if line.id not in known)
    table = schema.lines
    days = {line.booked for line in statement.lines}
    rows = connection.execute(
        select(table)
        .where(table.c.account == statement.account)
        .where(table.c.booked.in_(days))
        .order_by(table.c.statement, table.c.position)
    ).mappings()
    before = [bank_line(row) for row in rows]
    return identified((*before, *statement.lines))[len(before) :]


def _check_goes_on(
    statement: Statement, last: Statement, new: Sequence[BankLine], known: set[str]
) -> None:
    at = f"{_named(statement)} ({statement.source})"
    if statement.opening.currency != last.closing.currency:
        raise StatementError(
            f"{at} is in {statement.opening.currency}, but what is booked of the account is in "
            f"{last.closing.currency}. Check the account in the file."
        )
    past = [line for line in new if line.booked < last.closed]
    if past:
        raise StatementError(
            f"{at} brings {len(past)} lines booked before {last.closed}, the first of "
            f"{past[0].booked} over {past[0].amount}, but the account is booked up to there "
            "without them. It was refused whole; look at both with the bank's own list."
        )
    if _ties(statement, last, new):
        return
    ended = f"the last one booked ({last.number or last.source}, up to {last.closed})"
    if known or statement.closed <= last.closed:
        raise StatementError(
            f"{at} does not agree with what is booked: {len(new)} of its lines are new, and with "
            f"them {ended} would close with {_with(last, new)}, not {statement.closing}. It was "
            "refused whole; download the range in the same format as before, or ask the bank."
        )
    raise StatementError(
        f"{at} opens on {statement.opened} with {statement.opening}, but {ended} closed with "
        f"{last.closing}: statements from {last.closed} to {statement.opened} are missing. "
        "Fetch these first."
    )


def _with(last: Statement, new: Iterable[BankLine]) -> Money:
    return last.closing + total((line.amount for line in new), last.closing.currency)


def _count(connection: Connection, account: str) -> int:
    table = schema.statements
    return (
        connection.scalar(select(func.max(table.c.position)).where(table.c.account == account)) or 0
    )


def _insert(connection: Connection, statement: Statement, position: int, at: dt.datetime) -> None:
    done = connection.execute(
        insert(schema.statements).values(
            account=statement.account,
            position=position,
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
    id = inserted_id(done)
    rows = [_line_values(line, id, position) for position, line in enumerate(statement.lines)]
    if rows:
        connection.execute(insert(schema.lines), rows)


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


def _line_values(line: BankLine, statement: int, position: int) -> dict[str, Any]:
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


def _lines_of(connection: Connection, statement: int) -> list[BankLine]:
    table = schema.lines
    rows = connection.execute(
        select(table).where(table.c.statement == statement).order_by(table.c.position)
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
    """All of them with their lines, as booked, oldest first."""
    lines: dict[int, list[BankLine]] = defaultdict(list)
    table = schema.lines
    by_position = select(table).order_by(table.c.statement, table.c.position)
    for row in connection.execute(by_position).mappings():
        lines[row["statement"]].append(bank_line(row))
    rows = connection.execute(select(schema.statements).order_by(schema.statements.c.id))
    return tuple(_statement(row, lines[row["id"]]) for row in rows.mappings())

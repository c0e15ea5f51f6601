"""Bank statements and their lines, booked as one unbroken chain an account."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.bank_rows import (
    bank_line,
    insert_statement,
    lines_between,
    lines_of,
    read_last,
    read_statements,
)
from clerkwork.adapters.store.notices import explain, explain_booked
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Kind, Statement, difference, identified
from clerkwork.core.sequence import differ, is_next, missing
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
        insert_statement(connection, statement, at)
        explain_booked(connection, statement.account, at)
        return len(statement.lines)
    if _is_booked(connection, statement):
        explain(connection, statement, at)
        return 0
    part = _new_part(connection, statement, last)
    if part is None:
        return 0
    insert_statement(connection, part, at)
    explain_booked(connection, statement.account, at)
    return len(part.lines)


def _sound(statement: Statement) -> Statement:
    """The statement with the ids of its lines, once it adds up."""
    at = f"{_named(statement)} ({statement.source})"
    if statement.kind is not Kind.STATEMENT:
        raise StatementError(
            f"{at} is a {statement.kind}, whose entries may still change: only a statement is "
            "booked. Fetch the CAMT.053 or the MT940 of that day."
        )
    currency = statement.opening.currency
    for line in statement.lines:
        if line.account != statement.account or line.amount.currency != currency:
            raise StatementError(
                f"{at}: the line of {line.booked} over {line.amount} is of {line.account}, not of "
                f"{statement.account} in {currency}. Download the statement again."
            )
    if statement.closing.currency != currency:
        raise StatementError(f"{at} opens in {currency} and closes with {statement.closing}.")
    if lacking := difference(statement):
        raise StatementError(
            f"{at} does not add up: {statement.opening} and its {len(statement.lines)} lines lack "
            f"{lacking} to the closing balance {statement.closing}. It was refused whole; "
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


def _is_booked(connection: Connection, statement: Statement) -> bool:
    """Whether it is booked already, perhaps from a file of another format.

    The opening date is none of the signs: some formats give the day of the balance before.
    """
    table = schema.statements
    found = connection.execute(
        select(table.c.id, table.c.number)
        .where(table.c.account == statement.account)
        .where(table.c.closed == statement.closed)
        .where(table.c.opening == statement.opening.minor)
        .where(table.c.closing == statement.closing.minor)
        .where(table.c.currency == statement.opening.currency)
    ).all()
    # Only lines that come to nothing can come a second time between the same balances.
    still = statement.opening == statement.closing
    return any(
        _same_money(lines_of(connection, row.id), statement.lines, strictly=still)
        for row in found
        if not (still and differ(row.number, statement.number))
    )


def _same_money(booked: Sequence[BankLine], lines: Sequence[BankLine], *, strictly: bool) -> bool:
    """By date and amount; unless the bank's own references say that they are others.

    If not `strictly`, one of both may have a batch as one line where the other has its parts.
    """
    ours, theirs = (Counter((line.booked, line.amount) for line in x) for x in (booked, lines))
    if ours != theirs:
        return not strictly and _coarser(ours - theirs, theirs - ours)
    if booked and all(line.bank_ref for line in (*booked, *lines)):
        return {line.id for line in booked} == {line.id for line in lines}
    return True


def _coarser(ours: Counter[tuple[dt.date, Money]], theirs: Counter[tuple[dt.date, Money]]) -> bool:
    """Whether what differs is on each day the same sum in fewer, or in more lines."""
    sums = [_by_day(rest) for rest in (ours, theirs)]
    counts = [sum(rest.values()) for rest in (ours, theirs)]
    return sums[0] == sums[1] and 0 < min(counts) < max(counts)


def _by_day(rest: Counter[tuple[dt.date, Money]]) -> dict[dt.date, int]:
    days: dict[dt.date, int] = defaultdict(int)
    for (day, amount), count in rest.items():
        days[day] += amount.minor * count
    return days


def _new_part(connection: Connection, statement: Statement, last: Statement) -> Statement | None:
    """What of a statement goes on after the last one; None if nothing does."""
    known = _known(connection, statement)
    new = _without(statement, known)
    follows = statement.opening == last.closing and statement.closed >= last.closed
    if known and follows and (not _ties(statement, last, new) or _is_next(statement, last)):
        new, known = _told_apart(connection, statement, known), set()
    elif not new and (
        statement.closed < last.closed or (known and statement.closed == last.closed)
    ):
        return None
    elif not _ties(statement, last, new) and statement.lines:
        known |= _known_by_day(connection, statement)
        new = _without(statement, known)
        if not new and not _is_newer(statement, last):
            return None
    _check_goes_on(statement, last, new, known)
    if known or not follows:
        return replace(statement, lines=new, opening=last.closing, opened=last.closed)
    return replace(statement, lines=new)


def _without(statement: Statement, known: set[str]) -> Sequence[BankLine]:
    if not known:
        return statement.lines
    return tuple(line for line in statement.lines if line.id not in known)


def _known(connection: Connection, statement: Statement) -> set[str]:
    if not statement.lines:
        return set()
    table = schema.lines
    booked = connection.scalars(
        select(table.c.id)
        .where(table.c.account == statement.account)
        .where(table.c.booked.between(*_days(statement)))
    )
    return set(booked) & {line.id for line in statement.lines}


def _days(statement: Statement) -> tuple[dt.date, dt.date]:
    days = [line.booked for line in statement.lines]
    return min(days), max(days)


def _known_by_day(connection: Connection, statement: Statement) -> set[str]:
    """Lines of days that are booked with the same amounts from a format with other references.

    Where both formats give the bank's own reference for every line, that alone decides.
    """
    booked = lines_between(connection, statement.account, *_days(statement))
    if all(line.bank_ref for line in (*booked, *statement.lines)):
        return set()
    ours, theirs = (_amounts(lines) for lines in (booked, statement.lines))
    return {line.id for line in statement.lines if ours.get(line.booked) == theirs[line.booked]}


def _amounts(lines: Iterable[BankLine]) -> dict[dt.date, Counter[int]]:
    days: dict[dt.date, Counter[int]] = defaultdict(Counter)
    for line in lines:
        days[line.booked][line.amount.minor] += 1
    return dict(days)


def _is_newer(statement: Statement, last: Statement) -> bool:
    return statement.closed > last.closed


def _is_next(statement: Statement, last: Statement) -> bool:
    """Whether the bank's numbers say that it is the next one, of the same day."""
    return statement.closed == last.closed and is_next(last.number, statement.number)


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
    before = lines_between(connection, statement.account, *_days(statement))
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
    gap = missing(last, statement)
    raise StatementError(
        f"{at} opens on {statement.opened} with {statement.opening}, but {ended} closed with "
        f"{last.closing}: statements from {last.closed} to {statement.opened} are missing"
        f"{f' (number {gap})' if gap else ''}. Fetch these first."
    )


def _with(last: Statement, new: Iterable[BankLine]) -> Money:
    return last.closing + total((line.amount for line in new), last.closing.currency)

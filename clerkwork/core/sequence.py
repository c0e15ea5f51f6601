"""The bank's numbers of an account's statements: which differ, and which are missing between."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clerkwork.core.payments import Statement

__all__ = ["differ", "is_next", "missing", "place"]

_NUMBER = re.compile(r"(\d{1,9})(?:/(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class _Number:
    statement: int
    page: int | None


def _number(text: str) -> _Number | None:
    """'61', '00061' or '61/2'; None for what does not count, such as a message's id."""
    found = _NUMBER.fullmatch(text.strip())
    return _Number(int(found[1]), int(found[2]) if found[2] else None) if found else None


def differ(one: str, other: str) -> bool:
    """Whether two numbers say that their statements are two; '61', '061' and '61/1' are one."""
    first, second = _number(one), _number(other)
    if first is None or second is None:
        return False
    if first.statement != second.statement:
        return True
    return None not in (first.page, second.page) and first.page != second.page


def is_next(before: str, after: str) -> bool:
    """Whether a number counts one on: '61' to '62' or '62/1', '61/1' to '61/2'."""
    first, second = _number(before), _number(after)
    if first is None or second is None:
        return False
    if second.statement == first.statement:
        return second.page == (first.page or 1) + 1
    return second.statement == first.statement + 1 and second.page in (None, 1)


def missing(last: Statement, statement: Statement) -> str:
    """The numbers between two statements that follow each other, such as '62' or '62 to 64'.

    Empty where none is missing: also where the numbers start anew, and where they count days
    (61, then 64 three days later), alone or with two more digits behind them.
    """
    before, after = _number(last.number), _number(statement.number)
    if before is None or after is None or after.statement <= before.statement + 1:
        return ""
    days = (statement.closed - last.closed).days
    if after.statement - before.statement in (days, 100 * days):
        return ""
    first, final = before.statement + 1, after.statement - 1
    return str(first) if first == final else f"{first} to {final}"


def place(number: str) -> tuple[int, int]:
    """Where a statement stands among those of its day."""
    found = _number(number)
    return (found.statement, found.page or 0) if found else (0, 0)

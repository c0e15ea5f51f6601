"""The bank's days: statements belong to them and come out on the next one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

__all__ = ["next_bank_day", "ordinal", "statement_days"]


def _is_bank_day(day: date) -> bool:
    return day.weekday() < 5


def next_bank_day(day: date) -> date:
    return next(later for later in _from(day + timedelta(days=1)) if _is_bank_day(later))


def statement_days(first: date, last: date, today: date) -> Iterator[date]:
    """The bank days from `first` to `last` whose statements are out on `today`."""
    for day in _from(first):
        if day > last or next_bank_day(day) > today:
            return
        if _is_bank_day(day):
            yield day


def ordinal(day: date) -> int:
    """The number of a day's statement: the bank days of its year so far."""
    return sum(_is_bank_day(one) for one in _up_to(day))


def _up_to(day: date) -> Iterator[date]:
    for one in _from(date(day.year, 1, 1)):
        if one > day:
            return
        yield one


def _from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=1)

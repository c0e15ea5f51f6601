"""Business days of several calendars at once, and the days that a rule gives."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from clerkwork.core.calendar import TARGET, holidays_of
from clerkwork.core.schedules.words import Anchor, Rule

__all__ = ["COMPANY", "BusinessDays", "Days", "calendar_names", "read_calendar", "rule_days"]

COMPANY = "company"
"""Names the company's own closed days in a calendar."""

Days = Callable[[date, date], Iterable[date]]
"""The days of a schedule from one date to another, both included; in order, each once."""

_SATURDAY = 5
_DAY = timedelta(days=1)
_REACH = timedelta(days=200)
"""From an anchor, or the end of its period, to the furthest day that a rule makes of it."""
_SOME_YEAR = 2026
_FREE = 60
"""Days on end without a business day, after which a calendar is taken for a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessDays:
    """Monday to Friday, without the holidays of every calendar that is named."""

    names: tuple[str, ...] = ()
    """As in `holidays_of`."""
    closed: Mapping[date, str] = field(default_factory=dict)
    """Days on which the company is closed, each with why."""

    def off(self, day: date) -> str:
        """Why nobody works, on weekdays and weekends alike; empty where nothing says so."""
        if day in self.closed:
            return f"company day: {self.closed[day]}"
        found = [(name, holidays_of(name, day.year).get(day, "")) for name in self.names]
        called = dict.fromkeys(holiday for _, holiday in found if holiday)
        places = "+".join(name for name, holiday in found if holiday)
        return f"holiday: {', '.join(called)} ({places})" if called else ""

    def is_open(self, day: date) -> bool:
        """Whether it is a business day."""
        return day.weekday() < _SATURDAY and not self.off(day)

    def step(self, day: date, count: int) -> date:
        """That many business days later, or earlier if below zero; raises `ValueError` if none."""
        towards = _DAY if count > 0 else -_DAY
        left, without = abs(count), 0
        while left:
            day += towards
            without = 0 if self.is_open(day) else without + 1
            left -= without == 0
            if without > _FREE:
                raise ValueError(f"there is no business day within {_FREE} days of {day}")
        return day


def calendar_names(text: str) -> tuple[str, ...]:
    """The names that a calendar joins, as in 'NL+TARGET'; none in an empty one."""
    return tuple(name.strip() for name in text.split("+")) if text.strip() else ()


def read_calendar(text: str, closed: Mapping[date, str]) -> BusinessDays:
    """The business days of a calendar such as 'NL', 'TARGET', 'NL+TARGET' or 'TARGET+company'.

    A country's are those of the people there, so the company's closed days count with it; TARGET
    alone is the banks'. Raises `ValueError` for a name of which no holidays are known.
    """
    names = calendar_names(text)
    known = tuple(name for name in names if name != COMPANY)
    for name in known:
        holidays_of(name, _SOME_YEAR)
    people = any(name != TARGET for name in names)
    return BusinessDays(names=known, closed=closed if people else {})


def rule_days(rule: Rule, business: BusinessDays, dates: Mapping[str, Sequence[date]]) -> Days:
    """The days that a rule gives. `dates` are the declared lists by name."""

    def within(first: date, last: date) -> Iterable[date]:
        match rule.kind:
            case "weekdays":
                return (day for day in _each(first, last) if day.weekday() in rule.weekdays)
            case "business days":
                # A holiday among them is a slot that is skipped, and says so.
                return (day for day in _each(first, last) if day.weekday() < _SATURDAY)
            case "nth":
                found = _nth_days(rule, business, first, last)
            case _:
                found = _anchored(rule, business, dates, first, last)
        return sorted({day for day in found if first <= day <= last})

    return within


def _each(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * _DAY


def _nth_days(rule: Rule, business: BusinessDays, first: date, last: date) -> Iterator[date]:
    months = {"month": 1, "quarter": 3, "year": 12}[rule.period]
    for begin in _months(first - _REACH * 2, last + _REACH * 2):
        if (begin.month - 1) % months:
            continue
        after = _month_after(begin, months)
        # The first counts from the day before the period, the last from the day after it.
        start = begin - _DAY if rule.nth > 0 else after
        day = business.step(start, rule.nth)
        # A period may have fewer business days than that.
        if begin <= day < after:
            yield day


def _anchored(
    rule: Rule,
    business: BusinessDays,
    dates: Mapping[str, Sequence[date]],
    first: date,
    last: date,
) -> Iterator[date]:
    for anchor in _anchors(rule.anchor or Anchor(), dates, first - _REACH, last + _REACH):
        if rule.step:
            yield business.step(anchor, rule.step)
        elif rule.moved and not business.is_open(anchor):
            yield business.step(anchor, rule.moved)
        else:
            yield anchor


def _anchors(
    anchor: Anchor, dates: Mapping[str, Sequence[date]], first: date, last: date
) -> Iterator[date]:
    if anchor.dates:
        yield from (day for day in dates[anchor.dates] if first <= day <= last)
        return
    for begin in _months(first, last):
        days = monthrange(begin.year, begin.month)[1]
        yield begin.replace(day=days if anchor.day < 0 else anchor.day)


def _months(first: date, last: date) -> Iterator[date]:
    """The first day of every month that has a day from `first` to `last`."""
    begin = first.replace(day=1)
    while begin <= last:
        yield begin
        begin = _month_after(begin, 1)


def _month_after(begin: date, count: int) -> date:
    number = begin.year * 12 + begin.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)

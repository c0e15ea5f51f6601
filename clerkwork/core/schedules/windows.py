"""When a portal may not be touched, and when nothing runs at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from clerkwork.core.schedules.zone import place, wall

__all__ = [
    "Blackout",
    "Span",
    "Window",
    "closed_until",
    "never_open",
    "read_span",
    "read_windows",
]

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_CLOCK = r"((?:[01]\d|2[0-3]):[0-5]\d|24:00)"
_WINDOW = re.compile(rf"(daily|{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) {_CLOCK}-{_CLOCK}")
_MOMENT = r"(\d{4}-\d{2}-\d{2})(?: ((?:[01]\d|2[0-3]):[0-5]\d))?"
_SPAN = re.compile(rf"{_MOMENT}(?: to {_MOMENT})?")
_WEEK = 7 * 24 * 60
_MOST_SHIFTS = 64
"""Windows one behind the other, after which a portal is taken to be never open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours of some weekdays; `minutes` may reach past midnight, into the next day."""

    weekdays: tuple[int, ...]
    """Of its beginning; 0 is Monday."""
    start: int
    """Minutes of the wall clock after midnight."""
    minutes: int

    def around(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """When the window ends that an instant lies in; None if it lies in none.

        In the hour that the clock shows twice it stays closed until its end shows again.
        """
        day = wall(instant, zone).date()
        for begun in (day - timedelta(days=1), day):
            if begun.weekday() in self.weekdays:
                start = datetime.combine(begun, time()) + timedelta(minutes=self.start)
                end = place(start + timedelta(minutes=self.minutes), zone, last=True)
                if place(start, zone) <= instant < end:
                    return end
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one moment of the wall clock until before another."""

    start: datetime
    end: datetime

    def holds(self, instant: datetime, zone: ZoneInfo) -> bool:
        return place(self.start, zone) <= instant < place(self.end, zone, last=True)

    def days(self) -> Iterator[date]:
        """The whole days in it."""
        day = self.start.date()
        while datetime.combine(day, time()) + timedelta(days=1) <= self.end:
            yield day
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackout:
    """A time in which nothing runs, or none of some tasks."""

    span: Span
    why: str


@lru_cache(maxsize=256)
def read_windows(written: tuple[str, ...]) -> tuple[Window, ...]:
    """E.g. ('sun 02:00-06:00', 'daily 23:30-00:30'); raises `ValueError` with what was expected."""
    return tuple(_window(one) for one in written)


def _window(text: str) -> Window:
    found = _WINDOW.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(
            f"{text!r}; expected days and hours such as 'sun 02:00-06:00', 'mon-fri 22:00-05:00' "
            "or 'daily 23:30-00:30'"
        )
    start, end = _minutes(found[2]), _minutes(found[3])
    if start == end or start == 24 * 60:
        raise ValueError(
            f"{text!r}, which begins and ends at once; expected 'daily 00:00-24:00' "
            "for whole days, or hours such as 23:30-00:30"
        )
    days: set[int] = set(range(7)) if found[1] == "daily" else set()
    for part in [] if days else found[1].split(","):
        ends = [_WEEKDAYS.index(day) for day in part.split("-")]
        last = ends[-1] if ends[-1] >= ends[0] else ends[-1] + 7
        days |= {day % 7 for day in range(ends[0], last + 1)}
    span = end - start if end > start else end + 24 * 60 - start
    return Window(weekdays=tuple(sorted(days)), start=start, minutes=span)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def read_span(text: str) -> Span:
    """A day, or days or moments from one to another; the last day counts whole.

    E.g. '2026-12-31', '2026-12-24 to 2027-01-02', '2026-12-31 18:00 to 2027-01-01 12:00'.
    Raises `ValueError` with what was expected.
    """
    found = _SPAN.fullmatch(" ".join(text.split()))
    if found is None or (found[2] and not found[3]):
        raise ValueError(
            f"{text!r}; expected a day such as '2026-12-31', or '2026-12-24 to 2027-01-02', or "
            "'2026-12-31 18:00 to 2027-01-01 12:00'"
        )
    first, last = _date(found[1]), _date(found[3] or found[1])
    start = datetime.combine(first, time.fromisoformat(found[2]) if found[2] else time())
    if found[4]:
        end = datetime.combine(last, time.fromisoformat(found[4]))
    else:
        end = datetime.combine(last, time()) + timedelta(days=1)
    if end <= start:
        raise ValueError(f"{text!r}, which ends before it begins")
    return Span(start=start, end=end)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r}, which no calendar has") from None


def closed_until(windows: Iterable[Window], instant: datetime, zone: ZoneInfo) -> datetime | None:
    """When none of the windows holds an instant any more; None if none holds it now.

    Raises `ValueError` if they leave nothing open.
    """
    declared, moment = tuple(windows), instant
    for _ in range(_MOST_SHIFTS):
        ends = [end for one in declared if (end := one.around(moment, zone))]
        if not ends:
            return moment if moment > instant else None
        moment = max(ends)
    raise ValueError(f"the portal is closed for ever after {instant:%Y-%m-%d %H:%M}")


def never_open(windows: Iterable[Window]) -> bool:
    """Whether windows leave no minute of a week open."""
    open_ = set(range(_WEEK))
    for window in windows:
        for day in window.weekdays:
            begin = day * 24 * 60 + window.start
            open_ -= {minute % _WEEK for minute in range(begin, begin + window.minutes)}
    return not open_

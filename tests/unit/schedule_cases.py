"""Plans and reckonings that the tests of schedules share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from clerkwork.adapters.schedule import cron_days, cron_times
from clerkwork.core.schedules.days import read_calendar, rule_days
from clerkwork.core.schedules.plan import Plan, Slot, slots
from clerkwork.core.schedules.words import Cron, read_schedule

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe")
YEARS = (dt.date(2026, 1, 1), dt.date(2035, 12, 31))
DAY = dt.timedelta(days=1)


def plan(
    said: str,
    calendar: str = "",
    *,
    zone: str = "Europe/Amsterdam",
    dates: Mapping[str, Sequence[dt.date]] | None = None,
    closed: Mapping[dt.date, str] | None = None,
    task: str = "daily_round",
    **more: Any,
) -> Plan:
    """A task's plan as the workspace makes it; business days without a calendar are Dutch."""
    read = read_schedule(said)
    business = read_calendar(calendar, closed or {})
    if isinstance(read, Cron):
        times, days = cron_times(read), cron_days(read)
    else:
        if read.needs_calendar and not calendar:
            business = read_calendar("NL", closed or {})
        times, days = read.times, rule_days(read, business, dates or {})
    return Plan(
        task=task,
        said=said,
        times=times,
        days=days,
        zone=ZoneInfo(zone),
        business=business,
        **more,
    )


def due(made: Plan, first: dt.date, last: dt.date) -> tuple[Slot, ...]:
    """Slots of whole days of the plan's zone, from one to another."""
    begin = dt.datetime.combine(first, dt.time(), made.zone)
    end = dt.datetime.combine(last + DAY, dt.time(), made.zone)
    second = dt.timedelta(seconds=1)
    utc = dt.UTC
    return tuple(slots(made, begin.astimezone(utc) - second, end.astimezone(utc) - second))


def shown(made: Plan, slot: Slot) -> str:
    """A slot as the wall clock shows it, e.g. 'Tue 2026-03-03 06:00'."""
    return f"{slot.due.astimezone(made.zone):%a %Y-%m-%d %H:%M}"


def days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    while first <= last:
        yield first
        first += DAY

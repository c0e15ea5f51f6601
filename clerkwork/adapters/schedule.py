"""Cron by APScheduler: which days its fields mean, and which times of a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from clerkwork.core.schedules.days import Days
from clerkwork.core.schedules.words import Cron

__all__ = ["cron_days", "cron_times"]

# The wall clock's own time, in the disguise of a zone that never changes it: where it lies in the
# creditor's zone is reckoned afterwards, because a trigger in that zone leaves out what its clock
# leaves out, and fires twice, or not at all, in an hour that is shown twice.
_DISGUISE = ZoneInfo("UTC")
_SOME_DAY = datetime(2026, 1, 1, tzinfo=_DISGUISE)


@lru_cache(maxsize=256)
def cron_times(cron: Cron) -> tuple[time, ...]:
    """The times of a day that minute and hour mean, in order."""
    from apscheduler.triggers.cron import CronTrigger

    minute, hour = cron.fields[:2]
    end = _SOME_DAY.replace(hour=23, minute=59)
    trigger = CronTrigger(
        minute=minute, hour=hour, second=0, timezone=_DISGUISE, start_date=_SOME_DAY, end_date=end
    )
    return tuple(found.time() for found in _fired(trigger, _SOME_DAY))


def cron_days(cron: Cron) -> Days:
    """The days that day, month and weekday mean, all three together."""

    def within(first: date, last: date) -> Iterator[date]:
        from apscheduler.triggers.cron import CronTrigger

        _, _, day, month, weekday = cron.fields
        start, end = (datetime.combine(one, time(), _DISGUISE) for one in (first, last))
        trigger = CronTrigger(
            day=day,
            month=month,
            day_of_week=weekday,
            hour=0,
            minute=0,
            second=0,
            timezone=_DISGUISE,
            end_date=end,
        )
        return (found.date() for found in _fired(trigger, start))

    return within


def _fired(trigger: object, start: datetime) -> Iterator[datetime]:
    last, found = None, trigger.get_next_fire_time(None, start)  # type: ignore[attr-defined]
    while found is not None:
        yield found
        last = found
        found = trigger.get_next_fire_time(last, last)  # type: ignore[attr-defined]

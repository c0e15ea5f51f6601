"""When a task is due next: cron with day names, holidays skipped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clerkwork.errors import ConfigError

__all__ = ["next_slot"]

_TRIES = 1000
"""Slots looked through for one that is no holiday."""


def next_slot(
    schedule: str, after: datetime, zone: str, is_holiday: Callable[[date], bool]
) -> datetime:
    """The first slot after an instant, in the zone; raises `ConfigError` if there is none.

    `schedule` is 'minute hour day month weekday' with weekdays as names, as `task` requires.
    """
    from apscheduler.triggers.cron import CronTrigger

    place = ZoneInfo(zone)
    try:
        trigger = CronTrigger.from_crontab(schedule, timezone=place)
    except ValueError as error:
        raise ConfigError(f"schedule {schedule!r}: {error}") from error
    slot = after
    for _ in range(_TRIES):
        found = trigger.get_next_fire_time(None, slot)
        if found is None:
            break
        if not is_holiday(found.astimezone(place).date()):
            return found.astimezone(place)
        slot = found + timedelta(minutes=1)
    raise ConfigError(f"schedule {schedule!r} is never due: every slot falls on a holiday")

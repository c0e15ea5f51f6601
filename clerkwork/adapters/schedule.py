"""When a task is due next: cron with day names, holidays skipped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clerkwork.errors import ConfigError

__all__ = ["check_schedule", "next_slot"]

_TRIES = 1000
"""Slots looked through for one that is no holiday."""
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12))
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([1-9]\d*))?")


def check_schedule(schedule: str) -> None:
    """Raise `ConfigError` for a moment that no clock shows, such as minute 61.

    The weekday, the last of the five fields, was checked when the task was declared.
    """
    for (name, least, most), field in zip(_FIELDS, schedule.split(), strict=False):
        for part in field.split(","):
            found = _PART.fullmatch(part)
            bounds = [_number(word) for word in found.groups()[:2] if word] if found else [-1]
            if any(not least <= bound <= most for bound in bounds) or bounds != sorted(bounds):
                raise ConfigError(
                    f"schedule {schedule!r}: the {name} is {part!r}; expected a number from "
                    f"{least} to {most}, a range such as {least}-{most}, or *"
                )


def _number(word: str) -> int:
    return _MONTHS.index(word) + 1 if word in _MONTHS else int(word) if word.isdecimal() else -1


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
        found: datetime | None = trigger.get_next_fire_time(None, slot)
        if found is None:
            raise ConfigError(f"schedule {schedule!r} is never due: no month has such a day")
        if not is_holiday(found.astimezone(place).date()):
            return found.astimezone(place)
        slot = found + timedelta(minutes=1)
    raise ConfigError(f"schedule {schedule!r} is never due: every slot falls on a holiday")

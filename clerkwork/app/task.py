"""What a task is: a plain function of a run, with the moment it is due."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clerkwork.errors import ConfigError
from clerkwork.ports import NORMAL, QUEUE

if TYPE_CHECKING:
    from clerkwork.app.run import Run

__all__ = ["Task", "task"]

_DAY = r"(mon|tue|wed|thu|fri|sat|sun)"
_DAYS = re.compile(rf"(\*|{_DAY}(-{_DAY})?(,{_DAY}(-{_DAY})?)*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as `clerkwork list` shows it and `clerkwork run` runs it."""

    name: str
    work: Callable[[Run], None]
    schedule: str
    """Cron with day names, in the creditor's time zone; empty: only on demand."""
    calendar: str
    """Country whose public holidays it skips (ISO 3166); empty: none."""
    about: str
    """First line of the function's docstring."""
    after: str = ""
    """What it is run after by itself: 'approval', once an approver has answered."""
    queue: str = QUEUE
    priority: int = NORMAL


def task(
    *,
    schedule: str = "",
    calendar: str = "",
    after: str = "",
    queue: str = QUEUE,
    priority: int = NORMAL,
) -> Callable[[Callable[[Run], None]], Task]:
    """Make a function of a run into a task.

    `schedule` is 'minute hour day month weekday' with weekdays as names: numbers
    mean other days to cron than to the scheduler, so they are refused with `ConfigError`.
    """

    def declare(work: Callable[[Run], None]) -> Task:
        if schedule:
            _check(work.__name__, schedule)
        about = (work.__doc__ or "").strip().partition("\n")[0]
        return Task(
            name=work.__name__,
            work=work,
            schedule=schedule,
            calendar=calendar,
            about=about,
            after=after,
            queue=queue,
            priority=priority,
        )

    return declare


def _check(name: str, schedule: str) -> None:
    fields = schedule.split()
    if len(fields) != 5 or not _DAYS.fullmatch(fields[4]):
        raise ConfigError(
            f"task {name}: schedule {schedule!r} should be 'minute hour day month weekday' "
            "with the weekday as a name, as in '0 6 * * mon-fri'"
        )

"""Whether the tasks that remind run at an hour at which debtors may be reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from clerkwork.app.reminders import send_reminders
from clerkwork.app.run import Run
from clerkwork.app.task import Task
from clerkwork.core.journeys import Journey
from clerkwork.core.schedules.plan import Plan, slots
from clerkwork.workspace.config import Config
from clerkwork.workspace.schedules import make_timetable

__all__ = ["never_reminded"]

_YEAR = dt.timedelta(days=366)
"""Some slots are due once a year."""


def never_reminded(tasks: Mapping[str, Task], config: Config, now: dt.datetime) -> str:
    """What is wrong, in words, where a journey's debtors are reminded by no slot of the coming year
    although tasks that remind have a schedule; empty where nothing is.

    `now` is UTC. Raises `ConfigError` as `make_timetable` does.
    """
    plans = make_timetable(tasks, config).plans
    due = [plans[n] for n, one in tasks.items() if one.schedule and not one.off and _reminds(one)]
    if not due:
        return ""
    without = [one for one in config.journeys if not _reaches(due, one, config, now)]
    if not without:
        return ""
    named = ", ".join(one.name for one in without)
    hours = ", ".join(sorted({f"{j.hours.start:%H:%M}-{j.hours.end:%H:%M}" for j in without}))
    said = " and ".join(f"{plan.task} ({plan.said})" for plan in due)
    return (
        f"nobody on these journeys is ever reminded by schedule: {named}. No slot of {said} falls "
        f"within their contact hours ({hours}, no Sundays or holidays but where they say so). Give "
        "a task that reminds a schedule within them in config/schedules.toml, as in "
        '[tasks.remind_debtors] schedule = "10:30 every mon-sat"'
    )


def _reaches(due: list[Plan], journey: Journey, config: Config, now: dt.datetime) -> bool:
    return any(
        not slot.why and not config.calendar.quiet(slot.start, journey.hours)
        for plan in due
        for slot in slots(plan, now, now + _YEAR)
    )


def _reminds(task: Task) -> bool:
    """Whether its function, or one of a task that it does, sends reminders."""
    seen: set[Callable[[Run], None]] = set()
    left = [task.work]
    while left:
        work = left.pop()
        if work in seen:
            continue
        seen.add(work)
        # A task is a plain function: what it does stands in it by name.
        named = [work.__globals__.get(name) for name in work.__code__.co_names]
        if any(one is send_reminders for one in named):
            return True
        left += [one.work for one in named if isinstance(one, Task)]
    return False

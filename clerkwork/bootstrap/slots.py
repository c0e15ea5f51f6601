"""When tasks are due, for the scheduler and for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from heapq import merge
from itertools import islice

from clerkwork.app.office import Office
from clerkwork.app.slots import Timetable, account_slots, waiting_slots
from clerkwork.app.task import Task
from clerkwork.core.schedules.plan import Slot, slots
from clerkwork.core.schedules.told import told_schedule
from clerkwork.ports import SlotRow
from clerkwork.workspace import Workspace
from clerkwork.workspace.reminding import never_reminded
from clerkwork.workspace.schedules import make_timetable

__all__ = [
    "account",
    "accounted_slots",
    "due_words",
    "never_reminded_in",
    "next_due",
    "next_slots",
    "timetable",
    "upcoming_slots",
]

_AHEAD = dt.timedelta(days=400)
"""How far a next slot is looked for: some are due once a year."""
_STOP = "task "


def timetable(place: Workspace) -> Timetable:
    """The plans of a workspace's tasks; raises `ConfigError`."""
    return make_timetable(place.tasks, place.config)


def account(table: Timetable, office: Office) -> tuple[SlotRow, ...]:
    """One tick of a scheduler: account for every slot due up to now; the rows that were written.

    Each row that is 'queued' has asked for its errand in the store, in the same transaction.
    """
    stopped = {
        stop.scope.removeprefix(_STOP): f"{stop.why} ({stop.by})"
        for stop in office.stops.standing()
        if stop.scope.startswith(_STOP)
    }
    return account_slots(
        table,
        slots=office.slots,
        errands=office.errands,
        now=office.clock.now(),
        stopped=stopped,
    )


def accounted_slots(
    table: Timetable, office: Office, task: str, since: dt.datetime | None
) -> tuple[SlotRow, ...]:
    """What became of every slot, and what is due and waits, in order of time."""
    waiting = [
        row
        for row in waiting_slots(table, office.slots, office.clock.now())
        if task in ("", row.task) and (since is None or row.due >= since)
    ]
    return (*office.slots.all(task, since), *sorted(waiting, key=lambda row: row.due))


def due_words(task: Task) -> str:
    """When a task is due, in plain words; empty if only on demand."""
    told = told_schedule(task.schedule, task.calendar)
    return f"{told}; {task.off}" if told and task.off else told


def next_due(table: Timetable, office: Office, task: str, count: int = 1) -> tuple[Slot, ...]:
    """A task's next slots that run."""
    return next_slots(table, office.clock.now(), task, count)


def next_slots(table: Timetable, now: dt.datetime, task: str, count: int = 1) -> tuple[Slot, ...]:
    """A task's next slots that run, after an instant."""
    if table.plans[task].off:
        return ()
    coming = slots(table.plans[task], now, now + _AHEAD)
    return tuple(islice((slot for slot in coming if not slot.why), count))


def never_reminded_in(place: Workspace, office: Office) -> str:
    """What is wrong where no slot falls within a journey's hours; empty where nothing is."""
    return never_reminded(place.tasks, place.config, office.clock.now())


def upcoming_slots(table: Timetable, office: Office, days: int) -> Sequence[tuple[str, Slot]]:
    """Every slot of the coming days with its task, in order of time."""
    now = office.clock.now()
    until = now + dt.timedelta(days=days)
    each = (
        [(slot.due, name, slot) for slot in slots(plan, now, until)]
        for name, plan in table.plans.items()
    )
    return [(name, slot) for _, name, slot in merge(*each, key=lambda found: found[:2])]

"""Attend: which processes are at work, and what is due and waits because none is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from clerkwork.core.alerts import Unattended
from clerkwork.ports import Errand, SlotRow, WorkerRow

__all__ = [
    "PLANS",
    "WORKS",
    "due_by_queue",
    "schedulers",
    "unattended",
    "untaken",
    "workers_by_queue",
]

WORKS, PLANS = ("worker", "serve"), ("scheduler", "serve")
"""Kinds of processes that carry out what was asked for, and that ask for what is due."""


def schedulers(processes: Iterable[WorkerRow], silent: Collection[str]) -> int:
    """How many processes ask for what is due."""
    return sum(row.kind in PLANS for row in _at_work(processes, silent))


def workers_by_queue(
    processes: Iterable[WorkerRow], silent: Collection[str], queues: Iterable[str]
) -> Mapping[str, int]:
    """How many processes take from each queue; of each of `queues`, even where none does."""
    found = dict.fromkeys(queues, 0)
    for row in _at_work(processes, silent):
        for queue in row.queues if row.kind in WORKS else ():
            found[queue] = found.get(queue, 0) + 1
    return dict(sorted(found.items()))


def untaken(
    processes: Iterable[WorkerRow], silent: Collection[str], queues: Iterable[str]
) -> tuple[str, ...]:
    """Those of the queues from which no process takes."""
    return tuple(q for q, n in workers_by_queue(processes, silent, queues).items() if not n)


def due_by_queue(waiting: Iterable[Errand], now: dt.datetime) -> Mapping[str, list[dt.datetime]]:
    """Since when each errand that waits could have begun, by queue."""
    found: dict[str, list[dt.datetime]] = {}
    for errand in waiting:
        since = max(errand.asked, errand.not_before or errand.asked)
        if since <= now:
            found.setdefault(errand.queue, []).append(since)
    return found


def unattended(
    processes: Collection[WorkerRow],
    silent: Collection[str],
    *,
    due: Mapping[str, list[dt.datetime]],
    slots: Collection[SlotRow],
) -> Iterator[Unattended]:
    """What waits for a process that is not there; `slots` are due, and nobody came to them yet."""
    if slots and not schedulers(processes, silent):
        first = min(slots, key=lambda row: row.due)
        yield Unattended(
            what="no scheduler",
            since=first.due,
            text=f"No scheduler is at work, and slots are due since {first.due:%Y-%m-%d %H:%M} UTC "
            f"({first.task} was the first). Start one: clerkwork serve, or clerkwork scheduler",
        )
    for queue in untaken(processes, silent, due):
        since = min(due[queue])
        yield Unattended(
            what=f"no worker of {queue}",
            since=since,
            text=f"No worker takes from the queue {queue}, where something waits since "
            f"{since:%Y-%m-%d %H:%M} UTC. Start one: clerkwork worker --queues {queue}",
        )


def _at_work(processes: Iterable[WorkerRow], silent: Collection[str]) -> Iterator[WorkerRow]:
    """Those that take on more: neither silent, nor draining, nor ended."""
    return (
        row for row in processes if row.ended is None and not row.draining and row.id not in silent
    )

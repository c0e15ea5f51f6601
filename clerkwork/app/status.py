"""Status: how unattended work stands, and what of it needs a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from clerkwork.app.alert import Lookout
from clerkwork.app.attend import due_by_queue, schedulers, workers_by_queue
from clerkwork.app.muster import AT_WORK, DEAD, states
from clerkwork.core.alerts import Alert
from clerkwork.core.posting import PostingState
from clerkwork.ports import Lease, RunRow, RunTally, Stop, WorkerRow

__all__ = ["Standing", "TaskStanding", "WorkerStanding", "standing"]

_RECENT = 500
"""Runs among which those that have not ended are looked for, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStanding:
    task: str
    next: dt.datetime | None
    """When its next slot is due (UTC); None if it is only run on demand, or switched off."""
    last: RunRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStanding:
    """A process of the engine that has not ended."""

    worker: WorkerRow
    silent_for: float
    """Seconds since it was heard of."""
    silent: bool
    """Whether that is so long that it counts as dead, or it is known to have died."""
    dead: bool = False
    """Whether it is known to have died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything at one moment."""

    at: dt.datetime
    tasks: tuple[TaskStanding, ...]
    running: tuple[RunRow, ...]
    workers: tuple[WorkerStanding, ...]
    stops: tuple[Stop, ...]
    waiting: Mapping[str, int]
    """Errands that wait, by queue."""
    schedulers: int
    """Processes that ask for what is due."""
    takers: Mapping[str, int]
    """Processes that take from each queue; 0 where something waits and none does."""
    due: Mapping[str, int]
    """Errands that wait and could begin now, by queue."""
    ever: bool
    """Whether work was ever left to processes: a slot was accounted for, or one is at work."""
    under_way: int
    """Errands that wait or run."""
    work_items: Mapping[str, int]
    """Open ones, by kind."""
    leases: tuple[Lease, ...]
    """Those that are held."""
    alerts: tuple[Alert, ...]
    """Those that are open."""
    postings: Mapping[str, int]
    """By state."""
    runs: tuple[RunTally, ...]
    slots: Mapping[tuple[str, str], int]
    """By task and state."""

    @property
    def needs(self) -> tuple[str, ...]:
        """What needs a person, in words; empty if nothing does."""
        return tuple(_needs(self))


def standing(lookout: Lookout, due: Callable[[str], dt.datetime | None]) -> Standing:
    """How everything stands now; `due` says when a task is due next. Raises `StoreError`."""
    census = lookout.census
    latest = {run.task: run for run in census.latest()}
    waiting: dict[str, int] = {}
    queued = lookout.errands.waiting()
    for errand in queued:
        waiting[errand.queue] = waiting.get(errand.queue, 0) + 1
    judged = states(lookout.workers, silence=lookout.dead_after, lives=lookout.lives)
    silent = {id for id, state in judged.items() if state != AT_WORK}
    heard = census.heartbeats()
    now = lookout.clock.now()
    processes = [worker for worker in lookout.workers.at_work() if worker.id in heard]
    due_now = due_by_queue(queued, now)
    return Standing(
        at=now,
        tasks=tuple(
            TaskStanding(task=task, next=due(task), last=latest.get(task)) for task in lookout.tasks
        ),
        running=tuple(run for run in lookout.runs.all(_RECENT) if run.ended is None),
        workers=tuple(
            WorkerStanding(
                worker=worker,
                silent_for=heard[worker.id],
                silent=worker.id in silent,
                dead=judged.get(worker.id) == DEAD,
            )
            for worker in processes
        ),
        stops=lookout.stops.standing(),
        waiting=waiting,
        schedulers=schedulers(processes, silent),
        takers=workers_by_queue(processes, silent, due_now),
        due={queue: len(since) for queue, since in due_now.items()},
        ever=bool(processes) or lookout.slots.last() is not None,
        under_way=len(lookout.errands.under_way()),
        work_items=census.work_items(),
        leases=tuple(lease for lease in lookout.leases.all() if lease.held),
        alerts=lookout.alerts.open(),
        postings=census.postings(),
        runs=census.runs(),
        slots=census.slots(),
    )


def _needs(found: Standing) -> Iterator[str]:
    for alert in found.alerts:
        yield f"alert: {alert.text}"
    for stop in found.stops:
        yield f"stopped: {stop.scope}, by {stop.by}: {stop.why}"
    for each in found.workers:
        worker = each.worker
        if each.dead:
            yield f"dead: {worker.kind} {worker.id}; who begins next goes on with what it had"
        elif each.silent:
            yield f"silent: {worker.kind} {worker.id} on {worker.host}"
    scheduled = sum(one.next is not None for one in found.tasks)
    if scheduled and found.ever and not found.schedulers:
        yield (
            f"no scheduler is at work, and {scheduled} of the tasks have a schedule: "
            "clerkwork serve, or clerkwork scheduler"
        )
    for queue, number in sorted(found.due.items()):
        if not found.takers.get(queue):
            yield (
                f"no worker takes from the queue {queue}, where {number} wait: "
                f"clerkwork serve, or clerkwork worker --queues {queue}"
            )
    doubtful = found.postings.get(PostingState.DOUBTFUL, 0)
    if doubtful:
        yield f"postings of which nobody knows whether they stand in the ERP: {doubtful}"
    items = sum(found.work_items.values())
    if items:
        yield f"work items that wait for a decision: {items}"

"""Work that was asked for, the queue it waits in, and the processes that take it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

__all__ = [
    "NORMAL",
    "QUEUE",
    "Errand",
    "Errands",
    "Work",
    "WorkQueue",
    "WorkerRow",
    "Workers",
    "work_id",
]

NORMAL = 100
"""Priority of work that is neither urgent nor may wait; lower comes first."""
QUEUE = "clerks"
"""The queue of tasks that name none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A task that is to be run once: for a slot, for a person, or for an answer that has come."""

    id: str
    """What makes it unique, e.g. 'slot/daily_round/2026-03-03T05:00Z': asked for once."""
    task: str
    by: str
    """Who asked: 'the schedule', or a person."""
    asked: dt.datetime
    subject: str = ""
    """Id of what it goes on with, e.g. of a work item."""
    not_before: dt.datetime | None = None
    """Of the office's clock."""
    queue: str = QUEUE
    priority: int = NORMAL
    state: str = "queued"
    """'queued', 'running', 'done', 'stopped' (a person's), 'failed' or 'refused' (never begun)."""
    attempts: int = 0
    """Begun so far."""
    note: str = ""
    ended: dt.datetime | None = None


class Errands(Protocol):
    """What was asked for, in the store: the truth about it, whatever the queue holds."""

    def ask(self, errand: Errand) -> bool:
        """Commit it; False if one of its id is there already, in whatever state."""

    def get(self, id: str) -> Errand | None: ...

    def waiting(self) -> tuple[Errand, ...]:
        """What is queued, the most urgent first."""

    def running(self) -> tuple[Errand, ...]:
        """What a worker has in hand, the oldest first."""

    def under_way(self) -> tuple[Errand, ...]:
        """What is queued or running, the oldest first."""

    def ended(self, task: str, last: int) -> tuple[Errand, ...]:
        """A task's errands that are over, the newest first, at most so many."""

    def all(self, last: int | None = None) -> tuple[Errand, ...]:
        """The newest first."""

    def begin(self, id: str, attempt: int) -> None:
        """An attempt begins, or is gone on with; raises `ValueError` if the errand is over."""

    def again(self, id: str, not_before: dt.datetime, note: str) -> Errand:
        """Queued once more; raises `ValueError` if the errand is over."""

    def number(self, errand: Errand, attempts: int) -> bool:
        """Let the next attempt be the one after so many; False if it is not as it was any more."""

    def end(self, id: str, state: str, note: str) -> None:
        """Over, with the clock's time; what is over stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One attempt of an errand, to be carried out by the next free worker."""

    errand: str
    attempt: int
    queue: str
    priority: int
    wait: float = 0.0
    """Seconds before which it is not taken out."""

    @property
    def id(self) -> str:
        """The same attempt put in twice is carried out once."""
        return work_id(self.errand, self.attempt)


def work_id(errand: str, attempt: int) -> str:
    """What an attempt of an errand is called in the queue."""
    return errand if attempt == 1 else f"{errand}~{attempt}"


class WorkQueue(Protocol):
    """The durable queue of attempts, over all machines. Raises `StoreError`."""

    def put(self, work: Iterable[Work]) -> int:
        """Put in what is not in there yet; how many. Safe to repeat."""

    def hand_over(self, workers: Collection[str]) -> tuple[str, ...]:
        """Give what dead workers had taken to whoever is free; the ids of that work."""

    def takers(self) -> frozenset[str]:
        """The workers that have taken something which is not over."""

    def standing(self, ids: Collection[str]) -> Mapping[str, str]:
        """How attempts stand: 'waits', 'taken' or 'over'; what it does not know is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A process of the engine."""

    id: str
    kind: str
    """'worker', 'scheduler', 'console', or 'serve' (all in one)."""
    host: str
    process: int
    version: str
    queues: tuple[str, ...]
    started: dt.datetime
    seen: dt.datetime
    """Of the database's clock."""
    draining: bool = False
    """It takes nothing more, and ends when what it has is done."""
    ended: dt.datetime | None = None


class Workers(Protocol):
    """Processes of the engine over all machines, as their heartbeats show them."""

    def enrol(self, worker: WorkerRow) -> None:
        """`started` and `seen` are set by the database's clock."""

    def seen(self, id: str) -> WorkerRow:
        """A heartbeat; the row as it stands. Raises `StoreGone` if the store knows none."""

    def drain(self, id: str) -> WorkerRow:
        """Let it end when what it has is done; `id` may be an unambiguous beginning.

        Raises `ValueError` if there is none, or if it has ended.
        """

    def retire(self, id: str) -> bool:
        """It has ended, or died; False if that was known already."""

    def silent(self, seconds: float) -> tuple[WorkerRow, ...]:
        """Those that have not ended and were not seen for so long."""

    def at_work(self) -> tuple[WorkerRow, ...]:
        """Those that have not ended, the newest first."""

    def all(self) -> tuple[WorkerRow, ...]:
        """Those that have ended, too; the newest first."""

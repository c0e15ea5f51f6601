"""Tidy: let go what is kept for longer, or takes more room, than was declared."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from clerkwork.core.calendar import Calendar
from clerkwork.core.posting import PostingState
from clerkwork.core.retention import LEGAL_YEARS, Retention, excess, kept_until
from clerkwork.errors import EvidenceError
from clerkwork.ports import Books, Clock, EvidenceRoom, OldRun, Queue, Room, Runs

__all__ = ["Cupboard", "LetGo", "Memory", "Spared", "Tidied", "tidy"]

_UNSETTLED = (PostingState.KEYING, PostingState.DOUBTFUL, PostingState.REVERSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cupboard:
    """A room, with what may be kept in it."""

    room: Room
    days: int
    megabytes: int | None = None


class Dated(Protocol):
    """What the store notes of a day, and forgets in time."""

    def count(self, before: dt.date) -> int: ...

    def forget(self, before: dt.date) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the store remembers of debtors, and for how many days it may."""

    name: str
    dated: Dated
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """What was let go of one room, or would be."""

    name: str
    count: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """A run whose evidence is old enough, and stays."""

    run: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    let_go: tuple[LetGo, ...]
    runs: tuple[str, ...]
    """Whose evidence went."""
    spared: tuple[Spared, ...]
    deleted: tuple[tuple[str, str], ...] = ()
    """'details' or 'pictures', and the run whose they were."""


def tidy(
    *,
    cupboards: Sequence[Cupboard],
    evidence: EvidenceRoom,
    runs: Runs,
    queue: Queue,
    books: Books,
    calendar: Calendar,
    clock: Clock,
    retention: Retention,
    by: str = "",
    memories: Sequence[Memory] = (),
    dry: bool = False,
) -> Tidied:
    """Let go what is over its time; with `dry` nothing, and only say what.

    Evidence goes by whole runs that have ended and are sound, or died; one that a decision still
    waits for stays, and so does one that does not hold: that has to be looked into. Details and
    pictures of a run may go before; `by` is who lets them go. Raises
    `StoreError` and `EvidenceError` where something cannot be removed.
    """
    now = clock.now()
    told = []
    for cupboard in cupboards:
        old = excess(cupboard.room.files(), now, cupboard.days, cupboard.megabytes)
        if not dry:
            for file in old:
                cupboard.room.remove(file)
        size = sum(file.size for file in old)
        told.append(LetGo(name=cupboard.room.name, count=len(old), bytes=size))
    today = calendar.local(now).date()
    for memory in memories:
        before = today - dt.timedelta(days=memory.days)
        forgotten = memory.dated.count(before) if dry else memory.dated.forget(before)
        told.append(LetGo(name=memory.name, count=forgotten, bytes=0))
    gone, freed, spared = [], 0, []
    deleted: list[tuple[str, str]] = []
    parts = dict.fromkeys(("details", "pictures"), 0)
    why = _why(retention.evidence_days)
    needed = set(_needed(queue, books))
    for old_run in evidence.runs():
        ended = calendar.local(old_run.ended).date()
        if today <= kept_until(ended, retention.evidence_days):
            old_parts = _old_parts(old_run, ended, today, retention)
            reason = _stays(old_run, needed, runs, evidence) if old_parts else ""
            if reason:
                spared.append(Spared(run=old_run.run, why=reason))
                continue
            for what, days in old_parts:
                if not dry:
                    evidence.delete(old_run.run, what, _declared(days), by)
                deleted.append((what, old_run.run))
                parts[what] += old_run.parts[what]
            continue
        reason = _stays(old_run, needed, runs, evidence)
        if reason:
            spared.append(Spared(run=old_run.run, why=reason))
            continue
        if not dry:
            evidence.remove(old_run.run, evidence.examine(old_run.run), why)
        gone.append(old_run.run)
        freed += old_run.size
    told.append(LetGo(name="evidence", count=len(gone), bytes=freed))
    counted = Counter(what for what, _ in deleted)
    told += (
        LetGo(name=f"{what} of evidence", count=counted[what], bytes=size)
        for what, size in parts.items()
        if counted[what]
    )
    return Tidied(
        let_go=tuple(told), runs=tuple(gone), spared=tuple(spared), deleted=tuple(deleted)
    )


def _old_parts(
    old_run: OldRun, ended: dt.date, today: dt.date, retention: Retention
) -> list[tuple[str, int]]:
    """What of a run goes before the rest, and after how many days; 'details', 'pictures'."""
    declared = {"details": retention.details_days, "pictures": retention.pictures_days}
    return [
        (what, days)
        for what, days in declared.items()
        if days and old_run.parts.get(what) and today > kept_until(ended, days)
    ]


def _declared(days: int) -> str:
    return f"by retention, which was declared as {days} days after a run's end"


def _why(days: int) -> str:
    if days:
        return _declared(days)
    return f"by retention, {LEGAL_YEARS} full years after the year in which it ended"


def _needed(queue: Queue, books: Books) -> Iterator[str]:
    """Runs that a decision, or a posting that is not settled, still points at."""
    for item in queue.open():
        yield item.evidence.partition("#")[0]
    for row in books.postings(*_UNSETTLED):
        yield row.run


def _stays(old_run: OldRun, needed: Collection[str], runs: Runs, evidence: EvidenceRoom) -> str:
    """Why it stays; empty if it may go."""
    run = old_run.run
    if not old_run.begun:
        if run in needed:
            return "something that waits for a decision points at it"
        row = runs.find(run)
        if row is not None and row.run == run and row.ended is None:
            return "the journal says that it has not ended"
    try:
        # Also where a removal was begun: nobody else's record of one lets anything go.
        found = evidence.examine(run)
    except EvidenceError as error:
        return str(error)
    return f"it does not hold: {found.broken[0]}" if found.broken else ""

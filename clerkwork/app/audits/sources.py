"""What the auditors' reports are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from clerkwork.core.evidence import RunEvidence
from clerkwork.core.healing import Proposal
from clerkwork.errors import EvidenceError
from clerkwork.ports import (
    Approvals,
    Books,
    Errands,
    EvidenceShelf,
    History,
    Lessons,
    Outbox,
    Runs,
    SlotRow,
    Stops,
)

__all__ = ["Sources"]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Evidence, store and what is kept beside them, over one period."""

    shelf: EvidenceShelf
    books: Books
    approvals: Approvals
    outbox: Outbox
    runs: Runs
    lessons: Lessons
    stops: Stops
    errands: Errands
    history: History
    slots: Callable[[], Sequence[SlotRow]]
    """What became of every slot, and what is due and waits."""
    proposals: Sequence[Proposal] = ()
    """For selectors files."""
    removed: Callable[[str], bool] = lambda _: False
    """Whether a run's evidence was removed as declared."""
    text_of: Callable[[str], str | None] = lambda _: None
    """A file of the workspace by its SHA-256, as it was kept; None if it was not."""
    log: Callable[[], Sequence[Mapping[str, Any]]] = tuple
    """The leaves of the log of runs, as they stand there."""
    one_log: bool = True
    """Whether no other machine has a log of its own beside the same store."""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    """Excluded; both UTC."""
    amiss: list[str] = field(default_factory=list)
    """Runs whose evidence cannot be read, and why."""

    def within(self, at: dt.datetime | None) -> bool:
        """Whether an instant lies in the period."""
        if at is None:
            return False
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)

    @cached_property
    def evidence(self) -> tuple[RunEvidence, ...]:
        """All runs whose evidence is here, the oldest first, those of before among them."""
        return tuple(self._read())

    def _read(self) -> Iterator[RunEvidence]:
        for run in self.shelf.names():
            try:
                yield self.shelf.read(run)
            except EvidenceError as error:
                self.amiss.append(f"{run}: {error}")

"""What the auditors' reports are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from clerkwork.app.decided import Decisions
from clerkwork.core.evidence import RunEvidence
from clerkwork.core.evidence.parse import instant
from clerkwork.core.healing import Proposal
from clerkwork.errors import EvidenceError
from clerkwork.ports import (
    Approvals,
    Books,
    Errands,
    EvidenceShelf,
    Handovers,
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
    handovers: Handovers | None = None
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
    def decided(self) -> Decisions:
        """What people decided."""
        return Decisions(
            history=self.history,
            approvals=self.approvals,
            lessons=self.lessons,
            stops=self.stops,
            errands=self.errands,
            proposals=lambda: self.proposals,
        )

    @cached_property
    def debtors(self) -> Mapping[str, str]:
        """Names, by number."""
        return {debtor.number: debtor.name for debtor in self.books.debtors()}

    @property
    def unproved(self) -> tuple[str, ...]:
        """What of the period's evidence does not verify, or is gone: no report is sure of it."""
        return (*self.unverified, *self._gone())

    @cached_property
    def unverified(self) -> tuple[str, ...]:
        """What of the evidence that is here does not verify; a run under way has no end yet."""
        log = self.shelf.examine_log()
        told = [f"the log of runs does not hold: {one.words}" for one in log.findings if one.grave]
        if log.untrusted:
            told.append(
                "there is no trusted key here, so nothing that is shown is proved: "
                "`clerkwork verify --all` says which keys it was checked with"
            )
        at_work = {row.run for row in self.runs.running()}
        for evidence in self.evidence:
            if not self._touches(evidence):
                continue
            wrong = [
                one
                for one in self.shelf.examine(evidence.run).findings
                if one.grave or evidence.run not in at_work
            ]
            if wrong:
                more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
                told.append(
                    f"run {evidence.run} does not verify, so what it shows here is not proved: "
                    f"{wrong[0].kind}: {wrong[0].words}{more}"
                )
        return tuple(told)

    def _gone(self) -> Iterator[str]:
        here = {evidence.run for evidence in self.evidence}
        for leaf in self.log():
            run = str(leaf.get("run", ""))
            gone = leaf.get("kind") == "begun" and run not in here and not self.removed(run)
            if gone and self.within(instant(leaf.get("at"))):
                yield (
                    f"run {run} began, by the log of runs, and its evidence is gone: what it did "
                    "is not in this report"
                )

    def _touches(self, evidence: RunEvidence) -> bool:
        """Whether it was at work in the period, as far as that can be read."""
        ends = evidence.steps[-1].at if evidence.steps else evidence.began
        begins = evidence.began
        if begins is None or ends is None:
            return True
        return (self.until is None or begins < self.until) and (
            self.since is None or ends >= self.since
        )

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

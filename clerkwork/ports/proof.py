"""A run's evidence, written and examined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from clerkwork.core.evidence import Finding, InLog, RunEvidence, SelectorUse, Verdict
from clerkwork.core.evidence.log import LogRead
from clerkwork.ports.errands import Errand
from clerkwork.ports.portals import Picture
from clerkwork.ports.slots import SlotRow

__all__ = [
    "EvidenceArchive",
    "EvidenceStore",
    "StepRecord",
    "Trail",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One act a person would name, as it goes into the evidence."""

    robot: str
    action: str
    outcome: str
    """'ok', or what went wrong."""
    subject: str = ""
    """What it was about: a posting's reference, an order, a statement."""
    credential: str = ""
    """Name under which the vault keeps the login that was used, never its value."""
    page: str = ""
    """The page's address without query, fragment and what may be a secret."""
    selectors: Sequence[SelectorUse] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    """What was checked against the portal's or the bank's own figures; holds no personal data."""
    details: Mapping[str, str] = field(default_factory=dict)
    """May hold personal data; kept apart from the chain, bound by a commitment."""
    pictures: Sequence[Picture] = ()


class Trail(Protocol):
    """The evidence of one run."""

    run: str

    def record(self, step: StepRecord) -> int:
        """Append to the chain; the step's number from 1. It is on its way to the disk."""

    def settled(self) -> None:
        """Wait until all that was recorded is on the disk: no step begins before."""

    def anchor(self, why: str) -> None:
        """Sign the head so far, before a write."""

    def close(self, outcome: str, figures: Mapping[str, int]) -> None:
        """Sign the checkpoint that ends the run."""


class EvidenceStore(Protocol):
    def begin(
        self,
        run: str,
        task: str,
        about: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> Trail:
        """A fresh trail; `about` and `versions` as in `RunEvidence`."""

    def left_open(self) -> Sequence[str]:
        """Runs of this machine that began and were not ended, dead or alive."""

    def recover(self, run: str, by: str) -> None:
        """Sign what a run that surely is dead has left, as found by the run `by`."""

    def record_not_run(self, rows: Iterable[SlotRow]) -> None:
        """Say in the log of slots that were skipped, missed or refused; of each once."""

    def record_refused(self, errands: Iterable[Errand]) -> None:
        """Say in the log of errands that were refused, so that they came to no run; each once."""

    def examine(self, run: str) -> Verdict:
        """What a check of a run's evidence finds; raises `EvidenceError` if there is none."""

    def read(self, run: str) -> RunEvidence:
        """A run's evidence as it stands, unchecked."""


class EvidenceArchive(EvidenceStore, Protocol):
    """All evidence of this machine, with the log in which its runs hang."""

    def known(self) -> Sequence[str]:
        """All runs that are here, or that the log says were here."""

    def hold_in_log(self, run: str) -> InLog | Finding | None:
        """Proof that what the log says of a run is under its last signed tree head.

        Or what is wrong with that; None where the log does not know the run.
        """

    def examine_log(self, copies: Iterable[tuple[str, bytes]] = ()) -> LogRead:
        """What a check finds of the log in itself, and against copies of its tree heads."""

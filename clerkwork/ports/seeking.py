"""What an auditor looks through: the evidence that is here, and the words of its pictures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from clerkwork.core.evidence import RunEvidence, StepPicture, Verdict
from clerkwork.core.evidence.log import LogRead
from clerkwork.core.seeking import Query

__all__ = ["EvidenceShelf", "PictureWords"]


class EvidenceShelf(Protocol):
    """The evidence of the runs on this machine, to be looked through."""

    def names(self) -> Iterator[str]:
        """Runs whose evidence was not removed, the oldest first."""

    def read(self, run: str) -> RunEvidence:
        """A run's evidence as it stands, unchecked; raises `EvidenceError`."""

    def examine(self, run: str) -> Verdict:
        """What a check of a run's evidence finds; raises `EvidenceError` if there is none."""

    def examine_log(self) -> LogRead:
        """What a check finds of the log of all runs in itself."""

    def span(self, run: str) -> tuple[dt.datetime | None, dt.datetime | None]:
        """When it began, and ended (UTC); None where that cannot be read."""

    def pictured(self, run: str) -> Collection[str]:
        """Files of its pictures that are there: they may have been deleted before the rest."""

    def picture(self, run: str, picture: StepPicture) -> bytes:
        """Its content (JPEG); empty if it is not there, or is not the one that was recorded."""


class PictureWords(Protocol):
    """The words of pictures, by the picture's SHA-256. Raises `StoreError`."""

    def known(self, pictures: Collection[str]) -> frozenset[str]:
        """Those of them that were read."""

    def keep(self, sha256: str, words: str, at: dt.datetime) -> None:
        """Committed; what was read already stays."""

    def with_words(self, query: Query) -> dict[str, str]:
        """Pictures that show what is looked for, with their words."""

    def looked_through(self) -> frozenset[str]:
        """Runs that are over, and whose pictures were all read."""

    def close_run(self, run: str) -> None:
        """It is over, and its pictures were all read."""

    def keep_only(self, pictures: Collection[str], runs: Collection[str]) -> int:
        """Forget all other pictures, for good, and all other runs; how many pictures."""

    def all(self) -> Sequence[str]:
        """Every picture that was read."""

"""What runs leave behind on a disk, and how it is let go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from clerkwork.core.evidence import Verdict
from clerkwork.core.retention import Kept

__all__ = ["EvidenceRoom", "OldRun", "Room"]


class Room(Protocol):
    """One folder of files that may be removed."""

    @property
    def name(self) -> str:
        """For people, e.g. 'logs'."""

    def files(self) -> Iterable[Kept]: ...

    def remove(self, file: Kept) -> None:
        """Nothing if it is gone already; raises `StoreError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRun:
    """A run whose evidence is here."""

    run: str
    ended: dt.datetime
    """When it ended, or began if it died."""
    size: int
    """Bytes that would be free."""
    begun: bool
    """Whether its removal was begun, and broke off."""


class EvidenceRoom(Protocol):
    """The evidence of runs on this machine, of which only whole runs are removed."""

    def runs(self) -> Iterable[OldRun]:
        """Those that were not removed yet, as far as their time can be read."""

    def examine(self, run: str) -> Verdict:
        """What a check of a run's evidence finds; raises `EvidenceError` if there is none."""

    def remove(self, run: str, found: Verdict, why: str) -> None:
        """Sign that it was removed, and let it go; raises `EvidenceError`."""

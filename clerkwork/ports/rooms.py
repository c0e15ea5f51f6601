"""What runs leave behind on a disk, and how it is let go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
    parts: Mapping[str, int] = field(default_factory=dict)
    """Bytes of what may be deleted before the rest, by what it is: 'details', 'pictures'."""


class EvidenceRoom(Protocol):
    """The evidence of this machine's runs; it goes by whole runs, details and pictures before."""

    def runs(self) -> Iterable[OldRun]:
        """Those that were not removed yet, as far as their time can be read."""

    def examine(self, run: str) -> Verdict:
        """What a check of a run's evidence finds; raises `EvidenceError` if there is none."""

    def remove(self, run: str, found: Verdict, why: str) -> None:
        """Sign that it was removed, and let it go; raises `EvidenceError`."""

    def delete(self, run: str, what: str, why: str, by: str) -> None:
        """Sign that its 'details' or 'pictures' were deleted, and let them go.

        Raises `EvidenceError`.
        """

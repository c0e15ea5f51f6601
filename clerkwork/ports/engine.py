"""Unattended work: the journal of runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = [
    "RunRow",
    "Runs",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of a task."""

    run: str
    """E.g. '20260303-090000-daily_round-1f3a'."""
    task: str
    started: dt.datetime
    ended: dt.datetime | None = None
    outcome: str = "running"
    """'running', 'done', 'stopped' (something waits for a person), 'held' (what it needed was
    another's for too long) or 'failed'."""
    figures: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    errand: str | None = None
    """What it was an attempt of; None where a person ran it at his desk."""
    worker: str = ""
    attempt: int = 1


class Runs(Protocol):
    """The journal of runs."""

    def begin(
        self,
        run: str,
        task: str,
        at: dt.datetime,
        *,
        errand: str | None = None,
        worker: str = "",
        attempt: int = 1,
    ) -> None:
        """Write down that it runs."""

    def end(
        self, run: str, at: dt.datetime, outcome: str, figures: Mapping[str, int], note: str
    ) -> None: ...

    def find(self, run: str) -> RunRow | None:
        """By id, an unambiguous beginning of it, or 'last'."""

    def running(self) -> tuple[RunRow, ...]:
        """Those that have not said how they ended, the oldest first: at work, or dead."""

    def of(self, errand: str) -> tuple[RunRow, ...]:
        """The runs of an errand, newest first."""

    def all(self, last: int | None = None) -> tuple[RunRow, ...]:
        """The newest first."""

"""What the store counts, for whoever watches: figures and times, nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from clerkwork.ports.engine import RunRow

__all__ = ["Census", "RunTally"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTally:
    """Runs of a task that ended in the same way."""

    task: str
    outcome: str
    runs: int
    seconds: float
    """How long all of them took together."""


class Census(Protocol):
    """Counted by the database, however many rows there are."""

    def runs(self) -> tuple[RunTally, ...]:
        """By task and outcome; those that have not ended are 'running', and took no time."""

    def latest(self) -> tuple[RunRow, ...]:
        """The newest run of each task."""

    def slots(self) -> Mapping[tuple[str, str], int]:
        """By task and state; of what was asked for, the state of its errand."""

    def postings(self) -> Mapping[str, int]:
        """By state."""

    def work_items(self) -> Mapping[str, int]:
        """Open ones, by kind."""

    def heartbeats(self) -> Mapping[str, float]:
        """Seconds since each process that has not ended was heard of, by the database's clock."""

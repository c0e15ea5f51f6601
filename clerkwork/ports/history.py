"""What the store keeps of the past beside how things stand now: moves, decisions, stops."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from clerkwork.core.queue import WorkItem

__all__ = ["Decided", "History", "Moved", "Passed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision about a work item; without a `decision` it was opened again."""

    item: WorkItem
    """As it is now."""
    decision: str
    by: str
    at: dt.datetime
    """UTC."""
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One change of a posting's state."""

    reference: str
    was: str
    """Empty when it was proposed first."""
    state: str
    at: dt.datetime
    """UTC."""
    run: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One change of a message's state."""

    message: str
    """The message's key."""
    state: str
    at: dt.datetime
    """UTC."""
    run: str
    note: str
    proof: str


class History(Protocol):
    """Oldest first; nothing of it is ever changed."""

    def decisions(self) -> tuple[Decided, ...]:
        """All that was ever decided about work items, also what was taken back."""

    def moves(self, since: dt.datetime | None = None) -> tuple[Moved, ...]:
        """All states that postings ever were in, or came into since then (UTC)."""

    def passed(self, debtor: str) -> tuple[Passed, ...]:
        """All states that messages to a debtor ever were in."""

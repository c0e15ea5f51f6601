"""Every moment at which a task was due, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clerkwork.ports.errands import Errand

__all__ = ["BEGUN", "Accounted", "SlotRow", "Slots"]

BEGUN = "begun"
"""State of a row that is no slot: from its moment on, the schedule in its `why` is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """One slot of a task, or the beginning of its schedule."""

    task: str
    due: dt.datetime
    """UTC."""
    state: str
    """'queued' (its errand says how it ended), 'skipped', 'missed', 'refused', or `BEGUN`."""
    at: dt.datetime
    """When it was accounted for, UTC."""
    why: str = ""
    errand: Errand | None = None
    """What was asked for; in the state in which it is now."""

    @property
    def outcome(self) -> str:
        """How it ended: its errand's state, or its own where nothing was asked for."""
        return self.errand.state if self.errand else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """How far a task's slots are accounted for."""

    until: dt.datetime
    """The last slot, or the beginning of its schedule."""
    schedule: str
    """What its schedule said then."""


class Slots(Protocol):
    """Slots of all tasks, each recorded once."""

    def account(self, task: str, rows: Sequence[SlotRow], after: dt.datetime | None = None) -> bool:
        """Commit rows of one task, with their errands, as one; they are in order of `due`.

        False, and nothing is written, unless the last one accounted for is `after` (None: there
        is none): somebody else has gone on meanwhile. Raises `StoreError`.
        """

    def accounted(self, task: str) -> Accounted | None:
        """None where its schedule was never begun."""

    def last(self) -> dt.datetime | None:
        """When anything of any task was accounted for last; None if nothing ever was."""

    def all(self, task: str = "", since: dt.datetime | None = None) -> tuple[SlotRow, ...]:
        """In order of `due`, of one task or of all, since a moment; with their errands."""

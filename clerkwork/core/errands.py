"""What becomes of an errand after an attempt: it is over, it is tried again, or its task stops."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from clerkwork.errors import BusinessError, HeldElsewhere, SetupError, StoreTooNew

__all__ = [
    "DONE",
    "FAILED",
    "HELD",
    "OUTGROWN",
    "REFUSED",
    "STOPPED",
    "UNREADY",
    "Endurance",
    "Fate",
    "failures_in_a_row",
    "fate_of",
    "outcome_of",
    "slot_errand",
    "slot_of",
]

DONE, STOPPED, FAILED, UNREADY = "done", "stopped", "failed", "unready"
REFUSED = "refused"
"""It was never begun, because its task was stopped."""
HELD = "held"
"""Something was held elsewhere for longer than it was waited for: no failure, only not its turn."""
OUTGROWN = "outgrown"
"""The store is of a newer release than the worker: one of that release carries it out."""
_GROWTH = 4.0
_LONGEST = 3600.0
_SPREAD = 0.25
"""How much a wait may be shorter or longer, so that what failed together is not tried together."""


_SLOT = re.compile(r"slot/.+/(\d{4}-\d\d-\d\dT\d\d:\d\dZ)")


def slot_errand(task: str, due: dt.datetime) -> str:
    """The id of the errand for a task's slot, e.g. 'slot/daily_round/2026-03-03T05:00Z'."""
    return f"slot/{task}/{due:%Y-%m-%dT%H:%MZ}"


def slot_of(errand: str) -> str:
    """When the slot is due for which an errand was asked (UTC); empty if it was asked otherwise."""
    found = _SLOT.fullmatch(errand)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endurance:
    """How long and how often unattended work is tried: `[engine]` in `config/workspace.toml`."""

    at_once: int = 2
    """Attempts that one worker has under way at a time; each has a browser of its own."""
    attempts: int = 3
    """Attempts of one errand, where a portal or a channel failed; a business failure has one."""
    back_off: float = 60.0
    """Seconds before the second attempt, give or take a quarter; four times as long each time."""
    deadline: float = 7200.0
    """Seconds after which an attempt is ended, browser and all."""
    silence: float = 900.0
    """Seconds without a step or a sign of progress after which an attempt counts as hung."""
    stop_after: int = 3
    """Errands of a task that fail in a row before the task is stopped for a person."""
    heartbeat: float = 5.0
    """Seconds between two signs of life of a process, and between two looks for what is due."""
    dead_after: float = 30.0
    """Seconds without a sign of life after which a process counts as dead, and a lease is over."""

    def __post_init__(self) -> None:
        for name in ("at_once", "attempts", "stop_after"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 or more")
        for name in ("deadline", "silence", "heartbeat"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected seconds above 0")
        if self.dead_after < 3 * self.heartbeat:
            raise ValueError(
                f"dead_after is {self.dead_after}; expected three heartbeats or more, "
                f"{3 * self.heartbeat:.0f}"
            )
        if self.back_off < 0:
            raise ValueError(f"back_off is {self.back_off}; expected seconds, 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of an errand; `wait` is set where it is tried again, in seconds."""

    state: str
    """'done', 'stopped', 'failed', or 'queued' again."""
    wait: float = 0.0


def outcome_of(error: Exception) -> str:
    """What an error that ended an attempt means for its errand; 'failed' if nobody foresaw it."""
    kinds = (
        (BusinessError, STOPPED),
        (SetupError, UNREADY),
        (HeldElsewhere, HELD),
        (StoreTooNew, OUTGROWN),
    )
    return next((outcome for kind, outcome in kinds if isinstance(error, kind)), FAILED)


def fate_of(outcome: str, failures: int, chance: float, endurance: Endurance) -> Fate:
    """What an attempt's outcome means for its errand.

    `outcome` is a run's ('done', 'stopped', 'failed', 'held'), 'died', 'unready' where the machine
    or the workspace was not (that does not pass by itself), or 'outgrown'. `failures` are those
    of the errand so far, this one among them; `chance` in [0, 1) spreads the wait.
    """
    if outcome in (DONE, STOPPED):
        return Fate(state=outcome)
    if outcome == OUTGROWN:
        return Fate(state="queued", wait=endurance.heartbeat)
    if outcome == UNREADY or failures >= endurance.attempts:
        return Fate(state=FAILED)
    wait = min(endurance.back_off * _GROWTH ** max(0, failures - 1), _LONGEST)
    return Fate(state="queued", wait=wait * (1 - _SPREAD + 2 * _SPREAD * chance))


def failures_in_a_row(states: Iterable[str]) -> int:
    """How many of a task's errands, newest first, failed before one that did not."""
    count = 0
    for state in states:
        if state != FAILED:
            break
        count += 1
    return count

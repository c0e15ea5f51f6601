"""What makes many runs on many machines safe: leases, stops, and what a process holds."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import inf
from typing import Protocol

__all__ = ["Ending", "Holding", "Lease", "Leases", "Stop", "Stops"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Something that is held once over all machines, as the store knows it."""

    name: str
    """E.g. 'task daily_round'; that of a portal's login shows neither address nor user."""
    shown: str
    """What it is, for people, e.g. 'the login of kantoor_erp'."""
    holder: str
    """Who holds it, or held it last, for people, e.g. 'run 20260303-090000-daily_round-1f3a'."""
    worker: str
    """The process of the holder, as `Holding` knows it again."""
    epoch: int
    """Grows with each taking, so that a holder that slept can tell."""
    taken: dt.datetime | None
    until: dt.datetime | None
    """By the database's clock; None once it was released."""
    held: bool
    """Whether it was not over by the database's clock, when this was read."""
    idle: float = 0.0
    """Seconds since it was given up, or taken from a dead holder; by the database's clock."""


class Leases(Protocol):
    """What may be held once over all machines.

    Their time is that of the database, never the office's clock, which the demo moves.
    """

    def take(
        self, name: str, *, shown: str, holder: str, worker: str, seconds: float
    ) -> int | None:
        """Hold it for so many seconds; its new epoch, or None where another holds it."""

    def renew(self, name: str, epoch: int, seconds: float) -> bool:
        """Hold it for so many seconds from now; False if it was released, or is another's.

        One that ran out while nobody took it is held again.
        """

    def release(self, name: str, epoch: int) -> bool:
        """Give it up in order; False, and nothing done, where it is not held by that epoch."""

    def seize(self, name: str, epoch: int, *, dead: bool) -> bool:
        """Take it from a holder that ran out of time, or is `dead` for certain: nobody's now.

        The holder can never renew it. Where it is not known to be dead, the lease stays one that
        ran out and was never released. False, and nothing done, if it has another epoch
        meanwhile, or a holder that is not known to be dead has time left.
        """

    def get(self, name: str) -> Lease | None: ...

    def all(self) -> tuple[Lease, ...]:
        """By name; those that are nobody's among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What is known of the end of another run."""

    sure: bool
    """Whether it surely does nothing any more, nor does its browser."""
    seconds: float = inf
    """For which that is known."""


class Holding(Protocol):
    """What this process holds of what can be held once over all machines.

    Order: the run itself, its task, logins as they are needed; what is held for a moment alone
    (messages, lines being matched) comes last, and nothing is waited for meanwhile.
    """

    def hold(self, name: str, shown: str, *, patience: float = 0.0) -> AbstractContextManager[None]:
        """Hold it for the block, waiting for it so many seconds or as long as this process waits.

        Raises `SetupError` at a person's desk where another holds it, `HeldElsewhere` where
        nobody waits, and `LeaseLost` once anything was lost: the run is to end then.
        """

    def sure(self) -> None:
        """Raise `LeaseLost` unless all that is held is surely ours for some seconds more.

        Asks nobody: just before an act that counts.
        """

    def ending(self, run: str) -> Ending:
        """What is known of a run's end; a browser that outlived it on this machine is ended."""

    def is_at_work(self, run: str) -> bool:
        """Whether a run holds its own lease and is not known to be dead; changes nothing."""

    def is_over(self, run: str) -> bool:
        """Whether a run that the journal calls running has died, or can write nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What somebody, or too many failures in a row, has stopped."""

    scope: str
    """'writes' (of every robot and channel), 'robot NAME' (the writes of one) or 'task NAME'
    (it is not begun any more)."""
    by: str
    why: str
    since: dt.datetime
    lifted: dt.datetime | None = None
    lifted_by: str = ""


class Stops(Protocol):
    """The kill switch: it holds everywhere, from the next safe point."""

    def pull(self, scope: str, by: str, why: str) -> bool:
        """Stop it; False if it is stopped already: who pulled first stays."""

    def lift(self, scope: str, by: str) -> bool:
        """Let it go on; False if it is not stopped."""

    def standing(self) -> tuple[Stop, ...]:
        """Oldest first."""

    def all(self) -> tuple[Stop, ...]:
        """Newest first, those that were lifted among them."""

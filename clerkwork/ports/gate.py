"""What makes many runs on many machines safe: leases, stops, and what a process holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Lease", "Leases", "Stop", "Stops"]


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

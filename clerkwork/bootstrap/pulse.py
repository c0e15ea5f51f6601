"""A process's signs of life, and what it makes of those of the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from loguru import logger

from clerkwork.adapters.engine import EngineQueue
from clerkwork.adapters.holding import awake, lives_here
from clerkwork.app.muster import hand_over_from_dead
from clerkwork.core.attention import Attention
from clerkwork.core.complaint import Complaint
from clerkwork.errors import ClerkworkError, StoreGone
from clerkwork.ports import WorkerRow, Workers

__all__ = ["Pulse", "lives"]


def lives(row: WorkerRow) -> bool | None:
    """Whether a process of the engine lives; None of those of other machines."""
    return lives_here(row.host, row.process, row.id)


@dataclass(slots=True, kw_only=True)
class Pulse:
    """Beats once a heartbeat, whatever the store says to it."""

    workers: Workers
    work: EngineQueue
    row: WorkerRow
    attention: Attention
    ending: threading.Event
    """Set where the process is to come to an end."""
    now: threading.Event
    """Set where it is to end at once."""
    plan: Callable[[], None] | None = None
    """A look for what is due, of a process that plans."""
    gone: str = ""
    """Why the store that it works with is not the one that counts any more."""
    clock: Callable[[], float] = field(default_factory=awake)
    complaint: Complaint = field(default_factory=Complaint)

    def beat(self) -> None:
        """A sign of life, and a look around. Nothing is lost by one that the store did not answer:

        the next one sees what it would have seen.
        """
        try:
            self._beat()
        except StoreGone as error:
            self.gone = self.gone or str(error)
            self._end_now()
        except ClerkworkError as error:
            self.attention.cut_off()
            if said := self.complaint.failed(str(error), self.clock()):
                logger.error("{}", said)

    def _beat(self) -> None:
        row = self.row
        # First of all: whoever was cut off himself shows that he lives before he judges others.
        seen = self.workers.seen(row.id)
        self.attention.heard(self.clock())
        if seen.ended is not None:
            if not self.now.is_set():
                logger.error("{} was silent for too long and counts as dead: it ends", row.id)
            self._end_now()
            return
        if seen.draining and not self.ending.is_set():
            logger.info("{} is to end: it takes nothing more", row.id)
            self.ending.set()
        if self.plan is not None and not self.ending.is_set():
            self.plan()
        hand_over_from_dead(
            self.workers,
            self.work,
            silence=self.attention.silence,
            lives=lives,
            attentive=self.attention.is_long(self.clock()),
        )
        if said := self.complaint.over(self.clock()):
            logger.info("{} {}: {}", row.kind, row.id, said)

    def _end_now(self) -> None:
        self.ending.set()
        self.now.set()

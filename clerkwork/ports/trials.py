"""What is kept of experiments: who came into which arm, what looks told, what was stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Protocol

from clerkwork.core.experiments import Entry, Look, Trial

__all__ = ["Trials"]


class Trials(Protocol):
    """Experiments that began; whoever is in one stays where he is, whatever becomes of it."""

    def all(self) -> tuple[Trial, ...]:
        """In the order in which they began."""

    def entries(self) -> tuple[Entry, ...]:
        """Everybody who ever came in and was not forgotten, in the order in which they did."""

    def enter(self, entries: Iterable[Entry], designs: Mapping[str, str]) -> int:
        """Commit who comes in, all or nobody; how many. Nobody comes into the same one twice.

        `designs` is experiment → `Experiment.design`, kept when the first one comes in.
        """

    def look(self, name: str, look: Look) -> bool:
        """Keep what a look told; False if that look was taken already. Raises `ValueError` where
        the experiment did not begin."""

    def stop(self, name: str, design: str, *, by: str, note: str = "") -> Trial:
        """Nobody comes in any more; raises `ValueError` if it was stopped already."""

    def count(self, before: dt.date) -> int:
        """How many came in before a day."""

    def forget(self, before: dt.date) -> int:
        """Forget that they did; how many. What the looks told stays."""

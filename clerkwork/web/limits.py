"""How often somebody may ask: so many times in a span of time, and then no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["Limit"]

_MOST_KNOWN = 20_000
"""Names that are remembered at once: who floods with addresses does not fill the memory."""


class Limit:
    """`most` times in each span of so many seconds, counted for each name."""

    def __init__(
        self, most: int, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._now = now
        self._span = -1
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def takes(self, who: str) -> bool:
        """Count one more under a name; whether it is still within the limit."""
        with self._lock:
            counts = self._current()
            # Where too many are known already, the rest are counted as one.
            who = who if who in counts or len(counts) < _MOST_KNOWN else ""
            counts[who] = counts.get(who, 0) + 1
            return counts[who] <= self._most

    def _current(self) -> dict[str, int]:
        span = int(self._now() // self._seconds)
        if span != self._span:
            self._span, self._counts = span, {}
        return self._counts

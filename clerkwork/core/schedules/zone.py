"""Where a moment of the wall clock lies in time: each exactly once, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["place", "wall"]


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock shows, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=4096)
def place(shown: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The instant (UTC) at which the wall clock shows this.

    What it shows twice is placed at the first time, or at the `last`; what it leaves out, at the
    first instant after the gap. So the order of what is shown is kept.
    """
    here = shown.replace(tzinfo=zone, fold=1 if last else 0).astimezone(UTC)
    if wall(here, zone) == shown:
        return here
    # In a gap, the two readings lie on its two sides.
    early, late = sorted(shown.replace(tzinfo=zone, fold=n).astimezone(UTC) for n in (0, 1))
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late

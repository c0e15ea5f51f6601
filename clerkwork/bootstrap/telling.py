"""What `clerkwork alerts` does: list what is wrong, look for it now, try the ways to tell of it."""

from __future__ import annotations

from pathlib import Path

from clerkwork.app.alert import Told, tell_test, watch
from clerkwork.bootstrap.lookout import open_lookout
from clerkwork.core.alerts import Alert
from clerkwork.core.calendar import Calendar

__all__ = ["known_alerts", "look_now", "try_alerts"]


def known_alerts(folder: Path | None, last: int | None) -> tuple[Calendar, tuple[Alert, ...]]:
    """The alerts that are open, or the last so many of all; the newest first."""
    with open_lookout(folder) as (place, lookout):
        alerts = lookout.alerts
        found = alerts.all(last) if last else tuple(reversed(alerts.open()))
        return place.config.calendar, found


def look_now(folder: Path | None) -> Told:
    """One look, as the scheduler has one at every turn."""
    with open_lookout(folder) as (_, lookout):
        return watch(lookout)


def try_alerts(folder: Path | None) -> Told:
    """A test alert by every way that is declared."""
    with open_lookout(folder) as (_, lookout):
        return tell_test(lookout)

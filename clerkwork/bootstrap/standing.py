"""How unattended work stands, for `clerkwork status` and `/metrics`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from clerkwork.app.alert import Lookout
from clerkwork.app.status import Standing, standing
from clerkwork.bootstrap.lookout import open_lookout
from clerkwork.bootstrap.slots import next_slots, timetable
from clerkwork.core.calendar import Calendar
from clerkwork.workspace import Workspace

__all__ = ["how_it_stands", "standing_of"]


def standing_of(place: Workspace, lookout: Lookout) -> Standing:
    """How everything stands now; raises `ConfigError` for a schedule, and `StoreError`."""
    table = timetable(place)
    now = lookout.clock.now()

    def due(task: str) -> dt.datetime | None:
        return next((slot.due for slot in next_slots(table, now, task)), None)

    return standing(lookout, due)


def how_it_stands(folder: Path | None) -> tuple[Calendar, Standing]:
    """The same of the workspace in or above a folder, with its calendar."""
    with open_lookout(folder) as (place, lookout):
        return place.config.calendar, standing_of(place, lookout)

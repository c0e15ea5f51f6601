"""How unattended work stands, for `clerkwork status` and `/metrics`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from clerkwork.app.alert import Lookout
from clerkwork.app.muster import AT_WORK, DEAD, SILENT, states
from clerkwork.app.status import Standing, standing
from clerkwork.bootstrap.lookout import open_lookout
from clerkwork.bootstrap.slots import next_slots, timetable
from clerkwork.core.calendar import Calendar
from clerkwork.errors import SetupError
from clerkwork.ports import WorkerRow
from clerkwork.workspace import Workspace

__all__ = ["drain", "how_it_stands", "standing_of"]


def standing_of(place: Workspace, lookout: Lookout) -> Standing:
    """How everything stands now; raises `ConfigError` for a schedule, and `StoreError`."""
    table = timetable(place)
    now = lookout.clock.now()

    def due(task: str) -> dt.datetime | None:
        return next((slot.due for slot in next_slots(table, now, task)), None)

    return standing(lookout, due)


def drain(place: Workspace, name: str) -> WorkerRow:
    """Let a process of the engine end when what it has is done; `name` may be the beginning of one.

    Raises `SetupError` if there is none, or if it counts as dead: it would never read it.
    """
    silence = place.config.settings.engine.dead_after
    with open_lookout(place) as (_, lookout):
        judged = states(lookout.workers, silence=silence, lives=lookout.lives)
        try:
            row = lookout.workers.drain(name)
        except ValueError as error:
            raise SetupError(f"{error}; each tells its name when it begins") from error
    state = judged.get(row.id, AT_WORK)
    if state == DEAD:
        raise SetupError(
            f"{row.kind} {row.id} is dead: its process {row.process} is gone. What it had is gone "
            "on with by whoever is at work, or begins next"
        )
    if state == SILENT:
        raise SetupError(
            f"{row.kind} {row.id} was not heard of for {silence:.0f} s and counts as dead. Should "
            "it wake, it ends; what it had is gone on with by whoever is at work, or begins next"
        )
    return row


def how_it_stands(folder: Path | None) -> tuple[Calendar, Standing]:
    """The same of the workspace in or above a folder, with its calendar."""
    with open_lookout(folder) as (place, lookout):
        return place.config.calendar, standing_of(place, lookout)

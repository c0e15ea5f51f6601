"""`clerkwork schedule` and `slots`: what comes, and what became of what was due."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

if TYPE_CHECKING:
    from clerkwork.app.office import Office
    from clerkwork.core.schedules.plan import Slot
    from clerkwork.ports import SlotRow

__all__ = ["schedule", "slots"]

_MOST_DAYS = 3660
_RAN = {"done": "ran", "stopped": "ran, stopped", "failed": "ran, failed"}


def schedule(
    days: Annotated[
        int, typer.Option("--days", min=1, max=_MOST_DAYS, help="How many days from now.")
    ] = 14,
    workspace: Where = None,
) -> None:
    """Show the coming slots of all tasks, and which of them do not run, and why.

    Nothing is run or recorded: change config/schedules.toml and look again.
    """
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (place, office):
        table = bootstrap.timetable(place)
        coming = bootstrap.upcoming_slots(table, office, days)
        if wrong := bootstrap.never_reminded_in(place, office):
            show.notice(f"warning: {wrong}")
        if not coming:
            show.say(
                f"Nothing is due in the next {days} days: no task has a schedule that falls there. "
                "config/schedules.toml sets one."
            )
            return
        show.table(
            ("due", "task", "what becomes of it"),
            ((_day(office, slot.due), task, _becomes(office, slot)) for task, slot in coming),
        )


def _becomes(office: Office, slot: Slot) -> str:
    if slot.why:
        return f"skipped: {slot.why}"
    return "" if slot.start == slot.due else f"begins at {_clock(office, slot.start, slot.due)}"


def slots(
    task: Annotated[str, typer.Argument(metavar="[TASK]", help="Of one task only.")] = "",
    since: Annotated[
        str,
        typer.Option("--since", metavar="DAY", help="From this day on, such as 2026-03-02."),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="One object with all slots, instants in UTC.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Show every slot that was due, and what became of it.

    A slot ran (and was done, stopped or failed), or was skipped, missed or refused, with why.
    """
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (place, office):
        if task:
            place.task(task)
        begin = _since(since, office)
        found = bootstrap.accounted_slots(bootstrap.timetable(place), office, task, begin)
        if as_json:
            show.say(json.dumps({"slots": [_plain(row) for row in found]}, indent=2))
            return
        if not found:
            show.say(
                "No slot is accounted for yet. The scheduler does that, from its first start on."
            )
            return
        show.table(
            ("due", "task", "outcome", "why"),
            ((_day(office, row.due), row.task, _outcome(row), _why(row)) for row in found),
        )


def _since(day: str, office: Office) -> dt.datetime | None:
    if not day:
        return None
    try:
        midnight = dt.datetime.combine(dt.date.fromisoformat(day), dt.time())
    except ValueError:
        raise typer.BadParameter(
            f"{day!r}; expected a day such as 2026-03-02", param_hint="--since"
        ) from None
    return midnight.replace(tzinfo=ZoneInfo(office.calendar.zone)).astimezone(dt.UTC)


def _outcome(row: SlotRow) -> str:
    if row.errand is None:
        return row.state
    return _RAN.get(row.errand.state, row.errand.state)


def _why(row: SlotRow) -> str:
    if row.state == "begun":
        return f"from here on: {row.why}" if row.why else "from here on: no schedule"
    noted = row.errand.note if row.errand else ""
    return "; ".join(part for part in (row.why, noted) if part)


def _plain(row: SlotRow) -> dict[str, object]:
    errand = row.errand
    return {
        "task": row.task,
        "due": row.due.isoformat(),
        "outcome": row.outcome,
        "state": row.state,
        "why": row.why,
        "accounted": row.at.isoformat(),
        "errand": errand.id if errand else None,
        "not_before": errand.not_before.isoformat() if errand and errand.not_before else None,
        "ended": errand.ended.isoformat() if errand and errand.ended else None,
        "note": errand.note if errand else "",
    }


def _day(office: Office, instant: dt.datetime) -> str:
    return f"{office.calendar.local(instant):%a %Y-%m-%d %H:%M}"


def _clock(office: Office, instant: dt.datetime, due: dt.datetime) -> str:
    local = office.calendar.local(instant)
    same = local.date() == office.calendar.local(due).date()
    return f"{local:%H:%M}" if same else f"{local:%a %Y-%m-%d %H:%M}"

"""`clerkwork status`: how unattended work stands, on one page, or as one object for machines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

if TYPE_CHECKING:
    from clerkwork.app.status import Standing, WorkerStanding
    from clerkwork.core.calendar import Calendar
    from clerkwork.ports import RunRow

__all__ = ["status"]

_FORMAT = "clerkwork status 1"


def status(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one object for machines; docs/operations.md.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Show how everything stands: tasks, runs, workers, stops, work items, alerts.

    Exit status 1 if something needs a person.
    """
    from clerkwork import bootstrap

    calendar, found = bootstrap.how_it_stands(workspace)
    if as_json:
        show.say(json.dumps(_as_object(found), indent=2))
    else:
        _page(calendar, found)
    if found.needs:
        raise typer.Exit(1)


def _page(calendar: Calendar, found: Standing) -> None:
    local = calendar.local

    def when(at: dt.datetime | None) -> str:
        return show.when(local(at)) if at else ""

    if found.needs:
        show.heading("Needs a person")
        for what in found.needs:
            show.say(f"  {what}")
        show.say()
    show.table(
        ("task", "due next", "last run", "outcome"),
        (
            (
                one.task,
                when(one.next) or "on demand",
                when(one.last.started) if one.last else "never",
                one.last.outcome if one.last else "",
            )
            for one in found.tasks
        ),
        title="Tasks",
    )
    if found.running:
        show.table(
            ("run", "began", "by"),
            ((run.run, when(run.started), run.worker or "a person") for run in found.running),
            title="\nRunning now",
        )
    if found.workers:
        show.table(
            ("process", "kind", "host", "heard of", "is"),
            (
                (
                    each.worker.id,
                    each.worker.kind,
                    each.worker.host,
                    f"{each.silent_for:.0f} s ago",
                    _state(each),
                )
                for each in found.workers
            ),
            title="\nProcesses",
        )
    show.say()
    waiting = ", ".join(f"{queue} {number}" for queue, number in sorted(found.waiting.items()))
    items = ", ".join(f"{kind} {number}" for kind, number in sorted(found.work_items.items()))
    leases = ", ".join(lease.shown for lease in found.leases)
    for label, told in (
        ("Runs that wait", waiting or "none"),
        ("Work items", items or "none"),
        ("Leases held", leases or "none"),
        ("Stops", ", ".join(stop.scope for stop in found.stops) or "none"),
        ("Alerts", str(len(found.alerts) or "none")),
    ):
        show.say(f"{label + ':':<16}{told}")
    if not found.workers:
        show.say("No scheduler and no worker is at work: `clerkwork serve` is both.")


def _state(each: WorkerStanding) -> str:
    if each.dead or each.silent:
        return "dead" if each.dead else "silent"
    return "draining" if each.worker.draining else "at work"


def _as_object(found: Standing) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "at": _instant(found.at),
        "needs": list(found.needs),
        "tasks": [
            {
                "task": one.task,
                "next": _instant(one.next),
                "last": _run(one.last) if one.last else None,
            }
            for one in found.tasks
        ],
        "running": [_run(run) for run in found.running],
        "workers": [
            {
                "id": each.worker.id,
                "kind": each.worker.kind,
                "host": each.worker.host,
                "silent_for": round(each.silent_for, 1),
                "silent": each.silent,
                "dead": each.dead,
                "draining": each.worker.draining,
            }
            for each in found.workers
        ],
        "stops": [
            {"scope": one.scope, "by": one.by, "why": one.why, "since": _instant(one.since)}
            for one in found.stops
        ],
        "waiting": _sorted(found.waiting),
        "schedulers": found.schedulers,
        "queue_workers": _sorted(found.takers),
        "work_items": _sorted(found.work_items),
        "leases": [
            {"name": one.name, "shown": one.shown, "holder": one.holder} for one in found.leases
        ],
        "alerts": [
            {
                "cause": one.cause,
                "kind": one.kind,
                "text": one.text,
                "run": one.run,
                "since": _instant(one.first),
                "times": one.times,
            }
            for one in found.alerts
        ],
        "postings": _sorted(found.postings),
    }


def _run(run: RunRow) -> dict[str, object]:
    return {
        "run": run.run,
        "task": run.task,
        "started": _instant(run.started),
        "ended": _instant(run.ended),
        "outcome": run.outcome,
        "worker": run.worker,
    }


def _instant(at: dt.datetime | None) -> str | None:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))

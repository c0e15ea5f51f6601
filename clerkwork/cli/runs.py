"""`clerkwork list` and `run`."""

from __future__ import annotations

import datetime as dt
import getpass
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where
from clerkwork.errors import ClerkworkError, SetupError

if TYPE_CHECKING:
    from clerkwork.app.office import Office

__all__ = ["list_tasks", "run"]


def list_tasks(workspace: Where = None) -> None:
    """Show what can be run here, when it is due, and the last runs."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (place, office):
        table = bootstrap.timetable(place)
        local = office.calendar.local
        show.table(
            ("task", "what it does", "due", "next"),
            (
                (
                    task.name,
                    task.about,
                    bootstrap.due_words(task),
                    ", ".join(
                        f"{local(slot.start):%a %d %b %H:%M}"
                        for slot in bootstrap.next_due(table, office, task.name)
                    ),
                )
                for task in place.tasks.values()
            ),
            title="Tasks",
        )
        show.table(
            ("robot", "portal", "writes"),
            (
                (name, settings.address, settings.writes)
                for name, settings in place.config.portals.items()
            ),
            title="\nRobots",
        )
        last = office.runs.all()[:10]
        if not last:
            show.say("\nNothing was run yet: `clerkwork run TASK` runs one of the tasks.")
            return
        show.table(
            ("run", "began", "outcome"),
            ((r.run, show.when(local(r.started)), r.outcome) for r in last),
            title="\nLast runs",
        )


def run(
    task: Annotated[
        str, typer.Argument(metavar="TASK", help="A task's name; `clerkwork list` shows them.")
    ],
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Do everything up to each write, and say what it would do."),
    ] = False,
    queued: Annotated[
        bool,
        typer.Option("--queued", help="Only ask for it: the next free worker runs it."),
    ] = False,
    at: Annotated[
        str,
        typer.Option(
            "--at",
            metavar="MOMENT",
            help="Only ask for it, from then on by the creditor's clock: '2026-03-20 09:00'.",
        ),
    ] = "",
    workspace: Where = None,
) -> None:
    """Run a task now, to its end.

    What it did is printed in figures; its report opens in a browser. A task that was
    interrupted is simply run again: nothing is keyed or sent twice.
    """
    from clerkwork import bootstrap
    from clerkwork.app.execute import execute
    from clerkwork.app.run import refuse_stopped
    from clerkwork.cli.world import explained, world_if_played

    place = bootstrap.open_workspace(workspace)
    chosen = place.task(task)
    if queued or at:
        if dry_run:
            raise SetupError(
                f"--{'at' if at else 'queued'} and --dry-run exclude each other: a dry run is run "
                "here, and now"
            )
        with bootstrap.open_office(place) as (_, office):
            # Here, where somebody reads it: whoever takes it out would only write it down.
            refuse_stopped(office, chosen)
            moment = _moment(at, office)
            errand = bootstrap.ask_for(office, chosen, getpass.getuser(), moment)
            bootstrap.put_in(place, office)
            until = f"{office.calendar.said(moment)}, and then " if moment else ""
        show.say(f"{errand.id} waits for {until}a worker: `clerkwork serve`, if none is at work")
        return
    with (
        world_if_played(place) as opened,
        bootstrap.open_office(place, dry=dry_run) as (_, office),
    ):
        try:
            with show.progress() as progress:
                done = execute(office, chosen, progress=progress, dry=dry_run)
        except ClerkworkError as error:
            raise explained(error, place) from error
        show.figures(bootstrap.shown_figures(done.figures, dry=dry_run))
        for told in done.told:
            show.say(f"would {told}")
        show.healed(len(done.healed))
        show.say(f"run {done.id} is done")
        report = place.reports / f"{done.id}.html"
        if report.exists():
            show.say(f"report: {report}")
        if opened and bootstrap.asked(done.figures):
            show.notice("Waiting for the demo's approver to answer ...")
            if bootstrap.wait_for_answers(office):
                show.say("the approver has answered: `clerkwork run key_decisions` keys it")
            else:
                show.say("the approver has not answered yet: his mail waits in output/demo/mail")


def _moment(text: str, office: Office) -> dt.datetime | None:
    from clerkwork.core.schedules.zone import place

    if not text:
        return None
    try:
        shown = dt.datetime.fromisoformat(text)
    except ValueError:
        shown = None
    if shown is None or shown.tzinfo is not None:
        raise typer.BadParameter(
            f"{text!r}; expected a day, with or without a time, such as '2026-03-20 09:00'",
            param_hint="--at",
        )
    moment = place(shown, ZoneInfo(office.calendar.zone))
    if moment <= office.clock.now():
        raise typer.BadParameter(
            f"{text!r} is over; it is {office.calendar.said(office.clock.now())} now",
            param_hint="--at",
        )
    return moment

"""`clerkwork list`, `run` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from clerkwork.cli import show

__all__ = ["Where", "list_tasks", "run", "verify"]

Where = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
    typer.Option("--workspace", "-w", help="The workspace's folder; else the one you are in."),
]


def list_tasks(workspace: Where = None) -> None:
    """Show what can be run here, when it is due, and the last runs."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace) as (place, office):
        show.table(
            ("task", "due", "what it does"),
            (
                (task.name, bootstrap.next_due(place, office, task), task.about)
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
        show.table(
            ("run", "began", "outcome"),
            ((r.run, show.when(r.started), r.outcome) for r in office.runs.all()[:10]),
            title="\nLast runs",
        )


def run(
    task: Annotated[str, typer.Argument(help="A task's name; `clerkwork list` shows them.")],
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Do everything up to each write, and say what it would do."),
    ] = False,
    workspace: Where = None,
) -> None:
    """Run a task now, to its end."""
    from clerkwork import bootstrap
    from clerkwork.app.execute import execute

    with bootstrap.open_office(workspace, dry=dry_run) as (place, office):
        chosen = place.task(task)
        with show.progress() as progress:
            done = execute(office, chosen, progress=progress, dry=dry_run)
        show.figures(bootstrap.shown_figures(done.figures, dry=dry_run))
        for told in done.told:
            show.out.print(f"would {told}", markup=False)
        show.out.print(f"run {done.id} is done", markup=False)
        report = place.reports / f"{done.id}.html"
        if report.exists():
            show.out.print(f"report: {report}", markup=False, soft_wrap=True)


def verify(
    run: Annotated[str, typer.Argument(help="A run's name, the beginning of one, or 'last'.")],
    workspace: Where = None,
) -> None:
    """Check a run's evidence: nothing altered, left out or cut off. Exit status 0 if sound."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace) as (_, office):
        found = bootstrap.verified(office, run)
    for problem in found.problems:
        show.failure(problem)
    for note in found.notes:
        show.out.print(note, markup=False, soft_wrap=True)
    show.out.print(
        f"{found.run}: {found.state} ({found.steps} steps, {found.pictures} pictures, "
        f"{found.anchors} anchors)",
        markup=False,
    )
    if found.state != "sound":
        raise typer.Exit(1)

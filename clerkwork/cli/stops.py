"""`clerkwork stop`, `resume` and `stops`: the kill switch."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where
from clerkwork.errors import BusinessError, ConfigError

if TYPE_CHECKING:
    from clerkwork.workspace import Workspace

__all__ = ["resume", "stop", "stops"]

Robot = Annotated[
    str, typer.Option("--robot", metavar="NAME", help="Only the writes of this robot.")
]
Task = Annotated[
    str, typer.Option("--task", metavar="NAME", help="Only this task: it is not begun any more.")
]
RobotAgain = Annotated[
    str,
    typer.Option("--robot", metavar="NAME", help="The writes of this robot, that were stopped."),
]
TaskAgain = Annotated[
    str, typer.Option("--task", metavar="NAME", help="This task: it is begun again when it is due.")
]
By = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who says so; else the user of this machine.")
]


def stop(
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="The reason, for whoever meets the stop.")
    ],
    robot: Robot = "",
    task: Task = "",
    by: By = "",
    workspace: Where = None,
) -> None:
    """Stop all writes now, on every machine: nothing more is keyed, released or sent.

    A run stops before its next write and leaves a work item that says who stopped it and why;
    what is half typed is not submitted. Reading goes on. `clerkwork resume` lets it go on.
    """
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace) as (place, office):
        scope = _scope(place, robot, task)
        try:
            pulled = office.stops.pull(scope, by or getpass.getuser(), why)
        except ValueError as error:
            raise BusinessError(f"{error}: give --why 'what is wrong'") from error
        if not pulled:
            first = next(one for one in office.stops.standing() if one.scope == scope)
            raise BusinessError(
                f"{_are(scope)} stopped already, by {first.by}, because {first.why!r}"
            )
        show.say(f"stopped: {_told(scope)}. To let it go on: clerkwork resume{_option(scope)}")


def resume(
    robot: RobotAgain = "", task: TaskAgain = "", by: By = "", workspace: Where = None
) -> None:
    """Let go on what is stopped: all writes, or those of one robot, or one task.

    What was left undone is done by the next run. A task that was stopped because it failed too
    often goes on like this as well. `clerkwork stops` shows what is stopped.
    """
    from clerkwork import bootstrap
    from clerkwork.app.resume import resume as lift

    with bootstrap.open_office(workspace, want="look") as (place, office):
        scope = _scope(place, robot, task)
        if not lift(office.stops, office.queue, scope=scope, by=by or getpass.getuser()):
            raise BusinessError(f"{_are(scope)} not stopped; `clerkwork stops` shows what is")
        left = [one.scope for one in office.stops.standing()]
        also = f"; still stopped: {', '.join(map(_told, left))}" if left else ""
        show.say(f"it goes on: {_told(scope)}{also}")


def stops(
    every: Annotated[
        bool, typer.Option("--all", help="Those that were lifted too, newest first.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Show what is stopped, by whom, since when, and why."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = office.stops.all() if every else office.stops.standing()
        if not found:
            show.say("Nothing is stopped." if not every else "Nothing was ever stopped.")
            return
        local = office.calendar.local
        show.table(
            ("what", "since", "by", "why", "lifted"),
            (
                (
                    _told(one.scope),
                    show.when(local(one.since)),
                    one.by,
                    one.why,
                    f"{show.when(local(one.lifted))} by {one.lifted_by}" if one.lifted else "",
                )
                for one in found
            ),
        )


def _scope(place: Workspace, robot: str, task: str) -> str:
    """Raises `ConfigError` where there is no such robot or task: a stop must stop something."""
    if robot and task:
        raise ConfigError("give --robot or --task, not both")
    if robot:
        if robot not in place.robots:
            known = ", ".join(place.robots)
            raise ConfigError(f"there is no robot {robot!r}; there are {known}")
        return f"robot {robot}"
    return f"task {place.task(task).name}" if task else "writes"


def _told(scope: str) -> str:
    kind, _, name = scope.partition(" ")
    return {"robot": f"writes of {name}", "task": f"task {name}"}.get(kind, "all writes")


def _are(scope: str) -> str:
    return f"{_told(scope)} {'is' if scope.startswith('task') else 'are'}"


def _option(scope: str) -> str:
    kind, _, name = scope.partition(" ")
    return f" --{kind} {name}" if name else ""

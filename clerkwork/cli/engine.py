"""`clerkwork serve`, `scheduler`, `worker`, `console` and `drain`: unattended work."""

from __future__ import annotations

from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where
from clerkwork.errors import ConfigError

__all__ = ["console", "drain", "scheduler", "serve", "worker"]

Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Address of this machine to serve the pages on.")
]
Port = Annotated[
    int,
    typer.Option(
        metavar="PORT",
        min=0,
        max=65535,
        show_default="that of `pages` in config/workspace.toml",
        help="Port to serve the pages on.",
    ),
]
Queues = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Only work of these queues, e.g. approvals,clerks."),
]
AtOnce = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        show_default="at_once of [engine] in config/workspace.toml",
        help="Runs under way at a time; each has a browser of its own.",
    ),
]


def serve(
    port: Port = 0, host: Host = "127.0.0.1", at_once: AtOnce = None, workspace: Where = None
) -> None:
    """Run what is due, when it is due, and serve the pages: scheduler, worker and console in one.

    Ctrl-C lets what was begun come to its end; a second one ends it at once, and the next start
    goes on with it.
    """
    from clerkwork import bootstrap

    place = bootstrap.open_workspace(workspace)
    bootstrap.run_engine(place, "serve", at_once=at_once or 0, host=host, port=port)


def scheduler(workspace: Where = None) -> None:
    """Only plan: ask for what is due, as many of these as wanted; each slot is run once."""
    from clerkwork import bootstrap

    bootstrap.run_engine(bootstrap.open_workspace(workspace), "scheduler")


def worker(queues: Queues = None, at_once: AtOnce = None, workspace: Where = None) -> None:
    """Only work: carry out what was asked for, on as many machines as wanted."""
    from clerkwork import bootstrap

    place = bootstrap.open_workspace(workspace)
    named = tuple(name.strip() for name in (queues or "").split(",") if name.strip())
    known = bootstrap.queues_of(place)
    there = f"the tasks here name {', '.join(known)}"
    if queues is not None and not named:
        raise ConfigError(f"--queues {queues!r} names no queue: {there}")
    for name in named:
        if name not in known:
            raise ConfigError(f"there is no queue {name!r}: {there}")
    bootstrap.run_engine(place, "worker", queues=named, at_once=at_once or 0)


def console(port: Port = 0, host: Host = "127.0.0.1", workspace: Where = None) -> None:
    """Only serve the pages that the links in mails open, until Ctrl-C."""
    from clerkwork import bootstrap

    bootstrap.serve(workspace, host=host, port=port)


def drain(
    name: Annotated[
        str, typer.Argument(metavar="WORKER", help="A worker's name, or the beginning of one.")
    ],
    workspace: Where = None,
) -> None:
    """Let a worker finish what it has, take nothing more, and end: for maintenance."""
    from clerkwork import bootstrap

    row = bootstrap.drain(bootstrap.open_workspace(workspace), name)
    show.say(f"{row.kind} {row.id} ends when what it has is done")

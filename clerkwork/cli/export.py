"""`clerkwork export`: evidence as one file, to hand over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from clerkwork.cli import show
from clerkwork.cli.audit import Since, Until, day
from clerkwork.cli.options import Where
from clerkwork.errors import SetupError

__all__ = ["export"]


def export(
    runs: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Argument(metavar="[RUN]...", help="Runs' names, beginnings of them, or 'last'."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All runs whose evidence is here.")] = False,
    since: Since = "",
    until: Until = "",
    to: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--to",
            metavar="FILE",
            show_default="a new one in output/exports",
            help="The zip file to write.",
        ),
    ] = None,
    without_details: Annotated[
        bool, typer.Option("--without-details", help="Leave out personal payloads.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Write evidence into one zip file, with the keys and a verifier that needs nothing of this.

    By --since and --until all runs that began on those days. The file is written whole or not at
    all. Its README says how it is checked. Pictures are in it as they are, masked. What is not
    sound is in it, too: that is told here and in the README, and the exit status is 1.
    """
    from clerkwork import bootstrap

    days = bool(since or until)
    if bool(runs) == (every or days):
        raise SetupError("name runs, or give --all, --since or --until: one or the other")
    done, left = bootstrap.export(
        workspace,
        runs or (),
        every=every or days,
        since=day(since, "--since"),
        until=day(until, "--until"),
        to=to,
        details=not without_details,
    )
    for run in left:
        show.notice(f"{run} is under way and was left out: export it when it has ended")
    for run, state in done.unsound.items():
        show.failure(f"{run} is {state}, and the export says so: `clerkwork verify {run}` says why")
    show.say(f"{done.runs} runs, {done.files} files, {done.bytes / 1e6:.1f} MB: {done.path}")
    if done.unsound:
        raise typer.Exit(1)

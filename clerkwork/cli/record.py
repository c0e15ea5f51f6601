"""`clerkwork record`: what is done at a portal becomes a robot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where
from clerkwork.cli.try_robot import shown_if_possible

__all__ = ["record"]


def record(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the portal.")],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What the robot is to be called.")
    ],
    script: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option("--script", metavar="FILE", help="Acts to do, one a line; else you do them."),
    ] = None,
    secret: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(
            "--secret",
            metavar="FIELD=SECRET",
            help="A field besides the password whose content belongs into the vault.",
        ),
    ] = None,
    headed: Annotated[
        Optional[bool],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option("--headed/--headless", help="Show the browser; usual without a script."),
    ] = None,
    workspace: Where = None,
) -> None:
    """Take down what is clicked and typed at a portal, as selectors and a robot.

    Passwords, and all else that is typed, are never written. In the browser, Alt and a click
    on a table marks it to be read, on a button that it submits: it is then not pressed.
    """
    from clerkwork import bootstrap
    from clerkwork.bootstrap.recording import record_robot
    from clerkwork.cli.world import world_if_played
    from clerkwork.errors import ConfigError, SetupError

    declared = {}
    for each in secret or ():
        field, _, wanted = each.rpartition("=")
        if not field or not wanted.isidentifier():
            raise ConfigError(f"--secret {each!r}: expected FIELD=SECRET, as in 'Client no.=user'")
        declared[field] = wanted
    place = bootstrap.open_workspace(workspace)
    shown = shown_if_possible(script is None if headed is None else headed)
    if script is None and not shown:
        raise SetupError(
            "a browser that nobody sees is driven by a script: give one with --script FILE, or "
            "record on a machine with a display"
        )
    with world_if_played(place):
        made = record_robot(place, name, url, script=script, secrets=declared, shown=shown)
    for file in made.files:
        show.say(f"wrote {file}")
    show.say("\nRead them.")
    if made.unchecked:
        tables = ", ".join(f"[{section}]" for section in made.unchecked)
        show.say(
            f"No total was seen of {tables}: if the portal shows one, or how many rows there are, "
            f"say so in selectors/{name}.toml, so that what is read is checked."
        )
    show.say("Then:")
    for wanted in made.secrets:
        show.say(f"  clerkwork vault set {name}.{wanted}")
    show.say(f"  clerkwork selectors check {name}")

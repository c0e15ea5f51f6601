"""`clerkwork new`: a robot's files, ready to be filled in."""

from __future__ import annotations

from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["app"]

app = typer.Typer(
    help="Begin something new in this workspace.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def begin() -> None:
    """Begin something new in this workspace."""


@app.command("robot")
def robot(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Lower-case letters, digits, _; as in acme_erp."),
    ],
    address: Annotated[
        str, typer.Option(metavar="URL", help="Where the portal is, if that is known.")
    ] = "",
    workspace: Where = None,
) -> None:
    """Write the skeleton of a robot: class, selectors, task, config, and a test that passes.

    Nothing that is there is overwritten.
    """
    from clerkwork import bootstrap
    from clerkwork.errors import ConfigError
    from clerkwork.workspace.new_robot import make_robot

    place = bootstrap.open_workspace(workspace)
    for kind, known in (("robot", place.robots), ("task", place.tasks)):
        wanted = name if kind == "robot" else f"{name}_open_items"
        if wanted in known:
            raise ConfigError(f"there is a {kind} {wanted!r} already: choose another name")
    for file in make_robot(place.root, name, address):
        show.say(f"wrote {file}")
    address_known = "" if address else f"Put its address into config/portals.toml, [{name}].\n"
    show.say(
        f"\nTry it on its saved pages:  pytest tests/test_{name}.py\n"
        f"{address_known}"
        f"Then, with the portal open beside you, correct selectors/{name}.toml, and:\n"
        f"  clerkwork vault set {name}.user\n"
        f"  clerkwork vault set {name}.password\n"
        f"  clerkwork selectors check {name}\n"
        f"  clerkwork try {name} open_items"
    )

"""`clerkwork tidy`: let go what is kept for longer than was declared."""

from __future__ import annotations

from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["tidy"]


def tidy(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Remove nothing, and say what would go.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Remove what is kept for longer, or takes more room, than config/workspace.toml declares.

    Every process of the engine does the same on its machine, once a day.
    """
    from clerkwork import bootstrap

    done = bootstrap.tidy_up(workspace, dry=dry_run)
    would = "would be removed" if dry_run else "removed"
    show.table(
        ("what", would, "MB"),
        ((one.name, one.count, f"{one.bytes / 1e6:.1f}") for one in done.let_go),
        right=(1, 2),
    )
    for run in done.runs:
        show.say(f"evidence of {run}: {would}{'' if dry_run else ', which is signed'}")
    for what, run in done.deleted:
        show.say(f"{what} of {run}: {would}{'' if dry_run else ', which is signed'}")
    for spared in done.spared:
        show.say(f"evidence of {spared.run} stays: {spared.why}")

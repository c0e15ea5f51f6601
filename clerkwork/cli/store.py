"""`clerkwork store`: where it is, its backups, and its way to another database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["app"]

app = typer.Typer(
    help="The store: books, queue, outbox and journal. Back it up, put it back, move it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("show")
def show_store(workspace: Where = None) -> None:
    """Tell where the store is, and how many rows each of its tables holds."""
    from clerkwork import bootstrap

    at, schema, rows = bootstrap.show_store(bootstrap.open_workspace(workspace))
    show.say(f"{at} (schema {schema})")
    show.table(("table", "rows"), rows.items(), right=(1,))


@app.command("new")
def begin_anew(workspace: Where = None) -> None:
    """Begin with an empty store where there is none, also beside the evidence of earlier runs.

    A store that was lost knew what was keyed and sent: put back its backup if there is one.
    """
    from clerkwork import bootstrap

    at = bootstrap.begin_anew(bootstrap.open_workspace(workspace))
    show.say(f"an empty store is at {at}")


@app.command("backup")
def back_up(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it; nothing is overwritten.")
    ],
    workspace: Where = None,
) -> None:
    """Write the whole store into one file, also while it is in use.

    It is readable by you alone, and can be put back into SQLite as well as PostgreSQL.
    """
    from clerkwork import bootstrap

    made = bootstrap.back_up(bootstrap.open_workspace(workspace), file)
    show.say(f"{file}: {made.size} bytes, schema {made.schema}, SHA-256 {made.sha256}")


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` has written.")],
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Also if the store holds something, which is backed up."),
    ] = False,
    workspace: Where = None,
) -> None:
    """Put a backup back, all of it or nothing, once it was checked.

    One of an older release is brought to this one. Nothing may be running meanwhile.
    """
    from clerkwork import bootstrap

    made, kept = bootstrap.restore(bootstrap.open_workspace(workspace), file, replace=replace)
    if kept is not None:
        show.say(f"what the store held is in {kept}")
    show.say(f"the store is what it was at {made.taken}")


@app.command("move")
def move(
    url: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS",
            help="Of an empty database, as in postgresql://clerk@db.example/clerkwork; its "
            "password lies in the vault as clerkwork.store.",
        ),
    ],
    workspace: Where = None,
) -> None:
    """Carry everything over to another database, e.g. from SQLite to PostgreSQL.

    The old store stays as it is. Nothing may be running meanwhile.
    """
    from clerkwork import bootstrap

    carried = bootstrap.move_store(bootstrap.open_workspace(workspace), url)
    show.table(("table", "rows"), carried.items(), right=(1,))
    show.say("Everything is there. Now name it in config/workspace.toml:")
    show.say(f'store = "{url}"')

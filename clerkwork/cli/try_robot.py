"""`clerkwork try`: one verb of a robot, against its portal."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["Headed", "shown_if_possible", "try_robot"]

Headed = Annotated[
    bool,
    typer.Option(
        "--headed/--headless", help="Show the browser; else it runs unseen, as in a task."
    ),
]


def try_robot(
    robot: Annotated[
        str, typer.Argument(metavar="ROBOT", help="A robot's name; `clerkwork list` shows them.")
    ],
    method: Annotated[
        str, typer.Argument(metavar="METHOD", help="One of its verbs, or sign_in alone.")
    ],
    words: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Argument(
            metavar="[ARG]...",
            help="Its arguments: text, dates as 2026-03-31, amounts as '12.50 EUR', the IBAN of "
            "an account, the reference of a posting.",
        ),
    ] = None,
    headed: Headed = False,
    write: Annotated[
        bool, typer.Option("--write", help="Let a fill_ verb type; nothing is submitted.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Sign a robot in, do one of its verbs, and show what it gave as a table.

    Nothing enters the books. Each step leaves its picture in the evidence.
    """
    from clerkwork import bootstrap
    from clerkwork.app.probe import as_rows, check_verb, probe
    from clerkwork.bootstrap.bench import open_bench, robot_of
    from clerkwork.cli.world import explained, world_if_played
    from clerkwork.errors import ClerkworkError

    place = bootstrap.open_workspace(workspace)
    shape = robot_of(place, robot)
    check_verb(shape, method, write=write)
    shown = shown_if_possible(headed)
    with world_if_played(place), open_bench(place, shown=shown) as office:
        try:
            with show.progress(elsewhere=False) as progress:
                done = probe(office, shape, method, words or [], progress=progress, write=write)
        except ClerkworkError as error:
            raise explained(error, place) from error
    headings, rows = as_rows(done.result)
    if headings:
        show.table(headings, rows)
        show.say(f"{len(rows)} rows" if len(rows) != 1 else "1 row")
    else:
        show.say(f"{method} is done" if done.result is None else f"{method} found no rows")
    show.healed(len(done.healed))
    show.say(f"pictures: {place.evidence / done.run / 'pictures'}")


def shown_if_possible(headed: bool) -> bool:
    """Whether the browser is shown; says why not where it was asked for and cannot be."""
    from clerkwork.bootstrap.bench import has_display

    if headed and not has_display():
        show.notice(
            "There is no display here (DISPLAY is not set), so the browser runs unseen; look at "
            "the pictures instead."
        )
        return False
    return headed

"""`clerkwork review`: what waits for a person, and deciding it."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["app"]

app = typer.Typer(
    help="What waits for a person: look at it, and decide it.",
    epilog="First `clerkwork review list`, then `show` one, then `decide` it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Item = Annotated[str, typer.Argument(metavar="ID", help="The item's id, or the beginning of it.")]
By = Annotated[
    str,
    typer.Option(metavar="NAME", help="Who decides; else the user of this machine."),
]


@app.command("list")
def list_items(workspace: Where = None) -> None:
    """Show everything that waits, oldest first."""
    from clerkwork import bootstrap
    from clerkwork.app import review

    with bootstrap.open_office(workspace) as (_, office):
        waiting = review.waiting(office)
        if not waiting:
            show.say("Nothing waits for you.")
            return
        local = office.calendar.local
        show.table(
            ("id", "kind", "since", "what"),
            ((item.id, item.kind, show.when(local(item.created)), item.title) for item in waiting),
        )
        show.say(f"{len(waiting)} wait; `clerkwork review show ID` tells more of one")


@app.command("show")
def show_item(id: Item, workspace: Where = None) -> None:
    """Show one item with all its facts, and what can be decided."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace) as (_, office):
        item = bootstrap.found_item(office, id)
        show.say(f"{item.id}  {item.title}\n")
        show.table(("", ""), item.facts.items())
        if item.decision:
            why = f" ({item.note})" if item.note else ""
            show.say(f"\ndecided: {item.decision}, by {item.by}{why}")
            return
        show.table(("decision", "meaning"), item.choices, title="\nWhat can be decided")
        show.say(f"\nclerkwork review decide {item.id} DECISION")


@app.command("decide")
def decide_item(
    id: Item,
    decision: Annotated[
        str,
        typer.Argument(metavar="DECISION", help="One of those that `review show` names."),
    ],
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="Why, for whoever reads it later.")
    ] = "",
    by: By = "",
    workspace: Where = None,
) -> None:
    """Decide an item. What follows from it in a portal is keyed by the next run."""
    from clerkwork import bootstrap
    from clerkwork.app.review import decide

    with bootstrap.open_office(workspace) as (_, office):
        found = bootstrap.found_item(office, id)
        item = decide(office, found.id, decision, by=by or getpass.getuser(), note=note)
        show.say(f"{item.id}: {item.decision}, by {item.by}")


@app.command("undo")
def undo_item(id: Item, by: By = "", workspace: Where = None) -> None:
    """Take a decision back, as long as nothing of it was keyed or sent."""
    from clerkwork import bootstrap
    from clerkwork.app.review import undo

    with bootstrap.open_office(workspace) as (_, office):
        found = bootstrap.found_item(office, id)
        item = undo(office, found.id, by=by or getpass.getuser())
        show.say(f"{item.id} waits again: {item.title}")

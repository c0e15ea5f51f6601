"""`clerkwork review`: what waits for a person, and deciding it."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.runs import Where

__all__ = ["app"]

app = typer.Typer(help="What waits for a person: look at it, and decide it.", no_args_is_help=True)

Item = Annotated[str, typer.Argument(help="The item's id, or the beginning of it.")]


@app.command("list")
def list_items(workspace: Where = None) -> None:
    """Show everything that waits, oldest first."""
    from clerkwork import bootstrap
    from clerkwork.app import review

    with bootstrap.open_office(workspace) as (_, office):
        waiting = review.waiting(office)
        show.table(
            ("id", "kind", "since", "what"),
            ((item.id, item.kind, show.when(item.created), item.title) for item in waiting),
        )
        show.out.print(f"{len(waiting)} wait; `clerkwork review show ID` tells more of one")


@app.command("show")
def show_item(id: Item, workspace: Where = None) -> None:
    """Show one item with all its facts, and what can be decided."""
    from clerkwork import bootstrap
    from clerkwork.app.review import find

    with bootstrap.open_office(workspace) as (_, office):
        item = find(office, id)
        show.table(("", ""), item.facts.items(), title=f"{item.id}  {item.title}")
        if item.decision:
            show.out.print(f"\ndecided: {item.decision}, by {item.by}", markup=False)
            return
        show.table(("decision", "meaning"), item.choices, title="\nWhat can be decided")
        show.out.print(f"\nclerkwork review decide {item.id} DECISION", markup=False)


@app.command("decide")
def decide_item(
    id: Item,
    decision: Annotated[str, typer.Argument(help="One of those that `review show` names.")],
    note: Annotated[str, typer.Option(help="Why, for whoever reads it later.")] = "",
    by: Annotated[str, typer.Option(help="Who decides; else the user of this machine.")] = "",
    workspace: Where = None,
) -> None:
    """Decide an item. What follows from it in a portal is keyed by the next run."""
    from clerkwork import bootstrap
    from clerkwork.app.review import decide

    with bootstrap.open_office(workspace) as (_, office):
        item = decide(office, id, decision, by=by or getpass.getuser(), note=note)
        show.out.print(f"{item.id}: {item.decision}, by {item.by}", markup=False)


@app.command("undo")
def undo_item(
    id: Item,
    by: Annotated[str, typer.Option(help="Who undoes it; else the user of this machine.")] = "",
    workspace: Where = None,
) -> None:
    """Take a decision back, as long as nothing of it was keyed or sent."""
    from clerkwork import bootstrap
    from clerkwork.app.review import undo

    with bootstrap.open_office(workspace) as (_, office):
        item = undo(office, id, by=by or getpass.getuser())
        show.out.print(f"{item.id} waits again: {item.title}", markup=False)

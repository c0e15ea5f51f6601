"""`clerkwork selectors`: what runs found instead of what the selectors files say."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where
from clerkwork.cli.selectors_check import check

if TYPE_CHECKING:
    from clerkwork.core.healing import Proposal

__all__ = ["app"]

app = typer.Typer(
    help="Where things are on the portals' pages, and what changed there.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
review = typer.Typer(
    help="Changes of selectors files that runs propose: look at them, accept or reject them.",
    epilog="First `clerkwork selectors review list`, then `show` one, then `accept` or `reject`.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(review, name="review")
app.command("check")(check)

Id = Annotated[str, typer.Argument(metavar="ID", help="The proposal's id, or the beginning of it.")]
By = Annotated[
    str,
    typer.Option(metavar="NAME", help="Who decides; else the user of this machine."),
]


@review.command("list")
def list_proposals(
    all: Annotated[bool, typer.Option("--all", help="Also what was decided.")] = False,
    workspace: Where = None,
) -> None:
    """Show what was found elsewhere than written, oldest first."""
    from clerkwork import bootstrap

    shown = [one for one in bootstrap.open_mending(workspace).all() if all or one.state == "open"]
    if not shown:
        show.say("Nothing is proposed.")
        return
    rows = ((one.id, one.portal, one.name, _standing(one), one.at[:16]) for one in shown)
    show.table(("id", "portal", "selector", "what happened", "when"), rows)
    show.say("`clerkwork selectors review show ID` shows the change")


@review.command("show")
def show_proposal(id: Id, workspace: Where = None) -> None:
    """Show a proposal as a diff of the selectors file, with its reasons and pictures."""
    from clerkwork import bootstrap

    mending = bootstrap.open_mending(workspace)
    proposal = mending.get(id)
    show.say(f"{proposal.id}  {proposal.portal}, {proposal.name}: {_standing(proposal)}\n")
    if proposal.state != "accepted":
        for line in mending.diff(proposal):
            show.say(line)
    show.say("\nwhat speaks for it, and against it")
    for reason in proposal.reasons:
        show.say(f"  {reason}")
    for picture in proposal.pictures:
        show.say(f"picture: {mending.folder / picture}")


@review.command("accept")
def accept_proposal(id: Id, by: By = "", workspace: Where = None) -> None:
    """Write a proposal into the selectors file; its comments and order stay."""
    from clerkwork import bootstrap

    proposal = bootstrap.open_mending(workspace).accept(id, by or getpass.getuser())
    show.say(f"{proposal.id}: selectors/{proposal.portal}.toml is changed; `undo` takes it back")


@review.command("reject")
def reject_proposal(id: Id, by: By = "", workspace: Where = None) -> None:
    """Never use what was found; where the selector stays broken, runs stop there."""
    from clerkwork import bootstrap

    proposal = bootstrap.open_mending(workspace).reject(id, by or getpass.getuser())
    show.say(f"{proposal.id}: rejected, by {proposal.by}")


@review.command("undo")
def undo_proposal(id: Id, by: By = "", workspace: Where = None) -> None:
    """Take a decision back; of one that was accepted, the file is as it was."""
    from clerkwork import bootstrap

    proposal = bootstrap.open_mending(workspace).undo(id, by or getpass.getuser())
    show.say(f"{proposal.id} is open again")


def _standing(proposal: Proposal) -> str:
    if proposal.state != "open":
        return f"{proposal.state} by {proposal.by}"
    return "a run went on with it" if proposal.used else "a run stopped and asks"

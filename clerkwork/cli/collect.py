"""`clerkwork collect`: who may be handed over to collection, his dossier, and where each stands."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, By, Where

if TYPE_CHECKING:
    from clerkwork.core.collection import Handover

__all__ = ["app"]

app = typer.Typer(
    help="Collection: who may be handed over, his dossier, and who is in it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

DebtorNumber = Annotated[str, typer.Argument(metavar="DEBTOR", help="The debtor's number.")]


@app.command("list")
def list_handovers(
    every: Annotated[bool, typer.Option("--all", help="Those taken back too.")] = False,
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show who was handed over, by whose word, whether the ERP shows it, and his dossier."""
    from clerkwork import bootstrap
    from clerkwork.core.collection import STANDING

    states = () if every else STANDING
    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = office.handovers.all(*states)
    if as_json:
        show.say(json.dumps({"handovers": [_plain(one) for one in found]}, indent=2))
        return
    if not found:
        show.say("Nobody is in collection.")
        return
    show.table(
        ("debtor", "approved", "by", "items", "state", "dossier"),
        (
            (
                one.debtor,
                f"{one.at:%Y-%m-%d}",
                one.by,
                ", ".join(one.items),
                one.state,
                one.dossier or "-",
            )
            for one in found
        ),
    )


def _plain(one: Handover) -> dict[str, Any]:
    return {
        "id": one.id,
        "debtor": one.debtor,
        "items": list(one.items),
        "by": one.by,
        "at": one.at.isoformat(),
        "state": one.state.value,
        "dossier": one.dossier or None,
        "sha256": one.sha256 or None,
        "note": one.note,
    }


@app.command("check")
def check(debtor: DebtorNumber, workspace: Where = None) -> None:
    """Show whether a debtor may be handed over, and what is in the way. Status 1 if anything is."""
    from clerkwork import bootstrap
    from clerkwork.app.collect import check as look

    with bootstrap.open_office(workspace, want="look") as (_, office):
        found = look(office, debtor)
    if found.handover is not None:
        one = found.handover
        show.say(f"debtor {debtor} was handed over {one.at:%Y-%m-%d} by {one.by}: {one.state}")
        return
    for item, term in found.ready.items:
        told = f"; the notice's term ended on {term.last_day}" if term else ""
        show.say(f"claimed: {item.number}, {item.open}, due {item.due}{told}")
    for left in found.ready.left_out:
        if left not in found.why:
            show.say(f"not claimed: {left}")
    for why in found.why:
        show.say(f"in the way: {why}")
    if found.why:
        raise typer.Exit(1)
    show.say(f"debtor {debtor} may be handed over: decide it with `clerkwork review decide`")


@app.command("dossier")
def dossier(
    debtor: DebtorNumber,
    draft: Annotated[
        bool, typer.Option("--draft", help="Although something is in the way; it says so.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Make the dossier of a debtor now, handed over or not: a PDF and a zip in output/dossiers.

    Refused where anything is in the way, as `check` tells it.
    """
    from clerkwork import bootstrap
    from clerkwork.app.collect import make_dossier

    with bootstrap.open_office(workspace, want="look") as (place, office):
        made, filed = make_dossier(office, debtor, draft=draft)
        path = place.output / "dossiers" / filed.name
    show.say(str(path))
    show.say(str(path.with_suffix(".pdf")))
    total = made.statement.total
    show.say(f"claimed: {total}, {filed.pages} pages, SHA-256 of the zip {filed.sha256}")
    for why in made.unmet:
        show.notice(f"a draft: {why}")
    for what in (*made.missing, *filed.unbound):
        show.notice(f"missing: {what}")


@app.command("recall")
def recall(
    debtor: DebtorNumber,
    by: By = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, in words.")] = "",
    workspace: Where = None,
) -> None:
    """Take a handover back: his journey goes on where it stood, and he is asked about again later.

    The block in the ERP is not taken away: whoever may do that there does it.
    """
    from clerkwork import bootstrap
    from clerkwork.app.collect import recall as take_back

    with bootstrap.open_office(workspace, want="look") as (_, office):
        gone = take_back(office, debtor, by=by or getpass.getuser(), note=note)
    show.say(f"debtor {gone.debtor} is not in collection any more")
    show.say("if the ERP shows his block, take it away there")

"""`clerkwork debtors`: what debtors declared of themselves."""

from __future__ import annotations

import getpass
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, By, Where, a_day

if TYPE_CHECKING:
    from clerkwork.core.declarations import Declaration

__all__ = ["app"]

app = typer.Typer(
    help="What debtors declared of themselves: it lies over what the ERP says.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("link")
def link(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The debtor's number.")],
    workspace: Where = None,
) -> None:
    """Show the address of a debtor's own payment page, as a message of today would have it.

    Whoever has it sees what he owes: give it to nobody else.
    """
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (place, office):
        address, today = bootstrap.link_to(place, office, number)
        show.say(address)
        days = place.config.paying.link_days
        show.notice(f"it works for {days} days from {today}, where `clerkwork serve` runs")


@app.command("revoke-links")
def revoke_links(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The debtor's number.")],
    by: By = "",
    workspace: Where = None,
) -> None:
    """Let no payment link that a debtor has open his page any more; those of later messages do."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (_, office):
        bootstrap.revoke_links(office, number, by=by or getpass.getuser())
        show.say(f"revoked: no link that debtor {number} has by now opens his page any more")


@app.command("declare")
def declare(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The debtor's number.")],
    fact: Annotated[
        str,
        typer.Argument(
            metavar="FACT", help="age, email, language, mobile, need, occupation or preferred."
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What he declared.")],
    ground: Annotated[
        str,
        typer.Option("--ground", metavar="TEXT", help="How he declared it, and what it is for."),
    ],
    since: Annotated[
        str, typer.Option("--since", metavar="DAY", help="From when on; else today.")
    ] = "",
    by: By = "",
    workspace: Where = None,
) -> None:
    """Note what a debtor declared, such as `preferred sms`, `need paper` or `occupation student`.

    A newer declaration takes the place of an older one; needs add up.
    """
    from clerkwork import bootstrap
    from clerkwork.app.declare import declare as note

    with bootstrap.open_office(workspace, want="look") as (_, office):
        kept = note(
            office,
            number,
            fact,
            value,
            ground=ground,
            by=by or getpass.getuser(),
            since=a_day(since, "--since") if since else None,
        )
        show.say(f"declared {kept.id}: debtor {kept.debtor}, {kept.fact} {kept.value}")


@app.command("declared")
def declared(
    number: Annotated[str, typer.Argument(metavar="[NUMBER]", help="Of one debtor only.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that were withdrawn too.")] = False,
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show what debtors declared, who noted it, and on what ground."""
    from clerkwork import bootstrap

    with bootstrap.open_office(workspace, want="look") as (_, office):
        kept = office.declarations
        found = kept.all(number) if every else kept.standing(number)
        local = office.calendar.local
        if as_json:
            show.say(json.dumps({"declarations": [_plain(one) for one in found]}, indent=2))
            return
        if not found:
            show.say(
                f"Debtor {number} declared nothing." if number else "Nobody declared anything."
            )
            return
        rows = (
            (
                one.id,
                one.debtor,
                f"{one.fact} {one.value}",
                one.since,
                one.by,
                one.ground,
                f"{show.when(local(one.withdrawn))} by {one.withdrawn_by}" if one.withdrawn else "",
            )
            for one in found
        )
        headings = ("id", "debtor", "declared", "since", "noted by", "ground", "withdrawn")
        width = len(headings) if every else len(headings) - 1
        show.table(headings[:width], (row[:width] for row in rows))


def _plain(one: Declaration) -> dict[str, Any]:
    return {
        "id": one.id,
        "debtor": one.debtor,
        "fact": one.fact,
        "value": one.value,
        "since": one.since.isoformat(),
        "by": one.by,
        "ground": one.ground,
        "at": one.at.isoformat() if one.at else None,
        "withdrawn": one.withdrawn.isoformat() if one.withdrawn else None,
        "withdrawn_by": one.withdrawn_by,
    }


@app.command("withdraw")
def withdraw(
    id: Annotated[str, typer.Argument(metavar="ID", help="Its id in `debtors declared`.")],
    by: By = "",
    workspace: Where = None,
) -> None:
    """Let a declaration count no more; it stays in the history."""
    from clerkwork import bootstrap
    from clerkwork.app.declare import take_back

    with bootstrap.open_office(workspace, want="look") as (_, office):
        gone = take_back(office, id, by=by or getpass.getuser())
        show.say(f"withdrawn {gone.id}: debtor {gone.debtor}, {gone.fact} {gone.value}")

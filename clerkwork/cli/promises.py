"""`clerkwork promise` and `promises`: debtors' words to pay."""

from __future__ import annotations

import getpass
import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, By, Where, a_day

if TYPE_CHECKING:
    from clerkwork.core.money import Money
    from clerkwork.core.promises import Promise

__all__ = ["promise", "promises"]

_CURRENCY = re.compile("[A-Z]{3}")
_CHANNELS = ("call", "desk", "letter", "mail", "sms", "whatsapp")


def promise(
    debtor: Annotated[str, typer.Argument(metavar="DEBTOR", help="The debtor's number.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The day by which he pays.")],
    amount: Annotated[
        str,
        typer.Option("--amount", metavar="AMOUNT", help="As '250.00 EUR'; else all of it."),
    ] = "",
    item: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option("--item", metavar="NUMBER", help="An invoice; else all that is overdue."),
    ] = None,
    channel: Annotated[
        str, typer.Option("--channel", metavar="NAME", help=f"One of {', '.join(_CHANNELS)}.")
    ] = "call",
    by: By = "",
    workspace: Where = None,
) -> None:
    """Note that a debtor promised to pay; reminders of what it is about wait till then.

    Whether he kept it is told by what is paid; a broken promise becomes a work item.
    """
    from clerkwork import bootstrap
    from clerkwork.app.promise import make_promise

    day = a_day(until, "--until")
    if channel not in _CHANNELS:
        raise typer.BadParameter(
            f"{channel!r}; expected one of {', '.join(_CHANNELS)}", param_hint="--channel"
        )
    money = _money(amount) if amount else None
    with bootstrap.open_office(workspace, want="look") as (_, office):
        made = make_promise(
            books=office.books,
            promises=office.promises,
            clock=office.clock,
            debtor=debtor,
            until=day,
            by=by or getpass.getuser(),
            channel=channel,
            amount=money,
            items=item or (),
        )
        show.say(
            f"promise {made.id}: debtor {debtor} pays {made.amount} by {made.until} "
            f"({', '.join(made.items)})"
        )


def _money(text: str) -> Money:
    from clerkwork.core.money import Money

    number, _, currency = text.strip().partition(" ")
    try:
        if not _CURRENCY.fullmatch(currency):
            raise ValueError(currency)
        return Money.of(number, currency)
    except (ValueError, ArithmeticError):
        raise typer.BadParameter(
            f"{text!r}; expected an amount such as '250.00 EUR'", param_hint="--amount"
        ) from None


def promises(
    every: Annotated[
        bool, typer.Option("--all", help="Those that were kept, broken or withdrawn too.")
    ] = False,
    withdraw: Annotated[
        str, typer.Option("--withdraw", metavar="ID", help="Let this one count no more.")
    ] = "",
    by: By = "",
    as_json: AsJson = False,
    workspace: Where = None,
) -> None:
    """Show what debtors promised to pay, and what became of it."""
    from clerkwork import bootstrap
    from clerkwork.app.promise import withdraw_promise
    from clerkwork.core.promises import PromiseState

    with bootstrap.open_office(workspace, want="look") as (_, office):
        if withdraw:
            gone = withdraw_promise(office.promises, withdraw, by=by or getpass.getuser())
            show.say(f"withdrawn {gone.id}: debtor {gone.debtor}, {gone.amount} by {gone.until}")
            return
        found = office.promises.all(*(() if every else (PromiseState.OPEN,)))
        if as_json:
            show.say(json.dumps({"promises": [_plain(one) for one in found]}, indent=2))
            return
        if not found:
            show.say("Nobody ever promised to pay." if every else "No promise is open.")
            return
        show.table(
            ("id", "debtor", "amount", "by", "items", "taken by", "state"),
            (
                (
                    one.id,
                    one.debtor,
                    str(one.amount),
                    one.until,
                    ", ".join(one.items),
                    f"{one.by}, {one.channel}",
                    one.state,
                )
                for one in found
            ),
            right=(2,),
        )


def _plain(one: Promise) -> dict[str, Any]:
    return {
        "id": one.id,
        "debtor": one.debtor,
        "items": list(one.items),
        "until": one.until.isoformat(),
        "amount": str(one.amount.decimal),
        "owed": str(one.owed.decimal),
        "currency": one.amount.currency,
        "made": one.made.isoformat(),
        "by": one.by,
        "channel": one.channel,
        "state": one.state.value,
        "settled": one.settled.isoformat() if one.settled else None,
        "note": one.note,
        "plan": one.plan,
    }

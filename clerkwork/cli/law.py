"""`clerkwork law`: costs, terms and interest, reckoned line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

if TYPE_CHECKING:
    from clerkwork.core.law.pack import Pack
    from clerkwork.core.money import Money

__all__ = ["app"]

app = typer.Typer(
    help="What may be asked beyond a debt, and when, reckoned line by line.", no_args_is_help=True
)

CountryOption = Annotated[
    str, typer.Option("--country", metavar="CODE", help="Whose law; else that of config/law.toml.")
]
DebtorOption = Annotated[
    str, typer.Option("--debtor", metavar="KIND", help="The debtor: consumer or business.")
]
AgreedOption = Annotated[
    bool,
    typer.Option("--agreed", help="The contract provides for it; else as config/law.toml says."),
]


@app.command("costs")
def costs(
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="The principal, as in 2500.00.")],
    country: CountryOption = "",
    debtor: DebtorOption = "consumer",
    agreed: AgreedOption = False,
    workspace: Where = None,
) -> None:
    """Show the collection costs of a principal."""
    from clerkwork import bootstrap
    from clerkwork.core.law import costs as reckoned

    law = bootstrap.law_of(workspace)
    pack = law.pack(country)
    kind = _kind(debtor)
    settings = law.settings
    found = reckoned.costs(
        pack, kind, _money(amount, pack), agreed=agreed or settings.agreed, vat=settings.vat
    )
    _tell(found.lines)
    if kind == "consumer" and pack.side(kind).notice and found.amount:
        _tell(["only after the notice: `clerkwork law letter DAY` counts its term"])
    show.say(f"costs: {found.total}")
    _by(pack)


@app.command("letter")
def letter(
    day: Annotated[
        str, typer.Argument(metavar="DAY", help="The day it is sent, as in 2026-12-18.")
    ],
    country: CountryOption = "",
    debtor: DebtorOption = "consumer",
    electronic: Annotated[
        bool, typer.Option("--electronic", help="It is sent by mail, and not by post.")
    ] = False,
    arrived: Annotated[
        str,
        typer.Option(
            "--arrived", metavar="DAY", help="The day it arrived, where that can be proven."
        ),
    ] = "",
    workspace: Where = None,
) -> None:
    """Show the term of the notice that comes before costs."""
    from clerkwork import bootstrap
    from clerkwork.core.law.term import notice_term

    pack = bootstrap.law_of(workspace).pack(country)
    sent = _day(day, "DAY")
    known = _day(arrived, "--arrived") if arrived else None
    way = "electronic" if electronic else "post"
    try:
        term = notice_term(pack, _kind(debtor), sent, by=way, arrived=known)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    _tell(term.lines)
    show.say(f"last day to pay without costs: {term.last_day:%a %Y-%m-%d}")
    show.say(f"costs from: {term.costs_from:%a %Y-%m-%d}")
    _by(pack)


@app.command("interest")
def interest(
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="The principal, as in 1000.00.")],
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="The first day of default.")],
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="The day of payment, which bears none.")
    ],
    country: CountryOption = "",
    trade: Annotated[
        bool, typer.Option("--trade", help="The debtor is a business; else a consumer.")
    ] = False,
    agreed: AgreedOption = False,
    workspace: Where = None,
) -> None:
    """Show the interest on a principal over a time."""
    from clerkwork import bootstrap
    from clerkwork.core.law import interest as reckoned

    law = bootstrap.law_of(workspace)
    pack = law.pack(country)
    begin, end = _day(since, "--since"), _day(until, "--until")
    if end < begin:
        raise typer.BadParameter(f"{until} lies before --since {since}", param_hint="--until")
    principal = _money(amount, pack)
    kind = "business" if trade else "consumer"
    found = reckoned.interest(
        pack, kind, principal, begin, end, agreed=agreed or law.settings.agreed
    )
    _tell(found.lines)
    show.say(f"interest: {found.amount}")
    _by(pack)


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        show.say(f"  {line}")


def _by(pack: Pack) -> None:
    for source in pack.sources:
        show.say(f"by: {source}")


def _kind(word: str) -> str:
    from clerkwork.core.law.pack import KINDS

    if word not in KINDS:
        wrong = f"{word!r}; expected one of {', '.join(KINDS)}"
        raise typer.BadParameter(wrong, param_hint="--debtor")
    return word


def _money(text: str, pack: Pack) -> Money:
    from decimal import Decimal, InvalidOperation

    from clerkwork.core.money import Money

    try:
        amount = Money.of(Decimal(text), pack.currency)
    except (InvalidOperation, ValueError):
        amount = Money(-1, pack.currency)
    if amount.minor < 0:
        wrong = f"{text!r}; expected an amount of zero or more, such as 2500.00"
        raise typer.BadParameter(wrong, param_hint="AMOUNT")
    return amount


def _day(text: str, hint: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        wrong = f"{text!r}; expected a day such as 2026-12-18"
        raise typer.BadParameter(wrong, param_hint=hint) from None

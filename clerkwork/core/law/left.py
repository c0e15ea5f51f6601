"""Interest that is open when the principal is paid: asked for, or given up by choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from clerkwork.core.law.allocation import AfterPrincipal, Debt, allocate, asked_after
from clerkwork.core.law.interest import interest
from clerkwork.core.law.pack import Pack
from clerkwork.core.ledger import PaidItem
from clerkwork.core.money import Money
from clerkwork.errors import ConfigError

__all__ = ["Left", "left_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of the interest of one paid invoice."""

    item: PaidItem
    asked: Money
    waived: Money
    lines: tuple[str, ...]
    """How it was reckoned, and why it is asked or not."""


def left_of(
    pack: Pack,
    kind: str,
    paid: Iterable[PaidItem],
    choice: AfterPrincipal,
    *,
    beyond: Money | None = None,
    agreed: bool = False,
) -> tuple[Left, ...]:
    """The interest of invoices of which it was asked before they were paid, each once.

    In the currency of the law. `beyond` is what the debtor paid over his invoices: it goes to this
    interest first. Of an invoice that only a fetch did not show any more nobody knows when it was
    paid, or whether by money: of that none is left.
    """
    nothing = Money(0, pack.currency)
    rest = beyond if beyond and beyond.currency == pack.currency and beyond.minor > 0 else nothing
    found = []
    for item in paid:
        since = item.due + timedelta(days=1)
        if item.by_fetch or item.amount.currency != pack.currency or item.on <= since:
            continue
        try:
            grown = interest(pack, kind, item.amount, since, item.on, agreed=agreed)
            debt = Debt(costs=nothing, interest=grown.amount, principal=nothing)
            parts = allocate(pack.ordered(), debt, rest)
        except ConfigError as error:
            told = f"{item.number}: paid on {item.on}; no interest: {error}"
            found.append(Left(item=item, asked=nothing, waived=nothing, lines=(told,)))
            continue
        rest = parts.over
        if not parts.left.interest:
            continue
        verdict = asked_after(choice, parts.left)
        told = f"{item.number}: paid on {item.on}, {parts.left.interest} of interest is left"
        found.append(
            Left(
                item=item,
                asked=verdict.asked,
                waived=verdict.waived,
                lines=(*grown.lines, f"{told}; {verdict.why}"),
            )
        )
    return tuple(found)

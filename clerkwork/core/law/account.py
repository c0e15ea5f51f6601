"""One claim over time: interest that grows, costs, part payments in the law's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from clerkwork.core.law.allocation import Allocation, Debt, allocate
from clerkwork.core.law.interest import Growth, grow, half_up
from clerkwork.core.law.pack import Pack
from clerkwork.core.money import Money

__all__ = ["Account", "Paid", "account_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment as it was allocated, with what the claim was before it."""

    day: date
    payment: Money
    before: Debt
    parts: Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is open on `until`, with every payment and every line of the reckoning."""

    until: date
    debt: Debt
    paid: tuple[Paid, ...]
    lines: tuple[str, ...]


def account_of(
    pack: Pack,
    kind: str,
    principal: Money,
    begun: date,
    until: date,
    *,
    costs: Sequence[tuple[date, Money]] = (),
    payments: Sequence[tuple[date, Money]] = (),
    agreed: bool = False,
) -> Account:
    """A claim from its first day of default until `until`, the day on which it is told.

    `costs` are those that may be asked, each from its day on; costs bear no interest. On one day
    costs come before payments. Interest is rounded half up to a minor unit when a payment
    reaches it, and at the end. `agreed` as in `interest`. What a payment leaves over is told, and
    is nobody's interest. Raises `ConfigError` where rates or the order are not known, and
    `ValueError` for a day before `begun` or after `until`.
    """
    side = pack.side(kind)
    bearing = bool(side.rate) and (agreed or side.basis != "agreed")
    nothing = Money(0, principal.currency)
    open_costs, paid, growth, day = nothing, [], Growth(), begun
    events = [(when, 0, amount) for when, amount in costs]
    events += [(when, 1, amount) for when, amount in payments]
    for when, is_payment, amount in sorted(events, key=lambda event: event[:2]):
        if not begun <= when <= until:
            raise ValueError(f"{amount} on {when}: expected a day from {begun} to {until}")
        if not is_payment:
            open_costs += amount
            continue
        if bearing:
            growth = _grown(pack, kind, growth, principal, begun, day, when)
        day = when
        before = Debt(costs=open_costs, interest=_rounded(growth, nothing), principal=principal)
        parts = allocate(pack.ordered(), before, amount)
        open_costs, principal = parts.left.costs, parts.left.principal
        growth = _less(growth, parts)
        paid.append(Paid(day=when, payment=amount, before=before, parts=parts))
    if bearing:
        growth = _grown(pack, kind, growth, principal, begun, day, until)
    debt = Debt(costs=open_costs, interest=_rounded(growth, nothing), principal=principal)
    return Account(until=until, debt=debt, paid=tuple(paid), lines=growth.lines)


def _grown(
    pack: Pack, kind: str, growth: Growth, principal: Money, begun: date, start: date, end: date
) -> Growth:
    side = pack.side(kind)
    return grow(
        pack.rates_of(side),
        growth,
        principal=principal,
        begun=begun,
        start=start,
        end=end,
        points=side.points,
        compounding=side.compounding,
    )


def _rounded(growth: Growth, like: Money) -> Money:
    return Money(half_up(growth.exact), like.currency)


def _less(growth: Growth, parts: Allocation) -> Growth:
    """Of interest that is paid in part, the years that are full are paid first."""
    if not parts.interest:
        # Nothing of it was paid, so nothing of it is rounded.
        return replace(growth, lines=(*growth.lines, _said(parts)))
    left = Fraction(parts.left.interest.minor)
    capital = min(left, max(growth.capital - parts.interest.minor, Fraction(0)))
    lines = (*growth.lines, _said(parts))
    return Growth(capital=capital, running=left - capital, lines=lines)


def _said(parts: Allocation) -> str:
    return (
        f"paid: {parts.costs} of the costs, {parts.interest} of the interest, "
        f"{parts.principal} of the principal; {parts.left.principal} of it stays open"
    )

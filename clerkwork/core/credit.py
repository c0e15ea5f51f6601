"""Credit: whether an order may go to a debtor, by policy or only when a person says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from clerkwork.core.ledger import Debtor, OpenItem, Order
from clerkwork.core.money import Money, total

__all__ = ["Approver", "Assessment", "CreditPolicy", "approver_of", "assess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who is asked about orders up to an amount; without one, about any order."""

    name: str
    email: str
    up_to: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPolicy:
    """What the back office lets policy release by itself, in config/approvals.toml."""

    release_up_to: Money
    """Largest order that policy releases."""
    overdue_days: int
    """Most days that the debtor's oldest undisputed item may be overdue."""
    approvers: tuple[Approver, ...]
    """The first whose `up_to` suffices is asked."""
    valid_hours: int = 48
    """How long an answer is waited for before a person is told."""
    remembered_days: int = 14
    """How long a released order counts in the exposure: by then it is an open item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What policy makes of an order. It is never held by policy: people hold orders."""

    verdict: str
    """'release' or 'ask'."""
    reasons: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    """Figures in reading order."""
    exposure: Money
    """Open items + orders released and not invoiced yet + this order."""
    days_overdue: int
    """Of the oldest undisputed invoice; 0 when nothing is overdue."""


def assess(
    order: Order,
    debtor: Debtor | None,
    items: Iterable[OpenItem],
    other_orders: Iterable[Order],
    today: date,
    policy: CreditPolicy,
) -> Assessment:
    """Assess an order; items and orders of other debtors are passed over.

    `other_orders` are those already released and not invoiced yet. `debtor` is
    None when the ERP does not know him. Anything in doubt is asked.
    """
    own = [item for item in items if item.customer == order.customer]
    others = [o for o in other_orders if o.customer == order.customer and o.number != order.number]
    currency = order.amount.currency
    exposure = total(_same(currency, own, others), currency) + order.amount
    overdue = max((i.days_overdue(today) for i in own if _counts(i)), default=0)
    days = max(overdue, 0)
    reasons = tuple(_reasons(order, debtor, own, others, exposure, days, policy))
    within = (
        f"the exposure of {exposure.for_people()} is within the limit",
        f"the oldest item is {days} days overdue" if days else "nothing is overdue",
    )
    return Assessment(
        verdict="ask" if reasons else "release",
        reasons=reasons or within,
        facts=tuple(_facts(order, debtor, own, others, exposure, days, today)),
        exposure=exposure,
        days_overdue=days,
    )


def approver_of(order: Order, policy: CreditPolicy) -> Approver:
    """Who is asked about an order; the last approver if nobody's limit suffices."""
    for approver in policy.approvers:
        limit = approver.up_to
        if limit is None or (limit.currency == order.amount.currency and order.amount <= limit):
            return approver
    return policy.approvers[-1]


def _counts(item: OpenItem) -> bool:
    return item.open.minor > 0 and not item.disputed


def _same(currency: str, items: Sequence[OpenItem], others: Sequence[Order]) -> Iterator[Money]:
    yield from (i.open for i in items if i.open.currency == currency)
    yield from (o.amount for o in others if o.amount.currency == currency)


def _reasons(
    order: Order,
    debtor: Debtor | None,
    items: Sequence[OpenItem],
    others: Sequence[Order],
    exposure: Money,
    days: int,
    policy: CreditPolicy,
) -> Iterator[str]:
    currency = order.amount.currency
    if debtor is None:
        yield f"debtor {order.customer} is not in the ERP's list of debtors"
    else:
        if debtor.block:
            yield f"the debtor is marked '{debtor.block}'"
        yield from _limit(debtor, exposure)
    if order.amount.minor <= 0:
        yield f"the order is over {order.amount.for_people()}, which is no amount to release"
    if order.amount.currency != policy.release_up_to.currency:
        yield f"the order is in {currency}; policy releases {policy.release_up_to.currency} only"
    elif order.amount > policy.release_up_to:
        most = policy.release_up_to.for_people()
        yield f"the order of {order.amount.for_people()} is above the {most} of policy"
    if any(i.open.currency != currency for i in items) or any(
        o.amount.currency != currency for o in others
    ):
        yield f"the debtor also owes in other currencies than {currency}"
    if days > policy.overdue_days:
        yield f"the oldest item is {days} days overdue; policy allows {policy.overdue_days}"


def _limit(debtor: Debtor, exposure: Money) -> Iterator[str]:
    limit = debtor.credit_limit
    if limit is None:
        yield "the debtor has no credit limit"
    elif limit.currency != exposure.currency:
        yield f"the credit limit is in {limit.currency}, the order in {exposure.currency}"
    elif exposure > limit:
        above = (exposure - limit).for_people()
        yield (
            f"the exposure of {exposure.for_people()} is {above} above the limit of "
            f"{limit.for_people()}"
        )


def _facts(
    order: Order,
    debtor: Debtor | None,
    items: Sequence[OpenItem],
    others: Sequence[Order],
    exposure: Money,
    days: int,
    today: date,
) -> Iterator[tuple[str, str]]:
    currency = order.amount.currency
    due = [i for i in items if i.days_overdue(today) > 0 and i.open.currency == currency]
    open_now = total((i.open for i in items if i.open.currency == currency), currency)
    released = total((o.amount for o in others if o.amount.currency == currency), currency)
    yield "Debtor", f"{order.customer} {debtor.name}" if debtor else order.customer
    yield "Order amount", order.amount.for_people()
    yield "Open items", f"{open_now.for_people()} ({len(items)} items)"
    yield "of which overdue", total((i.open for i in due), currency).for_people()
    yield "Oldest overdue", f"{days} days" if days else "nothing is overdue"
    disputed = total(
        (i.open for i in items if i.disputed and i.open.currency == currency), currency
    )
    if disputed:
        yield "of which disputed", disputed.for_people()
    if others:
        yield "Released, not invoiced", released.for_people()
    yield "Exposure with this order", exposure.for_people()
    limit = debtor.credit_limit if debtor else None
    yield "Credit limit", limit.for_people() if limit else "none"

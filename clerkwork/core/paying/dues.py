"""What a debtor's page asks of him now: his items as they stand, and no more beside them than his
last message asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, by_currency, total

__all__ = ["Dues", "dues"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """All that is open of one debtor on a day, each item in one of three places."""

    due: tuple[OpenItem, ...] = ()
    """What is to be paid now: overdue items and credit notes; before anything is overdue, all."""
    coming: tuple[OpenItem, ...] = ()
    """What is not due yet, where something else is."""
    disputed: tuple[OpenItem, ...] = ()
    """Nobody asks for these now."""
    costs: Money | None = None
    interest: Money | None = None
    """As his last message asked them."""

    @property
    def owed(self) -> tuple[Money, ...]:
        """Of the items to be paid now, net, per currency; each above zero."""
        return tuple(m for m in by_currency(i.open for i in self.due) if m.minor > 0)

    @property
    def to_pay(self) -> tuple[Money, ...]:
        """With costs and interest, per currency."""
        beyond = [m for m in (self.costs, self.interest) if m]
        return tuple(
            total((amount, *(m for m in beyond if m.currency == amount.currency)), amount.currency)
            for amount in self.owed
        )


def dues(items: Iterable[OpenItem], had: Sequence[Message], today: date) -> Dues:
    """`items` are all of one debtor, `had` his messages, oldest first.

    Costs and interest are those of the last message that surely reached him, while all that it
    asked for stands as it did. Once a part of it is paid, credited or disputed, less may be owed
    beside it, and nothing is until the next message reckons it anew.
    """
    own = sorted(items, key=lambda item: (item.due, item.number))
    disputed = tuple(item for item in own if item.disputed and item.open.minor > 0)
    rest = [item for item in own if item not in disputed]
    late = [i for i in rest if i.open.minor > 0 and i.days_overdue(today) > 0]
    credits = [item for item in rest if item.open.minor < 0]
    coming = [i for i in rest if i.open.minor > 0 and i.days_overdue(today) <= 0]
    due = [*late, *credits] if late else [*coming, *credits]
    costs, interest = _asked(rest, had)
    found = Dues(
        due=tuple(due),
        coming=tuple(coming) if late else (),
        disputed=disputed,
        costs=costs,
        interest=interest,
    )
    # Where the items net to nothing there is nothing for costs to be added to.
    owed = {amount.currency for amount in found.owed}
    return Dues(
        due=found.due,
        coming=found.coming,
        disputed=found.disputed,
        costs=costs if costs and costs.currency in owed else None,
        interest=interest if interest and interest.currency in owed else None,
    )


def _asked(rest: Sequence[OpenItem], had: Sequence[Message]) -> tuple[Money | None, Money | None]:
    last = next((m for m in reversed(had) if m.state is MessageState.SENT and m.items), None)
    if last is None or last.amount is None:
        return None, None
    currency = last.amount.currency
    own = [item for item in rest if item.open.currency == currency]
    named = [item for item in own if item.number in last.items]
    credited = any(item.open.minor < 0 and item not in named for item in own)
    beyond = [m for m in (last.costs, last.interest) if m is not None]
    if credited or any(m.currency != currency for m in beyond):
        return None, None
    if total((item.open for item in named), currency) + total(beyond, currency) != last.amount:
        return None, None
    return last.costs, last.interest

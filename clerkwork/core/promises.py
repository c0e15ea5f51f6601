"""A promise to pay: how much by when, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money, total

__all__ = ["Promise", "PromiseState", "broken_lately", "judged", "promised"]

_TRUST_AGAIN = timedelta(days=180)
"""For how long after a broken promise a person is asked for the next."""


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A debtor's word to pay an amount of some items by a day."""

    debtor: str
    items: tuple[str, ...]
    until: date
    amount: Money
    owed: Money
    """What was open of these items when he promised."""
    made: datetime
    """UTC."""
    by: str
    """Who took it: a person's name, or 'the debtor himself'."""
    channel: str
    """How it came: 'call', 'mail', 'payment page', or 'desk'."""
    plan: str = ""
    """The same for all instalments of one plan, each of which promises what is paid by then in all;
    empty for a promise that stands alone."""
    id: str = ""
    """Given by the store."""
    state: PromiseState = PromiseState.OPEN
    settled: datetime | None = None
    """When it was kept, broken or withdrawn (UTC)."""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("a promise names the items that it is about")
        if self.amount.minor <= 0 or self.amount > self.owed:
            raise ValueError(
                f"{self.amount} of {self.owed}; expected more than zero, and no more than is open"
            )

    def is_about(self, items: Iterable[str]) -> bool:
        """Whether it is about all of these."""
        return set(items) <= set(self.items)


def promised(items: Iterable[OpenItem]) -> Money:
    """What invoices, all in one currency, come to; raises `ValueError`."""
    held = tuple(items)
    currencies = {item.open.currency for item in held}
    if len(currencies) != 1:
        found = ", ".join(sorted(currencies)) or "none"
        raise ValueError(f"a promise is about items of one currency; here are {found}")
    return total((item.open for item in held), currencies.pop())


def broken_lately(promises: Iterable[Promise], debtor: str, today: date) -> Promise | None:
    """A promise for which his next is taken by a person alone, however he gives it."""
    return next(
        (
            one
            for one in promises
            if one.debtor == debtor
            and one.state is PromiseState.BROKEN
            and (one.settled is None or one.settled.date() >= today - _TRUST_AGAIN)
        ),
        None,
    )


def judged(
    promise: Promise, items: Iterable[OpenItem], today: date, seen: date | None
) -> PromiseState:
    """What became of an open promise, by what is open of its items now.

    `seen` is the day up to which all bank statements are read: before they reach the day that was
    promised, nobody can say that it was broken.
    """
    if promise.state is not PromiseState.OPEN:
        return promise.state
    left = total(
        (
            item.open
            for item in items
            if item.customer == promise.debtor
            and item.number in promise.items
            and item.open.currency == promise.owed.currency
        ),
        promise.owed.currency,
    )
    if promise.owed - left >= promise.amount:
        return PromiseState.KEPT
    late = today > promise.until and seen is not None and seen >= promise.until
    return PromiseState.BROKEN if late else PromiseState.OPEN

"""How fast what is owed comes in: DSO, the best it could be, the delay, and the CEI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clerkwork.core.aging import BUCKETS, Balance, aged
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.money import Money, total

__all__ = ["Turnover", "days_to_pay", "sales_of", "turnovers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """One currency between two days on which balances were kept."""

    opened: date
    """The day whose balance is the opening one: the period begins on the day after."""
    closed: date
    opening: Money
    closing: Money
    current: Money
    """Of the closing balance, what is not due yet."""
    sales: Money
    """Invoiced in the period, on credit."""

    @property
    def days(self) -> int:
        return (self.closed - self.opened).days

    @property
    def dso(self) -> float | None:
        """Days sales outstanding: closing balance over the sales of a day; None without sales."""
        return self._in_days(self.closing)

    @property
    def best(self) -> float | None:
        """The DSO if nothing were overdue: every debtor paid on the due date."""
        return self._in_days(self.current)

    @property
    def delay(self) -> float | None:
        """Average days delinquent: how much of the DSO is due to late payment."""
        return None if self.dso is None or self.best is None else self.dso - self.best

    @property
    def cei(self) -> float | None:
        """Collection effectiveness index: of what could have been collected, the share that was.

        (opening + sales - closing) / (opening + sales - current), the definition of the Credit
        Research Foundation; None where nothing could have been.
        """
        there = (self.opening + self.sales).minor
        possible = there - self.current.minor
        return (there - self.closing.minor) / possible if possible > 0 else None

    def _in_days(self, amount: Money) -> float | None:
        if self.sales.minor <= 0 or self.days <= 0:
            return None
        return amount.minor / self.sales.minor * self.days


def turnovers(
    before: Iterable[Balance],
    after: Iterable[Balance],
    sales: Mapping[str, Money],
    opened: date,
    closed: date,
) -> tuple[Turnover, ...]:
    """Each currency by its code, from the balances of the two days and the sales between."""
    begun, ended = aged(before, opened), aged(after, closed)
    found = []
    for currency in sorted({*begun, *ended, *sales}):
        nothing = Money(0, currency)
        closing = ended.get(currency, {})
        found.append(
            Turnover(
                opened=opened,
                closed=closed,
                opening=total(begun.get(currency, {}).values(), currency),
                closing=total(closing.values(), currency),
                current=closing.get(BUCKETS[0], nothing),
                sales=sales.get(currency, nothing),
            )
        )
    return tuple(found)


def sales_of(
    items: Iterable[OpenItem], paid: Iterable[PaidItem], after: date, until: date
) -> tuple[dict[str, Money], int]:
    """Currency → what was invoiced after a day and up to another; and of how many nobody knows.

    An item without its total counts with what is open of it. Credit notes that are still open are
    taken off; those that were used up are not known any more.
    """
    sums: dict[str, Money] = {}
    unknown = 0
    open_ones = [(item.issued, item.total or item.open, item.due) for item in items]
    gone = [(one.issued, one.amount, one.due) for one in paid]
    for issued, amount, due in (*open_ones, *gone):
        if issued is None:
            # What was due before the period was invoiced before it.
            unknown += due > after
        elif after < issued <= until:
            sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return sums, unknown


def days_to_pay(paid: Iterable[PaidItem]) -> dict[str, float]:
    """Currency → days past the due date at which these were paid, each weighed by its amount.

    Below zero where they were paid early.
    """
    weighed: dict[str, int] = {}
    amounts: dict[str, int] = {}
    for one in paid:
        currency, minor = one.amount.currency, one.amount.minor
        weighed[currency] = weighed.get(currency, 0) + (one.on - one.due).days * minor
        amounts[currency] = amounts.get(currency, 0) + minor
    return {name: weighed[name] / amounts[name] for name in sorted(amounts) if amounts[name]}

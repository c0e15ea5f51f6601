"""The ageing of open items: how much is how many days overdue, and what that rolls to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money

__all__ = ["BUCKETS", "Balance", "Roll", "aged", "ageing", "bucket", "rolled"]

BUCKETS = ("not due", "1-30", "31-60", "61-90", "over 90")
"""Days overdue, oldest last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What was open on a day of all the items due on one day; whose they are is not in it."""

    day: date
    due: date
    open: Money
    """Of the invoices."""
    credit: Money
    """Of the credit notes; zero or below."""
    items: int

    @property
    def net(self) -> Money:
        return self.open + self.credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """What became of the invoices of one bucket, by the days they were due."""

    bucket: str
    """In which they were at first; 'not due' counts those alone that fell due meanwhile."""
    was: Money
    left: Money
    """Of the same due days, open at the end."""

    @property
    def rate(self) -> float | None:
        """Share of the money that was not paid meanwhile; None of none."""
        return self.left.minor / self.was.minor if self.was else None


def bucket(days_overdue: int) -> str:
    """The bucket of an item that many days past its due date; on the due date it is not due."""
    if days_overdue <= 0:
        return BUCKETS[0]
    return BUCKETS[min(1 + (days_overdue - 1) // 30, len(BUCKETS) - 1)]


def ageing(items: Iterable[OpenItem], today: date) -> dict[str, dict[str, Money]]:
    """Currency → bucket → sum of the open amounts, every bucket present.

    Credit notes lower the bucket of their own due date, so that the buckets
    of a currency add up to the ledger's total.
    """
    return _sums((item.days_overdue(today), item.open) for item in items)


def aged(balances: Iterable[Balance], day: date) -> dict[str, dict[str, Money]]:
    """The same of balances that were kept, as old as they were on a day."""
    return _sums(((day - one.due).days, one.net) for one in balances)


def _sums(parts: Iterable[tuple[int, Money]]) -> dict[str, dict[str, Money]]:
    result: dict[str, dict[str, Money]] = {}
    for days, amount in parts:
        currency = amount.currency
        row = result.setdefault(currency, {name: Money(0, currency) for name in BUCKETS})
        row[bucket(days)] += amount
    return dict(sorted(result.items()))


def rolled(
    before: Iterable[Balance], after: Iterable[Balance], first: date, last: date
) -> dict[str, tuple[Roll, ...]]:
    """Currency → what each bucket of the first day had become on the last, oldest bucket last.

    With 30 days between, what is left of a bucket is what rolled into the next. Credit notes are
    left out, and so is what was not due at the end either. An invoice that came into the ledger
    meanwhile with an older due date counts as left, so that a rate can be above one.
    """
    was: dict[tuple[str, str], int] = {}
    left: dict[tuple[str, str], int] = {}
    for balances, sums in ((before, was), (after, left)):
        for one in balances:
            if one.due < last:
                key = (one.open.currency, bucket((first - one.due).days))
                sums[key] = sums.get(key, 0) + one.open.minor
    return {
        currency: tuple(
            Roll(
                bucket=name,
                was=Money(was.get((currency, name), 0), currency),
                left=Money(left.get((currency, name), 0), currency),
            )
            for name in BUCKETS
        )
        for currency in sorted({currency for currency, _ in was})
    }

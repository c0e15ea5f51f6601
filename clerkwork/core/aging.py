"""The ageing of open items: how much is how many days overdue, per currency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money

__all__ = ["BUCKETS", "ageing", "bucket"]

BUCKETS = ("not due", "1-30", "31-60", "61-90", "over 90")
"""Days overdue, oldest last."""


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
    result: dict[str, dict[str, Money]] = {}
    for item in items:
        currency = item.open.currency
        row = result.setdefault(currency, {name: Money(0, currency) for name in BUCKETS})
        row[bucket(item.days_overdue(today))] += item.open
    return dict(sorted(result.items()))

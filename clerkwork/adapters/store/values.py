"""Allocations and candidates as JSON, exact: amounts are whole minor units with a currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from clerkwork.core.matching.model import Candidate
from clerkwork.core.money import Money
from clerkwork.core.posting import Allocation, Receipt

__all__ = [
    "from_allocations",
    "from_candidates",
    "from_receipt",
    "to_allocations",
    "to_candidates",
]

Json = dict[str, Any]


def from_allocations(allocations: Iterable[Allocation]) -> list[Json]:
    return [
        {
            "item": a.item,
            "amount": a.amount.minor,
            "discount": a.discount.minor,
            "open_before": a.open_before.minor,
            "currency": _currency(a),
        }
        for a in allocations
    ]


def _currency(allocation: Allocation) -> str:
    currencies = {
        amount.currency
        for amount in (allocation.amount, allocation.discount, allocation.open_before)
    }
    if len(currencies) > 1:
        raise ValueError(f"{allocation.item}: amounts in {' and '.join(sorted(currencies))}")
    return currencies.pop()


def to_allocations(rows: Sequence[Json]) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(
            item=row["item"],
            amount=Money(row["amount"], row["currency"]),
            discount=Money(row["discount"], row["currency"]),
            open_before=Money(row["open_before"], row["currency"]),
        )
        for row in rows
    )


def from_candidates(candidates: Iterable[Candidate]) -> list[Json]:
    return [
        {
            "customer": c.customer,
            "allocations": from_allocations(c.allocations),
            "reasons": list(c.reasons),
            "confidence": c.confidence,
        }
        for c in candidates
    ]


def to_candidates(rows: Sequence[Json]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            customer=row["customer"],
            allocations=to_allocations(row["allocations"]),
            reasons=tuple(row["reasons"]),
            # A store from before confidence was measured has none.
            confidence=row.get("confidence", 0.0),
        )
        for row in rows
    )


def from_receipt(receipt: Receipt) -> Json:
    """As the portal showed it, for the auditor."""
    return {
        "reference": receipt.reference,
        "number": receipt.number,
        "customer": receipt.customer,
        "booked": receipt.booked.isoformat(),
        "amount": receipt.amount.minor,
        "currency": receipt.amount.currency,
        "allocations": [
            {"item": item, "amount": amount.minor, "discount": discount.minor}
            for item, amount, discount in receipt.allocations
        ],
    }

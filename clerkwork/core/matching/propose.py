"""From matches to postings: what will be keyed for each settled line."""

from __future__ import annotations

from collections.abc import Iterable

from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.posting import Posting, make_posting

__all__ = ["postings_of"]

_LONGEST_MEMO = 140


def postings_of(matches: Iterable[Match]) -> tuple[Posting, ...]:
    """A posting for each settled match, in their order: keyed so, every open amount is as expected.

    Raises `ValueError` if a match allocates more than its line brings in.
    """
    return tuple(
        make_posting(
            line=found.line.id,
            customer=found.customer,
            account=found.line.account,
            booked=found.line.booked,
            amount=found.line.amount,
            allocations=found.allocations,
            memo=" ".join(f"{found.line.payer} {found.line.text}".split())[:_LONGEST_MEMO],
        )
        for found in matches
        if found.outcome is Outcome.SETTLED
    )

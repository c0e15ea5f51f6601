"""Which fields of a message are text: a payer's words may be wrapped so as to look like a field."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

__all__ = ["Ambiguous", "posing"]

_MOST = 4_096
"""Sums that are tried; a sound file has one or two suspects, mostly none."""
_HABIT = 8
"""Entries without details from which on that is the bank's habit, and no sign of anything."""


class Ambiguous(Exception):
    """More than one reading adds up."""


def posing(likely: Sequence[int], lone: Sequence[int], surplus: int) -> tuple[int, ...]:
    """The places in `likely` that are text, so that the other entries add up.

    `likely` and `lone` are amounts, in minor units, of entries that may be text; `surplus` is what
    all entries come to beyond what the balances say. Only likely ones are taken for text. Where
    no reading adds up, none is. Raises `Ambiguous` where more than one does: then suspects cancel
    each other out, and nothing tells whether they are real.
    """
    suspects = [*likely, *(lone if len(lone) < _HABIT else ())]
    if surplus == 0:
        if _first(suspects, 0, 0) is not None:
            raise Ambiguous
        return ()
    found = _first(likely, surplus, 0)
    if found is None:
        return ()
    if _first(likely, surplus, 1) is not None:
        raise Ambiguous
    return found


def _first(amounts: Sequence[int], wanted: int, skip: int) -> tuple[int, ...] | None:
    """The first set of places, not empty, that sums to `wanted`, behind `skip` others."""
    if not amounts or not _within(amounts, wanted):
        return None
    tried = 0
    for size in range(1, len(amounts) + 1):
        for places in combinations(range(len(amounts)), size):
            tried += 1
            if tried > _MOST:
                raise Ambiguous
            if sum(amounts[place] for place in places) == wanted:
                if not skip:
                    return places
                skip -= 1
    return None


def _within(amounts: Sequence[int], wanted: int) -> bool:
    """Whether any set of the amounts can come that far; zero takes both signs, or a zero."""
    if wanted == 0:
        return 0 in amounts or min(amounts) < 0 < max(amounts)
    lowest = sum(amount for amount in amounts if amount < 0)
    highest = sum(amount for amount in amounts if amount > 0)
    return lowest <= wanted <= highest

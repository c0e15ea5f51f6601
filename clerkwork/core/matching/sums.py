"""Which items add up to an amount, and how often chance would make such a sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import gcd

__all__ = ["by_chance", "reachable", "subsets"]

_NEAR = 20
"""Sums within one twentieth of the amount are near it."""


def subsets(amounts: Sequence[int], target: int, *, limit: int = 2) -> list[tuple[int, ...]]:
    """Places of up to `limit` sets of `amounts` that sum to `target`, the smallest sets first.

    Never the empty set. Costs 2^(n/2) for the n amounts that can take part at all; the caller
    bounds n. Enough single amounts or pairs end the search before that.
    """
    able = reachable(amounts, target)
    if not able:
        return []
    if len(able) < len(amounts):
        found = subsets([amounts[place] for place in able], target, limit=limit)
        return [tuple(able[place] for place in one) for one in found]
    few = _few(amounts, target)
    if len(few) >= limit or len(amounts) <= 2:
        return few[:limit]
    half = len(amounts) // 2
    right: dict[int, list[int]] = defaultdict(list)
    for mask, value in enumerate(_sums(amounts[half:])):
        right[value].append(mask)
    found = []
    for mask, value in enumerate(_sums(amounts[:half])):
        for other in right.get(target - value, ())[: limit + 1]:
            if mask or other:
                found.append(_places(mask | other << half))
        if len(found) > 64 * limit:
            break
    return sorted(found, key=lambda places: (len(places), places))[:limit]


def reachable(amounts: Sequence[int], target: int) -> list[int]:
    """Places of the amounts that can be part of a sum of `target`: all but those far too large."""
    lower = sum(amount for amount in amounts if amount < 0)
    return [place for place, amount in enumerate(amounts) if amount <= target - lower]


def _few(amounts: Sequence[int], target: int) -> list[tuple[int, ...]]:
    """Single amounts and pairs, in order."""
    at: dict[int, list[int]] = defaultdict(list)
    pairs = []
    for place, amount in enumerate(amounts):
        pairs += [(other, place) for other in at.get(target - amount, ())]
        at[amount].append(place)
    return [*((place,) for place in at.get(target, ())), *sorted(pairs)]


def _sums(amounts: Sequence[int]) -> list[int]:
    """The sum of each subset, by its bits."""
    sums = [0]
    for amount in amounts:
        sums += [value + amount for value in sums]
    return sums


def _places(mask: int) -> tuple[int, ...]:
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def by_chance(amounts: Sequence[int], target: int) -> float:
    """How often a payment of about `target` and of no meaning would be a sum of these amounts.

    The sums near the target, each once, by the payments of that size there could be; where all
    amounts are whole multiples of something (prices in whole euros), so are those. Costs 2^n.
    """
    sums = set(_sums([amounts[place] for place in reachable(amounts, target * 21 // 20)]))
    near = sum(1 for value in sums if abs(value - target) * _NEAR <= target)
    return near / max(1.0, target * 2 / _NEAR / gcd(*amounts))

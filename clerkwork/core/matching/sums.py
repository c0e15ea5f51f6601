"""Which items add up to an amount: all ways up to a limit, by meeting in the middle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import comb

__all__ = ["expected_by_chance", "subsets"]


def subsets(amounts: Sequence[int], target: int, *, limit: int = 2) -> list[tuple[int, ...]]:
    """Places of up to `limit` sets of `amounts` that sum to `target`, the smallest sets first.

    Never the empty set. Costs 2^(n/2) for n amounts; the caller bounds n.
    """
    half = len(amounts) // 2
    right: dict[int, list[int]] = defaultdict(list)
    for mask, value in enumerate(_sums(amounts[half:])):
        right[value].append(mask)
    found: list[tuple[int, ...]] = []
    for mask, value in enumerate(_sums(amounts[:half])):
        for other in right.get(target - value, ())[: limit + 1]:
            if mask or other:
                found.append(_places(mask | other << half))
        if len(found) > 64 * limit:
            break
    return sorted(found, key=lambda places: (len(places), places))[:limit]


def _sums(amounts: Sequence[int]) -> list[int]:
    """The sum of each subset, by its bits."""
    sums = [0]
    for amount in amounts:
        sums += [value + amount for value in sums]
    return sums


def _places(mask: int) -> tuple[int, ...]:
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def expected_by_chance(amounts: Sequence[int], size: int) -> float:
    """How many sets of up to `size` amounts a payment of no meaning would hit on average.

    The sets are taken to be spread evenly over what the positive amounts can make together.
    """
    sets = sum(comb(len(amounts), chosen) for chosen in range(1, size + 1))
    spread = sum(amount for amount in amounts if amount > 0)
    return sets / max(1, spread)

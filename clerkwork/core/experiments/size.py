"""How many debtors an experiment needs, told before it begins, and when it is looked at."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

__all__ = [
    "ALPHA",
    "LEAST_POWER",
    "MOST_LOOKS",
    "boundary",
    "look_sizes",
    "two_proportions",
]

ALPHA = 0.05
"""How often a difference is found, on either side, where there is none."""
LEAST_POWER = 0.8

_CRITICAL = (1.960, 1.977, 2.004, 2.024, 2.040)
"""O'Brien and Fleming's constants for 1 to 5 looks, two-sided, alpha 0.05 (Jennison and Turnbull,
Group Sequential Methods, 2000, table 2.3)."""
_INFLATION = (1.000, 1.008, 1.017, 1.024, 1.028)
"""How much more than of one look it takes in all, at power 0.8 (the same, table 2.4); at a higher
power it is a little less."""
MOST_LOOKS = len(_CRITICAL)


def two_proportions(one: float, other: float, power: float, alpha: float = ALPHA) -> float:
    """Debtors of each of two arms that tell two shares apart, two-sided, looked at once.

    Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 2003, formula 4.14
    (the one of R's `power.prop.test`), without a correction for continuity.
    """
    middle = (one + other) / 2
    sure = NormalDist().inv_cdf(1 - alpha / 2) * sqrt(2 * middle * (1 - middle))
    found = NormalDist().inv_cdf(power) * sqrt(one * (1 - one) + other * (1 - other))
    return ((sure + found) / (one - other)) ** 2


def look_sizes(one: float, other: float, power: float, looks: int) -> tuple[int, ...]:
    """Debtors of each arm whose outcome is known at each of equally many looks, added up."""
    inflated = two_proportions(one, other, power) * _INFLATION[looks - 1]
    each = ceil(inflated / looks)
    return tuple(each * number for number in range(1, looks + 1))


def boundary(number: int, looks: int) -> float:
    """How far from none a difference has to be at a look, in its own standard errors."""
    return _CRITICAL[looks - 1] * sqrt(looks / number)

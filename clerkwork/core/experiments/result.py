"""Shares of debtors who paid, how far apart they are, and between what the difference lies."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

__all__ = ["Count", "distance", "newcombe", "wilson"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many paid, of those of one arm of whom it is known."""

    arm: str
    paid: int
    of: int

    @property
    def share(self) -> float:
        """0 of none."""
        return self.paid / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.paid:,} of {self.of:,} ({self.share:.1%}) of {self.arm!r}"


def wilson(count: Count, z: float) -> tuple[float, float]:
    """Between what the share lies (Wilson, 1927); from 0 to 1 where nobody is counted."""
    if not count.of:
        return 0.0, 1.0
    n, p, zz = count.of, count.share, z * z
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(control: Count, arm: Count, z: float) -> tuple[float, float]:
    """Between what an arm's share less the control's lies.

    Newcombe, Interval estimation for the difference between independent proportions, Statistics
    in Medicine 17 (1998), method 10.
    """
    p, q = arm.share, control.share
    (low_p, high_p), (low_q, high_q) = wilson(arm, z), wilson(control, z)
    below = sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    above = sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return p - q - below, p - q + above


def distance(control: Count, arm: Count) -> float:
    """How many standard errors an arm's share is above the control's, as if there were one share.

    0 where all paid, or nobody did.
    """
    if not control.of or not arm.of:
        return 0.0
    together = (control.paid + arm.paid) / (control.of + arm.of)
    error = sqrt(together * (1 - together) * (1 / control.of + 1 / arm.of))
    return (arm.share - control.share) / error if error else 0.0

"""Lots drawn by a name: the same ones on every machine, whoever draws beside."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from math import cos, exp, log, pi, sqrt
from typing import TypeVar

__all__ = ["Lots"]

T = TypeVar("T")

_MASK = (1 << 64) - 1
_RANGE = float(1 << 53)


class Lots:
    """A row of lots that a name begins (SplitMix64: Steele, Lea and Flood, 2014)."""

    __slots__ = ("_state",)

    def __init__(self, *names: object, state: int | None = None) -> None:
        """Begin at a name, or go on from a state."""
        if state is None:
            said = "/".join(str(name) for name in names).encode()
            state = int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big")
        self._state = state

    def number(self) -> int:
        """From 0 to 2 ** 64 - 1."""
        self._state = state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        return state ^ (state >> 31)

    def share(self) -> float:
        """From 0 up to, not including, 1."""
        return (self.number() >> 11) / _RANGE

    def falls(self, chance: float) -> bool:
        """Whether something of that chance happens."""
        return self.share() < chance

    def among(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.share() * (high - low + 1))

    def one_of(self, weighed: Sequence[tuple[float, T]]) -> T:
        """One of several, by their weights."""
        at = self.share() * sum(weight for weight, _ in weighed)
        for weight, one in weighed:
            at -= weight
            if at < 0:
                return one
        return weighed[-1][1]

    def normal(self, middle: float, spread: float) -> float:
        """Normally distributed (Box and Muller, 1958)."""
        distance = sqrt(-2 * log(1 - self.share()))
        return middle + spread * distance * cos(2 * pi * self.share())

    def skewed(self, middle: float, spread: float) -> float:
        """Log-normally distributed about a median, as amounts and days late are."""
        return middle * exp(self.normal(0, spread))

    def beta(self, ones: float, others: float) -> float:
        """Beta-distributed about `ones / (ones + others)`; both are 1 or more."""
        one, other = self._gamma(ones), self._gamma(others)
        return one / (one + other)

    def _gamma(self, shape: float) -> float:
        """Gamma-distributed, of a shape of 1 or more (Marsaglia and Tsang, 2000)."""
        d = shape - 1 / 3
        c = 1 / sqrt(9 * d)
        while True:
            x = self.normal(0, 1)
            v = (1 + c * x) ** 3
            # What is left of a share is above 0, and has a logarithm.
            if v > 0 and log(1 - self.share()) < x * x / 2 + d - d * v + d * log(v):
                return d * v

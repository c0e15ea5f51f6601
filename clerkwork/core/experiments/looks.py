"""Looks: the few moments, fixed before, at which it is told what came of an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from clerkwork.core.experiments.experiment import Experiment
from clerkwork.core.experiments.result import Count, distance, newcombe
from clerkwork.core.experiments.size import boundary

__all__ = ["BETTER", "GOES_ON", "NO_DIFFERENCE", "WORSE", "Look", "look_due"]

BETTER, WORSE, GOES_ON = "better", "worse", "goes on"
NO_DIFFERENCE = "no difference"
"""Found none after the last look, which is not the same as that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was told at one look; never told anew, whatever becomes known later."""

    number: int
    control: Count
    arm: Count
    critical: float
    """How far from none the difference had to be, in standard errors."""
    verdict: str
    """Of the arm: one of `BETTER`, `WORSE`, `GOES_ON`, `NO_DIFFERENCE`."""
    at: datetime | None = None
    """UTC; None before it is kept."""

    @property
    def difference(self) -> float:
        """Of shares: above 0 the arm does better."""
        return self.arm.share - self.control.share

    @property
    def interval(self) -> tuple[float, float]:
        """Between what the difference lies: it holds for all looks together, so it is wider at an
        early one (a repeated confidence interval: Jennison and Turnbull, 2000, chapter 9)."""
        return newcombe(self.control, self.arm, self.critical)

    @property
    def apart(self) -> tuple[str, str]:
        """The difference and its interval in percentage points, for people."""
        low, high = self.interval
        return f"{100 * self.difference:+.1f} points", f"{100 * low:+.1f} and {100 * high:+.1f}"

    @property
    def words(self) -> str:
        """What it told, for people."""
        difference, between = self.apart
        return (
            f"{self.arm} and {self.control} paid: {difference}, between {between}; {self.verdict}"
        )


def look_due(
    experiment: Experiment, taken: int, outcomes: Mapping[str, Sequence[bool]]
) -> Look | None:
    """The next look, once enough is known for it; None before, and after the last.

    `outcomes` are those of each arm's debtors in the order in which they came in. A look counts
    just as many of the first as was said before, so that it tells the same whenever it is taken.
    """
    sizes = experiment.sizes
    if taken >= len(sizes):
        return None
    size, number = sizes[taken], taken + 1
    known = [outcomes.get(arm.name, ()) for arm in experiment.arms]
    if any(len(one) < size for one in known):
        return None
    control, arm = (
        Count(arm=arm.name, paid=sum(one[:size]), of=size)
        for arm, one in zip(experiment.arms, known, strict=True)
    )
    critical = boundary(number, len(sizes))
    return Look(
        number=number,
        control=control,
        arm=arm,
        critical=critical,
        verdict=_verdict(distance(control, arm), critical, last=number == len(sizes)),
    )


def _verdict(apart: float, critical: float, *, last: bool) -> str:
    if apart >= critical:
        return BETTER
    if apart <= -critical:
        return WORSE
    return NO_DIFFERENCE if last else GOES_ON

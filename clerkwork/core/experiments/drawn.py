"""Lots: into which arm a debtor comes, the same whoever asks, and in whatever order."""

from __future__ import annotations

from collections.abc import Sequence

from clerkwork.core.experiments.experiment import Arm, Experiment
from clerkwork.core.experiments.result import Count
from clerkwork.core.lots import Lots

__all__ = ["best_odds", "drawn", "drawn_by_bandit"]

_DRAWS = 2000
"""Draws by which it is told how likely an arm is the best; off by about one of a hundred."""


def drawn(experiment: Experiment, debtor: str) -> Arm:
    """By the names of both alone: equal shares, and nothing else that he is has a part in it."""
    lots = Lots("experiment", experiment.name, debtor)
    return experiment.arms[lots.among(0, len(experiment.arms) - 1)]


def drawn_by_bandit(experiment: Experiment, debtor: str, counts: Sequence[Count]) -> Arm:
    """The arm that did best in one draw of what each may be worth (Thompson, 1933).

    The control has its least share before that. `counts` are those of the arms, in their order, as
    they are known on the day: whoever draws again on that day draws the same.
    """
    lots = Lots("bandit", experiment.name, debtor)
    if lots.falls(experiment.control):
        return experiment.arms[0]
    return experiment.arms[_best(lots, counts)]


def best_odds(experiment: Experiment, counts: Sequence[Count]) -> tuple[float, ...]:
    """How likely each arm is the best, by what is known."""
    lots = Lots("odds", experiment.name)
    won = [0] * len(counts)
    for _ in range(_DRAWS):
        won[_best(lots, counts)] += 1
    return tuple(times / _DRAWS for times in won)


def _best(lots: Lots, counts: Sequence[Count]) -> int:
    # Beta(1, 1) is where nothing is known: every share is as likely as another.
    worth = [lots.beta(1 + count.paid, 1 + count.of - count.paid) for count in counts]
    return worth.index(max(worth))

"""Experiments: which of two ways brings more debtors of a segment to pay, and how sure that is."""

from __future__ import annotations

from clerkwork.core.experiments.drawn import best_odds, drawn, drawn_by_bandit
from clerkwork.core.experiments.entry import Entry, Tally, known_from, outcome, tallies
from clerkwork.core.experiments.experiment import Arm, Experiment, Experiments, varied
from clerkwork.core.experiments.looks import (
    BETTER,
    GOES_ON,
    NO_DIFFERENCE,
    WORSE,
    Look,
    look_due,
)
from clerkwork.core.experiments.result import Count, newcombe, wilson
from clerkwork.core.experiments.size import MOST_LOOKS, boundary, look_sizes, two_proportions
from clerkwork.core.experiments.trial import Trial, state_of

__all__ = [
    "BETTER",
    "GOES_ON",
    "MOST_LOOKS",
    "NO_DIFFERENCE",
    "WORSE",
    "Arm",
    "Count",
    "Entry",
    "Experiment",
    "Experiments",
    "Look",
    "Tally",
    "Trial",
    "best_odds",
    "boundary",
    "drawn",
    "drawn_by_bandit",
    "known_from",
    "look_due",
    "look_sizes",
    "newcombe",
    "outcome",
    "state_of",
    "tallies",
    "two_proportions",
    "varied",
    "wilson",
]

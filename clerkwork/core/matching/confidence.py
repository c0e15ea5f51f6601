"""How often an outcome is right, measured; by the rule and the strands of evidence behind it."""

from __future__ import annotations

from clerkwork.core.matching.measured import MEASURED

__all__ = ["UNMEASURED", "confidence_of"]

UNMEASURED = 0.9
"""Stated where too few labelled lines were met to measure anything; below what may be trusted."""

_ANY = "*"


def confidence_of(rule: str, by: str, certainty: int) -> float:
    """The measured share of right outcomes of a rule, from 0 to 1.

    `by` is how the payer is known (a word of `wording`, empty if he is not), `certainty` that of
    the weakest number read, 0 if none was. The finest strand that was measured counts; what a
    person decided about the payer counts like an account that is known.
    """
    for strand in ((rule, by, certainty), (rule, by, -1), (rule, _ANY, -1)):
        found = MEASURED.get(strand)
        if found is not None:
            return found
    return UNMEASURED

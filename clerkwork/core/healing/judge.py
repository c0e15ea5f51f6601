"""The verdict on a thing whose selector broke, or hits something that is not what it was."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clerkwork.core.healing.model import Fingerprint, Thing, Verdict
from clerkwork.core.healing.pairs import Evidence, odds, reasons
from clerkwork.core.healing.places import likelihoods

__all__ = ["judge"]

SURE = 0.8
"""A candidate below this likelihood is never taken."""
MARGIN = 0.4
"""And it has to be so far ahead of the next."""
STILL = 0.5
"""What the selector hits alone, and is as likely as this, is still it."""
STILL_IN_WRITING = 0.7
_HIT = 1.0
"""Log odds that the written selector lends to what it hits alone."""
_NEAR = 60
"""Things so far around the one that was are looked at."""
_GONE = -0.7
"""Log odds that a thing is gone, or one is new, on a page that is still at its path."""
_OTHER_PAGE = 3.0
"""The same on a page of another path."""


def judge(
    was: Fingerprint,
    things: Sequence[Thing],
    *,
    page: str = "",
    hits: Collection[int] = (),
    writing: bool = False,
) -> Verdict:
    """Which of the things is the one that was.

    `hits` are the numbers of those that the written selector finds; empty `page` is unknown.
    """
    if not things:
        return Verdict(outcome="lost", reasons=("there is nothing of its sort on the page",))
    first = max(0, was.at - _NEAR)
    old = was.things[first : was.at + _NEAR]
    at = was.at - first
    evidence = Evidence(old, things)
    alone = next(iter(hits)) if len(hits) == 1 else None
    matrix = [[odds(one, other, evidence) for other in things] for one in old]
    if alone is not None:
        matrix[at][alone] += _HIT
    nothing = _OTHER_PAGE if page and was.page and page != was.page else _GONE
    likely = likelihoods(matrix, nothing=nothing)[at]
    ranked = sorted(enumerate(likely), key=lambda each: -each[1])[:3]
    best, sure = ranked[0]
    runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
    told = (
        f"likelihood {sure:.2f}, the next {runner_up:.2f}",
        *reasons(old[at], things[best], evidence),
    )
    found = tuple(each for each in ranked if each[1] >= 0.05)
    beyond = sure >= SURE and sure - runner_up >= MARGIN
    if alone is not None and likely[alone] >= (STILL_IN_WRITING if writing else STILL):
        return Verdict(outcome="same", ranked=found, reasons=told)
    if beyond and best != alone:
        return Verdict(outcome="healed", ranked=found, reasons=told)
    return Verdict(outcome="ambiguous" if found else "lost", ranked=found, reasons=told)

"""Cues of a second intent: who has paid one half and promises the other needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clerkwork.core.replies.reply import Label

__all__ = ["also_says"]

_AGAINST: Mapping[Label, frozenset[str]] = {
    Label.PAID: frozenset(
        (
            "not paid yet",
            "promise: parts",
            "promise: to be paid",
            "promise: shall pay",
            "dispute: double",
            "dispute: not paying",
            "dispute: disagree",
            "dispute: broken",
        )
    ),
    Label.PROMISE: frozenset(
        (
            "paid: has been",
            "paid: already",
            "paid: money arrived",
            "dispute: not paying",
            "dispute: disagree",
            "dispute: wrong",
            "dispute: not received",
        )
    ),
    Label.DISPUTE: frozenset(
        (
            "paid: has been",
            "paid: set off",
            "promise: shall pay",
            "promise: word",
            "address: moved",
            "angry: rude",
            "angry: names",
        )
    ),
    Label.QUESTION: frozenset(
        (
            "promise: word",
            "promise: shall pay",
            "dispute: not paying",
            "dispute: disagree",
            "dispute: returned",
            "dispute: double",
            "dispute: broken",
            "angry: rude",
            "angry: names",
            "angry: shame",
            "angry: fed up",
            "angry: done to me",
            "angry: who do you",
        )
    ),
    Label.ADDRESS_CHANGE: frozenset(
        (
            "paid: has been",
            "promise: shall pay",
            "dispute: disagree",
            "dispute: not paying",
            "away: automatic",
        )
    ),
    Label.ANGRY: frozenset(
        (
            "paid: has been",
            "promise: shall pay",
            "dispute: not received",
            "dispute: broken",
            "dispute: cancelled",
            "dispute: returned",
            "dispute: double",
        )
    ),
    Label.OUT_OF_OFFICE: frozenset(("bounce: undeliverable",)),
    Label.BOUNCE: frozenset(),
}


def also_says(label: Label, cues: Iterable[str]) -> tuple[str, ...]:
    """The cues that speak for something else beside the label, in their order; none is usual."""
    return tuple(cue for cue in cues if cue in _AGAINST[label])

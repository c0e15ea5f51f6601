"""Decisions: what people decided, and who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from clerkwork.app.audits.marks import marks_in
from clerkwork.app.audits.sources import Sources
from clerkwork.app.decided import ENGINE, POLICY
from clerkwork.core.listing import Listing, ordered

__all__ = ["decisions", "taken"]


def decisions(sources: Sources) -> Listing:
    """All decisions of people in the period, held against the evidence."""
    return replace(
        taken(sources), findings=(*sources.unproved, *sources.amiss, *_against_log(sources))
    )


def taken(sources: Sources) -> Listing:
    """All decisions of people in the period, of whatever kind, and what was taken back."""
    made = (one for one in sources.decided.all() if sources.within(one.at))
    rows = (
        (one.at, one.by, one.kind, one.decision, one.about, one.note, one.evidence)
        for one in made
        if one.by not in ENGINE
    )
    return Listing(
        name="decisions",
        title="Decisions of people",
        about="What people decided about work items, orders, what is remembered, changed selectors "
        "and stops, and what they asked to be run; what was taken back is there as well.",
        columns=("at", "by", "kind", "decision", "about", "note", "evidence"),
        rows=ordered(rows),
        since=sources.since,
        until=sources.until,
    )


def _against_log(sources: Sources) -> Iterator[str]:
    """What the store says otherwise than the log of runs, which each run tells what was decided."""
    logged = marks_in(sources)
    every = chain(sources.decided.all(), sources.decided.by_policy())
    made = {one.mark: one for one in every if one.is_marked}
    for mark, one in made.items():
        told = logged.speak_of(one.at, policy=one.kind == POLICY)
        if told and sources.within(one.at) and mark not in logged.marks:
            yield (
                f"{one.kind} {one.subject}: the store says that {one.by} decided "
                f"'{one.decision}' on {_told(one.at)}, and the log of runs, which was "
                "told of all decisions since, does not know it: it was added or altered afterwards"
            )
    for mark, (kind, at) in logged.marks.items():
        if mark not in made and sources.within(at):
            yield (
                f"a decision about a '{kind}' that the log of runs holds since "
                f"{_told(at)} is not in the store any more, or says something else"
            )


def _told(at: dt.datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "a day that cannot be read"

"""Decisions: what people decided, and who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

from clerkwork.app.audits.sources import Sources
from clerkwork.app.decided import ENGINE
from clerkwork.core.evidence.parse import instant
from clerkwork.core.listing import Listing, ordered
from clerkwork.core.posting import PostingState

__all__ = ["approvers", "decisions", "taken"]

_BY = "decided by "
_LEEWAY = dt.timedelta(minutes=1)
"""What was being decided while a run began may be told with the next one."""


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
    """What the store says otherwise than the log of runs, which each run tells what was decided.

    A log of before it was told anything says nothing; one of several beside the same store does
    not know what was told the others.
    """
    logged: dict[str, tuple[str, dt.datetime | None]] = {}
    told_by: dt.datetime | None = None
    for leaf in sources.log():
        at = instant(leaf.get("at"))
        if leaf.get("kind") == "decisions":
            pairs = (one for one in leaf["made"] if isinstance(one, list) and len(one) == 2)
            logged |= {str(mark): (str(kind), at) for mark, kind in pairs}
        elif leaf.get("kind") == "begun" and logged:
            # Whoever began this run had told the log first.
            told_by = at
    made = {one.mark: one for one in sources.decided.all() if one.is_marked}
    for mark, one in made.items():
        late = one.at is not None and told_by is not None and one.at < told_by - _LEEWAY
        if late and sources.one_log and sources.within(one.at) and mark not in logged:
            yield (
                f"{one.kind} {one.subject}: the store says that {one.by} decided "
                f"'{one.decision}' on {_told(one.at)}, and the log of runs, which was "
                "told of all decisions since, does not know it: it was added or altered afterwards"
            )
    for mark, (kind, at) in logged.items():
        if mark not in made and sources.within(at):
            yield (
                f"a decision about a '{kind}' that the log of runs holds since "
                f"{_told(at)} is not in the store any more, or says something else"
            )


def _told(at: dt.datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "a day that cannot be read"


def approvers(sources: Sources) -> Mapping[str, str]:
    """Who answered for a posting, an order or a handover, by its reference or number."""
    found: dict[str, str] = {}
    rules = {row.posting.reference: row.rule for row in sources.books.postings()}
    for move in sources.history.moves():
        if move.state == PostingState.APPROVED and move.was == PostingState.PROPOSED:
            person = move.note.startswith(_BY)
            by = move.note.removeprefix(_BY) if person else f"policy: {rules[move.reference]}"
            found[move.reference] = by
    for approval in sources.approvals.all():
        if approval.decision is not None:
            found[approval.order.number] = approval.decision.by or approval.decision.via
    for one in sources.handovers.all() if sources.handovers else ():
        found.setdefault(one.debtor, one.by)
    return found

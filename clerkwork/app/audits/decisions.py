"""Decisions: what people decided, and who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from clerkwork.app.audits.sources import Sources
from clerkwork.core.evidence.parse import instant
from clerkwork.core.listing import Listing, Place, Row, ordered
from clerkwork.core.posting import PostingState

__all__ = ["approvers", "decisions"]

ENGINE = frozenset({"", "clerkwork", "the schedule"})
"""Who decides where nobody does."""
_BY = "decided by "


def decisions(sources: Sources) -> Listing:
    """All decisions of people in the period, of whatever kind, and what was taken back."""
    rows = (row for row in _all(sources) if sources.within(_instant(row)) and row[1] not in ENGINE)
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


def _instant(row: Row) -> dt.datetime | None:
    at = row[0]
    return at if isinstance(at, dt.datetime) else None


def _all(sources: Sources) -> Iterator[Row]:
    for made in sources.history.decisions():
        item = made.item
        run, _, step = item.evidence.partition("#")
        place = Place(run, int(step) if step.isdigit() else 0) if run else None
        word, title = made.decision or "taken back", f"{item.id}: {item.title}"
        yield made.at, made.by, item.kind, word, title, made.note, place
    for approval in sources.approvals.all():
        decision = approval.decision
        if decision is not None and decision.via != "policy":
            order = approval.order
            about = f"order {order.number} of {order.amount}, debtor {order.customer}"
            keyed = Place(approval.run) if approval.run else None
            note = f"{decision.reason} (by {decision.via})".strip()
            yield decision.at, decision.by, "order", decision.verdict, about, note, keyed
    for one in sources.lessons.all():
        about = f"{one.lesson} {one.what} {one.customer}".strip()
        yield one.at, one.by, "lesson", "remembered", about, f"work item {one.item}", None
        if one.forgotten is not None:
            yield one.forgotten, one.forgotten_by, "lesson", "forgotten", about, "", None
    for stop in sources.stops.all():
        yield stop.since, stop.by, "stop", "stopped", stop.scope, stop.why, None
        if stop.lifted is not None:
            yield stop.lifted, stop.lifted_by, "stop", "let go on", stop.scope, stop.why, None
    for proposal in sources.proposals:
        if proposal.decided:
            about = f"{proposal.portal}, {proposal.name}"
            yield (
                instant(proposal.decided),
                proposal.by,
                "selector",
                proposal.state,
                about,
                "",
                None,
            )
    for errand in sources.errands.all():
        if not errand.id.startswith(("slot/", "answer/")):
            yield errand.asked, errand.by, "run", "asked for", errand.task, errand.id, None


def approvers(sources: Sources) -> Mapping[str, str]:
    """Who answered for a posting or an order, by its reference or number: a person, or policy."""
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
    return found

"""Decisions of people and of policy, wherever they are kept, each with a mark to know it by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from clerkwork.core.approvals import Approval
from clerkwork.core.evidence import canonical, digest
from clerkwork.core.evidence.parse import instant
from clerkwork.core.healing import Proposal
from clerkwork.core.listing import Place
from clerkwork.core.posting import PostingState
from clerkwork.ports import Approvals, Decided, Errands, History, Lessons, Moved, Stops

__all__ = [
    "DECIDED_BY",
    "ENGINE",
    "POLICY",
    "VERSION",
    "Decisions",
    "Made",
    "marked",
    "of_move",
    "of_order",
    "of_work",
]

ENGINE = frozenset({"", "clerkwork", "the schedule"})
"""Who decides where nobody does."""
POLICY = "policy"
"""Who approves where it may, of which kind that is, and what the note begins with that says why."""
DECIDED_BY = "decided by "
"""What the note begins with where a person did."""
VERSION = "Policy"
"""The fact about an order that says by which version of the policy it was released."""
_LAG = dt.timedelta(days=1)
"""How much later than another a machine's clock may be, or a decision may come into the store."""
_UNMARKED = frozenset({"run", "selector"})
"""Kinds that are told elsewhere, in each run's evidence, or that may be decided anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One decision, or what took one back."""

    at: dt.datetime | None
    """UTC."""
    by: str
    kind: str
    """Of a work item its own; 'order', 'lesson', 'stop', 'selector', 'run' or 'policy'."""
    decision: str
    subject: str
    """What it is about, as it never changes."""
    about: str
    """The same for people."""
    note: str = ""
    evidence: Place | None = None

    @property
    def mark(self) -> str:
        """SHA-256 of all that may not change; the microsecond in it keeps it from being guessed."""
        at = self.at.astimezone(dt.UTC).isoformat() if self.at else ""
        whole = [at, self.by, self.kind, self.decision, self.subject, self.note]
        return digest(canonical(whole))

    @property
    def is_marked(self) -> bool:
        """Whether the log of runs holds its mark."""
        return self.by not in ENGINE and self.kind not in _UNMARKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Where the store keeps them."""

    history: History
    approvals: Approvals
    lessons: Lessons
    stops: Stops
    errands: Errands
    proposals: Callable[[], Sequence[Proposal]] = tuple
    """For selectors files."""

    def about_work(self) -> Iterator[Made]:
        return map(of_work, self.history.decisions())

    def about_orders(self) -> Iterator[Made]:
        return (made for made in self._about_orders() if made.kind != POLICY)

    def by_policy(self, since: dt.datetime | None = None) -> Iterator[Made]:
        """What policy approved: orders, and postings since then (UTC)."""
        yield from (made for made in self._about_orders() if made.kind == POLICY)
        for move in self.history.moves(since):
            if (made := of_move(move)) is not None:
                yield made

    def _about_orders(self) -> Iterator[Made]:
        return (made for one in self.approvals.all() if (made := of_order(one)) is not None)

    def about_the_rest(self) -> Iterator[Made]:
        for one in self.lessons.all():
            about = f"{one.lesson} {one.what} {one.customer}".strip()
            note = f"work item {one.item}"
            yield _made(one.at, one.by, "lesson", "remembered", about, note)
            if one.forgotten is not None:
                yield _made(one.forgotten, one.forgotten_by, "lesson", "forgotten", about)
        for stop in self.stops.all():
            yield _made(stop.since, stop.by, "stop", "stopped", stop.scope, stop.why)
            if stop.lifted is not None:
                yield _made(stop.lifted, stop.lifted_by, "stop", "let go on", stop.scope, stop.why)
        for proposal in self.proposals():
            if proposal.decided:
                about = f"{proposal.portal}, {proposal.name}"
                at = instant(proposal.decided)
                yield _made(at, proposal.by, "selector", proposal.state, about)

    def asked_for(self) -> Iterator[Made]:
        for errand in self.errands.all():
            if not errand.id.startswith(("slot/", "answer/")):
                yield _made(errand.asked, errand.by, "run", "asked for", errand.task, errand.id)

    def all(self) -> Iterator[Made]:
        """What people decided."""
        yield from self.about_work()
        yield from self.about_orders()
        yield from self.about_the_rest()
        yield from self.asked_for()


def of_work(decided: Decided) -> Made:
    """A decision about a work item, or that it was opened again."""
    item = decided.item
    run, _, step = item.evidence.partition("#")
    return Made(
        at=decided.at,
        by=decided.by,
        kind=item.kind,
        decision=decided.decision or "taken back",
        subject=item.id,
        about=f"{item.id}: {item.title}",
        note=decided.note,
        evidence=Place(run, int(step) if step.isdigit() else 0) if run else None,
    )


def of_order(approval: Approval) -> Made | None:
    """The answer of a person about an order, or of policy; None without one."""
    order, decision = approval.order, approval.decision
    if decision is None:
        return None
    policy, version = decision.via == POLICY, dict(approval.facts).get(VERSION, "")
    return Made(
        at=decision.at,
        by=POLICY if policy else decision.by,
        kind=POLICY if policy else "order",
        decision=decision.verdict,
        subject=order.number,
        about=f"order {order.number} of {order.amount}, debtor {order.customer}",
        note=f"{decision.reason} (by {version if policy else decision.via})".strip(),
        evidence=Place(approval.run) if approval.run else None,
    )


def of_move(move: Moved) -> Made | None:
    """The approval of a posting by policy; None for any other move of one."""
    approved = move.was == PostingState.PROPOSED and move.state == PostingState.APPROVED
    if not approved or move.note.startswith(DECIDED_BY):
        return None
    return Made(
        at=move.at,
        by=POLICY,
        kind=POLICY,
        decision="approve",
        subject=move.reference,
        about=f"posting {move.reference}",
        note=move.note,
        evidence=Place(move.run) if move.run else None,
    )


def marked(decisions: Decisions, since: dt.datetime | None = None) -> Iterable[tuple[str, str]]:
    """Mark and kind of each of which the log of runs holds the mark.

    Of postings that policy approved, which are many, those that came `since` the log was told last.
    """
    some = (
        decisions.about_work(),
        decisions.about_orders(),
        decisions.about_the_rest(),
        decisions.by_policy(since and since - _LAG),
    )
    return ((one.mark, one.kind) for each in some for one in each if one.is_marked)


def _made(
    at: dt.datetime | None, by: str, kind: str, decision: str, about: str, note: str = ""
) -> Made:
    return Made(at=at, by=by, kind=kind, decision=decision, subject=about, about=about, note=note)

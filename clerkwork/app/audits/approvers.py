"""Who said yes to what was written, as the store has it, held against the signed log of runs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from clerkwork.app.ask import about
from clerkwork.app.audits.marks import LoggedMarks
from clerkwork.app.audits.sources import Sources
from clerkwork.app.decided import DECIDED_BY, ENGINE, POLICY, Made, of_move, of_order, of_work
from clerkwork.core.approvals import Approval
from clerkwork.core.collection import HAND_OVER, is_collection
from clerkwork.core.posting import PostingState
from clerkwork.ports import Moved

__all__ = ["Approver", "Deciders", "answers", "approvers", "deciders", "one_of"]

Deciders = Mapping[tuple[str, str], Sequence[Made]]
"""Decisions of people, by what each is about: 'posting', 'match' or 'handover', and which."""

_TOGETHER = dt.timedelta(minutes=1)
"""A decision, and the posting that it moves, are of one moment."""
_UNBORNE = "not borne out by the log of runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who said yes; by the store alone where the log of runs was not told yet, or nobody asked."""

    by: str
    """A person, or 'policy', with the rule and its version."""
    doubt: str = ""
    """What the log, which was told of all decisions since, says against it; empty if nothing."""

    def __str__(self) -> str:
        return f"{self.by} ({self.doubt})" if self.doubt else self.by

    @property
    def is_policy(self) -> bool:
        return self.by.startswith(POLICY)


def approvers(sources: Sources, marks: LoggedMarks, about_work: Deciders) -> Mapping[str, Approver]:
    """Who answered for a posting, an order or a handover, by its reference or number.

    The store says who; the log of runs holds the mark of each decision that a person or policy
    took, made over his name as well, or the rule's, and is signed. One that it has no mark of was
    taken by nobody, or by somebody else.
    """
    found: dict[str, Approver] = {}
    rows = {row.posting.reference: row for row in sources.books.postings()}
    for move in sources.history.moves():
        if move.state == PostingState.APPROVED and move.was == PostingState.PROPOSED:
            row = rows[move.reference]
            taken = (
                *about_work["posting", move.reference],
                *about_work["match", row.posting.line],
            )
            found[move.reference] = _of_posting(move, row.rule, taken, marks)
    found |= {approval.order.number: approver for approval, approver in answers(sources, marks)}
    for one in sources.handovers.all() if sources.handovers else ():
        own = about_work["handover", one.debtor]
        found.setdefault(one.debtor, _taken(one.by, one.at, own, marks))
    return found


def answers(sources: Sources, marks: LoggedMarks) -> Iterator[tuple[Approval, Approver]]:
    """Each question about an order that was answered, with who did."""
    for approval in sources.approvals.all():
        if (made := of_order(approval)) is not None:
            yield approval, one_of(made, marks)


def one_of(made: Made, marks: LoggedMarks) -> Approver:
    """Who took a decision."""
    return _taken(made.by, made.at, (made,), marks)


def deciders(sources: Sources) -> Deciders:
    """What people decided about postings, bank lines and handovers."""
    found: defaultdict[tuple[str, str], list[Made]] = defaultdict(list)
    for decided in sources.history.decisions():
        item = decided.item
        if not decided.decision or decided.by in ENGINE:
            continue
        if item.kind in ("match", "posting"):
            found[item.kind, about(item)].append(of_work(decided))
        elif is_collection(item.key) and decided.decision == HAND_OVER:
            found["handover", item.debtor].append(of_work(decided))
    return found


def _of_posting(move: Moved, rule: str, taken: Sequence[Made], marks: LoggedMarks) -> Approver:
    made = of_move(move)
    if made is None:
        return _taken(move.note.removeprefix(DECIDED_BY), move.at, taken, marks)
    by = move.note if move.note.startswith(f"{POLICY}: ") else f"{POLICY}: {rule}"
    if other := next(_signed_then(move.at, taken, marks), None):
        return Approver(by=by, doubt=f"{_UNBORNE}: by that {other.by} decided it")
    return replace(one_of(made, marks), by=by)


def _taken(by: str, at: dt.datetime | None, taken: Sequence[Made], marks: LoggedMarks) -> Approver:
    """By the store it was he, at that moment; the log has to hold one of these of his."""
    borne = any(made.by == by and marks.hold(made) for made in taken)
    told = by not in ENGINE and marks.speak_of(at, policy=by == POLICY)
    return Approver(by=by, doubt=_UNBORNE if told and not borne else "")


def _signed_then(at: dt.datetime, taken: Sequence[Made], marks: LoggedMarks) -> Iterator[Made]:
    """What people decided at that moment, by the log as well."""
    for made in taken:
        if made.at is not None and abs(made.at - at) < _TOGETHER and marks.hold(made):
            yield made

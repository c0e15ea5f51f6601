"""Segregation of duties: who made a rule, and who said yes to what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from clerkwork.app.audits.approvers import Approver, answers, approvers, deciders, one_of
from clerkwork.app.audits.changes import changed, in_order
from clerkwork.app.audits.marks import LoggedMarks, marks_in
from clerkwork.app.audits.sources import Sources
from clerkwork.core.listing import Listing, Place, Row, ordered
from clerkwork.core.matching.model import Match
from clerkwork.core.remembered import Lesson, Remembered
from clerkwork.ports import PostingRow

__all__ = ["duties"]

_SAME, _NOBODY, _MAYBE = "same person", "nobody else", "perhaps the same person"
_UNPROVED = "approver not borne out"
_SETTINGS, _POLICY = "config/", "config/approvals.toml"


def duties(sources: Sources) -> Listing:
    """Postings by what a person taught or proposed, orders that were decided, changed settings.

    The same person on both sides is a finding; where policy said yes to what one person taught,
    nobody else did, which is told in the row. Who wrote a setting is not known: a row names who
    began the first run with it, and one where he also decided is told, and is no finding. Who
    approved is told by the store: where the log of runs does not bear it out, row and finding say
    so.
    """
    marks = marks_in(sources)
    every = (*_rows(sources, marks), *_orders(sources, marks), *_settings(sources))
    rows = ordered(row for row in every if row[0] is None or _within(sources, row))
    return Listing(
        name="duties",
        title="Segregation of duties",
        about="Who taught that an account or a name is a debtor's, or decided what a bank line "
        "pays, and who approved the posting that came of it; who decided about orders, by which "
        "settings; and which run first ran with changed settings.",
        columns=(
            "at",
            "about",
            "amount",
            "rule",
            "made by",
            "approved by",
            "finding",
            "evidence",
        ),
        rows=rows,
        findings=(
            *sources.amiss,
            *sources.unproved,
            *(
                f"posting {row[1]} of {row[2]}: {row[4]} made the rule ({row[3]}) and approved it"
                for row in rows
                if row[6] == _SAME
            ),
            *dict.fromkeys(
                f"{row[1]}: the store says that it was approved by {row[5]}"
                for row in rows
                if row[6] == _UNPROVED
            ),
        ),
        since=sources.since,
        until=sources.until,
    )


def _within(sources: Sources, row: Row) -> bool:
    at = row[0]
    return isinstance(at, dt.datetime) and sources.within(at)


def _rows(sources: Sources, marks: LoggedMarks) -> Iterator[Row]:
    decided = deciders(sources)
    approved = approvers(sources, marks, decided)
    lines = {match.line.id: match for match in sources.books.matches()}
    lessons = sources.lessons.all()
    for row in sources.books.postings():
        reference = row.posting.reference
        who = approved.get(reference)
        for lesson in lessons:
            if who is not None and _by(lesson, row, lines.get(row.posting.line)):
                rule = f"{lesson.lesson} {lesson.what} is debtor {lesson.customer}'s"
                yield _row(row, rule, lesson.by, who)
        makers, confirmed = decided["match", row.posting.line], decided["posting", reference]
        for maker in makers:
            for made in confirmed:
                rule = "decided what the bank line pays"
                yield _row(row, rule, maker.by, one_of(made, marks))


def _orders(sources: Sources, marks: LoggedMarks) -> Iterator[Row]:
    """Decisions about orders, with who may have set the policy by which they were asked about."""
    for approval, approver in answers(sources, marks):
        decision = approval.decision
        if decision is None:
            continue
        order = approval.order
        setter = _first_with(sources, _POLICY, decision.at)
        asked = f", asked of {approval.approver}" if approval.approver else ""
        reasons = "; ".join(approval.reasons) or "within what policy releases"
        said = f"{decision.verdict}, by {decision.via}"
        finding = ""
        if approver.doubt:
            finding = _UNPROVED
        elif approver.is_policy:
            finding = _NOBODY
        elif setter and setter.partition("@")[0] == decision.by.partition("@")[0]:
            finding = _MAYBE
        yield (
            decision.at,
            f"order {order.number} of debtor {order.customer}",
            order.amount,
            f"{_POLICY}: {reasons}{asked}",
            _began(setter) if setter else "",
            f"{approver.by} ({'; '.join((said, approver.doubt)) if approver.doubt else said})",
            finding,
            Place(approval.run) if approval.run else None,
        )


def _first_with(sources: Sources, file: str, at: dt.datetime) -> str:
    """Who began the first run with a file as it was found last by then; empty if none was."""
    begun_by, found = "", ""
    for run in in_order(sources):
        if run.began is not None and run.began <= at and run.versions.get(file, "") != found:
            begun_by, found = run.about.get("operator", ""), run.versions.get(file, "")
    return begun_by if found else ""


def _settings(sources: Sources) -> Iterator[Row]:
    for one in changed(sources):
        if one.file.startswith(_SETTINGS):
            by = _began(one.begun_by)
            sha256 = f", SHA-256 {one.now}" if one.now else ""
            yield one.at, one.file, None, f"{one.change}{sha256}", by, "", "", Place(one.run)


def _began(operator: str) -> str:
    return f"not known; the first run with it was begun by {operator or 'somebody'}"


def _row(row: PostingRow, rule: str, maker: str, approver: Approver) -> Row:
    finding = ""
    if approver.by == maker:
        finding = _SAME
    elif approver.doubt:
        finding = _UNPROVED
    elif approver.is_policy:
        finding = _NOBODY
    place = Place(row.run) if row.run else None
    posting = row.posting
    return row.at, posting.reference, posting.amount, rule, maker, str(approver), finding, place


def _by(lesson: Remembered, row: PostingRow, match: Match | None) -> bool:
    """Whether a posting may have come of a lesson: its line is not the one that taught it."""
    if match is None or lesson.customer != row.posting.customer or lesson.line == row.posting.line:
        return False
    if row.at is not None and lesson.forgotten is not None and lesson.forgotten < row.at:
        return False
    if row.at is not None and lesson.at > row.at:
        return False
    line = match.line
    if lesson.lesson is Lesson.IBAN:
        return "".join(line.payer_iban.split()).upper() == lesson.what
    same = " ".join(line.payer.split()).casefold() == " ".join(lesson.what.split()).casefold()
    return lesson.lesson is Lesson.ALIAS and same

"""Segregation of duties: who made a rule, and who said yes to a posting by it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from clerkwork.app.ask import about
from clerkwork.app.audits.decisions import ENGINE, approvers
from clerkwork.app.audits.sources import Sources
from clerkwork.core.listing import Listing, Place, Row, ordered
from clerkwork.core.matching.model import Match
from clerkwork.core.remembered import Lesson, Remembered
from clerkwork.ports import PostingRow

__all__ = ["duties"]

_SAME, _NOBODY = "same person", "nobody else"


def duties(sources: Sources) -> Listing:
    """Postings by what a person taught, and postings that a person proposed.

    The same person on both sides is a finding; where policy said yes to what one person taught,
    nobody else did, which is told in the row.
    """
    rows = ordered(row for row in _rows(sources) if row[0] is None or _within(sources, row))
    return Listing(
        name="duties",
        title="Segregation of duties",
        about="Who taught that an account or a name is a debtor's, or decided what a bank line "
        "pays, and who approved the posting that came of it.",
        columns=(
            "at",
            "posting",
            "amount",
            "rule",
            "made by",
            "approved by",
            "finding",
            "evidence",
        ),
        rows=rows,
        findings=tuple(
            f"posting {row[1]} of {row[2]}: {row[4]} made the rule ({row[3]}) and approved it"
            for row in rows
            if row[6] == _SAME
        ),
        since=sources.since,
        until=sources.until,
    )


def _within(sources: Sources, row: Row) -> bool:
    at = row[0]
    return isinstance(at, dt.datetime) and sources.within(at)


def _rows(sources: Sources) -> Iterator[Row]:
    approved = approvers(sources)
    lines = {match.line.id: match for match in sources.books.matches()}
    lessons = sources.lessons.all()
    decided = _decided(sources)
    for row in sources.books.postings():
        reference = row.posting.reference
        who = approved.get(reference, "")
        for lesson in lessons:
            if who and _by(lesson, row, lines.get(row.posting.line)):
                rule = f"{lesson.lesson} {lesson.what} is debtor {lesson.customer}'s"
                yield _row(row, rule, lesson.by, who)
        makers, confirmed = decided["match", row.posting.line], decided["posting", reference]
        for maker in makers:
            for approver in confirmed:
                yield _row(row, "decided what the bank line pays", maker, approver)


def _row(row: PostingRow, rule: str, maker: str, approver: str) -> Row:
    finding = ""
    if approver == maker:
        finding = _SAME
    elif approver.startswith("policy"):
        finding = _NOBODY
    place = Place(row.run) if row.run else None
    posting = row.posting
    return row.at, posting.reference, posting.amount, rule, maker, approver, finding, place


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


def _decided(sources: Sources) -> Mapping[tuple[str, str], list[str]]:
    """Who decided about a bank line or a posting, by what it was."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for made in sources.history.decisions():
        if made.decision and made.by not in ENGINE and made.item.kind in ("match", "posting"):
            found[made.item.kind, about(made.item)].append(made.by)
    return found

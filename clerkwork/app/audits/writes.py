"""Writes: everything that was entered in a portal or sent, as it was before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from clerkwork.app.audits.approvers import Approver, approvers, deciders
from clerkwork.app.audits.marks import marks_in
from clerkwork.app.audits.sides import Side, both_sides
from clerkwork.app.audits.sources import Sources
from clerkwork.core.evidence import StepPicture
from clerkwork.core.listing import Listing, Place, Row, ordered
from clerkwork.core.posting import PostingState
from clerkwork.core.writes import Write, writes_of

__all__ = ["COLUMNS", "told", "writes"]

COLUMNS = (
    "at", "what", "about", "debtor", "amount", "before", "after", "approved by", "robot",
    "credential", "outcome", "step", "picture before", "picture after", "said by", "ground",
)  # fmt: skip


def writes(sources: Sources) -> Listing:
    """All writes of the period, and those that the books know of and no evidence here shows.

    What was entered is told by the evidence where that holds it, and held against the books: what
    those say otherwise is a finding. Of older evidence, and where details were deleted, the books
    are all there is, which the last column says. By whose word it was the store says, held against
    the marks of decisions in the log of runs.
    """
    found = [w for run in sources.evidence for w in writes_of(run) if sources.within(w.at)]
    sides, approved = list(both_sides(sources, found)), _approved(sources)
    return Listing(
        name="writes",
        title="Writes",
        about="Everything that was entered in a portal or sent, from the evidence of runs, which "
        "also tells what stood there before and after; where it does not, the books do.",
        columns=COLUMNS,
        rows=ordered(_row(sources, side, approved) for side in sides),
        findings=(
            *sources.amiss,
            *sources.unproved,
            *(words for side in sides for words in side.differences),
            *_doubtful(sides, approved),
            *_missing(sources, found),
        ),
        since=sources.since,
        until=sources.until,
    )


def told(sources: Sources, found: Sequence[Write]) -> Iterator[Row]:
    """A row of `COLUMNS` for each write."""
    approved = _approved(sources)
    return (_row(sources, side, approved) for side in both_sides(sources, found))


def _approved(sources: Sources) -> Mapping[str, Approver]:
    return approvers(sources, marks_in(sources), deciders(sources))


def _row(sources: Sources, side: Side, approved: Mapping[str, Approver]) -> Row:
    write = side.write
    return (
        write.at,
        write.what,
        write.subject,
        f"{side.debtor} {sources.debtors.get(side.debtor, '')}".strip(),
        side.amount,
        side.before,
        side.after,
        str(approved.get(write.subject, "")),
        write.robot,
        write.credential,
        write.outcome,
        Place(write.run, write.step),
        _place(write, write.before),
        _place(write, write.after),
        side.by,
        side.ground,
    )


def _place(write: Write, picture: StepPicture | None) -> Place | None:
    return Place(write.run, write.step, picture.file) if picture is not None else None


def _doubtful(sides: Sequence[Side], approved: Mapping[str, Approver]) -> Iterator[str]:
    """By whose word something was written is told by the store, and not by what was signed."""
    for subject in dict.fromkeys(side.write.subject for side in sides):
        one = approved.get(subject)
        if one is not None and one.doubt:
            yield f"{subject}: the store says that {one.by} approved it, which is {one.doubt}"


def _missing(sources: Sources, found: Sequence[Write]) -> Iterator[str]:
    """What was keyed by the books, and by no evidence that is here; and what was not seen again."""
    shown: dict[str, set[str]] = defaultdict(set)
    for write in chain.from_iterable(map(writes_of, sources.evidence)):
        shown[write.run].add(write.subject)
    for move in sources.history.moves():
        keyed = move.state == PostingState.KEYED and move.was == PostingState.KEYING
        if keyed and move.run and sources.within(move.at) and move.reference not in shown[move.run]:
            yield from _unshown(sources, shown, move.run, move.reference)
    for write in found:
        if write.what != "message" and write.outcome == "ok" and not write.seen_again:
            yield (
                f"{write.what} {write.subject} was submitted in step {write.step} of {write.run}, "
                "and not looked for again in that run"
            )


def _unshown(
    sources: Sources, shown: Mapping[str, set[str]], run: str, reference: str
) -> Iterator[str]:
    if run in {evidence.run for evidence in sources.evidence}:
        # Another run submitted it and died; this one found it there.
        if any(reference in subjects for subjects in shown.values()):
            return
        yield f"posting {reference} was keyed by run {run}, whose evidence shows no such write"
    elif sources.removed(run):
        yield f"posting {reference} was keyed by run {run}, whose evidence was removed as declared"
    else:
        yield f"posting {reference} was keyed by run {run}, whose evidence is not here"

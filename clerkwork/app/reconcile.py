"""Reconcile: every unmatched bank line becomes a posting, a work item, or is not ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from clerkwork.app.ask import about, ask
from clerkwork.app.robot import Robot
from clerkwork.app.run import Run
from clerkwork.core.figures import Figure
from clerkwork.core.ledger import OpenItem
from clerkwork.core.matching import match
from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.matching.propose import postings_of
from clerkwork.core.money import Money
from clerkwork.core.posting import Posting, PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Books, StepRecord

__all__ = ["free_items", "reconcile"]

_LIVE = (
    PostingState.PROPOSED,
    PostingState.APPROVED,
    PostingState.KEYING,
    PostingState.REFUSED,
    PostingState.DOUBTFUL,
)


def reconcile(run: Run, erp: type[Robot]) -> None:
    """Match what is unmatched and propose postings for `erp`.

    Where `config/portals.toml` lets policy decide (`writes = "auto"`) they are approved at
    once; else each becomes a work item.
    """
    office, books = run.office, run.books
    unmatched = books.unmatched()
    fresh = {line.id for line in unmatched}
    # Lines in review take part, so that what one of them may have paid is not settled on weak
    # evidence; their own question stays as it is.
    in_review = (m.line for m in books.matches() if m.outcome is Outcome.REVIEW)
    every = match(
        (*unmatched, *in_review),
        free_items(books),
        books.debtors(),
        rules=office.matching,
        paid_from=books.paid_from(),
        today=office.clock.today(),
        own_ibans=frozenset(office.accounts),
    )
    new = [found for found in every if found.line.id in fresh]
    matches, postings = _not_against_a_no(new, books)
    books.record_matches(matches, postings)
    by_line = {found.line.id: found for found in matches}
    for found in matches:
        run.count_line(found.line.id, _FIGURES[found.outcome])
    _questions(run)
    automatic = run.settings(erp).writes == "auto"
    for row in books.postings(PostingState.PROPOSED):
        if automatic:
            books.move(row.posting.reference, PostingState.APPROVED, run=run.id, note="policy")
        else:
            ask(office.queue, _confirmation(run, row.posting, by_line.get(row.posting.line)))
    rules = Counter(found.rule for found in matches)
    run.trail.record(
        StepRecord(
            robot="clerk",
            action="reconcile",
            outcome="ok",
            details={rule: str(number) for rule, number in rules.most_common()},
        )
    )


def _questions(run: Run) -> None:
    """One open question for each line in review, and none for any other line.

    Seen to anew each time, for a run or a decision may have ended between the books and the queue.
    """
    queue = run.office.queue
    in_review = {m.line.id: m for m in run.books.matches() if m.outcome is Outcome.REVIEW}
    for found in in_review.values():
        if ask(queue, _question(run, found)):
            run.count(Figure.QUESTIONS_ASKED)
    for item in queue.open():
        if item.kind == "match" and about(item) not in in_review:
            queue.withdraw(item.key, "its bank line is not in review any more")


def _not_against_a_no(
    matches: Sequence[Match], books: Books
) -> tuple[tuple[Match, ...], tuple[Posting, ...]]:
    """What a person rejected is not proposed again: the same match becomes a question."""
    rejected = {row.posting.reference for row in books.postings(PostingState.REJECTED)}
    refused = {one.line for one in postings_of(matches) if one.reference in rejected}
    kept = tuple(
        replace(
            found,
            outcome=Outcome.REVIEW,
            reasons=("a person rejected just this", *found.reasons),
            allocations=(),
        )
        if found.line.id in refused
        else found
        for found in matches
    )
    return kept, postings_of(kept)


_FIGURES = {
    Outcome.SETTLED: Figure.MATCHED,
    Outcome.REVIEW: Figure.TO_REVIEW,
    Outcome.NOT_OURS: Figure.NOT_OURS,
}


def free_items(books: Books) -> tuple[OpenItem, ...]:
    """The open items less what postings that are not keyed yet will take of them."""
    taken: dict[str, Money] = {}
    for row in books.postings(*_LIVE):
        for part in row.posting.allocations:
            taken[part.item] = taken.get(part.item, Money(0, part.amount.currency)) + part.settles
    free = []
    for item in books.open_items():
        left = item.open - taken[item.number] if item.number in taken else item.open
        if left:
            free.append(replace(item, open=left))
    return tuple(free)


def _question(run: Run, found: Match) -> WorkItem:
    line = found.line
    facts = {
        "Amount": str(line.amount),
        "Booked": line.booked.isoformat(),
        "Payer": line.payer,
        "Payer's IBAN": line.payer_iban,
        "Text": line.text or line.structured,
        "Why it is doubtful": "; ".join(found.reasons),
    }
    choices = []
    for number, candidate in enumerate(found.candidates, start=1):
        facts[f"Candidate {number}"] = _told(candidate)
        choices.append((str(number), f"apply as candidate {number}"))
    choices += [
        ("account:NUMBER", "put it on account of the debtor with that number"),
        ("items:NUMBER,NUMBER", "apply it to these open items, the oldest first"),
        ("not-ours", "it is no debtor's money"),
    ]
    return WorkItem(
        id="",
        key=f"match/{line.id}",
        kind="match",
        title=f"{found.rule}: {line.amount} of {line.payer or 'an unnamed payer'}",
        created=run.office.clock.now(),
        facts=facts,
        choices=tuple(choices),
        evidence=run.id,
    )


def _told(candidate: Candidate) -> str:
    parts = ", ".join(f"{a.item} {a.amount} of {a.open_before}" for a in candidate.allocations)
    return f"debtor {candidate.customer}: {parts or 'on account'} ({'; '.join(candidate.reasons)})"


def _confirmation(run: Run, posting: Posting, found: Match | None) -> WorkItem:
    return WorkItem(
        id="",
        key=f"posting/{posting.reference}",
        kind="posting",
        title=f"Confirm {posting.reference}: {posting.amount} of debtor {posting.customer}",
        created=run.office.clock.now(),
        facts={
            "Amount": str(posting.amount),
            "Booked": posting.booked.isoformat(),
            "Items": ", ".join(f"{a.item} {a.amount}" for a in posting.allocations),
            "Why": "; ".join(found.reasons) if found else "",
        },
        choices=(("approve", "key it"), ("reject", "do not key it")),
        evidence=run.id,
    )

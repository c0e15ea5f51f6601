"""Reconcile: every unmatched bank line becomes a posting, a work item, or is not ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from clerkwork.app.ask import ASKED, about, ask
from clerkwork.app.decided import POLICY
from clerkwork.app.office import Office
from clerkwork.app.question import question
from clerkwork.app.robot import Robot
from clerkwork.app.run import Run
from clerkwork.core.figures import Figure
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.matching.explain import Explanation, explain
from clerkwork.core.matching.memory import EarlierLine, Memory
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.matching.propose import postings_of
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Posting, PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.core.remembered import memory_of
from clerkwork.ports import Books, StepRecord

__all__ = ["Unsettled", "find_matches", "free_items", "matching", "reconcile", "unsettled"]

_PATIENCE = 120.0
"""Seconds to wait while another matches: a great book takes him a minute."""

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
    with matching(office):
        fresh = {line.id for line in books.unmatched()}
        every = find_matches(office)
        new = [found for found in every if found.line.id in fresh]
        matches, postings = _not_against_a_no(new, books)
        books.record_matches(matches, postings, run=run.id)
    by_line = {found.line.id: found for found in matches}
    for found in matches:
        run.count_line(found.line.id, _FIGURES[found.outcome])
    _questions(run)
    automatic = run.settings(erp).writes == "auto"
    version = run.version_of("config/matching.toml")
    for row in books.postings(PostingState.PROPOSED):
        if automatic:
            note = f"{POLICY}: {row.rule}, {version}"
            books.move(row.posting.reference, PostingState.APPROVED, run=run.id, note=note)
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


def matching(office: Office) -> AbstractContextManager[None]:
    """Held while it is looked what bank lines pay and taken down: else two would settle one item.

    Short, and last of all that is held, so that a person waits for it too.
    """
    return office.holding.hold("books lines", "The matching of bank lines", patience=_PATIENCE)


def find_matches(office: Office) -> tuple[Match, ...]:
    """What the unmatched lines pay, and those that wait for a person; nothing is recorded."""
    return unsettled(office).matches()


class _Options(TypedDict):
    rules: MatchingRules
    paid_from: Mapping[str, Mapping[str, int]]
    memory: Memory
    today: date
    own_ibans: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """The lines that wait, with all that matching is given of an office."""

    lines: Sequence[BankLine]
    items: Sequence[OpenItem]
    debtors: Sequence[Debtor]
    options: _Options

    def matches(self) -> tuple[Match, ...]:
        return match(self.lines, self.items, self.debtors, **self.options)

    def why(self, line: str) -> Explanation:
        """Why the line with that id is what it was found to be, and not something else."""
        return explain(line, self.lines, self.items, self.debtors, **self.options)


def unsettled(office: Office) -> Unsettled:
    """The unmatched lines, and those that wait for a person.

    The latter take part, so that what one of them may have paid is not settled on weak evidence.
    """
    books = office.books
    known = books.matches()
    waiting = (found.line for found in known if found.outcome in ASKED)
    return Unsettled(
        (*books.unmatched(), *waiting),
        free_items(books),
        books.debtors(),
        {
            "rules": office.matching,
            "paid_from": books.paid_from(),
            "memory": memory_of(office.lessons.all(), _earlier(known)),
            "today": office.clock.today(),
            "own_ibans": frozenset(office.accounts),
        },
    )


def _earlier(known: Sequence[Match]) -> Iterator[EarlierLine]:
    """Lines that a return may take back: those that settled something, or went on account."""
    for found in known:
        if found.outcome in (Outcome.SETTLED, Outcome.UNAPPLIED):
            line = found.line
            yield EarlierLine(
                id=line.id,
                customer=found.customer,
                amount_minor=line.amount.minor,
                currency=line.amount.currency,
                end_to_end=line.end_to_end,
                payer_iban=line.payer_iban,
                items=tuple(part.item for part in found.allocations),
            )


def _questions(run: Run) -> None:
    """One open question for each line that waits for a person, and none for any other line.

    Seen to anew each time, for a run or a decision may have ended between the books and the queue.
    """
    queue = run.office.queue
    waiting = {m.line.id: m for m in run.books.matches() if m.outcome in ASKED}
    of_line = {row.posting.line: row for row in run.books.postings(*_LIVE, PostingState.KEYED)}
    for found in waiting.values():
        if ask(queue, question(run.office, found, of_line.get(found.reverses), run.id)):
            run.count(Figure.QUESTIONS_ASKED)
    for item in queue.open():
        if item.kind == "match" and about(item) not in waiting:
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
    Outcome.UNAPPLIED: Figure.TO_REVIEW,
    Outcome.REOPENS: Figure.TO_REVIEW,
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

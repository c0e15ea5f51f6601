"""What the books know that may hold reminders back, gathered at one instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain
from time import monotonic

from clerkwork.app.ask import ASKED
from clerkwork.app.promise import closed_on, judge, read_to
from clerkwork.core.collection import COLLECTION, STANDING, left_on
from clerkwork.core.declarations import Declaration, laid_over
from clerkwork.core.journeys import Promised, Stops
from clerkwork.core.ledger import Debtor, OpenItem, by_debtor
from clerkwork.core.matching.model import Match
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Posting, PostingState
from clerkwork.core.promises import PromiseState
from clerkwork.core.queue import HOLDING
from clerkwork.core.replies.kept import ReplyState
from clerkwork.ports import Books, Clock, Declarations, Handovers, Promises, Queue, Replies

__all__ = [
    "APPLIED",
    "ON_ACCOUNT",
    "Glance",
    "Known",
    "Watch",
    "look",
    "lying_on_account",
    "money_lying",
]

APPLIED = "applied"
"""What a person says of money that was keyed on account: that it is not there any more."""
ON_ACCOUNT = "on-account/"
"""How the keys of the questions about it begin; the posting's reference follows."""


_UNDERWAY = (
    PostingState.PROPOSED,
    PostingState.APPROVED,
    PostingState.KEYING,
    PostingState.REFUSED,
    PostingState.DOUBTFUL,
    PostingState.REVERSING,
)

_FETCHED = ("open items", "debtors")
"""What of the ERP has to be fresh before anybody is reminded."""

_LONGEST_AWAY = 30
"""Days after which an automatic reply holds nothing back any more, whatever day it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Where what is known of debtors is kept."""

    books: Books
    queue: Queue
    declarations: Declarations
    promises: Promises
    handovers: Handovers | None = None
    """None where nobody is ever handed over."""
    replies: Replies | None = None
    """None where no mailbox is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The books as they stood at one instant."""

    debtors: Mapping[str, Debtor]
    """By number, with what they declared."""
    items: Mapping[str, tuple[OpenItem, ...]]
    """By debtor."""
    stops: Stops
    ibans: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """IBAN → debtors who pay from it, as the ERP knows; of a number that two sources know, both."""
    fetched: tuple[object, ...] = ()
    """`Books.as_fetched` before they were read."""
    declared: tuple[Declaration, ...] = ()


class Watch:
    """Looks into the books again and again; a look is good for `fresh_for` seconds.

    On large books it is good for five times as long as it took, besides, so that
    a run spends its time on sending. Debtors and items are read again only if they were fetched
    again, or something was keyed. With 0 every look is a new one.
    """

    def __init__(
        self, known: Known, accounts: Sequence[str], clock: Clock, fresh_for: float
    ) -> None:
        self._known = known
        self._accounts = accounts
        self._clock = clock
        self._fresh_for = fresh_for
        self._seen: Glance | None = None
        self._good_until = 0.0

    def glance(self) -> Glance:
        """The books as a look is good for, and the hour as it is now: that is never kept."""
        began = monotonic()
        if self._seen is None or began >= self._good_until:
            self._seen = self._look()
            took = monotonic() - began
            self._good_until = began + self._fresh_for + (5 * took if self._fresh_for else 0)
        return replace(self._seen, stops=replace(self._seen.stops, now=self._clock.now()))

    def _look(self) -> Glance:
        before = self._seen if self._fresh_for else None
        return look(self._known, self._accounts, self._clock, before)


def look(
    known: Known, accounts: Sequence[str], clock: Clock, before: Glance | None = None
) -> Glance:
    """The books as they stand now; `accounts` are the creditor's IBANs.

    Of a look `before`, what did not change since is not read again.
    """
    # Asked before they are read: what is fetched meanwhile is read the next time.
    fetched = known.books.as_fetched()
    declared = known.declarations.standing()
    if before is not None and (before.fetched, before.declared) == (fetched, declared):
        debtors, items, ibans = before.debtors, before.items, before.ibans
    else:
        everybody = _debtors(known.books, declared)
        debtors = {debtor.number: debtor for debtor in everybody}
        ibans = _ibans(everybody)
        owed = by_debtor(known.books.open_items())
        items = {customer: tuple(own) for customer, own in owed.items()}
    return Glance(
        debtors=debtors,
        items=items,
        stops=_stops(known, ibans, items, accounts, clock),
        ibans=ibans,
        fetched=fetched,
        declared=declared,
    )


def _debtors(books: Books, declared: Iterable[Declaration]) -> tuple[Debtor, ...]:
    """With what they declared."""
    said: dict[str, list[Declaration]] = {}
    for one in declared:
        said.setdefault(one.debtor, []).append(one)
    return tuple(laid_over(d, said.get(d.number, ())) for d in books.debtors())


def _ibans(debtors: Iterable[Debtor]) -> dict[str, frozenset[str]]:
    owners: dict[str, set[str]] = {}
    for debtor in debtors:
        for iban in debtor.ibans:
            owners.setdefault(iban, set()).add(debtor.number)
    return {iban: frozenset(numbers) for iban, numbers in owners.items()}


def _stops(
    known: Known,
    ibans: Mapping[str, frozenset[str]],
    items: Mapping[str, Sequence[OpenItem]],
    accounts: Sequence[str],
    clock: Clock,
) -> Stops:
    books = known.books
    closed = closed_on(books, accounts)
    money = _money(books, ibans)
    promised: dict[str, list[Promised]] = {}
    for promise, state in judge(known.promises, items, clock.today(), read_to(closed)):
        if state is PromiseState.OPEN:
            unread = promise.until < clock.today()
            held = Promised(until=promise.until, items=promise.items, unread=unread)
            promised.setdefault(promise.debtor, []).append(held)
    return Stops(
        now=clock.now(),
        statements=closed,
        items_fetched=books.fetched_at("open items") is not None,
        keyed_since_fetch=books.keyed_since_fetch(),
        fetched={
            f"{what} of {source}": at
            for what in _FETCHED
            for source, at in books.fetched_by(what).items()
        },
        money=money,
        on_account=_on_account(books, known.queue),
        promised={debtor: tuple(held) for debtor, held in promised.items()},
        away=_away(known.replies, clock.today()),
        waiting=_waiting(known),
        handed_over=_handed_over(known.handovers),
        left=left_on(known.queue.beginning(COLLECTION)),
    )


def _away(replies: Replies | None, today: date) -> Mapping[str, date]:
    if replies is None:
        return {}
    return replies.away(today - timedelta(days=_LONGEST_AWAY), today)


def _handed_over(handovers: Handovers | None) -> dict[str, str]:
    if handovers is None:
        return {}
    return {one.debtor: f"on {one.at:%Y-%m-%d} by {one.by}" for one in handovers.all(*STANDING)}


def _waiting(known: Known) -> dict[str, tuple[str, ...]]:
    """Debtor → what about him waits for a person, who answers before anything else goes."""
    found: dict[str, list[str]] = {}
    for item in known.queue.open():
        if item.debtor and item.kind in HOLDING:
            found.setdefault(item.debtor, []).append(item.title)
    # A run that died had read them, and asked nobody yet.
    for kept in known.replies.all(ReplyState.TAKEN) if known.replies else ():
        for debtor in filter(None, kept.whose):
            found.setdefault(debtor, []).append("a reply of his was read and not followed up yet")
    return {debtor: tuple(titles) for debtor, titles in found.items()}


def _money(books: Books, ibans: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """Debtor → where money lies that is, or may be, his."""
    paid = books.paid_from()

    def owners(iban: str) -> set[str]:
        return {*paid.get(iban, ()), *ibans.get(iban, ())}

    words: dict[str, list[str]] = {}
    for customer, reason in chain(
        _in_postings(books), _in_review(books.matches(), owners), _unmatched(books, owners)
    ):
        words.setdefault(customer, []).append(reason)
    return {customer: tuple(dict.fromkeys(found)) for customer, found in words.items()}


def money_lying(
    books: Books,
    debtor: Debtor,
    ignored: Money | None = None,
    queue: Queue | None = None,
) -> bool:
    """Whether money that is, or may be, one debtor's is not applied to his items yet.

    What is keyed to his account up to `ignored` does not count, nor does what a person in the
    `queue` said is applied. The books are asked for him alone.
    """
    number = debtor.number
    ibans = {*debtor.ibans, *books.paid_from(number)}
    if books.postings(*_UNDERWAY, customer=number):
        return True
    if any(found.outcome in ASKED for found in books.matches(number, ibans)):
        return True
    if ibans and any(line.amount.minor > 0 for line in books.unmatched(*ibans)):
        return True
    return any(
        amount.minor > 0
        and not (ignored and amount.currency == ignored.currency and amount <= ignored)
        for amount in _on_account(books, queue, number).get(number, ())
    )


def _in_postings(books: Books) -> Iterator[tuple[str, str]]:
    for row in books.postings(*_UNDERWAY):
        posting = row.posting
        yield posting.customer, f"posting {posting.reference} of {posting.amount} is {row.state}"


def _in_review(
    matches: Iterable[Match], owners_of: Callable[[str], set[str]]
) -> Iterator[tuple[str, str]]:
    for found in matches:
        if found.outcome not in ASKED:
            continue
        owners = {found.customer, *(c.customer for c in found.candidates)} - {""}
        owners |= owners_of(found.line.payer_iban)
        for owner in owners:
            yield owner, f"a bank line of {_line(found.line)} waits in review"


def _unmatched(books: Books, owners_of: Callable[[str], set[str]]) -> Iterator[tuple[str, str]]:
    for line in books.unmatched():
        if line.amount.minor > 0:
            for owner in owners_of(line.payer_iban):
                yield owner, f"a bank line of {_line(line)} is not matched yet"


def _line(line: BankLine) -> str:
    return f"{line.amount} booked on {line.booked}"


def lying_on_account(
    books: Books, queue: Queue | None = None, customer: str = ""
) -> tuple[Posting, ...]:
    """Postings of which something was keyed on account, and of which nobody said in the queue that
    it is applied; of all debtors, or of one.

    The books cannot tell: what becomes of it in the ERP comes back in no item, and whether an ERP
    shows it among the open items is different from one to the next.
    """
    rows = books.postings(PostingState.KEYED, customer=customer)
    lying = [row.posting for row in rows if row.posting.on_account]
    # Most debtors never had any, and nobody was asked.
    applied = {
        item.key.removeprefix(ON_ACCOUNT)
        for item in (queue.beginning(ON_ACCOUNT) if queue and lying else ())
        if item.decision == APPLIED
    }
    return tuple(one for one in lying if one.reference not in applied)


def _on_account(
    books: Books, queue: Queue | None, customer: str = ""
) -> dict[str, tuple[Money, ...]]:
    sums: dict[str, dict[str, Money]] = {}
    for posting in lying_on_account(books, queue, customer):
        lying = posting.on_account
        own = sums.setdefault(posting.customer, {})
        own[lying.currency] = own.get(lying.currency, Money(0, lying.currency)) + lying
    return {customer: tuple(own.values()) for customer, own in sums.items()}

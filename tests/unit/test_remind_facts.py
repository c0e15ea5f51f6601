"""A look at the books: what did not change since the last one is not read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from store_cases import (
    ACCOUNT,
    PAYER,
    allocation,
    doubtful,
    go,
    item,
    line,
    settled,
    statement,
)

from clerkwork.adapters.store import Store
from clerkwork.app.remind_facts import APPLIED, ON_ACCOUNT, Glance, Known, look, money_lying
from clerkwork.core.declarations import Declaration
from clerkwork.core.ledger import Debtor
from clerkwork.core.matching.model import Candidate
from clerkwork.core.money import Money
from clerkwork.core.posting import PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.testing import MORNING, FixedClock, memory_store

KEYED = (PostingState.APPROVED, PostingState.KEYING, PostingState.KEYED)


@dataclass
class Desk:
    store: Store
    clock: FixedClock

    def look(self, before: Glance | None = None) -> Glance:
        known = Known(
            books=self.store.books,
            queue=self.store.queue,
            declarations=self.store.declarations,
            promises=self.store.promises,
        )
        return look(known, [ACCOUNT], self.clock, before)

    def owe(self, cents: int = 500) -> None:
        self.clock.advance(timedelta(minutes=1))
        self.store.books.replace_open_items("erp", [item("F1", cents)])

    def know(self, iban: str = "NL02RABO0123456789") -> None:
        self.clock.advance(timedelta(minutes=1))
        debtors = [Debtor(number="10001", name="De Vries BV", ibans=(iban,))]
        self.store.books.replace_debtors("erp", debtors)

    def declare(self) -> None:
        self.store.declarations.declare(
            Declaration(
                debtor="10001", fact="preferred", value="mail", since=MORNING.date(), by="ann",
                ground="his own wish",
            )
        )  # fmt: skip

    def key(self) -> None:
        (found,) = self.store.books.unmatched()
        match, posting = settled(found, allocation("F1", 500, 500))
        self.store.books.record_matches([match], [posting])
        go(self.store, posting.reference, *KEYED)


@pytest.fixture
def desk() -> Iterator[Desk]:
    clock = FixedClock()
    made = Desk(memory_store(clock), clock)
    made.know()
    made.owe()
    made.store.books.book_statement(statement([line(500)]))
    yield made
    made.store.close()


def test_money_lies_until_it_is_applied(desk: Desk) -> None:
    ours = Debtor(number="10001", name="De Vries BV", ibans=(PAYER,))
    other = Debtor(number="10002", name="Ben", ibans=("NL20INGB0001234567",))
    assert money_lying(desk.store.books, ours), "a line of his account is not matched"
    assert not money_lying(desk.store.books, other)
    desk.key()
    assert not money_lying(desk.store.books, ours)


def test_what_lies_on_his_account_counts_from_an_amount_on(desk: Desk) -> None:
    ours = Debtor(number="10001", name="De Vries BV")
    (found,) = desk.store.books.unmatched()
    match, posting = settled(found, allocation("F1", 300, 500))
    desk.store.books.record_matches([match], [posting])
    go(desk.store, posting.reference, *KEYED)
    assert money_lying(desk.store.books, ours)
    assert money_lying(desk.store.books, ours, Money(199, "EUR"))
    assert money_lying(desk.store.books, ours, Money(9900, "USD"))
    assert not money_lying(desk.store.books, ours, Money(200, "EUR"))
    queue = desk.store.queue
    queue.put(
        WorkItem(
            id="a", key=f"{ON_ACCOUNT}{posting.reference}", kind="debtor", title="2.00 EUR lies",
            created=MORNING, choices=((APPLIED, "it is"),), debtor="10001",
        )
    )  # fmt: skip
    assert money_lying(desk.store.books, ours, queue=queue)
    queue.close("a", decision=APPLIED, by="ann")
    assert not money_lying(desk.store.books, ours, queue=queue)


def test_one_debtor_is_told_as_a_look_at_all_of_them_tells_him(desk: Desk) -> None:
    """The page of one asks for him alone, and holds what a run of reminders holds."""
    other, another = "NL20INGB0001234567", "NL91ABNA0417164300"
    lines = [line(500, 1), *(replace(line(n, 1, f"{n}"), payer_iban=other) for n in (60, 70, 80))]
    desk.store.books.book_statement(statement(lines, opening=500, opened=1, number="2"))
    first, _, named, his, _ = desk.store.books.unmatched()
    match, posting = settled(first, allocation("F1", 300, 500))
    asked = replace(
        doubtful(named), candidates=(Candidate(customer="3", allocations=(), reasons=("a",)),)
    )
    held, underway = settled(his, allocation("F2", 70, 70), customer="4")
    desk.store.books.record_matches([match, asked, held], [posting, underway])
    go(desk.store, posting.reference, *KEYED)
    debtors = [
        Debtor(number=number, name=number, ibans=ibans)
        for number, ibans in (
            ("10001", ()), ("2", (other,)), ("3", ()), ("4", ()), ("5", (another,)), ("1000", ()),
        )
    ]  # fmt: skip
    desk.store.books.replace_debtors("erp", debtors)
    stops = desk.look().stops
    found = {one.number: money_lying(desk.store.books, one) for one in debtors}
    assert found == {
        one.number: bool(stops.money.get(one.number) or stops.on_account.get(one.number))
        for one in debtors
    }
    assert [number for number, lying in found.items() if lying] == ["10001", "2", "3", "4"]


def test_what_did_not_change_is_not_read_again(desk: Desk) -> None:
    first = desk.look()
    desk.clock.advance(timedelta(minutes=1))
    second = desk.look(first)
    assert second.debtors is first.debtors
    assert second.items is first.items
    assert second.stops.now > first.stops.now
    assert second.stops.money == first.stops.money != {}


@pytest.mark.parametrize("change", [Desk.owe, Desk.know, Desk.declare, Desk.key])
def test_whatever_changes_is_seen(desk: Desk, change: Callable[[Desk], None]) -> None:
    first = desk.look()
    change(desk)
    second = desk.look(first)
    assert second.debtors is not first.debtors
    assert second == desk.look()
    assert second.fetched != first.fetched or second.declared != first.declared


def test_a_line_that_came_meanwhile_holds_its_payer(desk: Desk) -> None:
    first = desk.look()
    desk.know("NL91ABNA0417164300")
    moved = desk.look(first)
    assert list(first.stops.money) == ["10001"]
    assert list(moved.stops.money) == []
    desk.know()
    assert list(desk.look(moved).stops.money) == ["10001"]


def test_a_number_that_two_sources_know_keeps_the_accounts_of_both(desk: Desk) -> None:
    other = [Debtor(number="10001", name="De Vries", ibans=("NL91ABNA0417164300",))]
    desk.store.books.replace_debtors("another", other)
    assert list(desk.look().stops.money) == ["10001"]

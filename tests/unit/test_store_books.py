"""The ledger is replaced whole or not at all, and every bank line is in exactly one state."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import insert
from store_cases import (
    ACCOUNT,
    MONDAY,
    PAYER,
    Stores,
    allocation,
    day,
    doubtful,
    emptied,
    eur,
    go,
    item,
    line,
    settled,
    statement,
)

from clerkwork.adapters.store import Store, schema
from clerkwork.core.ledger import Debtor, LedgerBalance, OpenItem, Order
from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.money import total
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Posting, PostingState, Receipt
from clerkwork.errors import BusinessError, ControlTotalError, StoreError
from clerkwork.testing import MORNING, FixedClock

PROPOSED, APPROVED, KEYING = PostingState.PROPOSED, PostingState.APPROVED, PostingState.KEYING
OTHER = "NL20INGB0001234567"
KEYED, VOID, REJECTED = PostingState.KEYED, PostingState.VOID, PostingState.REJECTED


pytest_plugins = ["store_fixtures"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(stores: Stores, clock: FixedClock) -> Store:
    return stores(clock)


def booked(store: Store, *lines: BankLine) -> tuple[BankLine, ...]:
    store.books.book_statement(statement(lines))
    return store.books.unmatched()


def receipt(posting: Posting, number: str = "R-77") -> Receipt:
    return Receipt(
        reference=posting.reference,
        number=number,
        customer=posting.customer,
        booked=posting.booked,
        amount=posting.amount,
        allocations=tuple((a.item, a.amount, a.discount) for a in posting.allocations),
    )


def test_what_was_fetched_comes_back_as_it_was(store: Store) -> None:
    debtor = Debtor(
        number="10001",
        name="De Vries <b>",
        address=("Kade 1", "1011 AB Amsterdam"),
        ibans=(PAYER,),
        credit_limit=eur(500_000),
        paper=True,
        block="promised",
    )
    invoice = replace(
        item("2026-1", 12_345),
        issued=MONDAY,
        total=eur(20_000),
        discount=eur(400),
        discount_until=day(8),
        disputed=True,
    )
    credit = item("2026-2", -100)
    order = Order(number="O1", customer="10001", amount=eur(9), placed=MONDAY, description="tin")
    store.books.replace_debtors("kantoor", [debtor, Debtor(number="2", name="Bakker")])
    store.books.replace_open_items("kantoor", [invoice, credit])
    store.books.replace_orders("kantoor", [order])
    store.books.note_ledger_balance("kantoor", LedgerBalance(ledger="1100", balance=eur(-7)))
    assert store.books.debtors() == (debtor, Debtor(number="2", name="Bakker"))
    assert store.books.open_items() == (invoice, credit)
    assert store.books.orders() == (order,)
    assert store.books.ledger_balances() == (LedgerBalance(ledger="1100", balance=eur(-7)),)


def test_a_reading_that_fails_half_way_replaces_nothing(store: Store) -> None:
    store.books.replace_open_items("kantoor", [item("1", 100)])

    def half() -> Iterator[OpenItem]:
        yield item("2", 200)
        raise ControlTotalError("the portal's total is another")

    with pytest.raises(ControlTotalError):
        store.books.replace_open_items("kantoor", half())
    assert store.books.open_items() == (item("1", 100),)


def test_no_transaction_is_open_while_the_portal_is_read(store: Store) -> None:
    def reading() -> Iterator[OpenItem]:
        store.books.replace_debtors("kantoor", [Debtor(number="1", name="Smit")])
        yield item("1", 100)

    assert store.books.replace_open_items("kantoor", reading()) == 1
    assert len(store.books.debtors()) == 1


def test_each_source_replaces_its_own(store: Store, clock: FixedClock) -> None:
    store.books.replace_open_items("north", [item("1", 100)])
    clock.advance(dt.timedelta(hours=1))
    store.books.replace_open_items("south", [item("9", 900)])
    assert store.books.replace_open_items("south", []) == 0
    assert store.books.open_items() == (item("1", 100),)
    assert store.books.fetched_at("open items") == MORNING
    later = MORNING + dt.timedelta(hours=1)
    assert store.books.fetched_by("open items") == {"north": MORNING, "south": later}


def test_an_item_shown_twice_is_refused(store: Store) -> None:
    with pytest.raises(BusinessError, match="'1' twice among its open items"):
        store.books.replace_open_items("kantoor", [item("1", 100), item("1", 100)])


def test_what_was_read_is_as_old_as_the_beginning_of_the_reading(
    store: Store, clock: FixedClock
) -> None:
    def slow() -> Iterator[OpenItem]:
        clock.advance(dt.timedelta(minutes=4))
        yield item("1", 100)

    assert store.books.fetched_at("open items") is None
    store.books.replace_open_items("kantoor", slow())
    assert store.books.fetched_at("open items") == MORNING


def test_outcomes_and_postings_come_back_as_they_were(store: Store) -> None:
    first, second, third = booked(store, line(10_000), line(500, text="?"), line(-12, text="costs"))
    match, posting = settled(first, allocation("1", 9_800, 10_000, 200), allocation("2", 200, 700))
    question = replace(
        doubtful(second),
        customer="10002",
        candidates=(
            Candidate(customer="10002", allocations=(allocation("7", 500, 500),), reasons=("a",)),
            Candidate(customer="10003", allocations=(), reasons=("b", "c")),
        ),
    )
    costs = Match(line=third, outcome=Outcome.NOT_OURS, rule="costs", reasons=("bank costs",))
    store.books.record_matches([match, question, costs], [posting])
    assert store.books.unmatched() == ()
    assert store.books.matches() == (match, question, costs)
    (row,) = store.books.postings()
    assert (row.posting, row.state, row.rule) == (posting, PROPOSED, "reference")
    assert (row.reasons, row.at, row.submitted) == (match.reasons, MORNING, None)
    assert store.books.postings(APPROVED, KEYED) == ()


def test_one_debtors_lines_and_postings_are_asked_for_alone(store: Store) -> None:
    odd = "Ü_1%/\\"
    others = [replace(line(n, text=f"{n}"), payer_iban=OTHER) for n in (600, 700, 800, 60)]
    his, named, theirs, unlike, unread = booked(store, line(500), *others)
    match, posting = settled(his, allocation("1", 500, 500))
    another, its = settled(theirs, allocation("2", 700, 700), customer="10002")
    both = replace(
        doubtful(named),
        candidates=tuple(
            Candidate(customer=one, allocations=(), reasons=("a",)) for one in ("10001", odd)
        ),
    )
    # His number is that of another one's invoice.
    other = Candidate(customer="10003", allocations=(allocation("10001", 8, 8),), reasons=("b",))
    alike = replace(doubtful(unlike), candidates=(other,))
    store.books.record_matches([match, both, another, alike], [posting, its])
    assert store.books.matches("10001") == (match, both)
    assert store.books.matches("10001", {OTHER}) == (match, both, another, alike)
    assert store.books.matches(odd) == (both,)
    assert store.books.matches("1000") == ()
    assert (store.books.unmatched(OTHER), store.books.unmatched(PAYER)) == ((unread,), ())
    (row,) = store.books.postings(customer="10001")
    assert row.posting == posting
    assert store.books.postings(KEYED, customer="10001") == ()
    for one in (posting, its):
        go(store, one.reference, APPROVED, KEYING, KEYED)
    assert store.books.paid_from() == {PAYER: {"10001": 1}, OTHER: {"10002": 1}}
    assert store.books.paid_from("10001") == {PAYER: {"10001": 1}}
    assert [one.posting for one in store.books.postings(KEYED, customer="10002")] == [its]


def test_a_person_decides_what_was_doubtful(store: Store) -> None:
    (found,) = booked(store, line(500))
    store.books.record_matches([doubtful(found)], [])
    match, posting = settled(found, allocation("1", 500, 500))
    store.books.record_matches([match], [posting])
    assert store.books.matches() == (match,)


@pytest.mark.parametrize("state", [PROPOSED, APPROVED, KEYING, KEYED])
def test_a_line_with_a_living_posting_gets_no_other_outcome(
    store: Store, state: PostingState
) -> None:
    (found,) = booked(store, line(500))
    match, posting = settled(found, allocation("1", 500, 500))
    store.books.record_matches([match], [posting])
    way = [APPROVED, KEYING, KEYED]
    go(store, posting.reference, *way[: [PROPOSED, *way].index(state)])
    other, another = settled(found, customer="10002")
    for outcome in (([match], [posting]), ([other], [another]), ([doubtful(found)], [])):
        with pytest.raises(ValueError, match=f"{posting.reference} .{state}"):
            store.books.record_matches(*outcome)
    assert store.books.matches() == (match,)


def test_a_voided_posting_frees_its_line_and_may_be_proposed_again(store: Store) -> None:
    (found,) = booked(store, line(500))
    match, posting = settled(found, allocation("1", 500, 500))
    store.books.record_matches([match], [posting])
    go(store, posting.reference, APPROVED, VOID)
    assert store.books.unmatched() == (found,)
    assert store.books.matches() == ()
    fresh, again = settled(found, allocation("1", 500, 500))
    store.books.record_matches([fresh], [again])
    assert [row.state for row in store.books.postings()] == [PROPOSED]
    with store.database.read() as connection:
        moves = connection.execute(schema.posting_moves.select()).mappings().all()
    assert [move["state"] for move in moves] == ["proposed", "approved", "void", "proposed"]


def test_matches_are_recorded_all_or_none(store: Store) -> None:
    first, second = booked(store, line(500), line(700))
    match, posting = settled(first, allocation("1", 500, 500))
    stranger = replace(doubtful(second), line=replace(second, id="unknown"))
    with pytest.raises(ValueError, match="in no booked statement"):
        store.books.record_matches([match, stranger], [posting])
    assert (store.books.matches(), store.books.postings()) == ((), ())


def test_a_settled_line_has_exactly_one_posting_over_its_amount(store: Store) -> None:
    first, second = booked(store, line(500), line(700))
    match, posting = settled(first, allocation("1", 500, 500))
    _, other = settled(second)
    for matches, postings in (
        ([match], []),
        ([doubtful(first)], [posting]),
        ([match], [posting, other]),
        ([match, match], [posting]),
        ([match], [replace(posting, amount=eur(499))]),
    ):
        with pytest.raises(ValueError, match="line"):
            store.books.record_matches(matches, postings)
    assert store.books.unmatched() == (first, second)


def test_a_forbidden_move_changes_nothing(store: Store) -> None:
    (found,) = booked(store, line(500))
    match, posting = settled(found)
    store.books.record_matches([match], [posting])
    with pytest.raises(ValueError, match="is proposed and cannot become keyed"):
        store.books.move(posting.reference, KEYED)
    with pytest.raises(ValueError, match="there is no posting CW-NONE"):
        store.books.move("CW-NONE", APPROVED)
    with pytest.raises(ValueError, match="not in keying"):
        store.books.submitting(posting.reference, run="run-1", robot="kantoor")
    assert [row.state for row in store.books.postings()] == [PROPOSED]


def test_keying_lowers_the_items_and_remembers_who_paid(store: Store, clock: FixedClock) -> None:
    store.books.replace_open_items("kantoor", [item("1", 10_000), item("2", 700)])
    (found,) = booked(store, line(10_000))
    match, posting = settled(found, allocation("1", 9_800, 10_000, 200), allocation("2", 200, 700))
    store.books.record_matches([match], [posting])
    assert not store.books.keyed_since_fetch()
    assert store.books.paid_from() == {}
    go(store, posting.reference, APPROVED, KEYING)
    clock.advance(dt.timedelta(seconds=5))
    store.books.submitting(posting.reference, run="run-1", robot="kantoor")
    assert store.books.postings(KEYING)[0].submitted == MORNING + dt.timedelta(seconds=5)
    row = store.books.move(posting.reference, KEYED, receipt=receipt(posting))
    assert (row.receipt, row.run, row.submitted) == ("R-77", "run-1", None)
    assert store.books.open_items() == (item("2", 500),)
    assert store.books.paid_from() == {PAYER: {"10001": 1}}
    assert store.books.keyed_since_fetch()
    store.books.replace_open_items("kantoor", [item("2", 500)])
    assert not store.books.keyed_since_fetch()


def test_a_receipt_of_another_posting_is_refused(store: Store) -> None:
    (found,) = booked(store, line(500))
    match, posting = settled(found)
    store.books.record_matches([match], [posting])
    go(store, posting.reference, APPROVED, KEYING)
    with pytest.raises(ValueError, match="not of"):
        store.books.move(
            posting.reference, KEYED, receipt=replace(receipt(posting), reference="CW-OTHER")
        )


@pytest.mark.parametrize("shown", [10_000, 0])
def test_after_a_crash_items_that_the_portal_shows_paid_are_not_lowered_twice(
    store: Store, shown: int
) -> None:
    store.books.replace_open_items("kantoor", [item("1", 10_000)])
    (found,) = booked(store, line(10_000))
    match, posting = settled(found, allocation("1", 10_000, 10_000))
    store.books.record_matches([match], [posting])
    go(store, posting.reference, APPROVED, KEYING)
    fetched = [item("1", shown)] if shown else []
    store.books.replace_open_items("kantoor", fetched)
    go(store, posting.reference, KEYED)
    assert store.books.open_items() == ()
    assert store.books.keyed_since_fetch()


def test_a_reversed_posting_is_parked_and_its_items_are_open_again(store: Store) -> None:
    store.books.replace_open_items("kantoor", [item("1", 500)])
    (found,) = booked(store, line(500))
    match, posting = settled(found, allocation("1", 500, 500))
    store.books.record_matches([match], [posting])
    go(store, posting.reference, APPROVED, KEYING, KEYED)
    go(store, posting.reference, PostingState.REVERSING, KEYED, PostingState.REVERSING)
    go(store, posting.reference, PostingState.REVERSED)
    assert store.books.open_items() == (item("1", 500),)
    (parked,) = store.books.matches()
    assert (parked.outcome, parked.customer) == (Outcome.REVIEW, "10001")
    with pytest.raises(ValueError, match="is reversed already"):
        store.books.record_matches([match], [posting])


def test_two_living_postings_of_a_line_are_refused_by_the_database_itself(store: Store) -> None:
    (found,) = booked(store, line(500))
    match, posting = settled(found)
    store.books.record_matches([match], [posting])
    with store.database.read() as connection:
        row = dict(connection.execute(schema.postings.select()).mappings().one())
    with pytest.raises(StoreError, match="another process may have done the same"):
        _insert_again(store, {**row, "reference": "CW-SECOND", "turn": 2})
    _insert_again(store, {**row, "reference": "CW-SECOND", "turn": 2, "state": "void"})


def _insert_again(store: Store, row: dict[str, object]) -> None:
    with store.database.write() as connection:
        connection.execute(insert(schema.postings).values(**row))


class BankLinesThroughTheirStates(RuleBasedStateMachine):
    """Whatever happens in whatever order, each line is in one state and money is conserved."""

    def __init__(self, shared: Store) -> None:
        super().__init__()
        self.store = emptied(shared)
        self.closing = 0
        self.day = 0

    @rule(amounts=st.lists(st.integers(1, 9_999), max_size=4))
    def book(self, amounts: list[int]) -> None:
        lines = [line(minor, self.day) for minor in amounts]
        one = statement(lines, opening=self.closing, opened=self.day, closed=self.day)
        assert self.store.books.book_statement(one) == len(lines)
        assert self.store.books.book_statement(one) == 0
        self.closing += sum(amounts)
        self.day += 1

    @precondition(lambda self: self.store.books.unmatched())
    @rule(data=st.data())
    def match(self, data: st.DataObject) -> None:
        matches, postings = [], []
        for found in self.store.books.unmatched():
            if data.draw(st.booleans()):
                match, posting = settled(found)
                if any(row.posting == posting for row in self.store.books.postings(KEYED)):
                    raise AssertionError(f"{found} is unmatched, but keyed")
                matches.append(match)
                postings.append(posting)
            elif data.draw(st.booleans()):
                matches.append(doubtful(found))
        self.store.books.record_matches(matches, postings)

    @precondition(lambda self: self.store.books.postings())
    @rule(data=st.data(), to=st.sampled_from(PostingState))
    def move(self, data: st.DataObject, to: PostingState) -> None:
        row = data.draw(st.sampled_from(self.store.books.postings()))
        try:
            moved = self.store.books.move(row.posting.reference, to)
        except ValueError:
            assert self.store.books.postings(row.state)
        else:
            assert moved.state is to

    @invariant()
    def each_line_is_in_one_state_and_money_is_conserved(self) -> None:
        books = self.store.books
        matched = books.matches()
        states = Counter([x.id for x in books.unmatched()] + [m.line.id for m in matched])
        lines = [x for one in books.statements() for x in one.lines]
        assert states == Counter(x.id for x in lines)
        gone = (VOID, REJECTED, PostingState.REVERSED)
        live = [r.posting for r in books.postings() if r.state not in gone]
        certain = [m for m in matched if m.outcome is Outcome.SETTLED]
        assert sorted(p.line for p in live) == sorted(m.line.id for m in certain)
        parked = [x.amount for x in books.unmatched()]
        parked += [m.line.amount for m in matched if m.outcome is not Outcome.SETTLED]
        assert total([*parked, *(p.amount for p in live)], "EUR") == eur(self.closing)
        last = books.last_statement(ACCOUNT)
        assert last is None or last.closing == eur(self.closing)


def test_bank_lines_through_their_states(store: Store) -> None:
    class Here(BankLinesThroughTheirStates):
        def __init__(self) -> None:
            super().__init__(store)

    run_state_machine_as_test(
        Here,
        settings=settings(max_examples=15, stateful_step_count=12, deadline=None),
    )

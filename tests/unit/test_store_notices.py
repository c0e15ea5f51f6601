"""A notification explains a batch: its transactions stand for the line, never beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from store_cases import Stores, allocation, doubtful, line, settled, statement

from clerkwork.adapters.store import Store
from clerkwork.core.payments import BankLine, Batch, Kind, Statement, identified
from clerkwork.errors import StatementError

PARTS = (line(250, text="Inv. 12", ref="B1"), line(350, text="Inv. 13", ref="B1"))


pytest_plugins = ["store_fixtures"]


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def notice(
    parts: Sequence[BankLine] = PARTS, whole: BankLine | None = None, source: str = "054.xml"
) -> Statement:
    """A notification of one batch."""
    entry = whole or line(sum(part.amount.minor for part in parts), ref="B1")
    found = statement(parts)
    batch = Batch(whole=identified([entry])[0], first=0, count=len(parts))
    return replace(found, kind=Kind.NOTIFICATION, batches=(batch,), source=source)


def amounts(store: Store) -> list[int]:
    return sorted(one.amount.minor for one in store.books.unmatched())


BOOKED = statement([line(600, text="batch", ref="B1"), line(7, ref="C")])


def test_the_transactions_stand_for_the_batch(store: Store) -> None:
    store.books.book_statement(BOOKED)
    assert store.books.explain(notice()) == 2
    assert amounts(store) == [7, 250, 350]
    (booked,) = store.books.statements()
    assert sorted(one.amount.minor for one in booked.lines) == [7, 250, 350]
    assert booked.closing == BOOKED.closing


def test_the_notification_may_come_first(store: Store) -> None:
    assert store.books.explain(notice()) == 0
    assert amounts(store) == []
    assert store.books.book_statement(BOOKED) == 2
    assert amounts(store) == [7, 250, 350]


def test_the_same_batch_counts_once_and_its_statement_stays_booked(store: Store) -> None:
    for _ in range(2):
        store.books.book_statement(BOOKED)
        store.books.explain(notice())
        store.books.explain(notice(source="again.xml"))
    assert amounts(store) == [7, 250, 350]
    goes_on = statement([line(5, 1)], opening=607, opened=1)
    assert store.books.book_statement(goes_on) == 1


def test_a_statement_that_splits_the_batch_explains_what_another_format_had_whole(
    store: Store,
) -> None:
    store.books.book_statement(BOOKED)
    split = statement([*PARTS, line(7, ref="C")])
    batch = Batch(whole=BOOKED.lines[0], first=0, count=2)
    assert store.books.book_statement(replace(split, batches=(batch,))) == 0
    assert amounts(store) == [7, 250, 350]


def test_what_the_statement_split_itself_is_not_doubled(store: Store) -> None:
    store.books.book_statement(statement([*PARTS, line(7, ref="C")]))
    assert store.books.explain(notice()) == 0
    assert amounts(store) == [7, 250, 350]


def test_a_settled_batch_is_only_recorded(store: Store) -> None:
    store.books.book_statement(BOOKED)
    match, posting = settled(BOOKED.lines[0], allocation("2026-1", 600, 600))
    store.books.record_matches([match], [posting])
    assert store.books.explain(notice()) == 0
    assert amounts(store) == [7]
    assert [one.line.amount.minor for one in store.books.matches()] == [600]


def test_a_batch_that_waits_for_a_person_is_replaced_and_its_question_is_moot(
    store: Store,
) -> None:
    store.books.book_statement(BOOKED)
    store.books.record_matches([doubtful(BOOKED.lines[0])], [])
    assert store.books.explain(notice()) == 2
    assert store.books.matches() == ()
    assert amounts(store) == [7, 250, 350]
    match, posting = settled(BOOKED.lines[0], allocation("2026-1", 600, 600))
    with pytest.raises(ValueError, match="a batch that its transactions stand for now"):
        store.books.record_matches([match], [posting])


def test_another_reference_of_the_bank_is_another_batch(store: Store) -> None:
    store.books.book_statement(statement([line(600, ref="B2")]))
    assert store.books.explain(notice()) == 0
    assert amounts(store) == [600]


def test_of_two_lines_that_fit_none_is_replaced(store: Store) -> None:
    store.books.book_statement(statement([line(600, text="a"), line(600, text="b")]))
    assert store.books.explain(notice()) == 0
    assert amounts(store) == [600, 600]


def test_a_line_without_a_reference_is_found_by_day_and_amount(store: Store) -> None:
    store.books.book_statement(statement([line(600, text="batch"), line(7)]))
    assert store.books.explain(notice()) == 2
    assert amounts(store) == [7, 250, 350]


def test_parts_that_look_like_another_line_of_the_day_are_told_apart(store: Store) -> None:
    parts = (line(250, text="rent"), line(350, text="rent"))
    store.books.book_statement(statement([line(250, text="rent"), line(600, text="batch")]))
    assert store.books.explain(notice(parts, line(600, text="as told"))) == 2
    assert amounts(store) == [250, 250, 350]


def test_a_batch_whose_parts_do_not_add_up_is_not_kept(store: Store) -> None:
    store.books.book_statement(BOOKED)
    with pytest.raises(StatementError, match=r"has parts of 6\.00 EUR in all"):
        store.books.explain(notice(whole=line(601, ref="B1")))
    assert amounts(store) == [7, 600]

"""Statements are one unbroken chain: what does not add up or go on is refused, nothing is lost."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_cases import ACCOUNT, Stores, day, emptied, eur, line, statement

from clerkwork.adapters.store import Store
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine, Kind, Statement, identified
from clerkwork.errors import StatementError

pytest_plugins = ["store_fixtures"]


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


@pytest.fixture(scope="module")
def shared(lasting_stores: Stores) -> Store:
    return lasting_stores()


def books_tie(store: Store) -> bool:
    """Opening + all lines = closing, and each statement goes on where the last one ended."""
    booked = store.books.statements()
    return all(
        one.opening + total((x.amount for x in one.lines), "EUR") == one.closing for one in booked
    ) and all(a.closing == b.opening for a, b in itertools.pairwise(booked))


def test_a_statement_is_booked_once_however_often_it_is_downloaded(store: Store) -> None:
    march = statement([line(100), line(250, text="another")], opening=1000)
    assert [store.books.book_statement(march) for _ in range(3)] == [2, 0, 0]
    assert store.books.statements() == (march,)
    assert store.books.last_statement(ACCOUNT) == replace(march, lines=())
    assert store.books.last_statement("NL00") is None


def test_the_same_statement_in_another_format_is_the_same(store: Store) -> None:
    camt = statement([line(100, ref="A1"), line(250, ref="A2")], number="61")
    csv = statement([line(100, text="Inv. 12"), line(250, text="Inv. 13")])
    store.books.book_statement(camt)
    assert store.books.book_statement(csv) == 0
    assert len(store.books.unmatched()) == 2


def test_a_second_statement_of_a_day_with_the_same_amounts_is_another_one(store: Store) -> None:
    first = statement([line(100, ref="A1"), line(-100, ref="A2")])
    second = statement([line(100, ref="B1"), line(-100, ref="B2")])
    assert [store.books.book_statement(one) for one in (first, second)] == [2, 2]


def test_equal_lines_of_two_statements_of_a_day_are_two(store: Store) -> None:
    noon = statement([line(500, text="cash")], opening=0)
    evening = statement([line(500, text="cash"), line(7)], opening=500)
    assert store.books.book_statement(noon) == 1
    assert store.books.book_statement(evening) == 2
    assert store.books.book_statement(evening) == 0
    assert books_tie(store)


def test_equal_lines_alone_in_two_statements_of_a_day_are_two(store: Store) -> None:
    noon = statement([line(500, text="cash")], opening=0)
    evening = statement([line(500, text="cash")], opening=500)
    night = statement([line(500, text="cash")], opening=1000)
    assert [store.books.book_statement(one) for one in (noon, evening, night)] == [1, 1, 1]
    assert [store.books.book_statement(one) for one in (noon, evening, night)] == [0, 0, 0]
    assert len({one.id for one in store.books.unmatched()}) == 3
    assert books_tie(store)
    whole_day = statement([line(500, text="cash")] * 3, opening=0)
    assert store.books.book_statement(whole_day) == 0


def test_lines_that_cancel_each_other_are_told_apart_by_the_banks_number(store: Store) -> None:
    cancelled = [line(500, text="cash"), line(-500, text="cash")]
    first = statement(cancelled, opening=100, number="61")
    assert store.books.book_statement(first) == 2
    in_another_format = replace(first, number="00061/1", opened=day(-1))
    assert store.books.book_statement(in_another_format) == 0
    assert store.books.book_statement(replace(first, number="62")) == 2
    assert [store.books.book_statement(replace(first, number=n)) for n in ("61", "62")] == [0, 0]
    assert len({one.id for one in store.books.unmatched()}) == 4
    assert books_tie(store)


def test_a_range_in_a_format_without_references_brings_only_what_is_new(store: Store) -> None:
    early = [line(100, 0, ref="A1"), line(200, 1, ref="A2"), line(200, 1, ref="A3")]
    store.books.book_statement(statement(early, opening=0))
    bare = [line(200, 1, text="x"), line(200, 1, text="y"), line(70, 2, text="z")]
    assert store.books.book_statement(statement(bare, opening=100, opened=1)) == 1
    assert books_tie(store)


def test_a_batch_as_one_line_and_as_its_parts_is_the_same_money(
    store: Store, stores: Stores
) -> None:
    whole = statement([line(600, ref="B1"), line(7, ref="C")], number="61")
    split = statement([line(250, ref="B1"), line(350, ref="B1"), line(7, ref="C")], number="61")
    assert store.books.book_statement(whole) == 2
    assert store.books.book_statement(split) == 0
    other = stores()
    assert other.books.book_statement(split) == 3
    assert other.books.book_statement(whole) == 0


def test_a_preview_and_a_notification_are_never_booked(store: Store) -> None:
    for kind in (Kind.PREVIEW, Kind.NOTIFICATION):
        with pytest.raises(StatementError, match=f"is a {kind}.*only a statement is booked"):
            store.books.book_statement(replace(statement([line(100)]), kind=kind))
    assert store.books.statements() == ()


def test_several_statements_are_booked_all_or_none(store: Store) -> None:
    first = statement([line(100)], number="61")
    late = statement([line(5, 4)], opening=400, opened=4, number="64")
    with pytest.raises(StatementError, match=r"are missing \(number 62 to 63\)"):
        store.books.book_statements((first, late))
    assert store.books.statements() == ()
    assert store.books.book_statements((first, first)) == (1, 0)


def test_lines_with_the_banks_reference_are_never_told_apart(store: Store) -> None:
    store.books.book_statement(statement([line(500, ref="A1")], opening=0))
    with pytest.raises(StatementError, match="does not agree"):
        store.books.book_statement(statement([line(500, ref="A1"), line(7)], opening=500))


def test_an_overlapping_range_brings_only_what_is_new(store: Store) -> None:
    early = [line(100, 0), line(200, 1)]
    store.books.book_statement(statement(early, opening=1000))
    later = statement([line(200, 1), line(300, 2), line(-50, 3)], opening=1100, opened=1)
    assert store.books.book_statement(later) == 2
    assert store.books.book_statement(later) == 0
    assert [x.amount.minor for x in store.books.unmatched()] == [100, 200, 300, -50]
    last = store.books.last_statement(ACCOUNT)
    assert last is not None
    assert last.closing == later.closing
    assert books_tie(store)


def test_a_day_fetched_at_noon_and_again_in_the_evening(store: Store) -> None:
    store.books.book_statement(statement([line(100)], opening=0))
    assert store.books.book_statement(statement([line(100), line(30)], opening=0)) == 1
    assert store.books.book_statement(statement([line(100)], opening=0)) == 0
    assert books_tie(store)


def test_a_quiet_day_makes_the_bank_data_fresher(store: Store) -> None:
    store.books.book_statement(statement([line(100)], opening=0))
    assert store.books.book_statement(statement([], opening=100, opened=1, closed=1)) == 0
    last = store.books.last_statement(ACCOUNT)
    assert last is not None
    assert last.closed == day(1)


def test_a_statement_that_does_not_add_up_is_refused_whole(store: Store) -> None:
    wrong = replace(statement([line(100)]), closing=eur(101))
    with pytest.raises(StatementError, match=r"lack 0\.01 EUR.*closing balance 1\.01 EUR"):
        store.books.book_statement(wrong)
    assert store.books.statements() == ()


def test_a_gap_says_which_days_are_missing(store: Store) -> None:
    store.books.book_statement(statement([line(100)], number="61"))
    late = statement([line(5, 4)], opening=400, opened=4, number="63")
    with pytest.raises(StatementError, match=r"63 .*61.*from 2026-03-02 to 2026-03-06 are missing"):
        store.books.book_statement(late)
    assert len(store.books.statements()) == 1


def test_lines_before_what_is_booked_are_refused(store: Store) -> None:
    store.books.book_statement(statement([line(100, 5)], opened=5))
    with pytest.raises(StatementError, match="1 lines booked before 2026-03-07"):
        store.books.book_statement(statement([line(7, 2)], opened=2))


def test_a_statement_in_another_currency_or_of_another_account_is_refused(store: Store) -> None:
    store.books.book_statement(statement([line(100)]))
    dollars = Money(100, "USD")
    with pytest.raises(StatementError, match="USD"):
        store.books.book_statement(
            replace(statement([], opened=1), opening=dollars, closing=dollars)
        )
    stranger = replace(line(5, 1), account="NL00")
    with pytest.raises(StatementError, match="is of NL00"):
        store.books.book_statement(statement([stranger], opening=100))


def test_lines_without_ids_get_theirs(store: Store) -> None:
    march = statement([line(100), line(100)])
    bare = replace(march, lines=tuple(replace(one, id="") for one in march.lines))
    assert store.books.book_statement(bare) == 2
    assert store.books.unmatched() == march.lines


LINES = st.lists(
    st.builds(
        line,
        st.integers(-3, 3).filter(bool),
        on=st.integers(0, 6),
        text=st.sampled_from(["rent", "invoice"]),
    ),
    max_size=14,
)


def ranges_of(lines: list[BankLine], cuts: list[tuple[int, int]]) -> list[Statement]:
    """What a bank gives for ranges of whole days over these lines."""
    found = []
    for first, last in cuts:
        before = total((x.amount for x in lines if x.booked < day(first)), "EUR")
        inside = [x for x in lines if day(first) <= x.booked <= day(last)]
        found.append(statement(inside, opening=before.minor, opened=first, closed=last))
    return found


@settings(max_examples=60, deadline=None)
@given(LINES, st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=6))
def test_whatever_ranges_are_downloaded_money_is_conserved(
    shared: Store, lines: list[BankLine], cuts: list[tuple[int, int]]
) -> None:
    lines = sorted(lines, key=lambda one: one.booked)
    store = emptied(shared)
    history = ranges_of(lines, [(min(cut), max(cut)) for cut in cuts])
    for one in [*history, *history]:
        before = store.books.statements()
        try:
            store.books.book_statement(one)
        except StatementError:
            assert store.books.statements() == before
    assert books_tie(store)
    booked = [x for one in store.books.statements() for x in one.lines]
    if booked:
        covered = (store.books.statements()[0].opened, store.books.statements()[-1].closed)
        spans = [(one.opened, one.closed) for one in store.books.statements()]
        within = [x for x in identified(lines) if covered[0] <= x.booked <= covered[1]]
        truth = [x for x in within if any(a <= x.booked <= b for a, b in spans)]
        # Between two statements that tie there may be days of no statement: what was booked on
        # them comes to nothing, and no balance tells of it.
        assert sum(x.amount.minor for x in within) == sum(x.amount.minor for x in truth)
        assert sorted(x.id for x in booked) == sorted(x.id for x in truth)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_day_after_day_every_line_is_booked_once(shared: Store, lines: list[BankLine]) -> None:
    lines = sorted(lines, key=lambda one: one.booked)
    store = emptied(shared)
    days = ranges_of(lines, [(number, number) for number in range(7)])
    new = [store.books.book_statement(one) for one in days]
    assert sum(new) == len(lines)
    assert [store.books.book_statement(one) for one in days] == [0] * 7
    assert store.books.book_statement(ranges_of(lines, [(0, 6)])[0]) == 0
    assert books_tie(store)


def test_hostile_text_is_kept_as_text(store: Store) -> None:
    nasty = "'); DROP TABLE bank_lines;-- <script> =cmd|x \x00 \ud800 é"
    march = statement([line(100)])
    march = replace(march, lines=(replace(march.lines[0], text=nasty),))
    store.books.book_statement(march)
    assert store.books.unmatched()[0].text == nasty.replace("\x00", "\ufffd").replace(
        "\ud800", "\ufffd"
    )


def test_dates_and_amounts_come_back_exactly(store: Store) -> None:
    old = replace(line(9_007_199_254_740_993), valued=dt.date(1999, 12, 31), raw=":61:\n:86:")
    march = statement([old])
    store.books.book_statement(march)
    assert store.books.statements() == (march,)

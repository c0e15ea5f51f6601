"""What was open on each day is kept by due date, once a day and source, and whose it was is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from store_cases import Stores, day, eur, item

from clerkwork.adapters.store import Store
from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money
from clerkwork.testing import MORNING, FixedClock

pytest_plugins = ["store_fixtures"]

TODAY = MORNING.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(stores: Stores, clock: FixedClock) -> Store:
    return stores(clock)


def owe(store: Store, *items: OpenItem, source: str = "erp") -> None:
    store.books.replace_open_items(source, items)


def told(store: Store, on: dt.date) -> list[tuple[dt.date, str, str, int]]:
    return [(b.due, str(b.open), str(b.credit), b.items) for b in store.balances.on(on)]


def test_items_are_summed_by_currency_and_due_date(store: Store) -> None:
    pounds = OpenItem(number="P", customer="10001", open=Money(5, "GBP"), due=day(1))
    owe(store, item("F1", 100), item("F2", 200, "10002"), item("C", -50), pounds, item("Z", 0))
    assert told(store, TODAY) == [
        (day(30), "3.00 EUR", "-0.50 EUR", 3), (day(1), "0.05 GBP", "0.00 GBP", 1),
    ]  # fmt: skip


def test_the_last_fetch_of_a_day_counts(store: Store) -> None:
    owe(store, item("F1", 100))
    owe(store, item("F1", 70))
    assert told(store, TODAY) == [(day(30), "0.70 EUR", "0.00 EUR", 1)]


def test_each_day_is_kept_and_a_day_without_a_fetch_is_as_the_last_one(
    store: Store, clock: FixedClock
) -> None:
    owe(store, item("F1", 100))
    clock.advance(3 * DAY)
    owe(store, item("F1", 60))
    assert store.balances.since() == TODAY
    assert store.balances.days(dt.date.min, dt.date.max) == (TODAY, TODAY + 3 * DAY)
    assert told(store, TODAY + 2 * DAY) == [(day(30), "1.00 EUR", "0.00 EUR", 1)]
    assert told(store, TODAY + 9 * DAY) == [(day(30), "0.60 EUR", "0.00 EUR", 1)]
    assert told(store, TODAY - DAY) == []


def test_that_nothing_was_open_is_known(store: Store, clock: FixedClock) -> None:
    owe(store, item("F1", 100))
    clock.advance(DAY)
    owe(store)
    assert store.balances.days(TODAY + DAY, TODAY + DAY) == (TODAY + DAY,)
    assert told(store, TODAY + DAY) == []


def test_before_every_source_was_fetched_nothing_is_told(store: Store, clock: FixedClock) -> None:
    owe(store, item("F1", 100))
    clock.advance(DAY)
    owe(store, item("F2", 30), source="old erp")
    assert store.balances.since() == TODAY + DAY
    assert told(store, TODAY) == []
    assert [one[1] for one in told(store, TODAY + DAY)] == ["1.00 EUR", "0.30 EUR"]


def test_before_the_first_fetch_nothing_is_known(store: Store) -> None:
    assert (store.balances.since(), store.balances.on(TODAY)) == (None, ())
    assert store.balances.days(dt.date.min, dt.date.max) == ()


def test_an_invoice_that_was_paid_keeps_the_day_it_was_issued(store: Store) -> None:
    owe(store, replace(item("F1", 100), issued=day(-5)), item("F2", 100))
    owe(store)
    assert [(one.number, one.issued) for one in store.paid_items.all()] == [
        ("F1", day(-5)), ("F2", None),
    ]  # fmt: skip
    assert eur(100) == store.paid_items.all()[0].amount

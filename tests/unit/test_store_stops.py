"""The kill switch in the store: whose it is, why, and until when."""

from __future__ import annotations

import datetime as dt

import pytest
from store_cases import Stores

from clerkwork.adapters.store import Store
from clerkwork.testing import MORNING, FixedClock

MINUTE = dt.timedelta(minutes=1)


pytest_plugins = ["store_fixtures"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(stores: Stores, clock: FixedClock) -> Store:
    return stores(clock)


class TestStops:
    def test_a_stop_says_whose_it_is_and_the_first_one_stays(
        self, store: Store, clock: FixedClock
    ) -> None:
        assert store.stops.pull("writes", "ann", "the bank called")
        clock.advance(MINUTE)
        assert not store.stops.pull("writes", "bob", "me too")
        assert store.stops.pull("robot kantoor_erp", "bob", "release day")
        standing = store.stops.standing()
        assert [(one.scope, one.by, one.why, one.since) for one in standing] == [
            ("writes", "ann", "the bank called", MORNING),
            ("robot kantoor_erp", "bob", "release day", MORNING + MINUTE),
        ]

    def test_what_is_lifted_may_be_stopped_again_and_all_of_it_is_kept(
        self, store: Store, clock: FixedClock
    ) -> None:
        assert not store.stops.lift("writes", "bob")
        store.stops.pull("writes", "ann", "the bank called")
        clock.advance(MINUTE)
        assert store.stops.lift("writes", "bob")
        assert store.stops.standing() == ()
        assert store.stops.pull("writes", "cas", "it called again")
        newest, first = store.stops.all()
        assert (newest.by, newest.lifted) == ("cas", None)
        assert (first.by, first.lifted, first.lifted_by) == ("ann", MORNING + MINUTE, "bob")

    @pytest.mark.parametrize(
        ("scope", "by", "why"),
        [
            ("everything", "ann", "x"),
            ("robot ", "ann", "x"),
            ("task a b", "ann", "x"),
            ("writes", " ", "x"),
            ("writes", "ann", ""),
        ],
    )
    def test_a_stop_without_scope_name_or_reason_is_none(
        self, store: Store, scope: str, by: str, why: str
    ) -> None:
        with pytest.raises(ValueError, match=r"is none of|names who"):
            store.stops.pull(scope, by, why)
        assert store.stops.all() == ()

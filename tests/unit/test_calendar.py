"""Business days, holidays and contact hours, on the Dutch calendar of 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.aging import BUCKETS, ageing, bucket
from clerkwork.core.calendar import Calendar, Hours
from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money, total

NL = Calendar()
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def test_easter_monday_is_no_business_day() -> None:
    assert NL.holiday(date(2026, 4, 6)) == "Easter Monday"
    assert not NL.is_business_day(date(2026, 4, 6))
    assert NL.on_or_after(date(2026, 4, 4)) == date(2026, 4, 7)


def test_adding_business_days_jumps_over_weekends_and_holidays() -> None:
    thursday_before_easter = date(2026, 4, 2)
    assert NL.add(thursday_before_easter, 1) == date(2026, 4, 7)
    assert NL.add(date(2026, 4, 7), -1) == thursday_before_easter
    assert NL.add(date(2026, 4, 4), 0) == date(2026, 4, 4)


def test_a_country_keeps_its_own_holidays() -> None:
    national_day = date(2026, 7, 21)
    assert Calendar(country="BE", zone="Europe/Brussels").holiday(national_day)
    assert NL.is_business_day(national_day)


@given(DAYS, st.integers(0, 40))
def test_days_added_are_days_counted(day: date, count: int) -> None:
    assert NL.business_days(day, NL.add(day, count)) == count


@given(DAYS)
def test_the_next_business_day_is_one_and_the_nearest(day: date) -> None:
    found = NL.on_or_after(day)
    assert NL.is_business_day(found)
    assert NL.business_days(day, found) == (0 if found == day else 1)


@pytest.mark.parametrize(
    ("instant", "why"),
    [
        (datetime(2026, 3, 3, 8, 0, tzinfo=UTC), ""),
        (datetime(2026, 3, 3, 5, 59, tzinfo=UTC), "it is 06:59"),
        (datetime(2026, 3, 3, 6, 0, tzinfo=UTC), ""),
        (datetime(2026, 3, 3, 19, 0, tzinfo=UTC), "it is 20:00"),
        # In summer the same instant is an hour later on the wall.
        (datetime(2026, 7, 7, 18, 0, tzinfo=UTC), "it is 20:00"),
        (datetime(2026, 3, 1, 9, 0, tzinfo=UTC), "it is Sunday"),
        (datetime(2026, 4, 27, 9, 0, tzinfo=UTC), "King's Day"),
        # Still Saturday in London, Sunday in Amsterdam.
        (datetime(2026, 2, 28, 23, 30, tzinfo=UTC), "it is Sunday"),
    ],
)
def test_nobody_is_contacted_in_quiet_hours(instant: datetime, why: str) -> None:
    found = NL.quiet(instant, Hours())
    assert (why in found) if why else not found


def test_contact_hours_are_the_back_offices_choice() -> None:
    sunday = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert NL.quiet(sunday, Hours(sundays=True)) == ""
    assert "08:00-09:30" in NL.quiet(sunday, Hours(start=time(8), end=time(9, 30), sundays=True))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        NL.local(datetime(2026, 3, 3, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("days", "name"),
    [(-5, "not due"), (0, "not due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
     (61, "61-90"), (90, "61-90"), (91, "over 90"), (4000, "over 90")],
)  # fmt: skip
def test_buckets_begin_the_day_after(days: int, name: str) -> None:
    assert bucket(days) == name


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), DAYS, st.sampled_from(["EUR", "USD"]))))
def test_buckets_add_up_to_the_ledger(rows: list[tuple[int, date, str]]) -> None:
    items = [
        OpenItem(number=str(n), customer="1", open=Money(minor, currency), due=due)
        for n, (minor, due, currency) in enumerate(rows)
    ]
    found = ageing(items, date(2026, 3, 3))
    for currency, row in found.items():
        assert tuple(row) == BUCKETS
        own = total((i.open for i in items if i.open.currency == currency), currency)
        assert total(row.values(), currency) == own
    assert set(found) == {item.open.currency for item in items}

"""Numbers as people write them, by which channels they reach somebody, and when they are called."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from clerkwork.core.calendar import Calendar, Hours
from clerkwork.core.journeys import (
    Journey,
    Plan,
    Step,
    Stops,
    mobile_number,
    stop_reasons,
    ways_to,
)
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("+31 6 12345678", "", "+31612345678"),
        ("0031612345678", "", "+31612345678"),
        ("06 12345678", "", ""),
        ("06 12345678", "NL", "+31612345678"),
        ("06-12 34 56 78", "NL", "+31612345678"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("01512 3456789", "DE", "+4915123456789"),
        ("020 123 4567", "NL", "+31201234567"),
        ("0612345", "NL", ""),
        ("12", "NL", ""),
        ("geen", "NL", ""),
        ("0612345678", "XX", ""),
    ],
)
def test_a_number_is_read_by_the_plan_of_its_country(
    written: str, country: str, number: str
) -> None:
    assert mobile_number(written, country) == number


def test_a_debtor_is_reached_at_the_number_that_the_erp_writes_without_its_country() -> None:
    ways = ways_to(Debtor(number="1", name="N", mobile="06 12345678", country="NL"))
    assert ways["sms"] == ways["call"] == "+31612345678"


@pytest.mark.parametrize(
    ("at", "channel", "stopped"),
    [(9, "call", False), (7, "call", True), (19, "call", True), (7, "sms", False)],
)
def test_calls_keep_shorter_hours(at: int, channel: str, stopped: bool) -> None:
    today = date(2026, 3, 3)
    journey = Journey(
        name="j",
        hand_over=10,
        fewest=1,
        steps=(Step(name="s", after=1, tone="t", channels=("call", "sms")),),
        hours=Hours(start=time(7), end=time(20)),
        call_hours=Hours(start=time(9), end=time(18)),
    )
    due = Plan(
        debtor=Debtor(number="1", name="N"),
        journey="j",
        step=journey.steps[0],
        items=(OpenItem(number="F", customer="1", open=Money(1, "EUR"), due=date(2026, 2, 2)),),
        amounts=(Money(1, "EUR"),),
        channel=channel,
        to="+31612345678",
        today=today,
    )
    # Amsterdam is an hour ahead.
    now = datetime(2026, 3, 3, at - 1, 30, tzinfo=UTC)
    stops = Stops(now=now, statements={"NL": today})
    found = stop_reasons(due, (), stops, journey, Calendar())
    assert [reason.partition(":")[0] for reason in found] == (["quiet hours"] if stopped else [])

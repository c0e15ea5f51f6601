"""The journeys of today, walked through a period that is over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli_journeys import page_office, refused, said

from clerkwork.core.calendar import Calendar, Hours
from clerkwork.core.journeys import (
    Journey,
    Law,
    Payday,
    Plan,
    Step,
    Stops,
    Was,
    as_sent,
    due_on,
    replayed,
    stop_reasons,
)
from clerkwork.core.law.nl import NL
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.money import Money

DAY = timedelta(days=1)
BEGIN, END = date(2025, 1, 1), date(2026, 1, 1)
CALENDAR = Calendar()
PAYDAYS = {"salaries": Payday(day=25)}
JOURNEY = Journey(
    name="standard",
    hand_over=14,
    hours=Hours(start=time(9)),
    steps=(
        Step(name="notice", after=-5, tone="notice", business_days=True),
        Step(name="friendly", after=3, tone="friendly"),
        Step(name="second", after=10, tone="second", payday="salaries"),
        Step(name="third", after=20, tone="third"),
        Step(name="formal", after=30, tone="formal", channels=("letter", "mail"), gap=7),
        Step(name="last", after=45, tone="last", gap=10),
    ),
)
NOOR = Debtor(
    number="1", name="Noor", kind="consumer", email="noor@home.example", address=("Laan 2", "Stad")
)


def was(number: str, due: date, until: date = date.max) -> Was:
    item = OpenItem(number=number, customer="1", open=Money.of("80.00", "EUR"), due=due)
    return Was(item=item, since=due - 30 * DAY, until=until)


def walked(items: Sequence[Was], history: Sequence[Message] = ()) -> list[Plan]:
    return list(replayed(NOOR, items, history, JOURNEY, BEGIN, END, CALENDAR, PAYDAYS))


def day_by_day(items: Sequence[Was]) -> Iterator[Plan]:
    """The same, asking every morning."""
    had: list[Message] = []
    given_away: set[str] = set()
    for n in range((END - BEGIN).days):
        today = BEGIN + n * DAY
        morning = datetime.combine(today, time(9), tzinfo=ZoneInfo(CALENDAR.zone)).astimezone(UTC)
        while True:
            standing = [
                w.item
                for w in items
                if w.since <= today < w.until and w.item.number not in given_away
            ]
            due = due_on(NOOR, standing, had, JOURNEY, today, CALENDAR, PAYDAYS).first
            stops = Stops(now=morning, statements={"": today})
            if due is None or stop_reasons(due, had, stops, JOURNEY, CALENDAR):
                break
            yield due
            if due.step is None:
                given_away |= {item.number for item in due.items}
                continue
            had.append(as_sent(due))
            break


def test_who_never_pays_walks_the_whole_journey() -> None:
    due = date(2025, 3, 3)
    found = walked([was("2025-1", due)])
    assert [plan.step.name if plan.step else "" for plan in found] == [
        "notice", "friendly", "second", "third", "formal", "last", "",
    ]  # fmt: skip
    assert {plan.today for plan in found if plan.today.weekday() == 6} == set()
    assert found[1].today == due + 3 * DAY
    assert found[2].today == date(2025, 3, 26), "the day after salaries"


def test_the_notice_of_costs_comes_once() -> None:
    *steps, formal, last = JOURNEY.steps
    noticing = replace(JOURNEY, steps=(*steps, replace(formal, notice=True), last))
    law = Law(pack=NL)
    owed = [was("2025-1", date(2025, 3, 3))]
    found = replayed(NOOR, owed, (), noticing, BEGIN, END, CALENDAR, PAYDAYS, law=law)
    assert [plan.step.name if plan.step else "" for plan in found] == [
        "notice", "friendly", "second", "third", "formal", "last", "",
    ]  # fmt: skip


def test_who_pays_hears_no_more_from_the_day_of_his_payment() -> None:
    due = date(2025, 3, 3)
    paid = walked([was("2025-1", due, until=due + 11 * DAY)])
    assert [plan.step.name for plan in paid if plan.step] == ["notice", "friendly"]


def test_what_was_sent_before_counts() -> None:
    due = date(2024, 12, 20)
    (first, *_) = walked([was("2024-9", due)])
    assert first.step
    assert first.step.name == "friendly"
    before = replayed(NOOR, [was("2024-9", due)], (), JOURNEY, due, BEGIN, CALENDAR, PAYDAYS)
    going_on = walked([was("2024-9", due)], [as_sent(plan) for plan in before])
    assert going_on[0].step
    assert going_on[0].step.name == "second"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-40, 380), st.one_of(st.none(), st.integers(-20, 90))),
        min_size=1,
        max_size=6,
    )
)
def test_the_days_that_are_skipped_are_those_on_which_nothing_goes(
    drawn: list[tuple[int, int | None]],
) -> None:
    items = [
        was(
            f"2025-{n}",
            BEGIN + days * DAY,
            date.max if late is None else BEGIN + (days + late) * DAY,
        )
        for n, (days, late) in enumerate(drawn)
    ]
    assert walked(items) == list(day_by_day(items))


def test_beside_what_was_really_sent(tmp_path: Path) -> None:
    """What the journeys would have sent, and what went in truth."""
    root = page_office(tmp_path)
    found = json.loads(said(root, "journeys", "replay", "--json"))
    assert (found["from"], found["to"]) == ("2025-03-03", "2026-03-02")
    assert found["really_sent"] == {"letter": 1, "mail": 4}
    assert found["payments_known_since"] == "2026-03-03"
    assert [(one["day"], one["step"], one["count"]) for one in found["contacts"]] == [
        ("2026-02-04", "friendly reminder", 1),  # Ben, whose invoices were due on 1 February
        ("2026-02-11", "second reminder", 1),
        ("2026-02-21", "third reminder", 1),
        ("2026-02-28", "friendly reminder", 1),  # Noor, due on 25 February
        ("2026-03-02", "friendly reminder", 1),  # De Vries, due on 27 February, a business
    ]
    assert found["cost"] == {"amount": "0.010", "currency": "EUR", "unpriced": []}
    assert "What was paid is known from 2026-03-03 on" in said(root, "journeys", "replay")
    each = said(root, "journeys", "replay", "--by", "day").splitlines()
    assert each[0].split() == ["day", "channel", "segment", "contacts"]
    assert each[1].split() == ["2026-02-04", "mail", "everybody", "else", "1"]
    told = said(root, "journeys", "replay", "--from", "2024-01-01", "--to", "2024-12-31")
    assert told.startswith("Nothing would have gone from 2024-01-01 to 2024-12-31.")


def test_a_period_that_is_not_over_is_refused(tmp_path: Path) -> None:
    root = page_office(tmp_path)
    told = refused(root, "journeys", "replay", "--from", "2026-03-01", "--to", "2026-03-03")
    assert "expected a period that is over" in told

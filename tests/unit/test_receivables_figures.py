"""Figures of receivables on worked examples: ageing kept, rolls, DSO, CEI, costs, promises."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.aging import BUCKETS, Balance, aged, ageing, rolled
from clerkwork.core.effort import (
    ContactCosts,
    collected,
    effects,
    effort_of,
    promises_kept,
)
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, total
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.core.turnover import Turnover, days_to_pay, sales_of, turnovers

TODAY = date(2026, 3, 31)
DAY = timedelta(days=1)
COSTS = ContactCosts(channels={"mail": Decimal("0.002"), "letter": Decimal("1.45")})


def eur(euros: int) -> Money:
    return Money(euros * 100, "EUR")


def balance(due: int, open: int, credit: int = 0, day: date = TODAY) -> Balance:
    """Of items due so many days before today."""
    return Balance(day=day, due=TODAY - due * DAY, open=eur(open), credit=eur(credit), items=1)


def paid(number: str, due: int, on: int, euros: int, issued: int | None = 60) -> PaidItem:
    return PaidItem(
        source="erp", number=number, customer="1", due=TODAY - due * DAY, on=TODAY - on * DAY,
        amount=eur(euros), issued=None if issued is None else TODAY - issued * DAY,
    )  # fmt: skip


def item(
    number: str, due: int, euros: int, issued: int | None, whole: int | None = None
) -> OpenItem:
    return OpenItem(
        number=number, customer="1", open=eur(euros), due=TODAY - due * DAY,
        issued=None if issued is None else TODAY - issued * DAY,
        total=None if whole is None else eur(whole),
    )  # fmt: skip


class TestTurnover:
    """A wholesaler's quarter: 900,000 sold, 400,000 open before it, 500,000 after it."""

    quarter = Turnover(
        opened=TODAY - 90 * DAY, closed=TODAY, opening=eur(400_000), closing=eur(500_000),
        current=eur(350_000), sales=eur(900_000),
    )  # fmt: skip

    def test_days_sales_outstanding(self) -> None:
        assert self.quarter.days == 90
        assert self.quarter.dso == pytest.approx(50.0)

    def test_best_possible_and_the_delay_between(self) -> None:
        assert self.quarter.best == pytest.approx(35.0)
        assert self.quarter.delay == pytest.approx(15.0)

    def test_collection_effectiveness(self) -> None:
        # (400,000 + 900,000 - 500,000) / (400,000 + 900,000 - 350,000)
        assert self.quarter.cei == pytest.approx(800 / 950)

    def test_nothing_is_told_where_nothing_was_sold_or_could_be_collected(self) -> None:
        still = Turnover(
            opened=TODAY - 90 * DAY, closed=TODAY, opening=eur(10), closing=eur(10),
            current=eur(10), sales=eur(0),
        )  # fmt: skip
        assert (still.dso, still.best, still.delay, still.cei) == (None, None, None, None)

    def test_each_currency_by_itself(self) -> None:
        opened = TODAY - 30 * DAY
        before = [balance(40, 100, day=opened)]
        after = [balance(40, 60), balance(-5, 240, -20)]
        (only,) = turnovers(before, after, {"EUR": eur(300)}, opened, TODAY)
        assert (only.opening, only.closing, only.current) == (eur(100), eur(280), eur(220))
        assert only.dso == pytest.approx(28.0)
        euros, pounds = turnovers(
            before, after, {"EUR": eur(300), "GBP": Money(5, "GBP")}, opened, TODAY
        )
        assert (pounds.closing, pounds.dso) == (Money(0, "GBP"), 0.0)
        assert euros == only

    def test_sales_are_what_was_issued_in_the_period_paid_or_not(self) -> None:
        items = [item("1", 0, 40, 10, whole=100), item("2", 0, 50, 31), item("3", 20, 7, None)]
        gone = [paid("4", 0, 5, 30, issued=29), paid("5", 40, 5, 9, issued=None)]
        assert sales_of(items, gone, TODAY - 30 * DAY, TODAY) == ({"EUR": eur(130)}, 1)

    def test_days_late_are_weighed_by_amount(self) -> None:
        # 300 paid 10 days late, 100 paid 2 days early.
        assert days_to_pay([paid("1", 20, 10, 300), paid("2", 8, 10, 100)]) == {"EUR": 7.0}


class TestAgeing:
    def test_what_was_kept_ages_as_the_items_did(self) -> None:
        items = [item("1", 31, 10, None), item("2", -3, 20, None), item("3", 31, -4, None)]
        kept = [balance(31, 10, -4), balance(-3, 20)]
        assert aged(kept, TODAY) == ageing(items, TODAY)

    def test_the_next_bucket_is_what_is_left_of_the_last_after_thirty_days(self) -> None:
        first = TODAY - 30 * DAY
        before = [balance(35, 1000, day=first), balance(65, 400, day=first), balance(10, 50)]
        after = [balance(35, 250), balance(65, 300), balance(-20, 999), balance(10, 20)]
        rolls = {roll.bucket: roll for roll in rolled(before, after, first, TODAY)["EUR"]}
        assert rolls["1-30"].rate == pytest.approx(0.25)
        assert rolls["31-60"].rate == pytest.approx(0.75)
        # It fell due on the way, twenty days after the first day; what is not due yet is in none.
        assert rolls["not due"].was == eur(50)
        assert rolls["not due"].rate == pytest.approx(0.4)
        assert rolls["over 90"].rate is None
        assert aged(after, TODAY)["EUR"]["31-60"] == rolls["1-30"].left

    @given(
        st.lists(st.tuples(st.integers(-90, 200), st.integers(0, 999), st.integers(0, 999))),
        st.integers(1, 60),
    )
    def test_nothing_is_lost_between_two_days(
        self, dues: list[tuple[int, int, int]], days: int
    ) -> None:
        first = TODAY - days * DAY
        before = [balance(due, was, day=first) for due, was, _ in dues]
        after = [balance(due, min(was, left)) for due, was, left in dues]
        found = rolled(before, after, first, TODAY).get("EUR", ())
        matters = [b for b in before if b.due < TODAY]
        assert total((roll.was for roll in found), "EUR") == total((b.open for b in matters), "EUR")
        assert all(roll.rate is None or 0 <= roll.rate <= 1 for roll in found)
        assert [roll.bucket for roll in found] in ([], list(BUCKETS))


def message(key: str, channel: str, days: int, journey: str = "consumer") -> Message:
    return Message(
        key=key, channel=channel, to="a", subject="", text="", html="", debtor="1", items=("1",),
        on=TODAY - days * DAY, state=MessageState.SENT, journey=journey, segment="everybody",
    )  # fmt: skip


class TestEffort:
    def test_contacts_and_cost_for_what_was_collected_late(self) -> None:
        came_in = collected(
            [paid("1", 10, 5, 400), paid("2", 1, 5, 600), paid("3", 50, 45, 9)],
            TODAY - 30 * DAY,
            TODAY,
        )
        assert [(c.paid, c.late, c.items) for c in came_in] == [(eur(1000), eur(400), 2)]
        sent = [message("a", "mail", 3), message("b", "letter", 2), message("c", "mail", 40)]
        found = effort_of(sent, came_in, COSTS, TODAY - 30 * DAY, TODAY)
        assert (found.contacts, found.total) == ({"letter": 1, "mail": 1}, 2)
        assert found.cost == Decimal("1.452")
        assert found.per_thousand == pytest.approx(5.0)
        assert found.cost_per_unit == Decimal("1.452") / 400

    def test_a_channel_without_a_cost_is_said_and_nothing_is_reckoned_with_it(self) -> None:
        came_in = collected([paid("1", 10, 5, 400)], TODAY - 30 * DAY, TODAY)
        found = effort_of([message("a", "sms", 3)], came_in, COSTS, TODAY - 30 * DAY, TODAY)
        assert (found.unpriced, found.cost_per_unit) == (("sms",), None)

    def test_a_cost_below_zero_is_refused(self) -> None:
        with pytest.raises(ValueError, match="0 or more"):
            ContactCosts(channels={"mail": Decimal("-1")})

    def test_what_came_of_each_journey(self) -> None:
        sent = [message("a", "mail", 20), message("b", "letter", 5, "students")]
        found = effects(
            sent, [], [paid("1", 30, 2, 10)], set(), COSTS, TODAY, TODAY - 30 * DAY, TODAY
        )
        told = {one.journey: (one.contacts, one.cost, one.paid.yes) for one in found}
        # Paid after the second contact, so the first one brought nothing.
        assert told == {
            "consumer": (1, Decimal("0.002"), 0), "students": (1, Decimal("1.45"), 1),
        }  # fmt: skip


def promise(until: int, euros: int, state: PromiseState) -> Promise:
    return Promise(
        debtor="1", items=("1",), until=TODAY - until * DAY, amount=eur(euros), owed=eur(euros),
        made=datetime(2026, 3, 1, tzinfo=UTC), by="ann", channel="call", state=state,
    )  # fmt: skip


def test_promises_count_by_the_day_they_were_for() -> None:
    made = [
        promise(3, 30, PromiseState.KEPT), promise(4, 10, PromiseState.BROKEN),
        promise(5, 99, PromiseState.WITHDRAWN), promise(0, 5, PromiseState.OPEN),
        promise(60, 77, PromiseState.KEPT),
    ]  # fmt: skip
    (found,) = promises_kept(made, TODAY - 30 * DAY, TODAY)
    assert (found.made, found.kept, found.broken, found.open) == (3, 1, 1, 1)
    assert (found.promised, found.held, found.share) == (eur(40), eur(30), 0.5)

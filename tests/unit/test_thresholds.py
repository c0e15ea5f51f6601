"""Where debtors stop, from sent to paid: shown by events, and unknown where nothing tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.ledger import PaidItem
from clerkwork.core.messages import EVENTS, Message, MessageEvent, MessageState
from clerkwork.core.money import Money
from clerkwork.core.thresholds import STAGES, Reached, Thresholds, thresholds

TODAY = date(2026, 3, 31)
DAY = timedelta(days=1)


def message(
    key: str,
    days: int = 20,
    items: tuple[str, ...] = ("F1",),
    channel: str = "mail",
    debtor: str | None = None,
    segment: str = "s",
) -> Message:
    return Message(
        key=key, to="a", subject="", text="", html="", items=items, on=TODAY - days * DAY,
        state=MessageState.SENT, channel=channel, debtor=key if debtor is None else debtor,
        segment=segment,
    )  # fmt: skip


def event(key: str, kind: str) -> MessageEvent:
    return MessageEvent(message=key, kind=kind, at=datetime(2026, 3, 20, tzinfo=UTC))


def paid(customer: str, days: int, number: str = "F1") -> PaidItem:
    return PaidItem(
        source="erp", number=number, customer=customer, due=TODAY - 40 * DAY,
        on=TODAY - days * DAY, amount=Money(1, "EUR"),
    )  # fmt: skip


def one(found: tuple[Thresholds, ...]) -> dict[str, tuple[int, int, int]]:
    (only,) = found
    return {stage.stage: (stage.yes, stage.known, stage.unknown) for stage in only.stages}


def test_what_a_channel_never_reports_is_unknown() -> None:
    sent = [message("1"), message("2"), message("3", channel="letter")]
    found = thresholds(sent, [event("1", "delivered")], [], set(), TODAY)
    assert one(found) == {
        "sent": (3, 3, 0), "delivered": (1, 2, 1), "opened": (0, 1, 2), "link opened": (0, 1, 2),
        "paid": (0, 0, 3),
    }  # fmt: skip


def test_who_opened_a_link_was_reached_and_a_bounce_reached_nobody() -> None:
    sent = [message("1"), message("2")]
    found = thresholds(sent, [event("1", "link opened"), event("2", "bounced")], [], set(), TODAY)
    reached = one(found)
    assert reached["delivered"] == reached["opened"] == reached["link opened"] == (1, 2, 0)


def test_money_counts_for_the_message_before_it_and_for_no_earlier_one() -> None:
    sent = [
        message("a", 20, debtor="1"),
        message("b", 10, debtor="1"),
        message("c", 15, ("F2",), debtor="1"),
    ]
    found = thresholds(sent, [], [paid("1", 5), paid("1", 12, "F2")], set(), TODAY)
    assert one(found)["paid"] == (2, 3, 0), "the one of F2 is not followed by those of F1"


def test_it_is_too_early_to_say_of_a_message_of_last_week() -> None:
    open_now = {("1", "F1"), ("2", "F1")}
    found = thresholds([message("1", 20), message("2", 7)], [], [], open_now, TODAY)
    assert one(found)["paid"] == (0, 1, 1)


def test_what_is_neither_open_nor_known_as_paid_says_nothing() -> None:
    assert one(thresholds([message("1")], [], [], set(), TODAY))["paid"] == (0, 0, 1)


def test_only_what_was_sent_to_debtors_since_that_day_counts_each_in_its_segment() -> None:
    sent = [
        message("1", 30), message("2", 10), message("3", 10, segment="t"),
        replace(message("4", 10), state=MessageState.FAILED), message("5", 10, debtor=""),
    ]  # fmt: skip
    found = thresholds(sent, [], [], set(), TODAY, TODAY - 20 * DAY)
    assert [(one.segment, one.stages[0].yes) for one in found] == [("s", 1), ("t", 1)]


def reached(**shares: tuple[int, int]) -> Thresholds:
    return Thresholds(
        segment="s",
        stages=tuple(
            Reached(stage=stage, yes=yes, known=known, unknown=0)
            for stage, (yes, known) in zip(STAGES, shares.values(), strict=True)
        ),
    )


def test_the_threshold_that_loses_most_is_named() -> None:
    assert reached(a=(10, 10), b=(9, 10), c=(4, 10), d=(3, 10), e=(3, 10)).worst == "opened"
    assert reached(a=(10, 10), b=(0, 0), c=(0, 0), d=(0, 0), e=(2, 10)).worst == "paid"
    assert reached(a=(10, 10), b=(0, 0), c=(0, 0), d=(0, 0), e=(0, 0)).worst == ""
    assert reached(a=(9, 9), b=(9, 9), c=(9, 9), d=(9, 9), e=(9, 9)).worst == "", "nothing is lost"


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["mail", "sms", "letter"]))),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(EVENTS))),
)
def test_every_message_is_reached_not_reached_or_unknown_and_nobody_gets_past_a_closed_door(
    sent: list[tuple[str, str]], told: list[tuple[int, str]]
) -> None:
    messages = [
        message(str(n), segment=segment, channel=channel)
        for n, (segment, channel) in enumerate(sent)
    ]
    events = [event(str(n), kind) for n, kind in told]
    for found in thresholds(messages, events, [], set(), TODAY):
        stages = {stage.stage: stage for stage in found.stages}
        count = sum(segment == found.segment for segment, _ in sent)
        assert all(stage.known + stage.unknown == count for stage in found.stages)
        yes = [stages[name].yes for name in STAGES[:-1]]
        assert yes == sorted(yes, reverse=True)

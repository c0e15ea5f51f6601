"""What a reminder may ask beyond the items, and from which day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.core.journeys import Claim, Journey, Law, Step
from clerkwork.core.journeys.claims import claimed
from clerkwork.core.law.allocation import AfterPrincipal
from clerkwork.core.law.be import BE
from clerkwork.core.law.costs import Vat
from clerkwork.core.law.nl import NL
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money

NOTICE = Step(name="formal notice", after=30, tone="formal", notice=True)
LAST = Step(name="last notice", after=50, tone="last", costs=True, interest=True)
DUTCH = Law(pack=NL)
DUE = date(2024, 2, 1)
SENT = date(2024, 3, 5)
"""A Tuesday."""


def item(number: str = "1", euros: str = "1000.00", due: date = DUE) -> OpenItem:
    return OpenItem(number=number, customer="10005", open=Money.of(euros, "EUR"), due=due)


def notice(
    on: date = SENT, *numbers: str, channel: str = "mail", state: MessageState = MessageState.SENT
) -> Message:
    return Message(
        key=f"{on}", channel=channel, to="", subject="", text="", html="", step=NOTICE.name,
        items=numbers or ("1",), on=on, state=state, announced=Money(15000, "EUR"),
    )  # fmt: skip


def asked(
    step: Step,
    today: date,
    *items: OpenItem,
    had: Sequence[Message] = (),
    kind: str = "consumer",
    law: Law = DUTCH,
    channel: str = "mail",
) -> Claim:
    found = claimed(law, step, kind, items or (item(),), had, today, channel)
    assert found is not None
    return found


def test_a_step_that_asks_nothing_beyond_the_items_has_no_claim() -> None:
    plain = replace(NOTICE, notice=False)
    assert claimed(DUTCH, plain, "consumer", [item()], (), SENT, "mail") is None


def test_the_notice_names_the_costs_and_the_last_day_without_them() -> None:
    found = asked(NOTICE, SENT)
    # Fifteen per cent of 1,000.00; taken to have arrived the next day, then fourteen days.
    assert found.announced == Money(15000, "EUR")
    assert found.last_day is not None
    assert found.last_day >= SENT + timedelta(days=15)
    assert (found.costs, found.interest, found.term) == (None, None, 15)


def test_a_letter_over_easter_gives_longer_than_one_in_a_quiet_month() -> None:
    quiet, easter = (asked(NOTICE, day, channel="letter") for day in (SENT, date(2024, 3, 29)))
    assert quiet.last_day == SENT + timedelta(days=17)
    assert easter.last_day is not None
    assert easter.last_day - date(2024, 3, 29) > timedelta(days=17)


def test_the_term_of_a_letter_counts_from_the_day_on_which_it_left_the_house() -> None:
    printed = notice(channel="letter")
    # Half past midnight of 24 March in Amsterdam.
    late = replace(printed, left=datetime(2024, 3, 23, 23, 30, tzinfo=UTC))
    again = asked(NOTICE, date(2024, 3, 24), channel="letter").last_day
    assert again is not None
    assert asked(LAST, SENT + timedelta(days=21), had=[printed]).costs == Money(15000, "EUR")
    assert asked(LAST, SENT + timedelta(days=21), had=[late]).costs is None
    assert asked(LAST, again, had=[late]).costs is None
    assert asked(LAST, again + timedelta(days=1), had=[late]).costs == Money(15000, "EUR")


def test_costs_are_asked_of_a_consumer_once_the_term_of_his_notice_is_over() -> None:
    last = asked(NOTICE, SENT).last_day
    assert last is not None
    assert asked(LAST, last, had=[notice()]).costs is None
    assert asked(LAST, last + timedelta(days=1), had=[notice()]).costs == Money(15000, "EUR")


@pytest.mark.parametrize(
    "had",
    [
        (),
        (notice(state=MessageState.DOUBTFUL),),
        (notice(state=MessageState.FAILED),),
        (notice(SENT, "2"),),
        (notice(DUE),),
        (replace(notice(), announced=None),),
    ],
)
def test_without_a_notice_that_surely_named_the_item_there_are_no_costs(
    had: tuple[Message, ...],
) -> None:
    assert asked(LAST, SENT + timedelta(days=60), had=had).costs is None


def test_costs_count_only_the_items_that_a_notice_named() -> None:
    newer = item("2", "500.00", date(2024, 3, 20))
    found = asked(LAST, SENT + timedelta(days=40), item(), newer, had=[notice()])
    assert found.costs == Money(15000, "EUR")
    assert any("no costs over 2" in line for line in found.lines)


def test_costs_are_never_more_than_the_notice_announced() -> None:
    day = SENT + timedelta(days=40)
    low = replace(notice(), announced=Money(6000, "EUR"))
    found = asked(LAST, day, had=[low])
    assert found.costs == Money(6000, "EUR")
    assert "no more than 60.00 EUR: so much was announced and not asked yet" in found.lines
    # Of two notices each counts for what it named, and the scale for both together.
    newer = item("2", "500.00")
    more = replace(notice(SENT, "2"), key="2", announced=Money(50000, "EUR"))
    assert asked(LAST, day, item(), newer, had=[low, more]).costs == Money(13500, "EUR")
    full = [notice(), more]
    assert asked(LAST, day, item(), newer, had=full).costs == Money(22500, "EUR")
    taxed = Law(pack=NL, vat=Vat(cannot_deduct=True, percent=Decimal(21)))
    assert asked(LAST, day, had=[low], law=taxed).costs == Money(6000, "EUR")


def test_costs_that_were_asked_with_one_item_of_a_notice_are_not_asked_with_the_other() -> None:
    one, other = item("1", "100.00"), item("2", "100.00")
    both = replace(notice(SENT, "1", "2"), announced=Money(4000, "EUR"))
    day = SENT + timedelta(days=40)

    def asking(*numbers: str, after: int = 25, state: MessageState = MessageState.SENT) -> Message:
        return replace(
            notice(SENT + timedelta(days=after), *numbers, state=state), key=f"last {after}",
            step="last notice", announced=None, costs=Money(4000, "EUR"),
        )  # fmt: skip

    # The first was promised, so the costs went with the second alone; then the promise was broken.
    assert asked(LAST, day, one, had=[both, asking("2")]).costs is None
    assert asked(LAST, day, one, had=[both, asking("2"), asking("2", after=33)]).costs is None
    unsure = asking("2", state=MessageState.DOUBTFUL)
    assert asked(LAST, day, one, had=[both, unsure]).costs is None, "it may have been asked"
    # Over both it is one claim, and what was asked before is asked anew.
    assert asked(LAST, day, one, other, had=[both, asking("2")]).costs == Money(4000, "EUR")
    assert asked(LAST, day, other, had=[both, asking("2")]).costs == Money(4000, "EUR")
    assert asked(LAST, day, one, had=[both, asking("1", "2")]).costs == Money(4000, "EUR")
    stopped = asking("2", state=MessageState.STOPPED)
    assert asked(LAST, day, one, had=[both, stopped]).costs == Money(4000, "EUR")
    # Of a notice of more than the least costs, what is left of it is asked.
    high = replace(both, announced=Money(5000, "EUR"))
    assert asked(LAST, day, one, had=[high, asking("2")]).costs == Money(1000, "EUR")


def test_costs_that_may_have_been_paid_are_not_asked_again() -> None:
    one = replace(notice(SENT, "1", "2"), announced=Money(22500, "EUR"))
    day = SENT + timedelta(days=40)
    asking = replace(
        notice(SENT + timedelta(days=25), "1"), key="last", step="last notice", announced=None,
        costs=Money(15000, "EUR"),
    )  # fmt: skip
    second = item("2", "500.00")

    def costs(*had: Message, kind: str = "consumer", paid: date | None = None) -> Money | None:
        gone = PaidItem(source="erp", number="1", customer="10005", due=DUE, on=paid or DUE,
                        amount=Money.of("1000.00", "EUR"))  # fmt: skip
        found = claimed(DUTCH, LAST, kind, [second], had, day, "mail", paid=[gone] if paid else ())
        assert found is not None
        assert bool(found.settled) is (found.costs is None)
        return found.costs

    since = SENT + timedelta(days=30)
    assert costs(one, asking) == Money(7500, "EUR"), "the first is still open"
    assert costs(one, asking, paid=since) is None
    assert costs(one, asking, paid=SENT) == Money(7500, "EUR"), "it was paid before they were asked"
    assert costs(one, paid=since) == Money(7500, "EUR"), "they were never asked"
    # Of who needs no notice, what they were asked with counts.
    together = replace(asking, items=("1", "2"))
    assert costs(together, kind="business", paid=since) is None
    assert costs(asking, kind="business", paid=since) == Money(7500, "EUR")


def test_what_a_step_does_today_makes_no_notice_of_what_was_sent() -> None:
    as_business = replace(notice(), announced=None, journey="business")
    assert asked(LAST, SENT + timedelta(days=60), had=[as_business]).costs is None


def test_a_credit_note_lowers_what_costs_are_counted_over() -> None:
    credit = item("3", "-600.00")
    found = asked(LAST, SENT + timedelta(days=40), item(), credit, had=[notice()])
    assert found.costs == Money(6000, "EUR")
    assert found.interest is None


def test_a_business_needs_no_notice_and_pays_the_trade_rate() -> None:
    found = asked(LAST, DUE + timedelta(days=51), kind="business")
    assert found.costs == Money(15000, "EUR")
    # 1,000.00 at 12.5 % from 2 February 2024 until 23 March: 50 of 366 days.
    assert found.interest == Money(1708, "EUR")


def test_where_a_rate_is_not_known_no_interest_is_asked_and_costs_are() -> None:
    late = date(2030, 2, 1)
    found = asked(LAST, late + timedelta(days=60), item(due=late), kind="business")
    assert (found.costs, found.interest) == (Money(15000, "EUR"), None)
    assert any(line.startswith("no interest: ") for line in found.lines)


def test_where_the_law_of_a_kind_is_not_known_nothing_is_asked() -> None:
    unknown = Law(pack=replace(BE, business=None))
    found = asked(replace(LAST, notice=True), SENT, kind="business", law=unknown)
    assert (found.costs, found.interest, found.announced) == (None, None, None)
    assert len(found.lines) == 2


def test_costs_before_any_notice_make_no_journey() -> None:
    with pytest.raises(ValueError, match="notice = true"):
        Journey(name="x", hand_over=14, steps=(replace(NOTICE, notice=False), LAST))
    with pytest.raises(ValueError, match="before the due date"):
        replace(NOTICE, after=-3)
    Journey(name="x", hand_over=14, steps=(NOTICE, LAST))


@settings(deadline=None)
@given(st.integers(1, 10**8), st.integers(0, 90))
def test_no_consumer_is_asked_costs_within_sixteen_days_of_his_notice(
    minor: int, days: int
) -> None:
    owed = replace(item(), open=Money(minor, "EUR"))
    found = asked(LAST, SENT + timedelta(days=days), owed, had=[notice()])
    if days < 16:
        assert found.costs is None
    elif found.costs is not None:
        assert found.costs >= Money(4000, "EUR")
        assert found.costs <= Money(677500, "EUR")


def test_interest_asked_before_an_invoice_was_paid_is_asked_with_the_next() -> None:
    day, old = date(2024, 4, 1), date(2024, 1, 2)
    paid = PaidItem(
        source="erp", number="0", customer="10005", due=old, on=date(2024, 3, 12),
        amount=Money.of("1000.00", "EUR"),
    )  # fmt: skip
    asking = replace(notice(date(2024, 2, 20), "0"), interest=Money(500, "EUR"))
    claims = {}
    for policy in ("ask", "waive"):
        law = Law(pack=NL, after=AfterPrincipal(policy=policy))
        for had in ((notice(), asking), (notice(),)):
            claims[policy, len(had)] = claimed(
                law, LAST, "consumer", [item()], had, day, "mail", paid=[paid]
            )
    # 69 of 366 days at 7 %: 13.20 beside the 11.28 of what is open.
    found = claims["ask", 2]
    assert found is not None
    assert (found.interest, found.left) == (Money(2448, "EUR"), Money(1320, "EUR"))
    assert any(
        "0: paid on 2024-03-12, 13.20 EUR of interest is left" in told for told in found.lines
    )
    waived = claims["waive", 2]
    assert waived is not None
    assert (waived.interest, waived.left) == (Money(1128, "EUR"), None)
    assert waived.lines[-1].endswith("the principal is paid: waived")
    # Of what nobody was asked for, nothing is left.
    never = claims["ask", 1]
    assert never is not None
    assert (never.interest, never.left) == (Money(1128, "EUR"), None)

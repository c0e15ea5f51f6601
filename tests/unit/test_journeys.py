"""Who is reminded of what, and who is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.calendar import Calendar, Hours
from clerkwork.core.collection import readiness
from clerkwork.core.journeys import (
    UNTOLD,
    Journey,
    Journeys,
    Law,
    Payday,
    Plan,
    Promised,
    Step,
    Stops,
    as_sent,
    due_on,
    mail_address,
    next_contact,
    plan,
)
from clerkwork.core.law.be import BE
from clerkwork.core.law.declared import LawSettings, law_packs
from clerkwork.core.law.nl import NL
from clerkwork.core.law.pack import Band, Scale
from clerkwork.core.ledger import BLOCKS, Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, total

TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
ACCOUNT = "NL91ABNA0417164300"
FRESH = Stops(now=NOW, statements={ACCOUNT: date(2026, 3, 2)})
DEBTOR = Debtor(number="10023", name="Bakkerij Bos", email="kas@bos.example", address=("Laan 1",))
JOURNEY = Journey(
    name="business",
    kinds=("business",),
    hand_over=10,
    steps=(
        Step(name="friendly reminder", after=3, tone="friendly"),
        Step(name="second reminder", after=10, tone="second"),
        Step(name="third reminder", after=20, tone="third"),
        Step(name="formal notice", after=30, tone="formal"),
        Step(name="last notice", after=45, tone="last"),
    ),
)


def item(number: str, euros: str, overdue: int, **more: Any) -> OpenItem:
    due = TODAY - timedelta(days=overdue)
    facts = {"customer": DEBTOR.number, "open": Money.of(euros, "EUR"), **more}
    return OpenItem(number=number, due=due, **facts)


def sent(days_ago: int, state: MessageState = MessageState.SENT, **more: Any) -> Message:
    facts = {"key": f"old/{days_ago}/{state}", "channel": "mail", "to": DEBTOR.email, **more}
    return Message(
        subject="", text="", html="", debtor=DEBTOR.number, step="friendly reminder",
        on=TODAY - timedelta(days=days_ago), state=state, **facts,
    )  # fmt: skip


def walked(*days_ago: int, **more: Any) -> list[Message]:
    """The journey's steps, one on each of these days, the longest ago first."""
    return [
        replace(sent(days, key=f"walked/{n}", **more), step=JOURNEY.steps[n].name)
        for n, days in enumerate(sorted(days_ago, reverse=True))
    ]


def planned(
    *items: OpenItem,
    debtor: Debtor = DEBTOR,
    history: Sequence[Message] = (),
    stops: Stops = FRESH,
    journey: Journey = JOURNEY,
    today: date = TODAY,
    law: Law | None = None,
) -> Plan | None:
    had: Mapping[str, Sequence[Message]] = {debtor.number: history}
    found = plan([debtor], items, had, stops, [journey], today, Calendar(), law=law)
    assert len(found) <= 1
    return found[0] if found else None


def must(found: Plan | None) -> Plan:
    assert found is not None
    return found


def test_the_first_contact_comes_three_days_after_the_due_date() -> None:
    assert planned(item("1", "10", 2)) is None
    found = must(planned(item("1", "10", 3)))
    assert found.step == JOURNEY.steps[0]
    assert (found.channel, found.to, found.stops) == ("mail", "kas@bos.example", ())
    assert found.key == "10023/business/friendly reminder/2026-02-28/mail/1"


@pytest.mark.parametrize(("had", "step"), [(0, 0), (1, 1), (2, 2), (4, 4)])
def test_the_next_step_follows_from_contacts_had_not_from_days_passed(had: int, step: int) -> None:
    history = walked(*(8 + 8 * n for n in range(had)))
    assert must(planned(item("1", "10", 60), history=history)).step == JOURNEY.steps[step]


def test_contacts_before_the_oldest_item_fell_due_belong_to_another_cycle() -> None:
    found = must(planned(item("1", "10", 12), history=[sent(40), sent(30)]))
    assert found.step == JOURNEY.steps[0]


def test_a_step_waits_for_its_own_day_and_for_the_gap() -> None:
    assert planned(item("1", "10", 9), history=[sent(6)]) is None
    assert planned(item("1", "10", 12), history=[sent(4)]) is None
    assert must(planned(item("1", "10", 12), history=[sent(5)])).step == JOURNEY.steps[1]


def test_after_the_last_contact_a_person_is_asked() -> None:
    history = [
        *walked(50, 40, 30, 20, 11)[:-1],
        replace(walked(50, 40, 30, 20, 11)[-1], channel="letter"),
    ]
    found = must(planned(item("1", "10", 70), history=history))
    assert (found.step, found.channel, found.stops) == (None, "", ())
    later = replace(history[-1], on=TODAY - timedelta(days=9))
    assert planned(item("1", "10", 70), history=[*history[:-1], later]) is None


def test_one_message_names_all_overdue_items_net_of_credit_notes() -> None:
    found = must(
        planned(
            item("3", "30.05", 4),
            item("1", "100", 12),
            item("4", "500", -3),
            item("2", "-20", -10),
        )
    )
    assert [i.number for i in found.items] == ["1", "3", "2"]
    assert found.amounts == (Money(11005, "EUR"),)
    assert found.cycle == TODAY - timedelta(days=12)


@pytest.mark.parametrize("credit", ["-100", "-100.01"])
def test_who_owes_nothing_net_hears_nothing(credit: str) -> None:
    assert planned(item("1", "100", 12), item("2", credit, 5)) is None


def test_a_disputed_item_is_left_out_and_the_others_are_reminded() -> None:
    assert planned(item("1", "100", 50, disputed=True)) is None
    found = must(planned(item("1", "100", 50, disputed=True), item("2", "40", 5)))
    assert [i.number for i in found.items] == ["2"]
    assert found.step == JOURNEY.steps[0]


def test_currencies_are_asked_side_by_side_never_added() -> None:
    dollars = item("2", "7", 5, open=Money(700, "USD"))
    found = must(planned(item("1", "10", 5), dollars))
    assert found.amounts == (Money(1000, "EUR"), Money(700, "USD"))
    credited = item("3", "-9", 5, open=Money(-900, "USD"))
    assert must(planned(item("1", "10", 5), dollars, credited)).amounts == (Money(1000, "EUR"),)


def test_paper_is_for_those_who_want_it_and_those_without_a_usable_address() -> None:
    paper = must(planned(item("1", "10", 5), debtor=replace(DEBTOR, paper=True)))
    assert (paper.channel, paper.to) == ("letter", "Bakkerij Bos\nLaan 1")
    hostile = replace(DEBTOR, email="kas@bos.example\nBcc: all@bos.example")
    assert must(planned(item("1", "10", 5), debtor=hostile)).channel == "letter"
    nowhere = must(planned(item("1", "10", 5), debtor=replace(DEBTOR, email="", address=())))
    assert [reason.partition(":")[0] for reason in nowhere.stops] == ["unreachable"]


@pytest.mark.parametrize(
    "text",
    ["", "kas", "@bos.example", "kas@", "a@b.example, c@d.example", "A <a@b.example>",
     "a@b.example\r\nRCPT TO:<x@y.example>", "a b@c.example", "a@b..example", "a@-b;c"],
)  # fmt: skip
def test_what_is_no_single_plain_address_is_none(text: str) -> None:
    assert mail_address(text) == ""


def test_a_plain_address_is_one() -> None:
    assert mail_address(" jan.de-vries+ar@mail.bos.example ") == "jan.de-vries+ar@mail.bos.example"


STOPPED: list[tuple[dict[str, Any], dict[str, Any], tuple[Message, ...], str]] = [
    ({"block": block}, {}, (), block) for block in BLOCKS
] + [
    ({"block": "on holiday"}, {}, (), "blocked"),
    ({}, {"statements": {}}, (), "stale bank data"),
    ({}, {"statements": {ACCOUNT: None}}, (), "stale bank data"),
    ({}, {"statements": {ACCOUNT: date(2026, 3, 2), "NL2": date(2026, 2, 25)}}, (),
     "stale bank data"),
    ({}, {"items_fetched": False}, (), "stale items"),
    ({}, {"keyed_since_fetch": True}, (), "stale items"),
    ({}, {"now": datetime(2026, 3, 3, 20, 30, tzinfo=UTC)}, (), "quiet hours"),
    ({}, {"now": datetime(2026, 3, 1, 10, 0, tzinfo=UTC)}, (), "quiet hours"),
    ({}, {"money": {"10023": ("a line waits in review",)}}, (), "money underway"),
    ({}, {"on_account": {"10023": (Money(501, "EUR"),)}}, (), "money unapplied"),
    ({}, {}, (sent(8, MessageState.DOUBTFUL),), "doubtful message"),
    ({"address": ()}, {}, (sent(8, MessageState.FAILED),), "refused"),
    ({}, {"promised": {"10023": (Promised(until=date(2026, 3, 3)),)}}, (), "promised"),
    ({}, {"promised": {"10023": (Promised(until=date(2026, 3, 3), items=("1",)),)}}, (),
     "promised"),
    ({}, {"promised": {"10023": (Promised(until=date(2026, 3, 2), items=("1",), unread=True),)}},
     (), "money underway"),
    ({}, {"away": {"10023": date(2026, 3, 4)}}, (), "away"),
    ({}, {"waiting": {"10023": ("his reply of 1 March is unread",)}}, (), "with a person"),
]  # fmt: skip


@pytest.mark.parametrize(("debtor", "stops", "history", "rule"), STOPPED)
def test_what_stops_a_reminder(
    debtor: dict[str, Any], stops: dict[str, Any], history: tuple[Message, ...], rule: str
) -> None:
    journey = replace(JOURNEY, unapplied_ignored=Money(500, "EUR"))
    found = must(
        planned(
            item("1", "10", 40),
            debtor=replace(DEBTOR, **debtor),
            stops=replace(FRESH, **stops),
            history=history,
            journey=journey,
        )
    )
    assert [reason.partition(":")[0] for reason in found.stops] == [rule]


def test_a_refused_address_is_not_tried_again_where_there_is_another_way() -> None:
    found = must(planned(item("1", "10", 40), history=[sent(8, MessageState.FAILED)]))
    assert (found.channel, found.stops) == ("letter", ())


def test_the_last_contact_goes_another_way_where_all_went_by_one() -> None:
    history = walked(60, 50, 40, 30)
    found = must(planned(item("1", "10", 70), history=history))
    assert (found.step, found.channel) == (JOURNEY.steps[4], "letter")
    mixed = [*history[:-1], replace(history[-1], channel="letter")]
    assert must(planned(item("1", "10", 70), history=mixed)).channel == "mail"


def test_collection_waits_where_there_was_only_one_channel() -> None:
    history = walked(60, 50, 40, 30, 20)
    found = must(planned(item("1", "10", 70), history=history, debtor=replace(DEBTOR, address=())))
    assert found.step is None
    assert found.stops == ("one channel: all 5 contacts went by mail; reach him another way",)


@pytest.mark.parametrize("left", [False, True])
def test_what_is_at_the_end_does_not_hold_what_is_not(left: bool) -> None:
    history = [
        *walked(60, 50, 40, 30, items=("A",)),
        replace(sent(20, key="last", channel="letter", items=("A",)), step="last notice"),
    ]
    stops = replace(FRESH, left={"10023": TODAY} if left else {})
    items = [item("A", "10", 70), item("B", "20", 5), item("C", "30", 4), item("D", "-5", 1)]
    had = {"10023": history}
    asked, due = plan([DEBTOR], items, had, stops, [JOURNEY], TODAY, Calendar())
    assert (asked.step, [i.number for i in asked.items]) == (None, ["A", "D"])
    assert [reason.partition(":")[0] for reason in asked.stops] == (["left"] if left else [])
    # The young are told in the words that are theirs.
    assert (due.step, [i.number for i in due.items]) == (JOURNEY.steps[0], ["B", "C"])
    assert (due.stops, due.amounts) == ((), (Money(5000, "EUR"),))
    # One look at him tells both.
    look = due_on(DEBTOR, items, history, JOURNEY, TODAY, Calendar())
    assert (look.contact, look.question) == (due, replace(asked, stops=()))
    # That they were written to does not put the question off.
    had = {"10023": [*history, as_sent(due)]}
    (again,) = plan([DEBTOR], items, had, stops, [JOURNEY], TODAY, Calendar())
    assert again.step is None
    assert next_contact(DEBTOR, items, history, JOURNEY, TODAY, Calendar()) == TODAY


@pytest.mark.parametrize(
    ("credit", "asked", "reminded"),
    [
        ("-4", [("A", 1000), ("D", -400)], [("B", 2000)]),
        ("-10", [], [("B", 2000)]),
        ("-13", [], [("B", 2000), ("D", -300)]),
        ("-30", [], []),
    ],
)
def test_a_credit_note_lowers_what_is_at_the_end_and_what_is_left_of_it_the_rest(
    credit: str, asked: list[tuple[str, int]], reminded: list[tuple[str, int]]
) -> None:
    history = [replace(one, items=("A",)) for one in walked(60, 50, 40, 30, 20)]
    items = [item("A", "10", 70), item("B", "20", 5), item("D", credit, 1)]
    found = plan([DEBTOR], items, {"10023": history}, FRESH, [JOURNEY], TODAY, Calendar())
    told = {bool(one.step): [(i.number, i.open.minor) for i in one.items] for one in found}
    assert (told.get(False, []), told.get(True, [])) == (asked, reminded)


def test_a_credit_note_that_waits_with_what_is_at_the_end_puts_no_reminder_off() -> None:
    history = [replace(one, items=("A",)) for one in walked(60, 50, 40, 30, 5)]
    items = [item("A", "100", 70), item("B", "20", 5), item("D", "-30", 1)]
    assert next_contact(DEBTOR, items, history, JOURNEY, TODAY, Calendar()) == TODAY
    found = must(planned(*items, history=history))
    assert (found.step, [i.number for i in found.items]) == (JOURNEY.steps[0], ["B"])


@given(
    st.lists(st.integers(1, 9000), max_size=3),
    st.lists(st.integers(1, 9000), max_size=3),
    st.lists(st.integers(-9000, -1), max_size=3),
)
def test_all_that_is_asked_at_once_comes_to_what_is_owed_in_all(
    ended: list[int], going: list[int], credits: list[int]
) -> None:
    items = [
        item(f"{late}/{n}", "0", late, open=Money(minor, "EUR"))
        for late, amounts in ((70, ended), (5, going), (1, credits))
        for n, minor in enumerate(amounts)
    ]
    told = tuple(f"70/{n}" for n in range(len(ended))) or ("paid",)
    history = [replace(one, items=told) for one in walked(60, 50, 40, 30, 20)]
    found = plan([DEBTOR], items, {"10023": history}, FRESH, [JOURNEY], TODAY, Calendar())
    owed = max(0, sum(ended) + sum(going) + sum(credits))
    assert sum(amount.minor for one in found for amount in one.amounts) == owed
    for one in found:
        assert sum(i.open.minor for i in one.items) == one.amounts[0].minor


def test_an_invoice_waits_for_the_question_and_the_next_falls_due_meanwhile() -> None:
    history = [replace(one, items=("A",)) for one in walked(50, 40, 30, 20, 5)]
    items = [item("A", "10", 60), item("B", "20", 2)]
    assert planned(*items, history=history) is None
    soon = TODAY + timedelta(days=1)
    assert next_contact(DEBTOR, items, history, JOURNEY, TODAY, Calendar()) == soon
    found = must(planned(*items, history=history, today=soon))
    assert (found.step, [i.number for i in found.items]) == (JOURNEY.steps[0], ["B"])


def test_what_is_at_the_end_does_not_count_for_a_step_that_asks_how_much_is_owed() -> None:
    dear = replace(JOURNEY.steps[4], name="call", above=Money(5000, "EUR"), channels=("letter",))
    journey = replace(JOURNEY, steps=(*JOURNEY.steps, replace(dear, after=60)))
    both = [replace(one, items=("A", "B")) for one in walked(70, 60, 50, 40, 30)]
    called = replace(sent(20, key="call", channel="letter", items=("A",)), step="call")
    items = [item("A", "80", 90), item("B", "20", 80)]
    found = must(planned(*items, history=[*both, called], journey=journey))
    # Of B alone too little is owed to be called about: it is at its end, too.
    assert (found.step, [i.number for i in found.items]) == (None, ["A", "B"])


def test_invoices_due_on_one_day_do_not_share_the_contacts_between_them() -> None:
    history = walked(60, 50, 40, 30, 20)
    parted = [replace(m, items=("1",) if n < 3 else ("2",)) for n, m in enumerate(history)]
    found = must(planned(item("1", "10", 70), item("2", "10", 70), history=parted))
    assert found.step == JOURNEY.steps[3]


def test_who_comes_from_a_shorter_journey_is_contacted_until_he_had_five() -> None:
    history = [replace(sent(90 - 10 * n), step="last notice", key=f"o/{n}") for n in range(3)]
    item_of = item("1", "10", 100)
    # What he never had comes before the last notice comes once more.
    for step in JOURNEY.steps[:2]:
        assert must(planned(item_of, history=history)).step == step
        last = history[-1].on or TODAY
        history.append(
            replace(history[-1], step=step.name, key=step.name, on=last + timedelta(days=10))
        )
    assert must(planned(item_of, history=history)).step is None


NOTICED = replace(
    JOURNEY,
    steps=(*JOURNEY.steps[:3], replace(JOURNEY.steps[3], notice=True), JOURNEY.steps[4]),
)


def test_an_invoice_is_as_far_along_as_its_own_contacts_not_as_an_older_ones() -> None:
    old, young = TODAY - timedelta(days=66), TODAY - timedelta(days=35)
    history = [
        replace(
            sent(days),
            step=step.name,
            key=f"10023/business/{step.name}/{old}/mail/1",
            items=("A", "B") if days < 35 else ("A",),
        )
        for days, step in zip((63, 56, 46, 36, 14), JOURNEY.steps, strict=True)
    ]
    left = item("B", "10", 35)
    assert left.due == young
    for journey in (JOURNEY, NOTICED):
        had = list(history)
        steps = []
        for day in range(60):
            today = TODAY + timedelta(days=day)
            found = planned(left, history=had, journey=journey, today=today,
                            stops=replace(FRESH, statements={ACCOUNT: today}))  # fmt: skip
            if found is None:
                continue
            if found.step is None:
                break
            steps.append(found.step.name)
            had.append(as_sent(found))
        assert steps == ["second reminder", "third reminder", "formal notice", "last notice"]


CONSUMER = replace(DEBTOR, kind="consumer")
DUTCH, BELGIAN = Law(pack=NL), Law(pack=BE, agreed=True)
ONE_PER_CENT = Scale(bands=(Band(over=Money(0, "EUR"), fixed=Money(0, "EUR"), percent=Decimal(1)),))
CHEAP = Law(pack=replace(NL, consumer=replace(NL.side("consumer"), costs=ONE_PER_CENT)))


def to_the_end(
    debtor: Debtor, law: Law | None, euros: str, history: Sequence[Message]
) -> list[tuple[str, bool]]:
    """The steps that come until a person is asked, each with whether it announced costs."""
    left, had = item("1", euros, 90), list(history)
    steps: list[tuple[str, bool]] = []
    for day in range(60):
        today = TODAY + timedelta(days=day)
        told = next_contact(debtor, [left], had, NOTICED, TODAY, Calendar(), law=law)
        found = planned(left, debtor=debtor, history=had, journey=NOTICED, today=today, law=law,
                        stops=replace(FRESH, statements={ACCOUNT: today}))  # fmt: skip
        assert told is not None
        if found is None:
            continue
        assert told <= today
        if found.step is None:
            return steps
        sent_now = as_sent(found)
        had.append(sent_now)
        steps.append((found.step.name, sent_now.announced is not None))
    raise AssertionError(f"nobody is ever asked: {steps}")


def test_the_notice_comes_also_where_a_later_step_came_first() -> None:
    history = [replace(one, step=f"old {n}") for n, one in enumerate(walked(60, 50, 40, 30, 20))]
    assert to_the_end(CONSUMER, DUTCH, "10", history) == [("formal notice", True)]


def test_a_notice_that_is_missing_goes_by_no_channel_that_its_step_does_not_name() -> None:
    called = replace(CONSUMER, address=(), mobile="+31612345678")
    history = [replace(one, items=("1",)) for one in walked(60, 50, 40, 30, 20)]
    left = item("1", "1000", 90)
    notice = must(planned(left, debtor=called, history=history, journey=NOTICED, law=DUTCH))
    assert (notice.step, notice.channel) == (NOTICED.steps[3], "mail")
    assert notice.claim is not None
    assert notice.claim.announced == Money(15000, "EUR")
    # Among those that it names it goes by another all the same.
    home = replace(called, address=DEBTOR.address)
    notice = must(planned(left, debtor=home, history=history, journey=NOTICED, law=DUTCH))
    assert notice.channel == "letter"
    # Who is reached by none of them is a person's.
    nowhere = replace(called, email="")
    found = must(planned(left, debtor=nowhere, history=history, journey=NOTICED, law=DUTCH))
    assert (found.step, found.channel) == (NOTICED.steps[3], "")
    assert found.stops == (
        "unreachable: the formal notice goes by mail or letter, and no such address of his is "
        "known",
    )


COSTLY = replace(NOTICED, steps=(*NOTICED.steps[:4], replace(NOTICED.steps[4], costs=True, gap=21)))
SLOW = replace(DUTCH, pack=law_packs(LawSettings(slower_post=2))["nl"])


@pytest.mark.parametrize(
    ("law", "comes", "costs"),
    [
        # On the thirteenth the notice's term runs its last day.
        (DUTCH, date(2027, 1, 14), Money(15000, "EUR")),
        (SLOW, date(2027, 1, 16), Money(15000, "EUR")),
        # Where the law gives no day it waits for its gap alone.
        (replace(DUTCH, pack=replace(NL, consumer=None)), date(2027, 1, 13), None),
        (None, date(2027, 1, 13), None),
    ],
    ids=["Christmas", "slow post", "not known", "no law"],
)
def test_what_asks_costs_waits_until_they_may_be_asked(
    law: Law | None, comes: date, costs: Money | None
) -> None:
    given = date(2026, 12, 23)
    left = item("1", "1000", (TODAY - (given - timedelta(days=30))).days)
    had = [
        replace(one, items=("1",), on=given - timedelta(days=30 - step.after))
        for one, step in zip(walked(1, 2, 3, 4), JOURNEY.steps, strict=False)
    ]
    had[3] = replace(had[3], channel="letter", announced=Money(15000, "EUR"))

    def on(today: date) -> Plan | None:
        stops = replace(FRESH, statements={ACCOUNT: today})
        return planned(left, debtor=CONSUMER, history=had, journey=COSTLY, today=today, law=law,
                       stops=stops)  # fmt: skip

    told = next_contact(CONSUMER, [left], had, COSTLY, given, Calendar(), law=law)
    assert told == comes
    assert on(comes - timedelta(days=1)) is None
    last = must(on(comes))
    assert last.step == COSTLY.steps[4]
    assert (last.claim.costs if last.claim else None) == costs


def test_what_asks_costs_waits_for_nothing_where_no_notice_was_had() -> None:
    history = [replace(one, items=("1",)) for one in walked(60, 50, 40, 21)]
    found = must(planned(item("1", "1000", 90), history=history, journey=COSTLY, law=DUTCH))
    # A business needs none.
    assert found.step == COSTLY.steps[4]


@pytest.mark.parametrize("journey", ["", "business", "long steps"])
@pytest.mark.parametrize(
    ("debtor", "law", "euros", "comes"),
    [
        (CONSUMER, DUTCH, "10", True),
        (CONSUMER, BELGIAN, "10", True),
        (CONSUMER, replace(BELGIAN, agreed=False), "10", False),
        (DEBTOR, DUTCH, "10", False),
        (CONSUMER, CHEAP, "10", True),
        (CONSUMER, CHEAP, "0.20", False),
        (DEBTOR, BELGIAN, "10", False),
        (CONSUMER, None, "10", False),
    ],
    ids=["consumer", "agreed", "not agreed", "business", "low scale", "no costs", "not known",
         "no law"],
)  # fmt: skip
def test_a_notice_that_announced_nothing_comes_once_more_where_the_law_asks_one(
    debtor: Debtor, law: Law | None, euros: str, comes: bool, journey: str
) -> None:
    history = [replace(one, items=("1",), journey=journey) for one in walked(60, 50, 40, 30, 20)]
    assert [one.step for one in history][3] == "formal notice"
    expected = [("formal notice", True)] if comes else []
    assert to_the_end(debtor, law, euros, history) == expected


def test_the_notice_is_not_missing_of_what_is_owed_in_another_currency() -> None:
    history = [replace(one, items=("1",)) for one in walked(60, 50, 40, 30, 20)]
    dollars = item("1", "0", 90, open=Money(1000, "USD"))
    found = must(planned(dollars, item("2", "5", 2), debtor=CONSUMER, history=history,
                         journey=NOTICED, law=DUTCH))  # fmt: skip
    assert (found.step, [i.number for i in found.items]) == (None, ["1"])


def test_once_the_law_is_known_the_notice_is_given_and_then_he_may_be_handed_over() -> None:
    history = [replace(one, items=("1",)) for one in walked(60, 50, 40, 30, 20)]
    history[0] = replace(history[0], channel="letter")
    left, unknown = item("1", "10", 90), replace(DUTCH, pack=replace(NL, consumer=None))
    asked = must(planned(left, debtor=CONSUMER, history=history, journey=NOTICED, law=unknown))
    assert asked.step is None
    ready = readiness("consumer", asked.items, history, NOTICED, unknown, TODAY)
    assert ready.unmet[0].startswith("the law is not known: law of nl: what a consumer may be")
    notice = must(planned(left, debtor=CONSUMER, history=history, journey=NOTICED, law=DUTCH))
    had = [*history, as_sent(notice)]
    later = TODAY + timedelta(days=21)
    assert readiness("consumer", asked.items, had, NOTICED, DUTCH, later).unmet == ()


def test_a_journey_that_was_changed_leaves_its_debtors_where_they_are() -> None:
    history = walked(40, 30)
    new = Step(name="phone call", after=5, tone="friendly", channels=("call", "mail"), level=2)
    levels = [replace(s, level=n) for s, n in zip(JOURNEY.steps, (1, 3, 4, 5, 6), strict=True)]
    changed = replace(JOURNEY, steps=(levels[0], new, *levels[1:]))
    found = must(planned(item("1", "10", 45), history=history, journey=changed))
    assert (found.step or new).name == "third reminder"
    unknown = [replace(one, step=f"old {n}") for n, one in enumerate(history)]
    found = must(planned(item("1", "10", 45), history=unknown, journey=changed))
    assert (found.step or new).name == "second reminder"


def test_a_journey_that_leaves_less_time_than_a_message_gives_is_refused() -> None:
    first, second, *others = JOURNEY.steps
    with pytest.raises(ValueError, match=r"friendly reminder: .* gives 5 days .* 6 or more there"):
        replace(JOURNEY, steps=(replace(first, within=5), second, *others))
    # What is left out where little is owed leaves its time to what comes then.
    dear = replace(second, above=Money(5000, "EUR"), gap=9)
    with pytest.raises(ValueError, match=r"third reminder may come 5 days after it"):
        replace(JOURNEY, steps=(replace(first, within=8), dear, *others))
    with pytest.raises(ValueError, match=r"last notice: .* asked about collection 10 days after"):
        replace(JOURNEY, steps=(*JOURNEY.steps[:4], replace(JOURNEY.steps[4], within=10)))
    with pytest.raises(ValueError, match="2 days or more"):
        replace(first, within=1)


def test_nothing_comes_within_the_days_that_a_message_gave() -> None:
    last = replace(JOURNEY.steps[4], within=9)
    journey = replace(JOURNEY, steps=(*JOURNEY.steps[:4], last))
    had = replace(sent(9, items=("1",)), step="last notice")
    # He came here from a shorter journey, and what he never had comes yet, after a gap of five.
    assert planned(item("1", "10", 60), history=[had], journey=journey) is None
    later = replace(had, on=TODAY - timedelta(days=10))
    found = must(planned(item("1", "10", 60), history=[later], journey=journey))
    assert found.step == JOURNEY.steps[0]
    # Of what it was not about it gave no days.
    other = replace(had, items=("2",))
    assert planned(item("1", "10", 60), history=[other], journey=journey) is not None


def test_what_follows_a_letter_counts_from_the_day_on_which_it_left_the_house() -> None:
    def letter(on: int, left: int, number: int = 0) -> Message:
        # Half past midnight in Amsterdam.
        night = NOW.replace(hour=23, minute=30) - timedelta(days=left + 1)
        written = sent(on, key=f"letter/{number}", channel="letter", items=("1",), left=night)
        return replace(written, step=JOURNEY.steps[number].name)

    owed = item("1", "10", 30)
    for left, comes in ((4, False), (5, True)):
        had = [letter(12, left)]
        assert (planned(owed, history=had) is not None) is comes
        told = next_contact(DEBTOR, [owed], had, JOURNEY, TODAY, Calendar())
        assert told == TODAY + timedelta(days=5 - left)
    # So do the days that its message gave.
    last = replace(JOURNEY.steps[4], within=9)
    journey = replace(JOURNEY, steps=(*JOURNEY.steps[:4], last))
    assert planned(owed, history=[letter(12, 9, number=4)], journey=journey) is None
    assert planned(owed, history=[letter(12, 10, number=4)], journey=journey) is not None
    # And those until a person is asked.
    before, old = walked(70, 60, 50, 40, 30)[:4], item("1", "10", 80)
    assert planned(old, history=[*before, letter(20, 9, number=4)]) is None
    assert must(planned(old, history=[*before, letter(20, 10, number=4)])).step is None
    # And those of a week.
    often = replace(JOURNEY, steps=tuple(replace(s, gap=1) for s in JOURNEY.steps), week=2)
    assert planned(owed, history=[letter(12, 6), *walked(3)], journey=often) is None
    assert planned(owed, history=[letter(12, 7), *walked(3)], journey=often) is not None
    assert planned(owed, history=[letter(12, 0)], journey=often) is None


def test_nobody_is_contacted_more_often_in_a_week_than_his_journey_allows() -> None:
    often = replace(JOURNEY, steps=tuple(replace(s, gap=1) for s in JOURNEY.steps), week=2)
    assert planned(item("1", "10", 60), history=walked(5, 3), journey=often) is None
    assert planned(item("1", "10", 60), history=walked(7, 3), journey=often) is not None


BEFORE = replace(
    JOURNEY,
    steps=(
        Step(name="invoice soon due", after=-7, tone="friendly"),
        Step(name="due tomorrow", after=-1, tone="friendly"),
        *JOURNEY.steps,
    ),
)


def test_before_the_due_date_each_item_is_told_of_once_and_several_at_once() -> None:
    soon = [item("1", "10", -7), item("2", "20", -5), item("3", "30", -20)]
    assert planned(item("3", "30", -20), journey=BEFORE) is None
    found = must(planned(*soon, journey=BEFORE))
    assert ((found.step or BEFORE.steps[1]).name, [i.number for i in found.items]) == (
        "invoice soon due",
        ["2", "1"],
    )
    told = replace(sent(2), step="invoice soon due", items=("1", "2"))
    assert planned(*soon, journey=BEFORE, history=[told]) is None


def test_a_later_notice_makes_an_earlier_one_moot() -> None:
    told = replace(sent(1), step="due tomorrow", items=("1",))
    assert planned(item("1", "10", 0), journey=BEFORE, history=[told]) is None


def test_a_notice_before_the_due_date_is_no_reminder() -> None:
    told = replace(sent(8), step="due tomorrow", items=("1",))
    found = must(planned(item("1", "10", 7), journey=BEFORE, history=[told]))
    assert found.step == JOURNEY.steps[0]
    assert found.had == ()


def test_who_declined_words_before_the_due_date_gets_none_and_every_reminder() -> None:
    untold, soon = replace(DEBTOR, needs=(UNTOLD,)), item("1", "10", 0)
    assert planned(soon, journey=BEFORE) is not None
    assert planned(soon, debtor=untold, journey=BEFORE) is None
    later = item("1", "10", -5)
    told = next_contact(untold, [later], (), BEFORE, TODAY, Calendar())
    assert told == later.due + timedelta(days=1), "nothing before it is overdue"
    for number, step in enumerate(JOURNEY.steps):
        history = walked(*(8 + 8 * n for n in range(number)))
        found = must(planned(item("1", "10", 60), debtor=untold, history=history, journey=BEFORE))
        assert found.step == step


def test_a_step_waits_for_the_day_after_money_comes_in() -> None:
    calendar, grant = Calendar(), Payday(day=24)
    step = replace(JOURNEY.steps[0], payday="student finance")
    days = {"student finance": grant}
    # The 24th of January 2026 is a Saturday: student finance comes on Friday the 23rd.
    assert step.day(date(2026, 1, 10), calendar, days) == date(2026, 1, 24)
    assert step.day(date(2026, 1, 21), calendar, days) == date(2026, 1, 24)
    assert step.day(date(2026, 1, 22), calendar, days) == date(2026, 2, 25)


def test_a_step_may_count_business_days() -> None:
    step = replace(JOURNEY.steps[0], business_days=True)
    assert step.day(date(2026, 4, 2), Calendar(), {}) == date(2026, 4, 9)


def test_a_step_is_left_out_where_too_little_is_owed() -> None:
    steps = (replace(JOURNEY.steps[0], above=Money(5000, "EUR")), *JOURNEY.steps[1:])
    dear = replace(JOURNEY, steps=steps)
    assert must(planned(item("1", "50", 12), journey=dear)).step == steps[0]
    assert must(planned(item("1", "49", 12), journey=dear)).step == steps[1]


def test_who_wants_paper_or_no_calls_is_heard() -> None:
    reachable = replace(DEBTOR, mobile="+31 6 1234 5678")
    step = replace(JOURNEY.steps[0], channels=("call", "whatsapp", "mail", "letter"))
    journey = replace(JOURNEY, steps=(step, *JOURNEY.steps[1:]))

    def way(**facts: Any) -> str:
        return must(
            planned(item("1", "10", 5), debtor=replace(reachable, **facts), journey=journey)
        ).channel

    assert way() == "call"
    assert way(needs=("no calls",)) == "whatsapp"
    assert way(preferred="mail") == "mail"
    assert way(needs=("paper",), preferred="mail") == "letter"
    assert way(mobile="06 12345678") == "call"
    assert way(mobile="06 1234") == "mail"


def test_who_is_away_is_written_to_from_the_day_on_which_he_is_back() -> None:
    stops = replace(FRESH, away={"10023": TODAY})
    assert must(planned(item("1", "10", 5), stops=stops)).stops == ()


def test_a_promise_holds_until_its_day_has_passed() -> None:
    stops = replace(FRESH, promised={"10023": (Promised(until=TODAY - timedelta(days=1)),)})
    assert must(planned(item("1", "10", 5), stops=stops)).stops == ()


def test_a_promise_holds_back_what_it_is_about_and_the_rest_goes_its_way() -> None:
    stops = replace(FRESH, promised={"10023": (Promised(until=TODAY, items=("1",)),)})
    small, new = item("1", "10", 60), item("2", "5000", 5)
    found = must(planned(small, new, stops=stops, history=walked(40, 30, items=("1",))))
    assert ([i.number for i in found.items], found.stops) == (["2"], ())
    assert found.step == JOURNEY.steps[0]
    later = replace(stops, promised={"10023": (Promised(until=TODAY, items=("1", "2")),)})
    assert must(planned(small, new, stops=later)).stops == (
        "promised: he promised to pay by 2026-03-03",
    )


def test_who_was_left_out_of_collection_is_asked_about_again_after_a_while() -> None:
    history = [*walked(60, 50, 40, 30), replace(sent(20), channel="letter", step="last notice")]
    for days, rules in ((0, ["left"]), (9, ["left"]), (10, [])):
        stops = replace(FRESH, left={"10023": TODAY - timedelta(days=days)})
        found = must(planned(item("1", "10", 70), history=history, stops=stops))
        assert found.step is None
        assert [reason.partition(":")[0] for reason in found.stops] == rules


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"steps": JOURNEY.steps[:4]}, "at least 5 contacts"),
        ({"fewest": 4}, "fewest is 4"),
        ({"steps": tuple(replace(s, channels=("mail",)) for s in JOURNEY.steps)}, "one channel"),
        ({"steps": (replace(JOURNEY.steps[0], payday="grants"), *JOURNEY.steps[1:])}, "grants"),
    ],
)
def test_no_journey_leads_to_collection_too_soon(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Journeys(calendar=Calendar(), journeys=(replace(JOURNEY, **change),))


def test_what_concerns_others_stops_nobody() -> None:
    stops = replace(
        FRESH,
        money={"10024": ("a line waits in review",)},
        on_account={"10023": (Money(500, "EUR"),), "10024": (Money(99900, "EUR"),)},
        statements={ACCOUNT: date(2026, 2, 26)},
    )
    journey = replace(JOURNEY, unapplied_ignored=Money(500, "EUR"))
    refused = sent(8, MessageState.FAILED, to="old@bos.example")
    found = planned(item("1", "10", 40), stops=stops, journey=journey, history=[refused])
    assert must(found).stops == ()


def test_a_stopped_attempt_is_written_anew_under_a_key_of_its_own() -> None:
    first = must(planned(item("1", "10", 3)))
    stopped = sent(0, MessageState.STOPPED, key=first.key)
    again = must(planned(item("1", "10", 3), history=[stopped]))
    assert (again.attempt, again.key) == (2, first.key[:-1] + "2")


def test_the_cap_lets_the_longest_overdue_go_first() -> None:
    debtors = [replace(DEBTOR, number=str(n)) for n in range(5)]
    items = [item(f"i{n}", "10", 5 + n, customer=str(n)) for n in range(5)]
    found = plan(debtors, items, {}, FRESH, [replace(JOURNEY, cap=2)], TODAY, Calendar())
    assert [p.debtor.number for p in found] == ["4", "3", "2", "1", "0"]
    assert [bool(p.stops) for p in found] == [False, False, True, True, True]


def test_each_journey_has_a_cap_of_its_own() -> None:
    kinds = {"0": "business", "1": "consumer", "2": "business", "3": "consumer", "4": "consumer"}
    debtors = [replace(DEBTOR, number=n, kind=kind) for n, kind in kinds.items()]
    items = [item(f"i{n}", "10", 5 + int(n), customer=n) for n in kinds]
    journeys = [
        replace(JOURNEY, cap=1),
        replace(JOURNEY, name="consumer", kinds=("consumer",), cap=2),
    ]
    found = plan(debtors, items, {}, FRESH, journeys, TODAY, Calendar())
    held = {p.debtor.number: p.stops for p in found if p.stops}
    assert held == {
        "0": ("cap: a run may send 1 messages of the journey 'business'",),
        "1": ("cap: a run may send 2 messages of the journey 'consumer'",),
    }


def test_the_laws_own_hours_hold_whatever_a_journey_opens() -> None:
    law = Law(pack=replace(NL, hours=Hours(start=time(8), end=time(18))))

    def stopped(now: datetime, journey: Journey = JOURNEY, law: Law | None = law) -> str:
        stops = replace(FRESH, now=now)
        (found,) = plan([DEBTOR], [item("1", "10", 40)], {}, stops, [journey], TODAY, Calendar(),
                        law=law)  # fmt: skip
        return "; ".join(found.stops)

    assert stopped(NOW) == ""
    # Half past seven and half past six of the evening, an hour ahead of UTC.
    early, late = NOW.replace(hour=6, minute=30), NOW.replace(hour=17, minute=30)
    assert stopped(early).startswith("quiet hours: it is 07:30, outside the contact hours 08:00-")
    assert stopped(early).endswith("by the law of nl")
    assert stopped(late).startswith("quiet hours: it is 18:30")
    assert stopped(late, law=None) == ""
    sunday = datetime(2026, 3, 1, 10, tzinfo=UTC)
    always = replace(JOURNEY, hours=Hours(sundays=True, holidays=True))
    assert stopped(sunday, always) == "quiet hours: it is Sunday, by the law of nl"
    # King's day is none of the calendar of this house, and one of the law's.
    kings = datetime(2026, 4, 27, 10, tzinfo=UTC)
    (found,) = plan([DEBTOR], [item("1", "10", 40)], {}, replace(FRESH, now=kings), [JOURNEY],
                    TODAY, Calendar(country="DE"), law=law)  # fmt: skip
    assert found.stops == ("quiet hours: it is a public holiday (King's Day), by the law of nl",)


def test_a_journey_that_cannot_be_walked_is_refused() -> None:
    step = JOURNEY.steps[0]
    with pytest.raises(ValueError, match="twice a day"):
        replace(step, gap=0)
    with pytest.raises(ValueError, match="channels"):
        replace(step, channels=("fax",))
    with pytest.raises(ValueError, match="order"):
        replace(JOURNEY, steps=JOURNEY.steps[::-1])


@pytest.mark.parametrize("journey", [JOURNEY, BEFORE])
def test_no_contact_is_due_before_the_day_that_was_told(journey: Journey) -> None:
    items, start = [item("1", "10", -9), item("2", "20", 1, disputed=True)], TODAY
    for history in ([], walked(3), [replace(sent(1), step="invoice soon due", items=("1",))]):
        told = next_contact(DEBTOR, items, history, journey, start, Calendar())
        days = (start + timedelta(days=n) for n in range(60))
        first = next(d for d in days if planned(*items, today=d, history=history, journey=journey))
        assert told is not None
        assert told <= first


ITEMS = st.builds(
    lambda n, minor, overdue, disputed: item(
        str(n), "0", overdue, open=Money(minor, "EUR"), disputed=disputed
    ),
    st.integers(0, 10**6),
    st.integers(-(10**6), 10**6),
    st.integers(-60, 200),
    st.booleans(),
)


@given(st.lists(ITEMS, max_size=8), st.lists(st.integers(0, 90), max_size=6))
def test_never_twice_in_a_gap_never_more_than_is_owed(
    items: list[OpenItem], contacts: list[int]
) -> None:
    history = [sent(days, key=f"k{n}") for n, days in enumerate(contacts)]
    found = planned(*items, history=history)
    if found is None:
        return
    assert min(contacts, default=99) >= (found.step.gap if found.step else JOURNEY.hand_over)
    asked = found.amounts[0]
    invoices = [i for i in items if i.open.minor > 0 and i.due < TODAY and not i.disputed]
    assert Money(0, "EUR") < asked <= total((i.open for i in invoices), "EUR")
    credit = total((i.open for i in items if i.open.minor < 0), "EUR")
    assert asked == total((i.open for i in invoices), "EUR") + credit

"""Promises, changes of behaviour and segments in a run of reminders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from test_remind import ACCOUNT, JOURNEY, Desk

from clerkwork.adapters.channels import CallList
from clerkwork.app.behaviours import Noticed, watch_behaviour
from clerkwork.app.hear import heed_call
from clerkwork.app.observe import Habits, paid_by
from clerkwork.app.promise import Settled, make_promise, settle_promises, withdraw_promise
from clerkwork.app.remind_facts import Known, look
from clerkwork.core.declarations import Declaration
from clerkwork.core.journeys import Step, contacts
from clerkwork.core.ledger import PaidItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.core.queue import WorkItem
from clerkwork.core.segments import Rule, Segment
from clerkwork.errors import BusinessError
from clerkwork.testing import FixedClock, memory_store

DAY = timedelta(days=1)
STUDENTS = Segment(
    name="students",
    persona="p",
    journey="business",
    ground="declared",
    when=Rule(occupation=("student",)),
)
OTHERS = Segment(name="others", persona="p", journey="business", ground="the contract")


@pytest.fixture
def desk() -> Iterator[Desk]:
    clock = FixedClock()
    store = memory_store(clock)
    made = Desk(store, clock)
    made.state_bank()
    yield made
    store.close()


def promise(desk: Desk, days: int = 3, **more: Any) -> Promise:
    return make_promise(
        books=desk.store.books, promises=desk.store.promises, clock=desk.clock, debtor="1",
        until=desk.clock.today() + days * DAY, by="ann", channel="call", **more,
    )  # fmt: skip


def settle(desk: Desk) -> Settled:
    store = desk.store
    return settle_promises(
        books=store.books, promises=store.promises, queue=store.queue, clock=desk.clock,
        accounts=[ACCOUNT],
    )  # fmt: skip


def later(desk: Desk, days: int) -> None:
    """A bank statement a day, as every morning."""
    for _ in range(days):
        desk.later(1)
        desk.state_bank()


class TestPromises:
    def test_who_promised_is_left_alone_until_the_day_is_over(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5), ("2", "10", 5))
        made = promise(desk)
        assert (made.items, made.amount) == (("F0",), Money(1000, "EUR"))
        assert desk.remind().held == {"promised": 1}
        later(desk, 3)
        assert settle(desk) == Settled()
        assert desk.remind().held == {"promised": 1}

    def test_what_falls_due_after_a_promise_is_reminded_of(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5))
        promise(desk, days=14)
        desk.owe(("1", "10", 5), ("1", "500", 4))
        assert desk.remind().sent == {"mail": 1}
        assert [m.items for m in desk.mail.sent] == [("F1",)]

    def test_a_broken_promise_is_told_and_the_journey_goes_on(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5))
        promise(desk)
        later(desk, 4)
        assert settle(desk) == Settled(broken=1)
        assert settle(desk) == Settled()
        assert desk.questions() == ["promise/1"]
        assert desk.store.queue.open()[0].debtor == "1"
        assert desk.remind().sent == {"mail": 1}

    def test_nobody_broke_a_promise_before_the_bank_was_read(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5))
        promise(desk, days=0)
        desk.clock.advance(DAY)
        assert settle(desk) == Settled()
        assert desk.remind().held == {"money underway": 1}
        desk.state_bank()
        assert settle(desk) == Settled(broken=1)

    def test_what_is_paid_was_kept(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5), ("1", "30", 4))
        part = promise(desk, amount=Money(1500, "EUR"))
        desk.owe(("1", "10", 5), ("1", "15.01", 4))
        assert settle(desk) == Settled()
        desk.owe(("1", "10", 5), ("1", "15", 4))
        assert settle(desk) == Settled(kept=1)
        assert desk.store.promises.all(PromiseState.KEPT)[0].id == part.id
        assert desk.questions() == []
        assert desk.remind().sent == {"mail": 1}

    def test_without_items_it_is_about_what_is_overdue_or_else_about_all(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5), ("1", "20", -5), ("1", "-5", 0))
        assert promise(desk).items == ("F0",)
        assert promise(desk, items=["F1"]).items == ("F1",)
        desk.owe(("1", "20", -5))
        assert promise(desk).items == ("F0",)

    def test_a_promise_that_was_withdrawn_holds_nobody_back(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5))
        made = promise(desk)
        withdraw_promise(desk.store.promises, made.id, by="ann", note="a mistake")
        assert desk.remind().sent == {"mail": 1}
        with pytest.raises(BusinessError, match="is withdrawn already; `clerkwork promises`"):
            withdraw_promise(desk.store.promises, made.id, by="ann")

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"days": -1}, "expected a day from today"),
            ({"days": 93}, "expected a day from today"),
            ({"items": ["F9"]}, "has no open invoice F9; he has F0"),
            ({"amount": Money(1001, "EUR")}, "no more than is open"),
            ({"amount": Money(5, "USD")}, "USD"),
        ],
    )
    def test_what_cannot_be_promised_is_refused(
        self, desk: Desk, more: dict[str, Any], said: str
    ) -> None:
        desk.owe(("1", "10", 5))
        with pytest.raises((BusinessError, ValueError), match=said):
            promise(desk, **more)
        assert desk.store.promises.all() == ()

    def test_nobody_promises_for_somebody_unknown_or_who_owes_nothing(self, desk: Desk) -> None:
        desk.owe(("2", "10", 5))
        with pytest.raises(BusinessError, match="there is no debtor '1'"):
            promise(desk)
        desk.owe(("1", "-10", 5))
        with pytest.raises(BusinessError, match="owes nothing"):
            promise(desk)


class TestSegments:
    def test_a_message_keeps_the_segment_and_its_ground(self, desk: Desk) -> None:
        desk.segments = (STUDENTS, OTHERS)
        desk.owe(("1", "10", 5), ("2", "10", 5))
        desk.store.declarations.declare(
            Declaration(
                debtor="1", fact="occupation", value="student", since=date(2026, 3, 1), by="ann",
                ground="told us",
            )
        )  # fmt: skip
        assert desk.remind().sent == {"mail": 2}
        kept = {m.debtor: (m.segment, m.ground, m.journey) for m in desk.store.outbox.all()}
        assert kept == {
            "1": ("students", ("declared occupation: student", "declared"), "business"),
            "2": ("others", ("the contract",), "business"),
        }

    @pytest.mark.parametrize("kind", ["call", "reply", "dispute"])
    def test_who_waits_for_an_answer_gets_no_message_meanwhile(self, desk: Desk, kind: str) -> None:
        desk.owe(("1", "10", 5), ("2", "10", 5))
        waits = WorkItem(
            id="w", key=f"{kind}/1", kind=kind, title="He asks why", created=desk.clock.now(),
            choices=(("seen", ""),), debtor="1",
        )  # fmt: skip
        desk.store.queue.put(waits)
        desk.store.queue.put(replace(waits, id="v", key="other", kind="debtor", debtor="2"))
        assert desk.remind().held == {"with a person": 1}
        desk.store.queue.close("w", decision="seen", by="ann")
        assert desk.remind().sent == {"mail": 1}

    def test_people_call_where_a_journey_says_so(self, desk: Desk) -> None:
        calling = Step(name="call", after=3, tone="friendly", channels=("call", "mail"))
        desk.journey = replace(JOURNEY, steps=(calling,))
        desk.owe(("1", "10", 5), mobile="+31612345678")
        assert desk.remind().sent == {"mail": 1}, "nobody calls where that is not set up"
        desk.later(7)
        desk.state_bank()
        calls = CallList(desk.store.queue, desk.clock)
        desk.others["call"] = calls
        desk.owe(("3", "10", 5), mobile="+31612345678")
        figures = desk.remind()
        assert figures.as_counts()["calls asked for"] == 1
        (item,) = desk.store.queue.open()
        assert (item.kind, item.debtor, item.facts["Number"]) == ("call", "3", "+31612345678")
        (message,) = (m for m in desk.store.outbox.all() if m.channel == "call")
        assert message.state is MessageState.SENT
        assert calls.holds(message.message_id)
        assert not calls.holds("<another@firm.example>")
        calls.send(message)
        assert len(desk.store.queue.open()) == 1

    def test_a_call_that_reached_nobody_is_no_contact(self, desk: Desk) -> None:
        calling = Step(name="call", after=3, tone="friendly", channels=("call", "mail"))
        desk.journey = replace(JOURNEY, steps=(calling,))
        desk.others["call"] = CallList(desk.store.queue, desk.clock)
        desk.owe(("1", "10", 5), mobile="+31612345678")
        store = desk.store

        def call(decision: str) -> MessageState:
            """What becomes of the call that the next run asks for."""
            assert desk.remind().sent == {"call": 1}
            (item,) = (one for one in store.queue.open() if one.kind == "call")
            for _ in range(2):  # a process that died before the item was closed
                heed_call(
                    outbox=store.outbox, events=store.events, queue=store.queue, clock=desk.clock,
                    item=item, decision=decision,
                )  # fmt: skip
            store.queue.close(item.id, decision=decision, by="ann")
            return store.outbox.all()[-1].state

        assert call("not-reached") is MessageState.STOPPED
        assert contacts(store.outbox.all(), date.min) == ()
        assert call("not-reached") is MessageState.FAILED, (
            "he is tried once more, and then given up"
        )
        assert contacts(store.outbox.all(), date.min) == ()
        (told,) = store.queue.open()
        assert (told.title, told.debtor) == ("The call to debtor 1 did not arrive", "1")
        assert told.facts["What happened"] == "2 times nobody was reached at this address"
        assert desk.remind().sent == {"mail": 1}, "the step goes by its next channel"

    def test_a_call_that_reached_him_is_a_contact(self, desk: Desk) -> None:
        calling = Step(name="call", after=3, tone="friendly", channels=("call",))
        desk.journey = replace(JOURNEY, steps=(calling,))
        desk.others["call"] = CallList(desk.store.queue, desk.clock)
        desk.owe(("1", "10", 5), mobile="+31612345678")
        desk.remind()
        (item,) = desk.store.queue.open()
        store = desk.store
        heed_call(
            outbox=store.outbox, events=store.events, queue=store.queue, clock=desk.clock,
            item=item, decision="called",
        )  # fmt: skip
        assert len(contacts(store.outbox.all(), date.min)) == 1


def invoices(late: list[int], customer: str = "1", iban: str = "") -> list[PaidItem]:
    """Paid one a month, so many days late each."""
    return [
        PaidItem(
            source="erp", number=f"P{at}", customer=customer, due=date(2025, 1, 1) + 30 * at * DAY,
            on=date(2025, 1, 1) + (30 * at + days) * DAY, amount=Money(1000, "EUR"), iban=iban,
        )
        for at, days in enumerate(late)
    ]  # fmt: skip


class Past:
    """Paid items that are there already."""

    def __init__(self, items: list[PaidItem]) -> None:
        self.items = items

    def all(self, customer: str = "") -> tuple[PaidItem, ...]:
        return tuple(self.items)

    def count(self, before: date) -> int:
        raise NotImplementedError

    def forget(self, before: date) -> int:
        raise NotImplementedError


def watch(desk: Desk, past: list[PaidItem], dry: bool = False) -> Noticed:
    store = desk.store
    known = Known(
        books=store.books, queue=store.queue, declarations=store.declarations,
        promises=store.promises,
    )  # fmt: skip
    return watch_behaviour(
        glance=look(known, [ACCOUNT], desk.clock), habits=Habits(Past(past), store.outbox),
        promises=store.promises, queue=store.queue, clock=desk.clock, dry=dry,
    )  # fmt: skip


PROMPT, SLIDING = [0, 1, 0, 2, 1, 0, 1, 2], [2, 3, 2, 2, 3, 25, 26, 27, 30, 31]


class TestBehaviour:
    def test_a_good_payer_who_is_overdue_is_called_before_he_is_written_to(
        self, desk: Desk
    ) -> None:
        desk.owe(("1", "10", 25), ("2", "10", 25))
        assert watch(desk, invoices(PROMPT), dry=True).calls == watch(desk, invoices(PROMPT)).calls
        (item,) = desk.store.queue.open()
        assert item.title == "Call debtor 1: he was never this late"
        assert "25 days overdue; he paid 8 invoices 1 days" in item.facts["What changed"]
        assert desk.remind().held == {"with a person": 1}
        desk.store.queue.close(item.id, decision="called", by="ann")
        assert watch(desk, invoices(PROMPT)).calls == [], "once for each change"
        assert desk.remind().sent == {"mail": 1}

    def test_a_dry_look_asks_nobody(self, desk: Desk) -> None:
        desk.owe(("1", "10", 25))
        assert len(watch(desk, invoices(PROMPT), dry=True).calls) == 1
        assert desk.questions() == []

    def test_a_slide_is_told_once_in_half_a_year(self, desk: Desk) -> None:
        desk.owe(("1", "10", -300))
        past = invoices(SLIDING)
        assert watch(desk, past).calls == ["Call debtor 1: he pays later than he used to"]
        for days, told in ((1, 0), (100, 0), (90, 1)):
            for item in desk.store.queue.open():
                desk.store.queue.close(item.id, decision=item.choices[-1][0], by="ann")
            desk.clock.advance(days * DAY)
            assert len(watch(desk, past).calls) == told

    def test_who_always_paid_like_that_is_no_change(self, desk: Desk) -> None:
        desk.owe(("1", "10", 25), ("3", "10", 90))
        assert watch(desk, invoices([25, 26, 24, 27, 25, 26])).calls == []

    def test_bad_payers_are_advised_about_and_nothing_is_done(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5), credit_limit=Money(500_000, "EUR"))
        past = invoices([40, 41, 42, 40, 41])
        assert watch(desk, past).advice == ["Other terms for debtor 1, who pays badly?"]
        (item,) = desk.store.queue.open()
        assert dict(item.choices) == {
            "limit": "no more on credit than 10.00 EUR, which is open now",
            "terms": "14 days instead of 30 for the next invoices",
            "leave": "everything stays as it is",
        }
        assert desk.remind().sent == {"mail": 1}, "advice holds nothing back"
        assert desk.store.books.debtors()[0].credit_limit == Money(500_000, "EUR")
        desk.store.queue.close(item.id, decision="leave", by="ann")
        assert watch(desk, past).advice == []

    def test_two_broken_promises_are_a_reason_too(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5))
        for _ in range(2):
            made = promise(desk)
            desk.store.promises.settle(made.id, PromiseState.BROKEN)
        assert len(watch(desk, []).advice) == 1
        assert "prepayment" in dict(desk.store.queue.open()[0].choices)

    def test_people_are_not_advised_about(self, desk: Desk) -> None:
        desk.owe(("1", "10", 5), kind="consumer")
        assert watch(desk, invoices([40, 41, 42, 40, 41])).advice == []


def test_reminders_that_he_had_before_he_paid_are_counted_and_no_others() -> None:
    (item,) = invoices([20])
    sent = Message(
        key="1", channel="mail", to="", subject="", text="", html="", items=("P0",), on=item.on,
        state=MessageState.SENT,
    )  # fmt: skip
    history = [
        sent,
        replace(sent, on=item.due + DAY),
        replace(sent, on=item.due),
        replace(sent, on=item.on + DAY),
        replace(sent, items=("P1",)),
        replace(sent, state=MessageState.STOPPED),
    ]
    assert [one.reminders for one in paid_by([item], history)] == [2]


def test_habits_are_read_once(desk: Desk) -> None:
    past = Past(invoices([40, 41, 42, 40]))
    habits = Habits(past, desk.store.outbox)
    assert habits.manner("1") == "late"
    past.items.clear()
    assert habits.manner("1") == "late"
    assert habits.manner("2") == "new"


def test_declared_facts_are_what_reaches_him(desk: Desk) -> None:
    desk.owe(("1", "10", 5))
    for fact, value in (("email", "new@home.example"), ("need", "paper")):
        desk.store.declarations.declare(
            Declaration(
                debtor="1",
                fact=fact,
                value=value,
                since=date(2026, 3, 1),
                by="ann",
                ground="told us",
            )
        )
    assert desk.remind().sent == {"letter": 1}
    assert desk.store.books.debtors()[0].email == "d1@firm.example", "the ERP's own stays"

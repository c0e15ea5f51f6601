"""Orders that wait: asked once, answered once, keyed as they were decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from clerkwork.adapters.store import Store
from clerkwork.app.approve import (
    ApprovalFigures,
    ask_again,
    ask_approvals,
    decide,
    decided_not_keyed,
)
from clerkwork.core.approvals import Approval, Decision, approval_id
from clerkwork.core.credit import Approver, CreditPolicy
from clerkwork.core.ledger import Debtor, OpenItem, Order
from clerkwork.core.messages import Message, MessageState, message_id
from clerkwork.core.money import Money
from clerkwork.errors import BusinessError, ChannelDown, MessageRefused, Undecided
from clerkwork.testing import FixedClock, RecordingChannel, memory_store


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


POLICY = CreditPolicy(
    release_up_to=euros("5000"),
    overdue_days=14,
    approvers=(Approver(name="Desk", email="desk@firm.example"),),
)
SMALL = Order(number="SO-1", customer="10023", amount=euros("4000"), placed=date(2026, 3, 2))
LARGE = replace(SMALL, number="SO-2", amount=euros("7000"))


def asked(approval: Approval, attempt: int) -> Message:
    key = f"approval/{approval.id}/mail/{attempt}"
    return Message(
        key=key, channel="mail", to=approval.approver, subject=approval.order.number,
        text="; ".join(approval.reasons), html="", step="approval",
        message_id=message_id(key, "firm.example"),
    )  # fmt: skip


@dataclass
class Desk:
    store: Store
    clock: FixedClock
    mail: RecordingChannel = field(default_factory=RecordingChannel)

    def wait(self, *orders: Order) -> None:
        self.store.books.replace_orders("erp", orders)

    def ask(self, dry_run: bool = False) -> ApprovalFigures:
        return ask_approvals(
            books=self.store.books,
            approvals=self.store.approvals,
            outbox=self.store.outbox,
            queue=self.store.queue,
            channels={"mail": self.mail},
            archives={"mail": self.mail},
            clock=self.clock,
            policy=POLICY,
            write=asked,
            run="run-1",
            version="config/approvals.toml 0123456789abcdef",
            dry_run=dry_run,
        )

    def decide(self, order: Order, verdict: str = "release", **more: Any) -> Approval:
        facts = {"id": approval_id(order), "by": "ann", "via": "mail", **more}
        return decide(
            approvals=self.store.approvals,
            books=self.store.books,
            queue=self.store.queue,
            clock=self.clock,
            verdict=verdict,
            **facts,
        )

    def to_key(self) -> list[tuple[str, str]]:
        found = decided_not_keyed(approvals=self.store.approvals, books=self.store.books)
        return [(a.order.number, a.decision.verdict if a.decision else "") for a in found]

    def questions(self) -> list[str]:
        return [item.key for item in self.store.queue.open()]


@pytest.fixture
def desk() -> Iterator[Desk]:
    clock = FixedClock()
    store = memory_store(clock)
    store.books.replace_debtors(
        "erp", [Debtor(number="10023", name="Bakkerij Bos", credit_limit=euros("10000"))]
    )
    store.books.replace_open_items(
        "erp",
        [OpenItem(number="F1", customer="10023", open=euros("1000"), due=date(2026, 3, 1))],
    )
    yield Desk(store, clock)
    store.close()


def test_policy_releases_and_the_rest_is_asked_once_ever(desk: Desk) -> None:
    desk.wait(SMALL, LARGE)
    figures = desk.ask()
    assert figures.as_counts() == {
        "orders waiting": 2, "orders released by policy": 1, "approvals asked": 1,
        "approvals unanswered": 0, "approval mails not sent": 0,
    }  # fmt: skip
    assert desk.to_key() == [("SO-1", "release")]
    released, _ = sorted(desk.store.approvals.all(), key=lambda one: one.order.number)
    assert released.facts[-1] == ("Policy", "config/approvals.toml 0123456789abcdef")
    (mail,) = desk.mail.sent
    assert (mail.to, mail.subject) == ("desk@firm.example", "SO-2")
    # The order that policy has just released counts in the exposure of the next one.
    assert "above the limit" in mail.text
    assert "approvals.toml" not in mail.text
    again = desk.ask()
    assert (again.released_by_policy, again.asked, len(desk.mail.sent)) == (0, 0, 1)


def test_a_dry_run_tells_and_asks_nobody(desk: Desk) -> None:
    desk.wait(SMALL, LARGE)
    told = desk.ask(dry_run=True).would_do
    assert [line.partition(":")[0] for line in told] == [
        "release order SO-1",
        "ask about order SO-2",
    ]
    assert (desk.store.approvals.all(), desk.mail.sent) == ((), [])


def test_an_answer_is_kept_with_its_name_and_handed_on_until_it_is_keyed(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.ask()
    assert desk.to_key() == []
    decided = desk.decide(LARGE, "hold", by=" ann ", reason="pays late")
    assert decided.decision == Decision(
        verdict="hold", by="ann", at=desk.clock.now(), via="mail", reason="pays late"
    )
    assert desk.to_key() == [("SO-2", "hold")]
    desk.store.approvals.keyed(decided.id, "held")
    assert desk.to_key() == []
    assert desk.ask().asked == 0


def test_a_second_answer_hears_what_was_decided(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.ask()
    desk.decide(LARGE, by="ann")
    with pytest.raises(BusinessError, match=r"SO-2 was released by ann on 2026-03-03 08:00 UTC"):
        desk.decide(LARGE, "hold", by="bob")
    assert desk.to_key() == [("SO-2", "release")]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"verdict": "maybe"}, "is no answer"),
        ({"by": " "}, "name of who decides"),
        ({"id": "SO-9-x"}, "no question"),
    ],
)
def test_what_is_no_answer_is_refused(desk: Desk, more: dict[str, str], words: str) -> None:
    desk.wait(LARGE)
    desk.ask()
    with pytest.raises(BusinessError, match=words):
        desk.decide(LARGE, **more)


def test_a_changed_order_voids_the_question_and_is_asked_anew(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.ask()
    bigger = replace(LARGE, amount=euros("70000"))
    desk.wait(bigger)
    with pytest.raises(BusinessError, match="changed since the question"):
        desk.decide(LARGE)
    assert desk.ask().asked == 1
    assert desk.decide(bigger).decision
    assert desk.to_key() == [("SO-2", "release")]


def test_an_order_that_changes_after_the_answer_is_not_keyed(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.ask()
    desk.decide(LARGE)
    desk.wait(replace(LARGE, amount=euros("70000")))
    assert desk.to_key() == []


def test_an_order_that_is_gone_cannot_be_answered(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.ask()
    desk.wait()
    with pytest.raises(BusinessError, match="no longer waits"):
        desk.decide(LARGE)


def test_silence_becomes_a_work_item_that_a_person_answers_late(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.ask()
    desk.clock.advance(timedelta(hours=48))
    assert (desk.ask().unanswered, desk.ask().unanswered) == (1, 0)
    assert desk.questions() == [f"order/{approval_id(LARGE)}"]
    with pytest.raises(BusinessError, match="time to answer"):
        desk.decide(LARGE)
    decided = desk.decide(LARGE, "hold", via="command line", by="bob")
    assert decided.id == approval_id(LARGE, 2)
    assert (desk.to_key(), desk.questions()) == ([("SO-2", "hold")], [])
    with pytest.raises(BusinessError, match="was put on hold by bob"):
        desk.decide(LARGE, via="command line", by="eve")


def test_a_person_may_have_it_asked_again(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.ask()
    with pytest.raises(BusinessError, match="time is up"):
        again(desk)
    desk.clock.advance(timedelta(hours=49))
    renewed = again(desk)
    assert desk.ask().asked == 1
    assert len({m.message_id for m in desk.mail.sent}) == 2
    assert desk.decide(LARGE, id=renewed.id).decision


def again(desk: Desk) -> Approval:
    return ask_again(
        approvals=desk.store.approvals, books=desk.store.books, clock=desk.clock, policy=POLICY,
        id=approval_id(LARGE),
    )  # fmt: skip


def test_a_server_that_is_down_is_tried_again_by_the_next_run(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.mail.fault = ChannelDown("connection refused")
    assert desk.ask().trouble == ["mail: connection refused"]
    desk.mail.fault = None
    assert desk.ask().asked == 1
    assert desk.ask().asked == 0


def test_a_mail_that_cannot_arrive_makes_it_a_persons(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.mail.fault = MessageRefused("550 no such user")
    assert desk.ask().failed == 1
    assert f"order/{approval_id(LARGE)}" in desk.questions()
    desk.mail.fault = None
    assert desk.ask().asked == 0


@pytest.mark.parametrize("took_it", [True, False])
def test_a_silent_server_gets_the_question_once(desk: Desk, took_it: bool) -> None:
    desk.wait(LARGE)
    desk.mail.fault, desk.mail.took_it = Undecided("silence"), took_it
    desk.ask()
    desk.mail.fault = None
    desk.ask()
    assert len(desk.mail.sent) == 1
    assert [m.state for m in desk.store.outbox.all()] == [MessageState.SENT]


def test_killed_between_question_and_mail(desk: Desk) -> None:
    desk.wait(LARGE)
    desk.mail.fault = ChannelDown("x")
    desk.ask()
    desk.mail.fault = None
    # Only the question was committed: its mail is still to be written.
    other = memory_store(desk.clock)
    other.books.replace_orders("erp", [LARGE])
    other.approvals.ask(desk.store.approvals.all()[0])
    assert Desk(other, desk.clock, desk.mail).ask().asked == 1
    other.close()

"""Whose a reply is, what follows from it, and which promise is clear enough to note by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import REACHED, Message, message_id
from clerkwork.core.money import Money
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.core.replies.amounts import amounts_in
from clerkwork.core.replies.deal import Deal, bounce_problem, deal_with, promise_problem
from clerkwork.core.replies.kept import KeptReply, Mail, digest_of
from clerkwork.core.replies.reply import Label, Reading, Reply
from clerkwork.core.replies.whose import Whose, whose
from clerkwork.testing import MORNING

TODAY = MORNING.date()
FRIDAY = dt.date(2026, 3, 6)
DEBTORS = (
    Debtor(number="1", name="Noor", email="Noor@home.example"),
    Debtor(number="2", name="Ben", email="ap@group.example"),
    Debtor(number="3", name="An", email="AP@group.example "),
    Debtor(number="4", name="Leeg"),
)
OURS = Message(
    key="2/business/first/2026-02-01/mail/1", channel="mail", to="ap@ben.example", subject="",
    text="", html="", debtor="2", message_id="<a@firm.example>", items=("F1", "F2"),
)  # fmt: skip
SENT = {OURS.message_id: OURS}
OWED = tuple(
    OpenItem(number=n, customer="1", open=Money.of(euros, "EUR"), due=TODAY - dt.timedelta(days=9))
    for n, euros in (("2026-101", "1000"), ("2026-102", "250.50"))
)


def reply(text: str = "Ik betaal vrijdag.", **more: Any) -> Reply:
    given: dict[str, Any] = {
        "message_id": "<1@x>", "sender": "noor@home.example", "subject": "", "text": text,
        "on": TODAY, **more,
    }  # fmt: skip
    return Reply(**given)


def kept(
    text: str = "Ik betaal vrijdag.",
    label: Label = Label.PROMISE,
    *,
    sure: bool = True,
    promised: dt.date | None = FRIDAY,
    debtor: str = "1",
    known: bool = True,
    message: str = OURS.key,
    **more: Any,
) -> KeptReply:
    return KeptReply(
        folder="INBOX",
        mail=Mail(reply=reply(text, **more), validity=1, uid=1, received=MORNING),
        reading=Reading(label=label, confidence=0.97, sure=sure, why=(), promised=promised),
        debtor=debtor,
        known=known,
        message=message,
        id="1",
    )


class TestWhose:
    def test_the_message_that_it_answers_comes_before_the_address(self) -> None:
        found = whose(reply(answers=("<x@y>", "<a@firm.example>")), SENT, DEBTORS)
        assert found == Whose(debtor="2", message=OURS, known=False)

    @pytest.mark.parametrize("sender", ["AP@ben.example", "ap@group.example"])
    def test_who_answers_from_where_we_wrote_or_from_his_own_address_is_known(
        self, sender: str
    ) -> None:
        found = whose(reply(answers=("<a@firm.example>",), sender=sender), SENT, DEBTORS)
        assert (found.debtor, found.known) == ("2", True)

    def test_the_address_alone_tells_too(self) -> None:
        assert whose(reply(), SENT, DEBTORS) == Whose(debtor="1", known=True)

    def test_of_several_with_one_address_each_may_be_meant(self) -> None:
        found = whose(reply(sender="ap@group.example"), {}, DEBTORS)
        assert found == Whose(perhaps=("2", "3"))

    def test_a_stranger_is_nobodys_and_so_is_who_has_no_address(self) -> None:
        assert whose(reply(sender="x@y.example"), SENT, DEBTORS) == Whose()
        assert whose(reply(sender=""), SENT, DEBTORS) == Whose()

    def test_a_message_to_an_approver_makes_nobody_a_debtor(self) -> None:
        asked = replace(OURS, debtor="")
        found = whose(
            reply(answers=("<a@firm.example>",), sender=""), {asked.message_id: asked}, ()
        )
        assert found == Whose()


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("ik betaal € 1.250,50 vrijdag", ["1250.50"]),
        ("I pay EUR 1,250.50 on Friday", ["1250.50"]),
        ("100 euro nu, de rest later", ["100"]),
        ("€100,- en 50 eur", ["100", "50"]),
        ("1.250 euro", ["1250"]),
        ("het bedrag van 89,00", ["89.00"]),
        ("2 500,00 wordt betaald", ["2500.00"]),
        ("factuur 2026-0412 van 12 maart", []),
        ("met 2,50% korting", []),
        ("op 12.03 betaal ik", ["12.03"]),
        ("op 12.03.2026 betaal ik", []),
        ("ik betaal vrijdag", []),
        ("£ 45 or $5", ["45", "5"]),
    ],
)
def test_amounts_are_found_as_people_write_them(text: str, amounts: list[str]) -> None:
    assert list(amounts_in(text)) == [Decimal(amount) for amount in amounts]


class TestDeal:
    @pytest.mark.parametrize(
        ("label", "deal"),
        [
            (Label.OUT_OF_OFFICE, Deal.NOTE),
            (Label.PROMISE, Deal.PROMISE),
            *((label, Deal.ASK) for label in (
                Label.PAID, Label.DISPUTE, Label.QUESTION, Label.ADDRESS_CHANGE, Label.ANGRY,
                Label.BOUNCE,
            )),
        ],
    )  # fmt: skip
    def test_what_was_read_surely(self, label: Label, deal: Deal) -> None:
        assert deal_with(kept(label=label), "") is deal

    @pytest.mark.parametrize("label", list(Label))
    def test_what_is_not_sure_is_a_persons(self, label: Label) -> None:
        assert deal_with(kept(label=label, sure=False), "") is Deal.ASK

    def test_a_report_counts_only_of_the_address_that_we_wrote_to(self) -> None:
        failed = kept(label=Label.BOUNCE, failed_to=("noor@home.example",))
        assert deal_with(failed, "Noor@Home.example") is Deal.BOUNCE
        assert deal_with(failed, "other@home.example") is Deal.ASK
        assert deal_with(failed, "") is Deal.ASK


class TestBounce:
    FAILED = kept(label=Label.BOUNCE, failed_to=("ap@ben.example",))

    def problem(self, days: int, *known: str) -> str:
        """Of a report on a message of so many days ago."""
        sent = replace(OURS, on=TODAY - dt.timedelta(days=days))
        return bounce_problem(self.FAILED, sent, known)

    @pytest.mark.parametrize("days", [0, 1, 5])
    def test_it_is_believed_as_long_as_mail_servers_try(self, days: int) -> None:
        assert self.problem(days) == ""
        assert self.problem(days, "accepted", "bounced") == ""

    @pytest.mark.parametrize("days", [-1, 6, 90])
    def test_what_comes_late_is_a_persons(self, days: int) -> None:
        assert "mail servers give up within 5 days" in self.problem(days)

    def test_of_a_message_without_a_day_nothing_is_believed(self) -> None:
        assert "not known on which day" in bounce_problem(self.FAILED, OURS, ())

    @pytest.mark.parametrize("kind", REACHED)
    def test_what_reached_somebody_did_not_come_back(self, kind: str) -> None:
        assert (
            self.problem(1, "accepted", kind)
            == f"the message reached somebody: it is known as {kind}"
        )


def test_the_id_of_a_message_is_not_worked_out_and_stays_the_same() -> None:
    mine = message_id(OURS.key, "firm.example", b"a" * 32)
    assert mine == message_id(OURS.key, "firm.example", b"a" * 32)
    guessed = {message_id(OURS.key, "firm.example", secret) for secret in (b"", b"b" * 32)}
    assert mine not in guessed
    assert len(mine) == len("<>@firm.example") + 32, "128 bits"


def broken(state: PromiseState = PromiseState.BROKEN, until: dt.date = TODAY) -> Promise:
    owed = Money.of("10", "EUR")
    return Promise(
        debtor="1", items=("x",), until=until, amount=owed, owed=owed, made=MORNING, by="ann",
        channel="call", state=state,
    )  # fmt: skip


def problem(one: KeptReply, *promises: Promise, days: int = 31, items: Any = OWED) -> str:
    return promise_problem(one, items, promises, TODAY, days)


class TestPromise:
    @pytest.mark.parametrize(
        "text",
        [
            "Ik betaal vrijdag.",
            "Ik betaal vrijdag de 1.250,50 euro.",
            "Ik betaal 2026-101 en 2026-102 vrijdag",
            "Vrijdag.\n\n> U moet 17,00 euro betalen\n",
        ],
    )
    def test_a_clear_one_is_noted(self, text: str) -> None:
        assert problem(kept(text)) == ""

    @pytest.mark.parametrize(
        ("one", "said"),
        [
            (kept(promised=None), "he names no one day"),
            (kept(promised=dt.date(2026, 3, 2)), "2026-03-02 is not within 31 days"),
            (kept(promised=dt.date(2026, 4, 4)), "2026-04-04 is not within 31 days"),
            (kept(debtor=""), "not known whose"),
            (kept(known=False), "noor@home.example is not an address of the debtor, or the mail"),
            (kept(message=""), "answers no message of ours"),
            (kept("Ik betaal 100 euro vrijdag"), "not clear how much"),
            (kept("Vrijdag betaal ik de helft, de rest later"), "not clear how much"),
            (kept("Factuur 2026-101 betaal ik vrijdag"), "he names 2026-101 alone, of 2"),
        ],
    )
    def test_one_that_is_not_clear_is_a_persons(self, one: KeptReply, said: str) -> None:
        assert said in problem(one)

    def test_where_nothing_or_several_currencies_are_owed_nothing_is_clear(self) -> None:
        assert "items of one currency; here are none" in problem(kept(), items=())
        pounds = replace(OWED[0], open=Money.of("1", "GBP"))
        assert "here are EUR, GBP" in problem(kept(), items=(*OWED, pounds))

    def test_who_broke_one_or_has_another_open_is_a_persons(self) -> None:
        assert problem(kept(), broken()) == "he broke his promise of 2026-03-03"
        assert "by 2026-03-03 already" in problem(kept(), broken(PromiseState.OPEN))
        assert problem(kept(), broken(PromiseState.OPEN, FRIDAY)) == "", "the same once more"
        assert problem(kept(), broken(PromiseState.KEPT)) == ""

    def test_who_broke_one_long_ago_is_trusted_again(self) -> None:
        long_ago = dt.datetime(2025, 8, 1, 9, tzinfo=dt.UTC)
        assert problem(kept(), replace(broken(), settled=long_ago)) == ""

    def test_who_is_in_collection_arranges_nothing_with_us(self) -> None:
        said = promise_problem(kept(), OWED, (), TODAY, 31, collected=True)
        assert said.startswith("his claim was given to collection")

    def test_none_is_noted_where_the_back_office_wants_none(self) -> None:
        assert "promise_days is 0" in problem(kept(), days=0)
        assert "is not within 2 days" in problem(kept(), days=2)
        assert problem(kept(), days=3) == ""


def test_a_message_id_that_is_used_twice_swallows_nothing() -> None:
    assert digest_of(reply("ik betaal")) != digest_of(reply("ik betaal niet"))
    assert digest_of(reply("a")) == digest_of(reply("a"))
    assert digest_of(reply("half \ud800"))

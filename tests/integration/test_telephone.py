"""Texts and WhatsApp against an exchange that answers as the provider documents it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from exchange import ACCOUNT, TOKEN, Exchange, open_exchange, signature

from clerkwork.adapters.channels import Account, Sent, ShortMessages, Twilio, event_of
from clerkwork.adapters.channels.telephone import Template, WhatsApp
from clerkwork.adapters.channels.telephone.line import Line
from clerkwork.adapters.letters import ReminderWriter, Texts
from clerkwork.adapters.store import Store
from clerkwork.app.deliver import Post, deliver, interrupted
from clerkwork.app.hear import Heeded, hear, heed
from clerkwork.core.creditor import Creditor
from clerkwork.core.journeys import Plan, Step
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState, message_id
from clerkwork.core.money import Money
from clerkwork.demo.places import free_ports
from clerkwork.errors import (
    ChannelDown,
    MessageRefused,
    SignInRefused,
    Undecided,
)
from clerkwork.testing import FixedClock, MemoryVault, memory_store
from clerkwork.workspace.toml import read_table

VAULT = MemoryVault({"twilio.account": ACCOUNT, "twilio.token": TOKEN})
TO = "+31612345678"
CLOCK = FixedClock()
CONFIG = Path(__file__).parents[2] / "config"
CREDITOR = Creditor(
    name="Waterland B.V.", address=("Havenkade 12",), phone="030 555 01 40",
    email="ar@waterland.example", iban="NL91ABNA0417164300", mail_domain="waterland.example",
)  # fmt: skip
WHATSAPP = WhatsApp(
    sender="+31201234567",
    templates=(Template(content="HX" + "a" * 32, body="Beste {{1}}, er staat {{2}} open."),),
)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with open_exchange() as there:
        yield there


@dataclass
class Desk:
    """A store with its outbox, and a channel to the exchange."""

    exchange: Exchange
    store: Store
    waited: list[float] = field(default_factory=list)

    def plan(self) -> Twilio:
        return Twilio(
            sms="+31201234567",
            whatsapp=WHATSAPP,
            address=self.exchange.address,
            callbacks="https://pages.example",
            timeout=0.3,
            patience=0.0,
        )

    def channel(self, name: str = "sms", plan: Twilio | None = None) -> ShortMessages:
        account = Account(plan=plan or self.plan(), vault=VAULT, pause=self.waited.append)
        outbox = self.store.outbox
        sent = Sent(
            named=outbox.named,
            heard=lambda key: bool(self.store.events.all(key)),
            proofs=lambda debtor: {m.proof for m in outbox.history(debtor)},
        )
        return ShortMessages(name=name, account=account, sent=sent)

    def post(self, channel: ShortMessages, run: str = "r") -> Post:
        both = {channel.name: channel}
        return Post(
            outbox=self.store.outbox,
            queue=self.store.queue,
            channels=both,
            archives=both,
            clock=CLOCK,
            run=run,
        )

    def state(self, message: Message) -> MessageState:
        found = self.store.outbox.named(message.message_id)
        assert found is not None
        return found.state


@pytest.fixture
def desk(exchange: Exchange) -> Iterator[Desk]:
    store = memory_store(CLOCK)
    yield Desk(exchange=exchange, store=store)
    store.close()


def text(key: str = "10002/consumer/friendly/2026-02-28/sms/1", **changes: Any) -> Message:
    message = Message(
        key=key,
        channel="sms",
        to=TO,
        subject="s",
        text="Waterland: er staat 89,00 € open. Betaal hier: https://pay.example/x\n",
        html="",
        debtor="10002",
        step="friendly",
        on=date(2026, 3, 3),
        message_id=message_id(key, "waterland.example"),
    )
    return replace(message, **changes)


def test_a_text_is_handed_in_with_an_address_to_report_to(desk: Desk) -> None:
    message = text()
    sid = desk.channel().send(message)
    assert sid == desk.exchange.messages[0]["sid"]
    (asked,) = desk.exchange.asked
    reference = message.message_id[1:33]
    assert asked == {
        "To": TO,
        "From": "+31201234567",
        "Body": message.text.strip(),
        "StatusCallback": f"https://pages.example/twilio/reports/{reference}",
    }


def test_without_an_address_of_ours_nothing_is_reported(desk: Desk) -> None:
    desk.channel(plan=replace(desk.plan(), callbacks="")).send(text())
    assert "StatusCallback" not in desk.exchange.asked[0]


def test_a_messaging_service_and_a_name_can_be_the_sender(desk: Desk) -> None:
    service = "MG" + "1" * 32
    desk.channel(plan=replace(desk.plan(), sms=service)).send(text())
    desk.channel(plan=replace(desk.plan(), sms="Waterland")).send(text())
    first, second = desk.exchange.asked
    assert first["MessagingServiceSid"] == service
    assert "From" not in first
    assert second["From"] == "Waterland"


def test_whatsapp_says_what_was_approved_and_nothing_else(desk: Desk) -> None:
    channel = desk.channel("whatsapp")
    channel.send(text(channel="whatsapp", text="Beste Noor Jansen, er staat 89,00 € open.\n"))
    (asked,) = desk.exchange.asked
    assert asked["To"] == f"whatsapp:{TO}"
    assert asked["From"] == "whatsapp:+31201234567"
    assert asked["ContentSid"] == "HX" + "a" * 32
    assert asked["ContentVariables"] == '{"1": "Noor Jansen", "2": "89,00 \\u20ac"}'
    with pytest.raises(ChannelDown, match="no template"):
        channel.send(text(channel="whatsapp", text="Betaal nu!"))
    assert len(desk.exchange.asked) == 1


@pytest.mark.parametrize(
    ("body", "said", "values"),
    [
        ("Vast.", "Vast.", {}),
        ("{{1}} en {{1}}", "a en a", {"1": "a"}),
        ("{{1}} en {{1}}", "a en b", None),
        ("Beste {{1}},\n\nbetaal {{2}}.", "Beste A,\n\nbetaal 1,00 €.", {"1": "A", "2": "1,00 €"}),
        ("Beste {{1}}.", "Beste A\nB.", None),
        ("Kost 5 (vijf)? {{1}}", "Kost 5 (vijf)? x", {"1": "x"}),
    ],
)
def test_a_template_knows_its_own_texts(
    body: str, said: str, values: dict[str, str] | None
) -> None:
    assert Template(content="HX" + "0" * 32, body=body).values(said) == values


@pytest.mark.parametrize("code", [21211, 21614, 21610, 63003])
def test_a_number_that_is_refused_is_refused_for_good(desk: Desk, code: int) -> None:
    desk.exchange.refuse[TO] = code
    with pytest.raises(MessageRefused, match=str(code)):
        desk.channel().send(text())


@pytest.mark.parametrize("number", ["+31201234567", "+319", "06 12345678", "+31900123456"])
def test_what_cannot_be_texted_costs_no_request(desk: Desk, number: str) -> None:
    with pytest.raises(MessageRefused):
        desk.channel().send(text(to=number))
    assert desk.exchange.asked == []


def test_too_many_requests_are_asked_again_and_longer_each_time(desk: Desk) -> None:
    desk.exchange.faults = ["429", "429"]
    desk.channel().send(text())
    assert desk.waited == [1.0, 2.0]
    assert len(desk.exchange.messages) == 1
    desk.exchange.faults = ["429"] * 4
    with pytest.raises(ChannelDown, match="20429"):
        desk.channel().send(text())
    assert len(desk.exchange.messages) == 1


def test_who_is_refused_at_the_door_is_told_where_to_look(desk: Desk) -> None:
    account = Account(
        plan=desk.plan(),
        vault=MemoryVault({"twilio.account": ACCOUNT, "twilio.token": "wrong"}),
        pause=desk.waited.append,
    )
    with pytest.raises(SignInRefused, match="20003") as caught:
        replace(desk.channel(), account=account).send(text())
    assert "wrong" not in str(caught.value)


def test_an_exchange_that_is_not_there_took_nothing(desk: Desk) -> None:
    (port,) = free_ports(1)
    plan = replace(desk.plan(), address=f"http://127.0.0.1:{port}")
    with pytest.raises(ChannelDown, match="cannot be reached"):
        desk.channel(plan=plan).send(text())


@pytest.mark.parametrize("fault", ["silent", "lost", "500"])
def test_nobody_knows_what_became_of_a_lost_answer(desk: Desk, fault: str) -> None:
    desk.exchange.faults = [fault]
    with pytest.raises(Undecided):
        desk.channel().send(text())


class TestAfterALostAnswer:
    def test_what_the_exchange_lists_was_sent(self, desk: Desk) -> None:
        desk.exchange.faults = ["silent"]
        message = text()
        desk.store.outbox.prepare(message)
        assert deliver(message, desk.post(desk.channel())) is MessageState.SENT
        assert len(desk.exchange.messages) == 1
        assert desk.store.queue.open() == ()

    @pytest.mark.parametrize("fault", ["lost", "500"])
    def test_what_it_does_not_list_goes_once_more_and_only_once(
        self, desk: Desk, fault: str
    ) -> None:
        desk.exchange.faults = [fault]
        message = text()
        desk.store.outbox.prepare(message)
        assert deliver(message, desk.post(desk.channel())) is MessageState.SENDING
        post = desk.post(desk.channel(), run="second")
        assert interrupted(post, lambda _: True) == {message.key: MessageState.PREPARED}
        assert deliver(message, post) is MessageState.SENT
        assert len(desk.exchange.messages) == 1

    def test_a_no_counts_once_it_was_claimed_long_enough_ago(self, desk: Desk) -> None:
        message = text()
        desk.store.outbox.prepare(message)

        def listed_late(seconds: float) -> None:
            desk.waited.append(seconds)
            desk.channel().send(message)

        channel = desk.channel(plan=replace(desk.plan(), patience=600.0))
        patient = replace(channel, account=replace(channel.account, pause=listed_late))
        assert patient.holds(message.message_id, age=601.0) is False
        assert desk.waited == []
        assert patient.holds(message.message_id, age=0.0) is True
        assert desk.waited == [1.0]

    def test_another_text_to_the_same_number_leaves_it_to_a_person(self, desk: Desk) -> None:
        message = text()
        desk.channel().send(replace(message, text="Iets anders"))
        desk.exchange.faults = ["lost"]
        desk.store.outbox.prepare(message)
        assert deliver(message, desk.post(desk.channel())) is MessageState.DOUBTFUL
        (item,) = desk.store.queue.open()
        assert item.kind == "message"

    def test_where_the_list_does_not_show_the_words_of_a_template_a_person_decides(
        self, desk: Desk
    ) -> None:
        desk.exchange.faults = ["silent"]
        message = text(channel="whatsapp", text="Beste Noor, er staat 1,00 € open.")
        desk.store.outbox.prepare(message)
        post = desk.post(desk.channel("whatsapp"))
        assert deliver(message, post) is MessageState.DOUBTFUL
        assert len(desk.exchange.messages) == 1

    def test_an_exchange_that_cannot_be_asked_leaves_it_to_a_person(self, desk: Desk) -> None:
        message = text()
        desk.store.outbox.prepare(message)
        (port,) = free_ports(1)
        plan = replace(desk.plan(), address=f"http://127.0.0.1:{port}")
        assert desk.channel(plan=plan).holds(message.message_id) is None

    def test_what_is_known_to_be_sent_is_found_by_its_id(self, desk: Desk) -> None:
        message = text()
        desk.store.outbox.prepare(message)
        deliver(message, desk.post(desk.channel()))
        desk.channel().send(replace(message, text="Iets anders"))
        assert desk.channel().holds(message.message_id) is True

    def test_an_earlier_message_with_the_same_words_is_no_proof(self, desk: Desk) -> None:
        first, second = text(), text("10002/consumer/friendly/2026-02-28/sms/2")
        post = desk.post(desk.channel())
        for message, fault in ((first, ""), (second, "lost")):
            desk.store.outbox.prepare(message)
            desk.exchange.faults = [fault]
            deliver(message, post)
        assert desk.state(first) is MessageState.SENT
        assert desk.state(second) is MessageState.SENDING

    def test_a_report_on_it_is_proof_whatever_the_list_says(self, desk: Desk) -> None:
        message = text()
        desk.store.outbox.prepare(message)
        hear(
            outbox=desk.store.outbox, events=desk.store.events, clock=CLOCK,
            message_id=message.message_id, kind="delivered", provider="SM1/delivered",
        )  # fmt: skip
        assert desk.channel().holds(message.message_id) is True

    def test_a_list_of_many_pages_is_read_to_its_end(self, desk: Desk) -> None:
        desk.exchange.page_size = 2
        message = text()
        desk.store.outbox.prepare(message)
        desk.channel().send(message)
        for number in range(5):
            desk.channel().send(replace(message, text=f"Iets anders {number}"))
        assert desk.channel().holds(message.message_id) is True

    def test_what_is_no_message_of_ours_cannot_be_asked_after(self, desk: Desk) -> None:
        assert desk.channel().holds("<nobody@waterland.example>") is None


def test_what_the_shipped_texts_say_on_whatsapp_can_be_approved_and_sent() -> None:
    """A body is what the texts say, with a place for each value."""

    def said(name: str, minor: int, number: str) -> str:
        texts: Texts = read_table(CONFIG / "texts" / "nl.toml", "nl", Texts)
        owed = Money(minor, "EUR")
        due = Plan(
            debtor=Debtor(number="10002", name=name),
            journey="consumer",
            step=Step(name="friendly", after=3, tone="friendly", channels=("whatsapp", "mail")),
            items=(OpenItem(number=number, customer="1", open=owed, due=date(2026, 2, 2)),),
            amounts=(owed,),
            channel="whatsapp",
            to=TO,
            today=date(2026, 3, 3),
        )
        return ReminderWriter(creditor=CREDITOR, texts={"nl": texts})(due).text.strip()

    first = said("Noor Jansen", 8900, "F-1")
    body = first
    values = ("Noor Jansen", Money(8900, "EUR").for_people("nl_NL"), "F-1")
    for place, value in enumerate(values, start=1):
        assert value in body
        body = body.replace(value, f"{{{{{place}}}}}")
    template = Template(content="HX" + "1" * 32, body=body)
    assert template.values(first) == dict(zip("123", values, strict=True))
    second = template.values(said("Ben Bakker", 123450, "F-22"))
    assert second is not None
    assert (second["1"], second["3"]) == ("Ben Bakker", "F-22")


class TestReports:
    """What the provider says afterwards, and what follows with the next run."""

    def sent(self, desk: Desk, number: int = 1) -> Message:
        message = text(f"10002/consumer/friendly/2026-02-28/sms/{number}")
        desk.store.outbox.prepare(message)
        assert deliver(message, desk.post(desk.channel())) is MessageState.SENT
        return message

    def hear(self, desk: Desk, message: Message, kind: str) -> bool:
        return hear(
            outbox=desk.store.outbox, events=desk.store.events, clock=CLOCK,
            message_id=message.message_id, kind=kind, provider=f"SM/{kind}",
        )  # fmt: skip

    def heed(self, desk: Desk) -> Heeded:
        return heed(
            outbox=desk.store.outbox,
            events=desk.store.events,
            queue=desk.store.queue,
            clock=CLOCK,
            run="next",
        )

    def test_a_report_that_comes_twice_is_one(self, desk: Desk) -> None:
        message = self.sent(desk)
        assert self.hear(desk, message, "delivered")
        assert not self.hear(desk, message, "delivered")
        assert [event.kind for event in desk.store.events.all(message.key)] == ["delivered"]
        assert self.heed(desk) == Heeded()

    def test_a_number_that_is_of_no_use_is_given_up_and_a_person_told_once(
        self, desk: Desk
    ) -> None:
        message = self.sent(desk)
        self.hear(desk, message, "bounced")
        assert self.heed(desk) == Heeded(given_up=1)
        assert self.heed(desk) == Heeded()
        assert desk.state(message) is MessageState.FAILED
        (item,) = desk.store.queue.open()
        assert (item.kind, item.debtor) == ("message", "10002")

    def test_what_did_not_arrive_is_written_anew_once_and_then_given_up(self, desk: Desk) -> None:
        first = self.sent(desk, 1)
        self.hear(desk, first, "undelivered")
        assert self.heed(desk) == Heeded(anew=1)
        assert desk.state(first) is MessageState.STOPPED
        second = self.sent(desk, 2)
        self.hear(desk, second, "undelivered")
        assert self.heed(desk) == Heeded(given_up=1)
        assert desk.state(second) is MessageState.FAILED

    def test_who_was_asked_whether_it_arrived_is_told_that_it_did_not(self, desk: Desk) -> None:
        message = text()
        desk.channel().send(replace(message, text="Iets anders"))
        desk.exchange.faults = ["lost"]
        desk.store.outbox.prepare(message)
        assert deliver(message, desk.post(desk.channel())) is MessageState.DOUBTFUL
        self.hear(desk, message, "bounced")
        assert self.heed(desk) == Heeded(settled=1, given_up=1)
        (item,) = desk.store.queue.open()
        assert item.title == "The sms to debtor 10002 did not arrive"

    def test_a_doubtful_message_that_was_reported_on_is_a_persons_no_more(self, desk: Desk) -> None:
        message = text()
        desk.channel().send(replace(message, text="Iets anders"))
        desk.exchange.faults = ["lost"]
        desk.store.outbox.prepare(message)
        assert deliver(message, desk.post(desk.channel())) is MessageState.DOUBTFUL
        self.hear(desk, message, "delivered")
        assert self.heed(desk) == Heeded(settled=1)
        assert desk.state(message) is MessageState.SENT
        assert desk.store.queue.open() == ()

    @pytest.mark.parametrize(
        ("fields", "kind"),
        [
            ({"MessageSid": "SM1", "MessageStatus": "sent"}, "accepted"),
            ({"MessageSid": "SM1", "MessageStatus": "delivered"}, "delivered"),
            ({"MessageSid": "SM1", "MessageStatus": "read"}, "read"),
            ({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "30005"}, "bounced"),
            (
                {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"},
                "undelivered",
            ),
            ({"MessageSid": "SM1", "MessageStatus": "undelivered"}, "undelivered"),
            ({"MessageSid": "SM1", "MessageStatus": "canceled"}, ""),
            ({"CallSid": "CA1", "CallStatus": "busy"}, "undelivered"),
            ({"CallSid": "CA1", "CallStatus": "failed", "SipResponseCode": "404"}, "bounced"),
            (
                {"CallSid": "CA1", "CallStatus": "completed", "AnsweredBy": "machine_start"},
                "voicemail",
            ),
            ({"CallSid": "CA1", "CallStatus": "completed", "AnsweredBy": "human"}, "accepted"),
            ({}, ""),
        ],
    )
    def test_the_providers_words(self, fields: dict[str, str], kind: str) -> None:
        assert event_of(fields)[0] == kind


class TestSignature:
    """Told apart by the published recipe, which the exchange has an own reading of."""

    def account(self, desk: Desk) -> Account:
        return Account(plan=desk.plan(), vault=VAULT, pause=desk.waited.append)

    def test_only_what_was_signed_for_this_address_with_these_fields_is_the_providers(
        self, desk: Desk
    ) -> None:
        check = self.account(desk).is_signed
        path, fields = "/twilio/reports/abc?n=1", {"MessageStatus": "sent", "To": TO, "Empty": ""}
        good = signature(f"https://pages.example{path}", fields)
        assert check(path, fields, good)
        assert not check("/twilio/reports/abd?n=1", fields, good)
        assert not check("/twilio/reports/abc", fields, good)
        assert not check(path, fields | {"MessageStatus": "delivered"}, good)
        assert not check(path, fields | {"More": "x"}, good)
        assert not check(path, fields, "")
        assert not check(path, fields, signature(f"https://pages.example{path}", fields, "other"))

    def test_under_a_shared_key_it_is_signed_as_the_request_says(self, desk: Desk) -> None:
        plan = replace(desk.plan(), shared_key="twilio.shared")
        vault = MemoryVault({**VAULT.values, "twilio.shared": "geheim"})
        check = Account(plan=plan, vault=vault, pause=desk.waited.append).is_signed
        path, fields = "/twilio/reports/abc", {"MessageStatus": "sent"}
        address, says = f"https://pages.example{path}", "key=webhooks_1,algorithm=HMAC_SHA256"
        good = signature(address, fields, "geheim", "sha256")
        assert check(path, fields, good, says)
        assert not check(path, fields | {"To": TO}, good, says)
        assert not check(path, fields, good, "key=webhooks_1,algorithm=HMAC_SHA512")
        assert not check(path, fields, good), "by the token it is not"
        assert not check(path, fields, signature(address, fields), says)
        assert not self.account(desk).is_signed(path, fields, good, says), "no key is declared"

    def test_a_json_body_is_told_by_its_hash_in_the_address(self, desk: Desk) -> None:
        check = self.account(desk).is_signed
        body = '{"MessageSid": "SM1", "MessageStatus": "delivered"}'
        path = f"/twilio/reports/abc?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
        good = signature(f"https://pages.example{path}", {})
        assert check(path, body, good)
        assert not check(path, body.replace("delivered", "failed"), good)
        bare = "/twilio/reports/abc"
        assert not check(bare, body, signature(f"https://pages.example{bare}", {}))


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"sms": "0612345678"}, "sms is"),
        ({"sms": "A name too long"}, "sms is"),
        ({"address": "http://api.example"}, "address is"),
        ({"callbacks": "ftp://x"}, "callbacks is"),
    ],
)
def test_a_wrong_setting_is_told(changes: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        Twilio(**changes)


def test_the_environment_of_this_machine_is_not_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    desk.channel().send(text())
    assert len(desk.exchange.messages) == 1


def test_a_line_waits_as_long_as_it_is_told(exchange: Exchange) -> None:
    waited: list[float] = []
    exchange.faults = ["429"]
    line = Line(1.0, "", waited.append)
    answer = line.request("POST", f"{exchange.address}/x", data={"a": "b"}, auth=(ACCOUNT, TOKEN))
    assert answer.status_code == 404
    assert waited == [1.0]

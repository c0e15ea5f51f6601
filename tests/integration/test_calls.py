"""Calls that the computer makes: what is said to whom, and what follows from the keys."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from exchange import ACCOUNT, TOKEN, Answer, Exchange, open_exchange, signature
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from clerkwork.app.converse import Desk, Key, converse
from clerkwork.app.office import Office
from clerkwork.bootstrap.office import open_office
from clerkwork.bootstrap.provider import add_provider
from clerkwork.core.collection import Handover
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import LINK, Message, MessageState, message_id
from clerkwork.core.money import Money
from clerkwork.core.promises import PromiseState
from clerkwork.errors import ConfigError
from clerkwork.workspace import make_workspace, open_workspace

PAGES = "https://pages.example"
TO = "+31612345678"


def set_up(folder: Path, address: str, more: str = "") -> None:
    """A workspace in which the computer calls."""
    make_workspace(folder)
    channels = folder / "config" / "channels.toml"
    text = channels.read_text().replace("people_call = true", "people_call = false")
    channels.write_text(
        text
        + f'\n[twilio]\nsms = "+31201234567"\naddress = "{address}"\ncallbacks = "{PAGES}"\n'
        + "timeout = 0.5\npatience = 0.0\n"
        + '[twilio.calls]\nsender = "+31201234567"\n'
        + more
    )


@dataclass(frozen=True)
class Client:
    """Asks the pages, without a server between."""

    app: FastAPI

    def ask(self, method: str, path: str, **more: Any) -> Response:
        async def ask() -> Response:
            transport = ASGITransport(app=self.app)
            async with AsyncClient(transport=transport, base_url="http://inside") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


@dataclass(frozen=True, kw_only=True)
class Line:
    """An office, its pages, and the exchange that asks them."""

    office: Office
    exchange: Exchange
    client: Client
    message: Message

    def post(self, address: str, fields: Mapping[str, str], signed: str) -> tuple[int, str]:
        answer = self.client.ask(
            "POST",
            address.removeprefix(PAGES),
            data=dict(fields),
            headers={"X-Twilio-Signature": signed} if signed else {},
        )
        return answer.status_code, answer.text

    def call(self, keys: str, answered_by: str = "human") -> Answer:
        sid = self.office.channels["call"].send(self.message)
        return self.exchange.ring(sid, answered_by, keys, post=self.post)

    def heard(self) -> list[str]:
        return [event.kind for event in self.office.events.all(self.message.key)]

    def kinds(self) -> list[str]:
        return [item.kind for item in self.office.queue.open()]


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setenv("CLERKWORK_SECRET_TWILIO__ACCOUNT", ACCOUNT)
    monkeypatch.setenv("CLERKWORK_SECRET_TWILIO__TOKEN", TOKEN)
    monkeypatch.setenv("CLERKWORK_VAULT_KEY", str(tmp_path / "key"))
    with open_exchange() as exchange:
        set_up(tmp_path / "office", exchange.address)
        with open_office(tmp_path / "office") as (place, office):
            today = office.clock.today()
            office.books.replace_debtors(
                "erp",
                [
                    Debtor(
                        number="10002", name="Noor Jansen", kind="consumer", mobile=TO,
                        language="nl",
                    )
                ],
            )  # fmt: skip
            items = [
                OpenItem(
                    number="F1", customer="10002", open=Money(8900, "EUR"),
                    due=today - dt.timedelta(days=20),
                )
            ]  # fmt: skip
            office.books.replace_open_items("erp", items)
            key = "10002/consumer/third reminder/x/call/1"
            message = Message(
                key=key, channel="call", to=TO, subject="89,00 € staat nog open", text="t", html="",
                debtor="10002", step="third reminder", amount=Money(8900, "EUR"), items=("F1",),
                on=today, message_id=message_id(key, place.config.creditor.mail_domain),
                journey="consumer",
            )  # fmt: skip
            office.outbox.prepare(message)
            app = FastAPI()
            add_provider(app, place, office)
            yield Line(office=office, exchange=exchange, client=Client(app), message=message)


def speaks_of(answer: Answer, *words: str) -> bool:
    return any(word in sentence for word in words for sentence in answer.said)


def test_a_call_is_asked_for_with_machines_to_be_told_apart(line: Line) -> None:
    line.call("")
    (asked,) = line.exchange.asked
    reference = line.message.message_id[1:33]
    assert asked["MachineDetection"] == "Enable"
    assert asked["Url"] == f"{PAGES}/twilio/calls/{reference}/start"
    assert asked["Timeout"] == "25"
    # What the debtor owes, and why, is no business of the provider's before he is there.
    assert "89" not in "".join(v for k, v in asked.items() if k not in ("Url", "StatusCallback"))


@pytest.mark.parametrize("machine", ["machine_start", "machine_end_beep", "fax"])
def test_a_voicemail_is_told_nothing(line: Line, machine: str) -> None:
    answer = line.call("", machine)
    assert answer.said == ()
    assert line.heard() == ["accepted", "voicemail"]


def test_where_it_is_not_sure_that_a_person_listens_a_key_comes_before_the_name(
    line: Line,
) -> None:
    silent = line.call("", "unknown")
    assert len(silent.said) == 1
    assert not speaks_of(silent, "Noor", "89")
    answer = line.call("11", "unknown")
    assert not speaks_of(replace(answer, said=answer.said[:1]), "Noor")
    assert "Noor Jansen" in answer.said[1]
    assert "89,00" in answer.said[2]


def test_no_amount_is_said_before_somebody_pressed_that_it_is_he(line: Line) -> None:
    for keys in ("", "2", "3", "-3", "---"):
        answer = line.call(keys)
        assert speaks_of(answer, "Noor")
        assert not speaks_of(answer, "89", "factuur")


def test_who_is_not_the_debtor_is_not_called_again(line: Line) -> None:
    answer = line.call("2")
    assert "verkeerde nummer" in answer.said[-1]
    assert line.heard() == ["accepted", "bounced"]


def test_a_promise_is_said_back_and_kept(line: Line) -> None:
    # Twice, as a provider that did not get the answer the first time.
    for _ in range(2):
        answer = line.call("12101")
    assert answer.pressed == ("1", "2", "10", "1")
    (promise,) = line.office.promises.all(PromiseState.OPEN)
    today = line.office.clock.today()
    assert promise.until == today + dt.timedelta(days=10)
    assert (promise.amount, promise.channel) == (Money(8900, "EUR"), "call")
    assert promise.by == "the debtor himself"
    assert "answered" in line.heard()
    assert line.kinds() == []


def test_a_promise_too_far_ahead_is_asked_again_and_then_given_up(line: Line) -> None:
    answer = line.call("1299151")
    assert answer.pressed == ("1", "2", "99", "15", "1")
    assert line.office.promises.all() == ()


def test_a_promise_he_takes_back_is_none(line: Line) -> None:
    answer = line.call("12102031")
    assert answer.pressed == ("1", "2", "10", "2", "03", "1")
    (promise,) = line.office.promises.all(PromiseState.OPEN)
    assert promise.until == line.office.clock.today() + dt.timedelta(days=3)


def test_who_broke_a_promise_is_not_offered_the_next_and_a_person_calls_him(line: Line) -> None:
    line.call("12101")
    (made,) = line.office.promises.all(PromiseState.OPEN)
    line.office.promises.settle(made.id, PromiseState.BROKEN)
    answer = line.call("12")
    assert not speaks_of(answer, "wanneer u betaalt", "beloofd")
    assert line.office.promises.all(PromiseState.OPEN) == ()
    # He pressed it before it was known that he broke one.
    desk = Desk(
        outbox=line.office.outbox, events=line.office.events, books=line.office.books,
        promises=line.office.promises, queue=line.office.queue, clock=line.office.clock, days=14,
        handovers=line.office.handovers,
    )  # fmt: skip
    said = converse(line.message, Key(stage="sure", digits="1", chosen=5), desk)
    assert said.says == ("call_back", "bye")
    assert line.office.promises.all(PromiseState.OPEN) == ()
    assert line.kinds() == ["call"]


def test_who_is_in_collection_is_offered_no_promise(line: Line) -> None:
    now, today = line.office.clock.now(), line.office.clock.today()
    given = Handover(id="", debtor="10002", cycle=today, items=("F1",), by="Inge", at=now)
    line.office.handovers.approve(given)
    answer = line.call("12")
    assert not speaks_of(answer, "wanneer u betaalt", "beloofd")
    assert line.office.promises.all() == ()


@pytest.mark.parametrize(("key", "kind"), [("3", "dispute"), ("4", "call")])
def test_who_does_not_agree_or_wants_a_person_becomes_a_work_item_once(
    line: Line, key: str, kind: str
) -> None:
    for _ in range(2):
        line.call(f"1{key}")
    (item,) = line.office.queue.open()
    assert (item.kind, item.debtor) == (kind, "10002")
    assert item.facts["Number"] == TO


def test_who_asks_for_a_link_gets_one_and_only_one(line: Line) -> None:
    for _ in range(2):
        answer = line.call("11")
        assert "betaallink" in answer.said[-2]
    (link,) = line.office.outbox.pending(MessageState.PREPARED)[1:]
    secret = bytes.fromhex(line.office.vault.get("clerkwork.links").value)
    domain = line.message.message_id.rpartition("@")[2].rstrip(">")
    assert link.message_id == message_id(link.key, domain, secret)
    assert (link.step, link.channel, link.to, link.debtor) == (LINK, "sms", TO, "10002")
    assert "89" in link.text
    assert "http" in link.text
    (errand,) = line.office.errands.waiting()
    assert errand.task == "send_links"


def test_what_was_paid_meanwhile_is_not_asked_for(line: Line) -> None:
    line.office.books.replace_open_items("erp", [])
    answer = line.call("13")
    assert "niets meer open" in answer.said[1]
    assert line.kinds() == []


def test_nothing_that_the_provider_did_not_sign_is_heard(line: Line) -> None:
    reference = line.message.message_id[1:33]
    for path in (f"/twilio/calls/{reference}/start", f"/twilio/reports/{reference}"):
        fields = {"CallSid": "CA1", "CallStatus": "busy"}
        assert line.post(path, fields, "")[0] == 403
        assert line.post(path, fields, signature(f"{PAGES}{path}", fields, "wrong"))[0] == 403
        good = signature(f"{PAGES}{path}", fields)
        assert line.post(path, fields | {"Digits": "3"}, good)[0] == 403
        assert line.post(f"{path}?tries=9", fields, good)[0] == 403
    assert line.heard() == []
    assert line.client.ask("GET", f"/twilio/reports/{reference}").status_code == 405


def test_a_report_in_json_is_heard_and_one_with_another_body_is_not(line: Line) -> None:
    body = '{"CallSid": "CA1", "CallStatus": "busy", "Duration": 0}'
    path = f"/twilio/reports/{line.message.message_id[1:33]}"
    path += f"?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    heads = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Twilio-Signature": signature(f"{PAGES}{path}", {}),
    }

    def posted(content: str) -> int:
        return line.client.ask("POST", path, content=content, headers=heads).status_code

    assert posted(body.replace("busy", "completed")) == 403
    assert line.heard() == []
    assert posted(body) == 204
    assert line.heard() == ["undelivered"]


def test_a_request_that_is_too_long_or_says_a_thing_twice_is_not_heard(line: Line) -> None:
    path = f"/twilio/reports/{line.message.message_id[1:33]}"
    fields = {"CallSid": "CA1", "CallStatus": "busy", "More": "x" * 20_000}
    assert line.post(path, fields, signature(f"{PAGES}{path}", fields))[0] == 403
    answer = line.client.ask(
        "POST",
        path,
        content="CallSid=CA1&CallSid=CA1&CallStatus=busy",
        headers={"X-Twilio-Signature": signature(f"{PAGES}{path}", {"CallSid": "CA1"})},
    )
    assert answer.status_code == 403


def test_a_call_that_is_none_of_ours_says_nothing(line: Line) -> None:
    for path in ("/twilio/calls/0123/start", f"/twilio/calls/{line.message.message_id[1:33]}/x"):
        fields = {"CallSid": "CA1"}
        assert line.post(path, fields, signature(f"{PAGES}{path}", fields))[0] == 404
    path = "/twilio/reports/0123"
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert line.post(path, fields, signature(f"{PAGES}{path}", fields))[0] == 204


def test_how_a_call_ended_is_noted_and_asked_of_after_a_crash(line: Line) -> None:
    calls = line.office.channels["call"]
    archive = line.office.archives["call"]
    assert archive.holds(line.message.message_id) is False
    sid = calls.send(line.message)
    # Its list of calls does not tell what they were about.
    assert archive.holds(line.message.message_id) is None
    line.office.outbox.prepare(
        known := replace(line.message, key="k2", message_id="<k2@x>", proof=sid)
    )
    assert archive.holds(known.message_id) is True
    line.exchange.end(sid, "no-answer", post=line.post)
    line.exchange.end(sid, "no-answer", post=line.post)
    assert line.heard() == ["undelivered"]
    assert archive.holds(line.message.message_id) is True


def test_english_is_spoken_to_who_speaks_english(line: Line) -> None:
    (debtor,) = line.office.books.debtors()
    line.office.books.replace_debtors("erp", [replace(debtor, language="en")])
    answer = line.call("1")
    assert set(answer.languages) == {"en-GB"}
    assert "€89.00 is still open" in answer.said[1]


def test_people_and_the_computer_do_not_both_call(tmp_path: Path) -> None:
    set_up(tmp_path, "http://127.0.0.1:1")
    channels = tmp_path / "config" / "channels.toml"
    channels.write_text(channels.read_text().replace("people_call = false", "people_call = true"))
    with pytest.raises(ConfigError, match="people call, or the computer does"):
        open_workspace(tmp_path)


def test_a_name_may_not_stand_where_anybody_may_hear_it(tmp_path: Path) -> None:
    set_up(tmp_path, "http://127.0.0.1:1")
    script = tmp_path / "config" / "calls" / "nl.toml"
    text = script.read_text()
    script.write_text(text.replace("Ik bel voor {{ debtor }}", "Het gaat om {{ total }}"))
    with pytest.raises(ConfigError, match="who"):
        open_workspace(tmp_path)

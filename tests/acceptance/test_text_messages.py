"""Reminders as text messages, whole: from the ERP to the provider, once each, also after a kill."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from back_office import BackOffice, approval_pages
from exchange import ACCOUNT, TOKEN, Exchange, open_exchange
from killing import kill, started, wait

from clerkwork import bootstrap
from clerkwork.app.links import ask_for_link
from clerkwork.core.declarations import Declaration
from clerkwork.core.journeys import mobile_number
from clerkwork.core.messages import Message, message_id


@pytest.fixture
def exchange(office: BackOffice) -> Iterator[Exchange]:
    """One that the office's reminders go by, to debtors who have declared their numbers."""
    office.keep({"twilio.account": ACCOUNT, "twilio.token": TOKEN})
    office.done("run", "fetch_ledger")
    with bootstrap.open_office(office.folder) as (_, desk):
        for number, debtor in enumerate(desk.books.debtors()):
            desk.declarations.declare(
                Declaration(
                    debtor=debtor.number,
                    fact="mobile",
                    value=mobile_number(f"06 123456{number:02}", "NL"),
                    since=desk.clock.today(),
                    by="anna",
                    ground="gave it to be reached there",
                )
            )
    journeys = office.folder / "config" / "journeys.toml"
    text = journeys.read_text()
    tone = 'tone = "friendly"\n'
    journeys.write_text(text.replace(tone, f'{tone}channels = ["sms", "mail", "letter"]\n', 1))
    # The consumers' journey is the last.
    head, found, last = journeys.read_text().rpartition(tone)
    journeys.write_text(f'{head}{found}channels = ["sms", "mail", "letter"]\n{last}')
    channels = office.folder / "config" / "channels.toml"
    with open_exchange() as there:
        channels.write_text(
            channels.read_text()
            + f'\n[twilio]\nsms = "+31201234567"\naddress = "{there.address}"\npatience = 0.0\n'
        )
        yield there


def _to(exchange: Exchange) -> Counter[str]:
    return Counter(message["to"] for message in exchange.messages)


def test_reminders_go_as_texts_once_each(office: BackOffice, exchange: Exchange) -> None:
    exchange.faults = ["", "429", ""]
    office.done("run", "daily_round")
    texts = office.figures()["texts sent"]
    assert texts == len(exchange.messages) > 0
    assert set(_to(exchange).values()) == {1}
    assert all("€" in message["body"] for message in exchange.messages)
    proofs = office.store("SELECT proof FROM messages WHERE channel = 'sms' AND state = 'sent'")
    assert {proof for (proof,) in proofs} == {message["sid"] for message in exchange.messages}
    office.done("verify", "last")
    office.done("run", "remind_debtors")
    assert len(exchange.messages) == texts


def test_killed_while_the_provider_is_silent_nobody_gets_a_text_twice(
    office: BackOffice, exchange: Exchange
) -> None:
    # It has taken the second one when the clerk dies, and never said so.
    exchange.faults = ["", "silent"]
    with started(office, "daily_round") as clerk:
        wait(clerk, lambda: len(exchange.messages) == 2)
        kill(clerk)
    office.done("run", "remind_debtors")
    assert office.figures()["messages recovered"] == 1
    # It never came to the provider: the next run sends it.
    assert set(_to(exchange).values()) == {1}
    states = Counter(
        state for (state,) in office.store("SELECT state FROM messages WHERE channel = 'sms'")
    )
    assert states == {"sent": len(exchange.messages)}


def test_what_the_provider_reports_counts_and_a_dead_number_is_given_up(
    office: BackOffice, exchange: Exchange
) -> None:
    with bootstrap.open_office(office.folder) as (place, _):
        pages = place.config.settings.pages
    channels = office.folder / "config" / "channels.toml"
    channels.write_text(channels.read_text() + f'callbacks = "{pages}"\n')
    with approval_pages(office):
        office.done("run", "daily_round")
        first, second, *others = [message["sid"] for message in exchange.messages]
        for _ in range(2):
            assert exchange.report(first, "delivered") == 204
        assert exchange.report(second, "undelivered", 30005) == 204
        for sid in others:
            assert exchange.report(sid, "sent") == 204
    events = Counter(kind for (kind,) in office.store("SELECT kind FROM message_events"))
    assert events == {"accepted": len(others), "bounced": 1, "delivered": 1}
    shown = json.loads(office.done("journeys", "thresholds", "--json"))
    assert "delivered" in json.dumps(shown)
    office.done("run", "remind_debtors")
    assert office.figures()["addresses given up"] == 1
    failed = office.store("SELECT debtor FROM messages WHERE state = 'failed'")
    assert len(failed) == 1
    # The same step goes by its next channel.
    again = office.store(
        "SELECT channel, state FROM messages WHERE debtor = ? AND channel <> 'sms'", *failed[0]
    )
    assert again in ([("mail", "sent")], [("letter", "sent")])


def test_a_link_that_was_asked_for_is_sent_once_unless_it_was_paid(
    office: BackOffice, exchange: Exchange
) -> None:
    text = "Betaal via https://pay.example/1"
    with bootstrap.open_office(office.folder) as (place, desk):
        items = [item for item in desk.books.open_items() if item.open.minor > 0][:2]
        for item in (*items, replace(items[0], number="F-GONE")):
            call, task = _call(item.customer, item.number), place.task("send_links")
            for _ in range(2):
                ask_for_link(desk, task, call, text, [item], item.open, _named)
        assert len(desk.errands.waiting()) == 3
    assert "would" in office.done("run", "send_links", "--dry-run")
    assert exchange.messages == []
    office.done("run", "send_links")
    office.done("run", "send_links")
    assert [message["body"] for message in exchange.messages] == [text, text]
    assert office.store("SELECT state FROM messages WHERE step = 'payment link' ORDER BY seq") == [
        ("sent",), ("sent",), ("stopped",),
    ]  # fmt: skip


def _named(key: str) -> str:
    return message_id(key, "waterland.example")


def _call(debtor: str, item: str) -> Message:
    key = f"{debtor}/consumer/third reminder/{item}/call/1"
    return Message(
        key=key, channel="call", to="+31612345678", subject="s", text="t", html="", debtor=debtor,
        step="third reminder", items=(item,), message_id=_named(key),
    )  # fmt: skip

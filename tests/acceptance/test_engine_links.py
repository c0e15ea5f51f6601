"""Who asks for a payment link in a call gets it from the engine at work, and it opens his page."""

from __future__ import annotations

import datetime as dt
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from engine_office import Plant, plant
from exchange import ACCOUNT, TOKEN, open_exchange

from clerkwork import bootstrap
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState, message_id
from clerkwork.core.money import Money

TO = "+31612345678"


def test_a_link_that_is_asked_for_in_a_call_is_sent_by_the_engine_and_opens_his_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERKWORK_SECRET_TWILIO__ACCOUNT", ACCOUNT)
    monkeypatch.setenv("CLERKWORK_SECRET_TWILIO__TOKEN", TOKEN)
    with open_exchange() as exchange, plant(tmp_path, heartbeat=0.2) as made:
        monkeypatch.setenv("CLERKWORK_VAULT_KEY", made.office.env["CLERKWORK_VAULT_KEY"])
        pages = computer_calls(made, exchange.address)
        sid = called(made)
        made.begin("a", "serve")
        made.wait(lambda: answers(f"{pages}/pay") is not None, "the pages")

        # He presses that it is he, and then that he wants a link; twice, as people do.
        for _ in range(2):
            heard = exchange.ring(sid, keys="11")
            assert heard.pressed == ("1", "1")
        made.wait(lambda: states(made) == ["done"], "the run that sends it")
        (link,) = exchange.messages
        assert (link["to"], link["from"]) == (TO, "+31201234567")
        told = made.ask("SELECT state, proof FROM messages WHERE step = 'payment link'")
        assert told == [("sent", link["sid"])]
        ((run, outcome),) = made.ask("SELECT run, outcome FROM runs WHERE task = 'send_links'")
        assert outcome == "done"

        (address,) = re.findall(r"http://\S+", link["body"])
        assert address.startswith(f"{pages}/p/")
        page = answers(address)
        assert page is not None
        assert "2026-104" in page
        made.office.done("verify", str(run))


def computer_calls(made: Plant, exchange: str) -> str:
    """Have the computer call by this exchange; the address of the pages that it asks."""
    with bootstrap.open_office(made.office.folder) as (place, _):
        pages = place.config.settings.pages.rstrip("/")
    channels = made.office.folder / "config" / "channels.toml"
    text = channels.read_text().replace("people_call = true", "people_call = false")
    channels.write_text(
        f'{text}\n[twilio]\nsms = "+31201234567"\naddress = "{exchange}"\n'
        f'callbacks = "{pages}"\npatience = 0.0\n'
        '[twilio.calls]\nsender = "+31201234567"\n'
    )
    return pages


def called(made: Plant) -> str:
    """A call that went out about an invoice of 89.00; the provider's id of it."""
    with bootstrap.open_office(made.office.folder) as (place, office):
        today = office.clock.today()
        office.books.replace_debtors(
            "kantoor_erp",
            [Debtor(number="10002", name="Noor Jansen", kind="consumer", mobile=TO)],
        )
        due = today - dt.timedelta(days=20)
        item = OpenItem(number="2026-104", customer="10002", open=Money(8900, "EUR"), due=due)
        office.books.replace_open_items("kantoor_erp", [item])
        key = f"10002/consumer/third reminder/{due}/call/1"
        message = Message(
            key=key, channel="call", to=TO, subject="s", text="t", html="", debtor="10002",
            step="third reminder", amount=item.open, items=(item.number,), on=today,
            message_id=message_id(key, place.config.creditor.mail_domain), journey="consumer",
            state=MessageState.SENT,
        )  # fmt: skip
        office.outbox.prepare(message)
        return office.channels["call"].send(message)


def answers(address: str) -> str | None:
    """What a page says; None while nobody serves it."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - loopback
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()
    except OSError:
        return None


def states(made: Plant) -> list[str]:
    asked = "SELECT state FROM errands WHERE task = 'send_links'"
    return [str(state) for (state,) in made.ask(asked)]

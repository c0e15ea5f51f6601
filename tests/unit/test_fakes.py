"""The shipped fakes do what the real ones do, as far as a robot's test can tell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.errors import (
    BusinessError,
    ChannelDown,
    PageTimeout,
    ReadBackError,
    SecretMissing,
    SelectorLost,
    SelectorStopped,
    Undecided,
)
from clerkwork.ports import Archive, Channel, Clock, Screen, Secret, Seen, Vault
from clerkwork.testing import MORNING, FakeScreen, FixedClock, MemoryVault, RecordingChannel

TWELVE_FIFTY = Money(125_000, "EUR")


def test_they_fulfil_the_ports() -> None:
    channel = RecordingChannel()
    ports: tuple[Clock, Vault, Channel, Archive, Screen] = (
        FixedClock(),
        MemoryVault(),
        channel,
        channel,
        FakeScreen(),
    )
    assert len(ports) == 5


def test_the_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock()
    assert (clock.now(), clock.today()) == (MORNING, dt.date(2026, 3, 3))
    clock.advance(dt.timedelta(hours=16))
    assert clock.today() == dt.date(2026, 3, 4)


def test_the_vault_holds_what_it_was_given() -> None:
    vault = MemoryVault({"bank.pin": "48151"})
    assert vault.get("bank.pin").value == "48151"
    assert "48151" not in repr(vault)
    with pytest.raises(SecretMissing, match="no 'bank"):
        vault.get("bank.user")


def test_the_channel_can_be_down_or_fall_silent() -> None:
    message = Message(
        key="1", channel="mail", to="a@b.test", subject="", text="", html="", message_id="<1@x>"
    )
    down = RecordingChannel(fault=ChannelDown("no answer"))
    with pytest.raises(ChannelDown):
        down.send(message)
    assert not down.holds("<1@x>")
    silent = RecordingChannel(fault=Undecided("cut off"), took_it=True)
    with pytest.raises(Undecided):
        silent.send(message)
    assert silent.holds("<1@x>")
    assert RecordingChannel().send(message) == "mail-1"


def test_a_table_is_read_in_the_portals_format() -> None:
    screen = FakeScreen(
        tables={"open_items": [{"number": " 2026-1 ", "open": "1.250,00", "due": "02-03-2026"}]}
    )
    (row,) = screen.rows("open_items")
    assert row.text("number") == "2026-1"
    assert row.money("open") == TWELVE_FIFTY
    assert row.date("due") == dt.date(2026, 3, 2)
    with pytest.raises(SelectorLost, match="no column 'paid'"):
        row.text("paid")
    with pytest.raises(BusinessError, match="number"):
        row.money("number")
    with pytest.raises(SelectorLost, match="no table 'orders'"):
        list(screen.rows("orders"))


def test_what_is_typed_is_kept_in_the_portals_format_and_secrets_are_not_told() -> None:
    screen = FakeScreen(shown={"login.user": "", "receipt.paid item=2026-1": "", "receipt.on": ""})
    screen.fill("login.user", Secret("bank.user", "jansen"))
    screen.fill("receipt.paid", TWELVE_FIFTY, item="2026-1")
    screen.fill("receipt.on", dt.date(2026, 3, 2))
    assert screen.acts == [
        "fill login.user = <bank.user>",
        "fill receipt.paid item=2026-1 = 1250,00",
        "fill receipt.on = 02-03-2026",
    ]
    assert screen.money("receipt.paid", item="2026-1") == TWELVE_FIFTY
    assert screen.value("login.user") == "jansen"
    seen = screen.drain()
    assert [use.name for use in seen.selectors[:3]] == ["login.user", "receipt.paid", "receipt.on"]
    assert seen.typed["login.user"] == "<bank.user>"
    assert seen.typed["receipt.on"] == "02-03-2026"
    assert screen.drain() == Seen(page=screen.portal.address)


def test_a_postback_that_wipes_a_field_is_found_when_it_is_read_back() -> None:
    screen = FakeScreen(
        shown={"receipt.paid": "", "receipt.debtor": ""},
        reactions={"receipt.debtor": lambda page: page.shown.update({"receipt.paid": ""})},
    )
    with screen.writing():
        screen.fill("receipt.paid", TWELVE_FIFTY)
        screen.read_back()
        screen.fill("receipt.debtor", "10001")
        with pytest.raises(ReadBackError, match=r"typed was '1250,00', it holds ''"):
            screen.read_back()


def test_a_file_that_is_handed_over_shows_by_its_name(tmp_path: Path) -> None:
    screen = FakeScreen(shown={"receipt.bill": ""})
    screen.upload("receipt.bill", tmp_path / "bill 12.pdf")

    assert screen.value("receipt.bill") == "bill 12.pdf"
    assert screen.acts == ["upload receipt.bill = bill 12.pdf"]


def test_a_click_brings_what_the_script_says() -> None:
    screen = FakeScreen(
        shown={"menu.items": "Open items"},
        reactions={"menu.items": lambda page: page.shown.update({"items.heading": "600 items"})},
    )
    with pytest.raises(PageTimeout, match=r"items\.heading"):
        screen.wait_for("items.heading")
    screen.click("menu.items")
    assert screen.wait_for("maintenance", "items.heading") == "items.heading"


def test_what_is_lost_in_a_writing_step_stops_for_a_person() -> None:
    screen = FakeScreen()
    with pytest.raises(SelectorLost):
        screen.click("receipt.submit")
    with screen.writing(), pytest.raises(SelectorStopped):
        screen.click("receipt.submit")

"""The mailbox over IMAP, against a server that speaks it: read once, and what goes wrong."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import certificate
from imap_server import Mailbox, serving

from clerkwork.adapters.inbox.imap import ImapInbox
from clerkwork.adapters.inbox.plan import InboxPlan
from clerkwork.core.replies.kept import Mail
from clerkwork.demo.places import free_ports
from clerkwork.errors import ChannelDown, ConfigError, SecretMissing, SignInRefused
from clerkwork.testing import MORNING, FixedClock, MemoryVault

CLOCK = FixedClock()
SINCE = MORNING.date() - dt.timedelta(days=30)
SECRETS = {"inbox.user": "lindehof", "inbox.password": 'ge"heim'}


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with serving(Mailbox()) as box:
        yield box


def plan(box: Mailbox) -> InboxPlan:
    host, port = box.at
    return InboxPlan(
        host=host, port=port, security="none", user="inbox.user", password="inbox.password",
        timeout=5, largest=20_000,
    )  # fmt: skip


def inbox(box: Mailbox, **more: object) -> ImapInbox:
    told = replace(plan(box), **more)  # type: ignore[arg-type]
    return ImapInbox(told, MemoryVault(SECRETS), lambda at: at.astimezone(CLOCK.zone))


def mails(box: Mailbox, read_to: int = 0, most: int = 100, **more: object) -> list[Mail]:
    return list(inbox(box, **more).mails(lambda _: read_to, SINCE, most))


def put(box: Mailbox, text: str = "Ik betaal vrijdag.", at: dt.datetime = MORNING) -> int:
    content = f"From: Noor <noor@home.example>\r\nSubject: Re: hoi\r\n\r\n{text}\r\n"
    return box.put(content.encode(), at)


def test_new_mails_come_oldest_first_and_nothing_is_touched(box: Mailbox) -> None:
    put(box, "een")
    put(box, "twee", MORNING + dt.timedelta(minutes=3))
    first, second = mails(box)
    assert (first.uid, first.validity, first.reply.text) == (1, 1_700_000_000, "een")
    assert first.reply.sender == "noor@home.example"
    assert second.received == MORNING + dt.timedelta(minutes=3)
    said = [command.split(" ")[0] for command in box.commands]
    assert said == ["CAPABILITY", "LOGIN", "EXAMINE", "UID", "UID", "UID", "LOGOUT"]
    assert all("PEEK" in command for command in box.commands if "FETCH" in command)


def test_what_the_mail_server_says_of_the_sender_comes_along(box: Mailbox) -> None:
    head = "Authentication-Results: mx.firm.example; dmarc=fail\r\nFrom: noor@home.example"
    box.put(f"{head}\r\n\r\nIk betaal vrijdag.".encode(), MORNING)
    (asked,) = mails(box, authserv_id="mx.firm.example")
    assert asked.doubted == "mx.firm.example says dmarc=fail of its sender"
    (unasked,) = mails(box)
    assert unasked.doubted == ""


def test_the_day_is_the_creditors(box: Mailbox) -> None:
    put(box, at=dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC))
    (mail,) = mails(box)
    assert mail.reply.on == dt.date(2026, 3, 3)


def test_what_was_read_is_not_asked_for_again(box: Mailbox) -> None:
    for text in ("een", "twee", "drie"):
        put(box, text)
    assert [mail.reply.text for mail in mails(box, read_to=2)] == ["drie"]
    assert mails(box, read_to=3) == [], "'4:*' is answered with the last that there is"
    assert [mail.uid for mail in mails(box, most=2)] == [1, 2]


def test_a_folder_that_is_read_first_is_read_from_a_day_on(box: Mailbox) -> None:
    put(box, "alt", MORNING - dt.timedelta(days=31))
    put(box, "neu")
    assert [mail.uid for mail in mails(box)] == [2]


def test_the_validity_tells_whether_numbers_still_hold(box: Mailbox) -> None:
    put(box)
    asked: list[int] = []

    def read_to(validity: int) -> int:
        asked.append(validity)
        return 0

    list(inbox(box).mails(read_to, SINCE, 5))
    assert asked == [1_700_000_000]
    box.says_validity = False
    with pytest.raises(ChannelDown, match="UIDVALIDITY"):
        mails(box)


@pytest.mark.parametrize("ignores", [False, True])
def test_of_a_mail_only_so_much_is_read(box: Mailbox, ignores: bool) -> None:
    box.ignores_partial = ignores
    put(box, "x" * 50_000)
    (mail,) = mails(box)
    assert mail.reply.cut
    assert len(mail.reply.text) < 20_000


def test_a_server_may_tell_of_other_mails_meanwhile(box: Mailbox) -> None:
    put(box, "een")
    put(box, "twee")
    box.chatty = True
    assert [mail.reply.text for mail in mails(box)] == ["een", "twee"]


def test_a_mail_that_is_deleted_meanwhile_is_passed_over(box: Mailbox) -> None:
    for text in ("een", "twee", "drie"):
        put(box, text)
    coming = inbox(box).mails(lambda _: 0, SINCE, 100)
    assert next(coming).uid == 1
    del box.mails[1]
    assert [mail.uid for mail in coming] == [3]


def test_whoever_stops_in_the_middle_hangs_up(box: Mailbox) -> None:
    put(box)
    put(box)
    coming = inbox(box).mails(lambda _: 0, SINCE, 100)
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    assert box.commands[-1] == "LOGOUT"


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "CAPABILITY"])
def test_a_line_that_is_cut_is_a_mailbox_that_is_down(box: Mailbox, command: str) -> None:
    put(box)
    box.cut_at = command
    with pytest.raises(ChannelDown, match="mailbox INBOX at 127"):
        mails(box)
    box.cut_at = ""
    assert len(mails(box)) == 1


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH"])
def test_a_refusal_for_now_is_a_mailbox_that_is_down(box: Mailbox, command: str) -> None:
    put(box)
    box.refuse = command
    with pytest.raises(ChannelDown):
        mails(box)


def test_a_line_that_is_cut_at_goodbye_loses_nothing(box: Mailbox) -> None:
    put(box)
    box.cut_at = "LOGOUT"
    assert len(mails(box)) == 1


def test_a_sign_in_that_is_refused_tells_no_secret(box: Mailbox) -> None:
    box.password = "other"
    with pytest.raises(SignInRefused, match=r"'inbox\.user' and 'inbox\.password'") as caught:
        mails(box)
    assert "heim" not in str(caught.value)
    with pytest.raises(SecretMissing):
        list(ImapInbox(plan(box), MemoryVault(), lambda at: at).mails(lambda _: 0, SINCE, 1))


def test_a_folder_that_is_not_there_is_said(box: Mailbox) -> None:
    with pytest.raises(ConfigError, match=r"correct `folder` in \[inbox\]"):
        mails(box, folder="Antwoorden")


def test_a_server_that_is_not_there_is_down(box: Mailbox) -> None:
    with pytest.raises(ChannelDown, match=r"config/channels\.toml"):
        mails(box, port=free_ports(1)[0])


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_is_read_encrypted_and_only_from_a_server_that_is_known(
    tmp_path: Path, security: str
) -> None:
    pem, secret = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, secret)
    with serving(Mailbox(trust=context, starttls=security == "starttls")) as box:
        put(box)
        assert len(mails(box, security=security, authority=str(pem))) == 1
        box.commands.clear()
        with pytest.raises(ChannelDown, match="self-signed"):
            mails(box, security=security)
        with pytest.raises(ChannelDown, match="mismatch"):
            mails(box, security=security, authority=str(pem), host="localhost")
        assert not any(command.startswith("LOGIN") for command in box.commands)


def test_in_clear_it_is_read_on_this_machine_only(box: Mailbox) -> None:
    with pytest.raises(ConfigError, match="this machine only"):
        mails(box, host="mail.example")

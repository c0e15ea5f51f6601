"""The mailbox over IMAP, against a whole IMAP server of another make."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from imap_tools import MailBoxUnencrypted

from clerkwork.adapters.inbox.imap import ImapInbox
from clerkwork.adapters.inbox.plan import InboxPlan
from clerkwork.core.replies.kept import Mail
from clerkwork.demo.places import free_ports
from clerkwork.errors import ConfigError, SignInRefused
from clerkwork.testing import MORNING, MemoryVault

PROGRAM = "from pymap.main import main; main()"
USER, PASSWORD = "lindehof", 'ge"heim'
SINCE = MORNING.date() - dt.timedelta(days=30)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a server of one mailbox, in a process of its own."""
    [port] = free_ports(1)
    where = ("--host", "127.0.0.1", "--port", str(port))
    alone = ("--no-service", "managesieve", "--no-service", "admin")
    who = ("dict", "--demo-user", USER, "--demo-password", PASSWORD)
    with subprocess.Popen([sys.executable, "-c", PROGRAM, *where, *alone, *who]) as server:
        try:
            wait_for(port)
            with MailBoxUnencrypted("127.0.0.1", port).login(USER, PASSWORD) as box:
                for minutes, text in enumerate(("een", "twee", "x" * 50_000)):
                    content = f"From: Noor <noor@home.example>\r\nSubject: Re: hoi\r\n\r\n{text}"
                    at = MORNING + dt.timedelta(minutes=minutes)
                    box.append(content.encode(), "INBOX", dt=at)
            yield port
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the server does not begin"
        else:
            return


def inbox(port: int, folder: str = "INBOX", password: str = PASSWORD) -> ImapInbox:
    plan = InboxPlan(
        host="127.0.0.1", port=port, security="none", user="inbox.user", folder=folder,
        password="inbox.password", largest=20_000,
    )  # fmt: skip
    vault = MemoryVault({"inbox.user": USER, "inbox.password": password})
    return ImapInbox(plan, vault, lambda at: at)


def mails(port: int, read_to: int = 0, since: dt.date = SINCE) -> list[Mail]:
    return list(inbox(port).mails(lambda _: read_to, since, 100))


def test_mails_come_as_they_lie_there(port: int) -> None:
    first, second, third = mails(port)
    assert (first.reply.text, first.reply.sender) == ("een", "noor@home.example")
    assert (second.reply.text, second.received) == ("twee", MORNING + dt.timedelta(minutes=1))
    assert first.uid < second.uid < third.uid
    assert third.reply.cut
    assert len(third.reply.text) < 20_000


def test_what_was_read_is_not_asked_for_again(port: int) -> None:
    first, second, third = (mail.uid for mail in mails(port))
    assert [mail.uid for mail in mails(port, first)] == [second, third]
    assert mails(port, third) == []
    assert mails(port, since=MORNING.date() + dt.timedelta(days=1)) == []


def test_the_validity_stays_and_nothing_is_marked(port: int) -> None:
    assert len({mail.validity for mail in [*mails(port), *mails(port)]}) == 1
    with MailBoxUnencrypted("127.0.0.1", port).login(USER, PASSWORD) as box:
        assert [mail.flags for mail in box.fetch(mark_seen=False)] == [(), (), ()]


def test_what_is_refused_is_said(port: int) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        list(inbox(port, folder="Antwoorden").mails(lambda _: 0, SINCE, 1))
    with pytest.raises(SignInRefused):
        list(inbox(port, password="other").mails(lambda _: 0, SINCE, 1))

"""Mail against a real SMTP server: what arrives, what is refused, and what a lost line means."""

from __future__ import annotations

import asyncio
import mailbox
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from math import inf
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from certificates import certificate

from clerkwork.adapters.channels import MailChannel, MaildirArchive, MailServer
from clerkwork.adapters.letters import ReminderWriter, Texts
from clerkwork.adapters.store import Store
from clerkwork.app.remind import RemindFigures, remind
from clerkwork.app.remind_facts import Known
from clerkwork.app.walk import Walks
from clerkwork.core.calendar import Calendar
from clerkwork.core.creditor import Creditor
from clerkwork.core.journeys import Journeys
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Attachment, Message, MessageState, message_id
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.demo.places import free_ports
from clerkwork.errors import (
    ChannelDown,
    ConfigError,
    MessageRefused,
    SecretMissing,
    SignInRefused,
    Undecided,
)
from clerkwork.testing import FixedClock, MemoryVault, memory_store
from clerkwork.workspace.toml import read_table

CONFIG = Path(__file__).parents[2] / "config"
CLOCK = FixedClock()
VAULT = MemoryVault({"mail.user": "lindehof", "mail.password": "geheim"})


class Postmaster:
    """Keeps a Maildir per recipient, and does to the line what a test tells it to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sessions = 0
        self.refuse: dict[str, str] = {}
        self.answer = "250 OK"
        self.most = 0
        """Messages by one connection; any number without it."""
        self.enough = "421 4.7.0 too many messages"
        self.cut = ""
        """'before' keeping the message or 'after': the line is cut then, without a reply."""

    async def handle_HELO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str
    ) -> str:
        self.sessions += 1
        session.host_name = hostname
        return "250 postmaster"

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        taken = getattr(session, "taken", 0)
        if self.most and taken >= self.most:
            return self.enough
        session.taken = taken + 1  # type: ignore[attr-defined]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.cut != "before" and self.answer.startswith("250"):
            self.keep(envelope)
        if self.cut:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            await asyncio.sleep(0)
        return self.answer

    def keep(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        for recipient in envelope.rcpt_tos:
            mailbox.Maildir(self.folder / recipient).add(envelope.content)

    def mails(self, address: str) -> list[EmailMessage]:
        if not (self.folder / address).is_dir():
            return []
        found = [m.as_bytes() for m in mailbox.Maildir(self.folder / address)]
        return [_parsed(content) for content in found]


def _parsed(content: bytes) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def postmaster(tmp_path: Path) -> Postmaster:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "archive@firm.example" / part).mkdir(parents=True)
    return Postmaster(tmp_path)


@pytest.fixture
def server(postmaster: Postmaster) -> Iterator[MailServer]:
    [port] = free_ports(1)
    controller = Controller(postmaster, hostname="127.0.0.1", port=port)
    controller.start()
    yield MailServer(
        host="127.0.0.1", port=port, security="none", sender="ar@firm.example",
        sender_name="Firm\r\nBcc: all@firm.example", archive="archive@firm.example", timeout=5,
    )  # fmt: skip
    controller.stop()


@pytest.fixture
def channel(server: MailServer) -> Iterator[MailChannel]:
    made = MailChannel(server, VAULT, CLOCK.now)
    yield made
    made.close()


def message(key: str = "1", to: str = "kas@bos.example", **more: Any) -> Message:
    texts: dict[str, Any] = {
        "subject": "Herinnering €",
        "text": "Beste,\n.\n..punt\nGroet",
        "html": "<p>é</p>",
    }
    return Message(
        key=key, channel="mail", to=to, message_id=message_id(key, "firm.example"),
        **{**texts, **more},
        attachments=(
            Attachment(name="pay.png", media_type="image/png", content=b"\x89PNG", inline="pay"),
            Attachment(name="f.pdf", media_type="application/pdf", content=b"%PDF-"),
        ),
    )  # fmt: skip


def test_a_mail_arrives_whole_with_the_id_it_was_given(
    channel: MailChannel, postmaster: Postmaster
) -> None:
    proof = channel.send(message())
    (mail,) = postmaster.mails("kas@bos.example")
    assert (len(postmaster.mails("archive@firm.example")), mail["Bcc"]) == (1, None)
    assert mail["Message-ID"] == message_id("1", "firm.example")
    assert proof.startswith(mail["Message-ID"])
    assert mail["Subject"] == "Herinnering €"
    assert (mail["To"], mail["Auto-Submitted"]) == ("kas@bos.example", "auto-generated")
    assert mail["Date"] == "Tue, 03 Mar 2026 08:00:00 +0000"
    parts = [part.get_content_type() for part in mail.walk()]
    assert parts == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        "image/png", "application/pdf",
    ]  # fmt: skip
    plain, html, picture, _pdf = (part for part in mail.walk() if not part.is_multipart())
    assert plain.get_content().splitlines() == ["Beste,", ".", "..punt", "Groet"]
    assert html.get_content().strip() == "<p>é</p>"
    assert picture["Content-ID"] == "<pay>"


@pytest.mark.parametrize("name", ["a\r\nBcc: x@y.example", "a\nb", "a\x00\x1b[31m\u2028b", "<b>&"])
def test_a_hostile_name_stays_in_its_header(
    channel: MailChannel, postmaster: Postmaster, name: str
) -> None:
    channel.send(message(subject=f"Reminder for {name}"))
    (mail,) = postmaster.mails("kas@bos.example")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Reminder for " + " ".join(
        name.replace("\x00", " ").replace("\x1b", " ").replace("\u2028", " ").split()
    )
    assert mail["From"] == '"Firm Bcc: all@firm.example" <ar@firm.example>'


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b.example\r\nRCPT TO:<x@y.example>", "a@b.example>", "a@b.example, c@d"]
)
def test_what_is_no_address_is_refused_before_the_server_hears_of_it(
    channel: MailChannel, postmaster: Postmaster, to: str
) -> None:
    with pytest.raises(MessageRefused):
        channel.send(message(to=to))
    assert postmaster.sessions == 0


def test_many_messages_share_one_connection(channel: MailChannel, postmaster: Postmaster) -> None:
    for key in "abcde":
        channel.send(message(key))
    assert (postmaster.sessions, len(postmaster.mails("kas@bos.example"))) == (1, 5)


def test_a_refused_recipient_is_told_and_the_next_one_gets_his(
    channel: MailChannel, postmaster: Postmaster
) -> None:
    postmaster.refuse = {"gone@bos.example": "550 5.1.1 no such mailbox"}
    with pytest.raises(MessageRefused, match=r"550 5\.1\.1 no such mailbox"):
        channel.send(message("1", to="gone@bos.example"))
    channel.send(message("2"))
    assert len(postmaster.mails("kas@bos.example")) == 1
    assert len(postmaster.mails("archive@firm.example")) == 1


@pytest.mark.parametrize("reply", ["450 come back later", "421 too many"])
def test_a_refusal_for_now_is_a_channel_that_is_down(
    channel: MailChannel, postmaster: Postmaster, reply: str
) -> None:
    postmaster.refuse = {"kas@bos.example": reply}
    with pytest.raises(ChannelDown, match=reply):
        channel.send(message())
    postmaster.refuse = {}
    channel.send(message())
    assert len(postmaster.mails("kas@bos.example")) == 1


def test_an_archive_that_is_refused_stops_everything(
    channel: MailChannel, postmaster: Postmaster
) -> None:
    postmaster.refuse = {"archive@firm.example": "550 no"}
    with pytest.raises(ChannelDown, match="archive address"):
        channel.send(message())
    assert postmaster.mails("kas@bos.example") == []


@pytest.mark.parametrize(
    ("reply", "error"), [("554 spam", MessageRefused), ("451 disk full", ChannelDown)]
)
def test_a_refusal_after_the_message_is_a_refusal(
    channel: MailChannel, postmaster: Postmaster, reply: str, error: type[Exception]
) -> None:
    postmaster.answer = reply
    with pytest.raises(error, match=reply):
        channel.send(message())
    assert postmaster.mails("kas@bos.example") == []


@pytest.mark.parametrize(("cut", "there"), [("before", False), ("after", True)])
def test_a_line_cut_after_the_message_is_undecided_and_the_archive_knows(
    channel: MailChannel, postmaster: Postmaster, cut: str, there: bool
) -> None:
    postmaster.cut = cut
    with pytest.raises(Undecided, match="fell silent"):
        channel.send(message())
    archive = MaildirArchive(postmaster.folder / "archive@firm.example", patience=0.2)
    assert archive.holds(message_id("1", "firm.example")) is there
    postmaster.cut = ""
    channel.send(message("2"))
    assert archive.holds(message_id("2", "firm.example"))


def test_a_server_that_takes_so_many_by_one_connection_gets_the_next_by_another(
    channel: MailChannel, postmaster: Postmaster
) -> None:
    postmaster.most = 2
    for key in "abcde":
        channel.send(message(key))
    assert (postmaster.sessions, len(postmaster.mails("kas@bos.example"))) == (3, 5)


def test_a_sender_who_is_refused_is_not_tried_by_another_connection(
    channel: MailChannel, postmaster: Postmaster
) -> None:
    channel.send(message("1"))
    postmaster.most = 1
    postmaster.enough = "550 5.7.1 not allowed"
    with pytest.raises(MessageRefused, match="not allowed"):
        channel.send(message("2"))
    assert postmaster.sessions == 1


def test_a_connection_the_server_has_closed_is_opened_anew(
    server: MailServer, postmaster: Postmaster
) -> None:
    channel = MailChannel(server, VAULT, CLOCK.now)
    channel.send(message("1"))
    assert channel._smtp
    assert channel._smtp.sock
    channel._smtp.sock.shutdown(socket.SHUT_RDWR)
    channel.send(message("2"))
    channel.close()
    assert (postmaster.sessions, len(postmaster.mails("kas@bos.example"))) == (2, 2)


def test_a_server_that_is_not_there_is_down(server: MailServer) -> None:
    gone = replace(server, port=free_ports(1)[0])
    with pytest.raises(ChannelDown, match=r"config/channels\.toml"):
        MailChannel(gone, VAULT, CLOCK.now).send(message())


def hang_up(listener: socket.socket) -> None:
    line, _ = listener.accept()
    line.close()


def test_a_server_that_hangs_up_at_once_is_down(server: MailServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        rude = threading.Thread(target=hang_up, args=(listener,))
        rude.start()
        other = replace(server, port=listener.getsockname()[1])
        with pytest.raises(ChannelDown):
            MailChannel(other, VAULT, CLOCK.now).send(message())
        rude.join()


@pytest.mark.parametrize(
    ("password", "error"), [("geheim", None), ("wrong", SignInRefused), ("", SecretMissing)]
)
def test_signing_in_with_the_vault(
    postmaster: Postmaster, server: MailServer, password: str, error: type[Exception] | None
) -> None:
    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == b"geheim"
        return AuthResult(success=good, handled=False)

    [port] = free_ports(1)
    controller = Controller(
        postmaster, hostname="127.0.0.1", port=port, authenticator=authenticate,
        auth_require_tls=False,
    )  # fmt: skip
    controller.start()
    values = {"mail.user": "lindehof"} | ({"mail.password": password} if password else {})
    signed = replace(server, port=port, user="mail.user", password="mail.password")
    channel = MailChannel(signed, MemoryVault(values), CLOCK.now)
    try:
        if error is None:
            channel.send(message())
        else:
            with pytest.raises(error) as caught:
                channel.send(message())
            assert not password or password not in str(caught.value)
    finally:
        channel.close()
        controller.stop()
    assert len(postmaster.mails("kas@bos.example")) == (error is None)


def test_mail_is_handed_in_encrypted_and_only_to_a_server_that_is_known(
    postmaster: Postmaster, server: MailServer, tmp_path: Path
) -> None:
    pem, secret = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, secret)
    [port] = free_ports(1)
    controller = Controller(
        postmaster, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True
    )
    controller.start()
    known = replace(server, port=port, security="starttls", authority=str(pem))
    channel = MailChannel(known, VAULT, CLOCK.now)
    try:
        channel.send(message())
        with pytest.raises(ChannelDown, match="self-signed"):
            MailChannel(replace(known, authority=""), VAULT, CLOCK.now).send(message("2"))
    finally:
        channel.close()
        controller.stop()
    assert len(postmaster.mails("kas@bos.example")) == 1


def test_mail_in_clear_stays_on_this_machine() -> None:
    with pytest.raises(ConfigError, match="this machine only"):
        MailChannel(MailServer(host="mail.example", security="none"), VAULT, CLOCK.now)
    with pytest.raises(ConfigError, match="must be"):
        MailChannel(MailServer(host="mail.example", security="ssl"), VAULT, CLOCK.now)


def test_an_archive_follows_its_folder_and_says_when_it_cannot_be_asked(tmp_path: Path) -> None:
    archive = MaildirArchive(tmp_path / "box", patience=0)
    assert archive.holds("<1@x>") is None
    box = mailbox.Maildir(tmp_path / "box")
    assert archive.holds("<1@x>") is False
    key = box.add(b"Message-ID:\r\n <1@x>\r\n\r\nx")
    box.add(b"no header at all")
    assert archive.holds("<1@x>") is True
    moved = box[key]
    moved.set_subdir("cur")
    moved.add_flag("S")
    box[key] = moved
    assert archive.holds("<1@x>") is True
    assert archive.holds("<2@x>") is False


def test_an_archive_reads_the_newest_first_and_nothing_twice(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    keys = [box.add(f"Message-ID: <{n}@x>\r\n\r\nx".encode()) for n in range(5)]
    new = tmp_path / "box" / "new"
    for n, key in enumerate(keys):
        (new / key).rename(new / f"17000000{n:02}.{key}")
    archive = MaildirArchive(tmp_path / "box", patience=0)
    assert archive.holds("<4@x>") is True
    (new / f"1700000003.{keys[3]}").write_bytes(b"Message-ID: <other@x>\r\n\r\nx")
    (new / f"1700000004.{keys[4]}").write_bytes(b"Message-ID: <other@x>\r\n\r\nx")
    assert archive.holds("<4@x>") is True
    assert archive.holds("<3@x>") is False, "it was not read before it was asked for"
    assert archive.holds("<0@x>") is True


def test_an_archive_finds_what_a_mail_program_moved_while_it_looked(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    keys = [box.add(f"Message-ID: <{n}@x>\r\n\r\nx".encode()) for n in range(2)]
    new, cur = tmp_path / "box" / "new", tmp_path / "box" / "cur"
    for n, key in enumerate(keys):
        (new / key).rename(new / f"170000000{n}.m")
    archive = MaildirArchive(tmp_path / "box", patience=0)
    assert archive.holds("<1@x>") is True
    (new / "1700000000.m").rename(cur / "1700000000.m:2,S")
    assert archive.holds("<0@x>") is True


@pytest.mark.parametrize(
    ("head", "there"),
    [
        ("Message-Id: <1@x>", True),
        ("X: y\r\nMESSAGE-ID:\r\n\t<1@x>\r\nZ: z", True),
        ("X: " + "y" * 5000 + "\r\nMessage-ID: <1@x>", True),
        ("References: <1@x>", False),
        ("X: y\r\n Message-ID: <1@x>", False),
        ("X: y\r\n\r\nMessage-ID: <1@x>", False),
    ],
)
def test_an_archive_reads_the_header_alone(tmp_path: Path, head: str, there: bool) -> None:
    mailbox.Maildir(tmp_path / "box").add(f"{head}\r\n\r\nMessage-ID: <1@x>".encode())
    assert MaildirArchive(tmp_path / "box", patience=0).holds("<1@x>") is there


def test_an_archive_waits_for_what_is_still_on_its_way(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    archive = MaildirArchive(tmp_path / "box", patience=5)
    late = threading.Timer(0.2, lambda: box.add(b"Message-ID: <1@x>\r\n\r\nx"))
    late.start()
    assert archive.holds("<1@x>", age=0) is True
    late.join()


def test_an_archive_waits_no_longer_than_a_copy_of_that_age_may_take(tmp_path: Path) -> None:
    mailbox.Maildir(tmp_path / "box")
    archive = MaildirArchive(tmp_path / "box", patience=600)
    for age in (601.0, inf):
        began = time.monotonic()
        assert archive.holds("<1@x>", age) is False
        assert time.monotonic() - began < 60


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_store(CLOCK)
    yesterday = date(2026, 3, 2)
    made.books.book_statement(
        Statement(
            account="NL91ABNA0417164300", number="1", opened=yesterday, closed=yesterday,
            opening=Money(0, "EUR"), closing=Money(0, "EUR"), lines=(), source="test",
        )
    )  # fmt: skip
    made.books.replace_debtors(
        "erp", [Debtor(number=str(n), name=f"D{n}", email=f"d{n}@bos.example") for n in range(3)]
    )
    made.books.replace_open_items(
        "erp",
        [
            OpenItem(
                number=f"F{n}", customer=str(n), open=Money(1000, "EUR"),
                due=yesterday - timedelta(days=4),
            )
            for n in range(3)
        ],
    )  # fmt: skip
    yield made
    made.close()


def send_all(
    store: Store, channel: MailChannel, archive: MaildirArchive | None, ends: Callable[[], None]
) -> RemindFigures:
    """A run; `ends` is called when a message has just been sent, before that is committed."""

    class Sending:
        name = "mail"

        def send(self, one: Message) -> str:
            proof = channel.send(one)
            ends()
            return proof

    journeys: Journeys = read_table(CONFIG / "journeys.toml", "config/journeys.toml", Journeys)
    writer = ReminderWriter(
        creditor=read_table(CONFIG / "creditor.toml", "config/creditor.toml", Creditor),
        texts={"nl": read_table(CONFIG / "texts" / "nl.toml", "config/texts/nl.toml", Texts)},
    )
    return remind(
        known=Known(
            books=store.books, queue=store.queue, declarations=store.declarations,
            promises=store.promises,
        ),
        outbox=store.outbox, channels={"mail": Sending()},
        archives={"mail": archive} if archive else {}, clock=CLOCK,
        walks=Walks(journeys=journeys.journeys, calendar=Calendar()),
        accounts=["NL91ABNA0417164300"], write=writer, run="run",
    )  # fmt: skip


class Killed(BaseException):
    """Ends the run as kill -9 does."""


def kill() -> None:
    raise Killed


def go_on() -> None:
    return


def arrived(postmaster: Postmaster) -> list[int]:
    return [len(postmaster.mails(f"d{n}@bos.example")) for n in range(3)]


def asked(postmaster: Postmaster) -> MaildirArchive:
    return MaildirArchive(postmaster.folder / "archive@firm.example", patience=0.2)


def test_killed_between_the_servers_250_and_our_commit(
    store: Store, channel: MailChannel, postmaster: Postmaster
) -> None:
    with pytest.raises(Killed):
        send_all(store, channel, None, kill)
    figures = send_all(store, channel, asked(postmaster), go_on)
    assert (figures.recovered, figures.sent["mail"]) == (1, 2)
    assert arrived(postmaster) == [1, 1, 1]
    assert {m.state for m in store.outbox.all()} == {MessageState.SENT}


@pytest.mark.parametrize("cut", ["before", "after"])
def test_the_server_dies_between_data_and_250(
    store: Store, channel: MailChannel, postmaster: Postmaster, cut: str
) -> None:
    postmaster.cut = cut
    send_all(store, channel, asked(postmaster), go_on)
    postmaster.cut = ""
    send_all(store, channel, asked(postmaster), go_on)
    assert arrived(postmaster) == [1, 1, 1]
    assert {m.state for m in store.outbox.all()} == {MessageState.SENT}


def test_killed_without_an_archive_to_ask(
    store: Store, channel: MailChannel, postmaster: Postmaster
) -> None:
    with pytest.raises(Killed):
        send_all(store, channel, None, kill)
    figures = send_all(store, channel, None, go_on)
    assert (figures.doubtful, figures.sent["mail"]) == (1, 2)
    assert arrived(postmaster) == [1, 1, 1]
    assert [item.kind for item in store.queue.open()] == ["message"]

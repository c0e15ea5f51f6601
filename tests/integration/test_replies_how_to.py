"""`docs/replies.md`: its commands, typed in a workspace whose mailbox is on this machine."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from imap_server import Mailbox, serving
from typer.testing import CliRunner

from clerkwork import bootstrap
from clerkwork.adapters.clock import anchor
from clerkwork.cli.app import app
from clerkwork.core.journeys import Plan
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState, message_id
from clerkwork.core.money import Money
from clerkwork.core.promises import PromiseState
from clerkwork.core.replies.kept import ReplyState
from clerkwork.workspace import make_workspace

PAGE = (Path(__file__).parents[2] / "docs" / "replies.md").read_text(encoding="utf-8")
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
NINE = dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
TODAY = NINE.date()
OURS = "<0123456789abcdef0123456789abcdef@firm.example>"
PROMISE = "Ik zal het volledige bedrag vrijdag betalen."
SECRETS = {
    "CLERKWORK_SECRET_INBOX__USER": "lindehof",
    "CLERKWORK_SECRET_INBOX__PASSWORD": 'ge"heim',
}


@dataclass
class Place:
    root: Path
    box: Mailbox
    env: dict[str, str] = field(default_factory=dict)

    def put(self, text: str, sender: str, *headers: str, minutes: int = 0) -> None:
        lines = (f"From: {sender}", "Subject: Re: Herinnering", *headers, "", text)
        content = "\r\n".join(lines).encode()
        self.box.put(content, NINE - dt.timedelta(minutes=30 - minutes))

    def said(self, *words: str, status: int = 0) -> str:
        where = ("--workspace", str(self.root))
        done = CliRunner().invoke(app, [*words, *where], env={**self.env, "COLUMNS": "140"})
        if status:
            assert done.exit_code != 0
            return f"{done.output} {done.exception}"
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    root = tmp_path / "workspace"
    make_workspace(root)
    anchor(root / "output" / "demo" / "clock.json", NINE, running=False)
    with serving(Mailbox()) as box:
        channels = root / "config" / "channels.toml"
        table = (
            f'[inbox]\nhost = "127.0.0.1"\nport = {box.at[1]}\nsecurity = "none"\n'
            'user = "inbox.user"\npassword = "inbox.password"\n\n[mail]'
        )
        channels.write_text(channels.read_text().replace("[mail]", table))
        with bootstrap.open_office(root) as (_, office):
            office.books.replace_debtors(
                "kantoor_erp",
                [
                    Debtor(number="10001", name="De Vries BV", email="ap@devries.example"),
                    Debtor(number="10002", name="Noor Jansen", email="noor@home.example"),
                ],
            )
            office.books.replace_open_items(
                "kantoor_erp",
                [
                    OpenItem(
                        number=f"F{n}", customer=f"1000{n}", open=Money.of("89.00", "EUR"),
                        due=TODAY - dt.timedelta(days=9),
                    )
                    for n in (1, 2)
                ],
            )  # fmt: skip
            office.outbox.prepare(
                Message(
                    key="10002/consumer/first/2026-02-22/mail/1", channel="mail",
                    to="noor@home.example", subject="Herinnering", text="", html="",
                    debtor="10002", step="first", items=("F2",), on=TODAY, message_id=OURS,
                    state=MessageState.SENT,
                )
            )  # fmt: skip
        yield Place(root, box, {**SECRETS, "XDG_STATE_HOME": str(tmp_path)})


def test_the_page_shows_what_is_said(place: Place) -> None:
    place.put("Deze factuur klopt niet: wij hebben nooit iets besteld!", "ap@devries.example")
    place.put(PROMISE, "noor@home.example", f"In-Reply-To: {OURS}", minutes=2)
    shown: list[tuple[str, list[str]]] = []
    for line in CONSOLE.splitlines():
        if line.startswith("$ "):
            shown.append((line.removeprefix("$ clerkwork "), []))
        elif line.strip():
            shown[-1][1].append(line.rstrip())
    assert [command.split()[0] for command, _ in shown] == ["run", *["replies"] * (len(shown) - 1)]
    for command, lines in shown:
        answer = place.said(*shlex.split(command))
        told = [line.rstrip() for line in answer.splitlines() if line.strip()]
        if command.startswith("run "):
            assert set(lines) <= set(told)
        else:
            told = [re.sub(r"review decide \w+", "review decide ID", line) for line in told]
            assert told == lines, command


def test_what_was_read_stands_in_the_store_and_is_read_once(place: Place) -> None:
    place.put(PROMISE, "noor@home.example", f"In-Reply-To: {OURS}")
    assert place.said("run", "read_replies").count("replies read") == 1
    assert "replies read" not in place.said("run", "read_replies")
    with bootstrap.open_office(place.root) as (_, office):
        (promise,) = office.promises.all(PromiseState.OPEN)
        assert (promise.debtor, promise.until) == ("10002", dt.date(2026, 3, 6))
        assert promise.items == ("F2",)
        (kept,) = office.replies.all()
        assert (kept.state, kept.message) == (
            ReplyState.NOTED, "10002/consumer/first/2026-02-22/mail/1",
        )  # fmt: skip


def test_a_report_of_failure_takes_the_address_out_of_use(place: Place) -> None:
    place.put(
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; noor@home.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {OURS}\r\n\r\nx\r\n--b--",
        "MAILER-DAEMON@mx.example",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    )
    place.said("run", "read_replies")
    with bootstrap.open_office(place.root) as (_, office):
        (message,) = office.outbox.all()
        assert message.state is MessageState.FAILED
        assert [item.title for item in office.queue.open()] == [
            "The mail to debtor 10002 did not arrive"
        ]


def test_the_id_of_a_reminder_is_sealed_and_the_same_in_every_run(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERKWORK_VAULT_KEY", str(place.root / "vault.key"))
    ids = []
    for _ in range(2):
        with bootstrap.open_office(place.root) as (made, office):
            (debtor,) = office.books.debtors("10002")
            journey = next(one for one in office.journeys if "consumer" in one.kinds)
            items = tuple(i for i in office.books.open_items() if i.customer == "10002")
            due = Plan(
                debtor=debtor, journey=journey.name, step=journey.reminders[0], items=items,
                amounts=(items[0].open,), channel="mail", to=debtor.email, today=TODAY,
            )  # fmt: skip
            ids.append(office.write_reminder(due).message_id)
            guessed = message_id(due.key, made.config.creditor.mail_domain)
    assert ids[0] == ids[1]
    assert guessed not in ids


def test_a_dry_run_leaves_nothing_behind(place: Place) -> None:
    place.put(PROMISE, "noor@home.example")
    told = place.said("run", "read_replies", "--dry-run")
    assert "would take reply 1 of debtor 10002 for promise" in told
    with bootstrap.open_office(place.root) as (_, office):
        assert (office.replies.all(), office.promises.all()) == ((), ())


def test_for_a_program_the_words_are_told_of_one_reply_only(place: Place) -> None:
    place.put("Deze factuur klopt niet: wij hebben nooit iets besteld!", "ap@devries.example")
    place.said("run", "read_replies")
    (row,) = json.loads(place.said("replies", "list", "--json"))["replies"]
    assert (row["debtor"], row["label"], row["state"]) == ("10001", "dispute", "asked")
    assert "text" not in row
    one = json.loads(place.said("replies", "show", "1", "--json"))
    assert one["text"].startswith("Deze factuur klopt niet")


def test_what_is_not_there_is_said(place: Place) -> None:
    assert place.said("replies", "list") == "No reply waits for you.\n"
    assert place.said("replies", "list", "--all") == "Nobody ever wrote.\n"
    assert "there is no reply '1'" in place.said("replies", "show", "1", status=1)
    assert "there is no reply 'x'" in place.said("replies", "handle", "x", status=1)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('security = "none"', 'security = "ssl"', "'inbox.security' is 'ssl'"),
        ('host = "127.0.0.1"', 'host = "mail.example"', "mail.example is not this machine"),
        ('user = "inbox.user"', 'user = ""', "expected the name of a secret"),
        ('user = "inbox.user"\n', "", "'inbox.user' is missing"),
        ("[inbox]\n", "[inbox]\ndays = 365\n", "forgotten after 365 days"),
        ("[inbox]\n", "[inbox]\ndays = 0\n", "expected 1 or more"),
        ("[inbox]\n", "[inbox]\nlargest = 10\n", "expected 10000 or more"),
        ("[inbox]\n", "[inbox]\npromise_days = 93\n", "expected at most 92"),
        ("[inbox]\n", "[inbox]\ntimeout = 0.0\n", "expected seconds, more than 0"),
        ("[inbox]\n", '[inbox]\nauthserv_id = "mx; dmarc=pass"\n', "such as mx.example.com"),
        ("[inbox]\n", '[inbox]\nfolder = ""\n', "no name of a folder"),
        ("[inbox]\n", '[inbox]\nauthority = "no.pem"\n', "there is no such file"),
        ("[inbox]\n", "[inbox]\nfolders = 1\n", "Did you mean 'folder'?"),
    ],
)
def test_a_mailbox_that_cannot_be_meant_is_refused(
    place: Place, old: str, new: str, told: str
) -> None:
    file = place.root / "config" / "channels.toml"
    text = file.read_text()
    head, mark, rest = text.partition("\n[inbox]\n")
    file.write_text(head + f"{mark}{rest}".replace(old, new, 1))
    said = " ".join(place.said("replies", "list", status=1).split())
    assert told in said
    assert "config/channels.toml, line" in said

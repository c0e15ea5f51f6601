"""`clerkwork collect`, as docs/collection.md shows it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import fresh

from clerkwork import bootstrap
from clerkwork.adapters.clock import anchor
from clerkwork.app.office import Office
from clerkwork.app.review import decide
from clerkwork.bootstrap.tidying import tidy_up
from clerkwork.cli.app import app
from clerkwork.core.collection import COLLECTION, HandoverState, collection_key
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement
from clerkwork.core.queue import WorkItem

PAGE = (Path(__file__).parents[2] / "docs" / "collection.md").read_text(encoding="utf-8")
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
TODAY = dt.date(2026, 3, 3)
DAY = dt.timedelta(days=1)
DEBTORS = (
    Debtor(number="10001", name="De Vries Installaties BV", email="ap@devries.example"),
    Debtor(number="10002", name="Noor Jansen", kind="consumer", email="noor@home.example"),
)
ITEMS = (
    OpenItem(number="2026-101", customer="10001", open=Money(125_000, "EUR"), due=TODAY - 60 * DAY),
    OpenItem(number="2026-102", customer="10002", open=Money(8_900, "EUR"), due=TODAY - 60 * DAY),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A business with all its contacts, a consumer with two, and the question about the former."""
    root = fresh(tmp_path)
    nine = dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
    anchor(root / "output" / "demo" / "clock.json", nine, running=False)
    with bootstrap.open_office(root) as (_, office):
        for account in office.accounts.values():
            zero, day = Money(0, account.currency), TODAY - DAY
            office.books.book_statement(
                Statement(
                    account=account.iban, number="1", opened=day, closed=day, opening=zero,
                    closing=zero, lines=(), source="test",
                )
            )  # fmt: skip
        office.books.replace_debtors("kantoor_erp", DEBTORS)
        office.books.replace_open_items("kantoor_erp", ITEMS)
        for n, channel in enumerate(("mail", "mail", "letter", "mail", "mail")):
            sent(office, "10001", "2026-101", n, channel)
        for n in range(2):
            sent(office, "10002", "2026-102", n, "mail")
        office.queue.put(
            WorkItem(
                id="ask", key=collection_key("10001", ITEMS[0].due), kind="message",
                title="Hand debtor 10001 over to collection?", created=nine,
                choices=(("hand-over", "yes"), ("leave", "no")), debtor="10001",
            )
        )  # fmt: skip
    return root


def sent(office: Office, debtor: str, item: str, n: int, channel: str) -> None:
    office.outbox.prepare(
        Message(
            key=f"{debtor}/{n}", channel=channel, to="a", subject="Herinnering", text="", html="",
            debtor=debtor, step=f"step {n}", items=(item,), on=TODAY - (50 - 8 * n) * DAY,
            message_id=f"<{debtor}-{n}@firm.example>", state=MessageState.SENT,
        )
    )  # fmt: skip


def said(root: Path, *words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)], env={"COLUMNS": "120"})
    assert done.exit_code == status, (done.output, done.exception)
    return done.stdout


def test_the_page_shows_what_is_said(root: Path) -> None:
    shown: list[tuple[str, list[str]]] = []
    for line in CONSOLE.splitlines():
        if line.startswith("$ "):
            shown.append((line.removeprefix("$ clerkwork "), []))
        elif line.strip():
            shown[-1][1].append(line.rstrip())
    assert len(shown) == 3
    for command, lines in shown:
        status = 1 if any(line.startswith("in the way") for line in lines) else 0
        answer = said(root, *shlex.split(command), status=status)
        assert [line.rstrip() for line in answer.splitlines() if line.strip()] == lines, command


def test_one_who_was_handed_over_is_listed_left_alone_and_taken_back(root: Path) -> None:
    with bootstrap.open_office(root) as (_, office):
        decide(office, "ask", "hand-over", by="Inge")
    assert re.search(r"10001 +2026-03-03 +Inge +2026-101 +approved", said(root, "collect", "list"))
    told = said(root, "journeys", "who", "10001")
    assert "in collection: he was handed over on 2026-03-03 by Inge" in told
    assert "handed over 2026-03-03 by Inge: approved" in said(root, "collect", "check", "10001")
    said(root, "collect", "recall", "10001", "--by", "Kim", "--note", "he pays in parts")
    assert "Nobody" in said(root, "collect", "list")
    assert "recalled" in said(root, "collect", "list", "--all")
    assert "in collection" not in said(root, "journeys", "who", "10001")
    assert "left: a person kept him out of collection on 2026-03-03" in told_of(root, "10001")
    with bootstrap.open_office(root) as (_, office):
        (one,) = office.handovers.all(HandoverState.RECALLED)
        assert one.note == "taken back by Kim: he pays in parts"
        asked = office.queue.beginning(COLLECTION)
        assert [(item.decision, item.by) for item in asked] == [
            ("hand-over", "Inge"), ("leave", "Kim"),
        ]  # fmt: skip


def told_of(root: Path, debtor: str) -> str:
    return " ".join(said(root, "journeys", "who", debtor).split())


def test_a_dossier_of_a_case_that_is_not_ready_is_refused(root: Path) -> None:
    said(root, "promise", "10001", "--until", "2026-03-09", "--by", "anna")
    done = CliRunner().invoke(app, ["collect", "dossier", "10001", "--workspace", str(root)])
    assert done.exit_code != 0
    assert "no dossier that may go out: promised: he promised to pay by" in str(done.exception)
    assert "--draft" in str(done.exception)
    assert not (root / "output" / "dossiers").exists()


def test_a_draft_of_who_had_too_few_contacts_is_about_all_that_is_overdue(root: Path) -> None:
    to_come = OpenItem(
        number="2026-103", customer="10002", open=Money(5_000, "EUR"), due=TODAY + 2 * DAY
    )
    with bootstrap.open_office(root) as (_, office):
        office.books.replace_open_items("kantoor_erp", [*ITEMS, to_come])
    command = ["collect", "dossier", "10002", "--workspace", str(root)]
    refused = CliRunner().invoke(app, command)
    assert "2026-102: named in 2 of at least 5 contacts" in str(refused.exception)
    assert "--draft" in str(refused.exception)
    drawn = CliRunner().invoke(app, [*command, "--draft"])
    assert drawn.exit_code == 0, drawn.exception
    assert "-draft.pdf" in drawn.stdout
    assert "claimed: 89" in drawn.stdout
    assert "a draft: 2026-102: named in 2 of at least 5 contacts" in drawn.stderr


def test_old_dossiers_are_let_go_and_that_of_a_debtor_in_collection_stays(root: Path) -> None:
    folder = root / "output" / "dossiers"
    folder.mkdir(parents=True)
    for name, year in (
        ("gone.zip", 2017),
        ("kept.zip", 2017),
        ("kept.pdf", 2017),
        ("new.zip", 2026),
    ):
        (folder / name).write_bytes(b"PK")
        at = dt.datetime(year, 3, 1, tzinfo=dt.UTC).timestamp()
        os.utime(folder / name, (at, at))
    with bootstrap.open_office(root) as (_, office):
        decide(office, "ask", "hand-over", by="Inge")
        (one,) = office.handovers.all()
        office.handovers.filed(one.id, dossier="kept.zip", sha256="0" * 64)
    done = tidy_up(root, dry=False)
    assert ("dossiers", 1) in [(each.name, each.count) for each in done.let_go]
    assert sorted(path.name for path in folder.iterdir()) == ["kept.pdf", "kept.zip", "new.zip"]


def test_of_who_owes_nothing_there_is_no_dossier(root: Path) -> None:
    with bootstrap.open_office(root) as (_, office):
        office.books.replace_open_items("kantoor_erp", [])
    done = CliRunner().invoke(app, ["collect", "dossier", "10001", "--workspace", str(root)])
    assert "there is no claim on debtor 10001" in str(done.exception)

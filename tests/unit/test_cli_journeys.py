"""`clerkwork journeys`, `debtors` and `promise`, as docs/journeys.md shows them."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workspaces import fresh

from clerkwork import bootstrap
from clerkwork.adapters.clock import anchor
from clerkwork.app.office import Office
from clerkwork.cli.app import app
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageEvent, MessageState
from clerkwork.core.money import Money
from clerkwork.core.payments import Statement

PAGE = (Path(__file__).parents[2] / "docs" / "journeys.md").read_text(encoding="utf-8")
CONSOLE = "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))
TODAY = dt.date(2026, 3, 3)
DAY = dt.timedelta(days=1)
DEBTORS = (
    Debtor(
        number="10001", name="De Vries Installaties BV", email="ap@devries.example",
        address=("Kade 1", "1000 AA Stad"),
    ),
    Debtor(
        number="10002", name="Noor Jansen", kind="consumer", email="noor@home.example",
        address=("Laan 2", "1000 AB Stad"),
    ),
    Debtor(
        number="10003", name="Hollander Retail BV", email="ap@hollander.example",
        address=("Plein 3", "1000 AC Stad"), mobile="+31612345678",
    ),
    Debtor(number="10004", name="Ben Bakker", kind="consumer", email="ben@home.example"),
)  # fmt: skip


def invoice(number: str, customer: str, euros: str, overdue: int) -> OpenItem:
    return OpenItem(
        number=number, customer=customer, open=Money.of(euros, "EUR"), due=TODAY - overdue * DAY
    )


ITEMS = (
    invoice("2026-101", "10001", "1250.00", 4),
    invoice("2026-102", "10002", "89.00", 6),
    invoice("2026-103", "10003", "62000.00", -7),
    invoice("2026-104", "10004", "45.00", 15),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page_office(tmp_path_factory.mktemp("office"))


def page_office(folder: Path) -> Path:
    """The page's own back office, on a Tuesday at nine."""
    root = fresh(folder)
    nine = dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
    anchor(root / "output" / "demo" / "clock.json", nine, running=False)
    with bootstrap.open_office(root) as (place, office):
        for account in place.config.accounts.values():
            zero = Money(0, account.currency)
            day = TODAY - DAY
            office.books.book_statement(
                Statement(
                    account=account.iban, number="1", opened=day, closed=day, opening=zero,
                    closing=zero, lines=(), source="test",
                )
            )  # fmt: skip
        office.books.replace_debtors("kantoor_erp", DEBTORS)
        paid = [invoice(f"2026-0{n}", "10004", "20.00", 30) for n in range(3)]
        office.books.replace_open_items("kantoor_erp", [*ITEMS, *paid])
        for n in range(3):
            sent(office, f"10004/{n}", (f"2026-0{n}",), "mail", 5 + n)
        sent(office, "10004/3", ("2026-104",), "mail", 3)
        sent(office, "10001/0", ("2026-001",), "letter", 30, "10001", "businesses")
        office.books.replace_open_items("kantoor_erp", ITEMS)
        for n, kind in enumerate(("opened", "delivered", "link opened")):
            office.events.note(
                MessageEvent(message=f"10004/{n}", kind=kind, at=nine, provider=f"SM{n}")
            )
    return root


def sent(
    office: Office,
    key: str,
    items: tuple[str, ...],
    channel: str,
    days: int,
    debtor: str = "10004",
    segment: str = "everybody else",
) -> None:
    office.outbox.prepare(
        Message(
            key=key, channel=channel, to="ben@home.example", subject="Herinnering", text="",
            html="", debtor=debtor, step="friendly reminder", items=items, on=TODAY - days * DAY,
            message_id=f"<{key}@firm.example>", journey="consumer", segment=segment,
            state=MessageState.SENT,
        )
    )  # fmt: skip


def said(root: Path, *words: str, status: int = 0) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)], env={"COLUMNS": "120"})
    assert done.exit_code == status, (done.output, done.exception)
    return done.stdout if status == 0 else done.output


def refused(root: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)], env={"COLUMNS": "120"})
    assert done.exit_code != 0
    return f"{done.output} {done.exception}"


def test_the_page_shows_what_is_said(tmp_path: Path) -> None:
    root = page_office(tmp_path)
    shown: list[tuple[str, list[str]]] = []
    for line in CONSOLE.splitlines():
        if line.startswith("$ "):
            shown.append((line.removeprefix("$ clerkwork "), []))
        elif line.strip():
            shown[-1][1].append(line.rstrip())
    assert len(shown) > 8
    for command, lines in shown:
        answer = said(root, *shlex.split(command))
        assert [line.rstrip() for line in answer.splitlines() if line.strip()] == lines, command


def test_journeys_for_a_program(root: Path) -> None:
    found = json.loads(said(root, "journeys", "show", "students", "--json"))
    (students,), (segment,) = found["journeys"], found["segments"]
    assert (segment["segment"], segment["journey"]) == ("students", "students")
    persona = segment["persona"]
    assert (persona["name"], persona["complexity"], persona["digital"]) == ("Noor", 1, 5)
    every = json.loads(said(root, "journeys", "show", "--json"))["segments"]
    assert [one["segment"] for one in every][:4] == [
        "not at ease with computers", "students", "asked for time", "risk group",
    ]  # fmt: skip
    assert students["who"] == ["students"]
    notice, first = students["steps"][:2]
    assert (notice["level"], notice["after"]) == (0, -3)
    assert (first["level"], first["payday"]) == (1, "student finance")
    assert (first["channels"], first["not_set_up"]) == (["mail", "letter"], ["whatsapp", "sms"])


def test_who_for_a_program(root: Path) -> None:
    found = json.loads(said(root, "journeys", "who", "10001", "--json"))
    assert (found["segment"], found["journey"], found["manner"]) == (
        "businesses",
        "business",
        "new",
    )
    assert found["next"] == {
        "on": "2026-03-03", "step": "friendly reminder", "channel": "mail",
        "amounts": ["1250.00 EUR"], "items": ["2026-101"],
    }  # fmt: skip
    assert (found["level"], found["stops"], found["had"]) == (0, [], [])


def test_unknown_is_no_zero(root: Path) -> None:
    found = json.loads(said(root, "journeys", "thresholds", "--json"))["segments"]
    by = {one["segment"]: one for one in found}
    assert by["businesses"]["persona"] == {
        "name": "De Vries Installaties",
        "does": "runs a firm of ten people and does the books on Friday",
        "complexity": 2,
        "digital": 3,
    }
    letters = {stage["stage"]: stage for stage in by["businesses"]["stages"]}
    assert letters["delivered"]["share"] is None
    assert letters["delivered"]["unknown"] == letters["sent"]["yes"] == 1
    mails = {stage["stage"]: stage for stage in by["everybody else"]["stages"]}
    assert [mails[name]["yes"] for name in ("sent", "delivered", "opened", "link opened")] == [
        4, 3, 2, 1,
    ]  # fmt: skip
    assert (mails["paid"]["yes"], mails["paid"]["unknown"]) == (3, 1)
    assert said(root, "journeys", "thresholds", "--since", "2026-03-03").startswith("No reminder")


def test_a_segment_that_is_no_more_has_no_persona(tmp_path: Path) -> None:
    root = page_office(tmp_path)
    (root / "config" / "segments.toml").unlink()
    found = json.loads(said(root, "journeys", "thresholds", "--json"))["segments"]
    assert {one["persona"] for one in found} == {None}
    lines = said(root, "journeys", "thresholds").splitlines()
    assert lines[1].split()[:3] == ["businesses", "-", "-"]
    assert "persona" not in said(root, "journeys", "show")


def test_what_would_go_is_what_goes_on_its_day(root: Path) -> None:
    """What is foreseen for today is what a dry run would send today."""
    found = json.loads(said(root, "journeys", "plan", "--days", "1", "--json"))
    assert {(one["segment"], one["channel"], one["count"]) for one in found["ahead"]} == {
        ("businesses", "mail", 1),
        ("everybody else", "mail", 1),
        ("key accounts", "mail", 1),
    }
    longer = json.loads(said(root, "journeys", "plan", "--days", "92", "--json"))
    assert longer["to_collection"] == 3
    assert longer["held"] == {"one channel": 1}, "Ben has a mail address alone"
    days = [dt.date.fromisoformat(one["day"]) for one in longer["ahead"]]
    assert days == sorted(days)
    assert all(day.weekday() != 6 for day in days), "nobody is written to on a Sunday"


def test_what_comes_is_priced_for_a_program(root: Path) -> None:
    found = json.loads(said(root, "journeys", "plan", "--json"))
    contacts = sum(one["count"] for one in found["ahead"])
    assert found["cost"] == {
        "amount": str(Decimal("0.002") * contacts), "currency": "EUR", "unpriced": [],
    }  # fmt: skip


def test_other_journeys_are_tried_on_the_books_as_they_are(root: Path, tmp_path: Path) -> None:
    text = (root / "config" / "journeys.toml").read_text()
    tried = tmp_path / "tried.toml"
    tried.write_text(text.replace('channels = ["mail", "letter"]', 'channels = ["letter", "mail"]'))
    mine = said(root, "journeys", "plan", "--days", "1")
    other = said(root, "journeys", "plan", "--days", "1", "--journeys", str(tried))
    assert re.search(r"mail +key accounts", mine)
    assert re.search(r"letter +key accounts", other)
    assert said(root, "journeys", "plan", "--days", "1") == mine, "nothing is switched on"
    for command in ("plan", "replay"):
        tried.write_text(text.replace("start = 10:00:00", "start = 06:00:00"))
        told = " ".join(refused(root, "journeys", command, "--journeys", str(tried)).split())
        assert f"{tried}, line" in told
        assert "by the law of nl (config/law.toml) nobody is contacted before 07:00" in told
        tried.unlink()
        assert "tried.toml is missing" in refused(
            root, "journeys", command, "--journeys", str(tried)
        )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("journeys", "show", "studnets"), "Did you mean 'students'?"),
        (("journeys", "who", "99999"), "there is no debtor '99999'"),
        (("journeys", "thresholds", "--since", "monday"), "expected a day such as"),
        (("journeys", "plan", "--days", "93"), "less than or equal to 92"),
        (("journeys", "replay", "--by", "week"), "expected one of month, day"),
        (("promise", "10001", "--until", "soon"), "expected a day such as"),
        (("promise", "10001", "--until", "2026-12-01"), "expected a day from today"),
        (("promise", "10001", "--until", "2026-03-05", "--amount", "5"), "an amount such as"),
        (
            ("promise", "10001", "--until", "2026-03-05", "--amount", "5.00 USD"),
            "nothing was noted",
        ),
        (("promise", "10001", "--until", "2026-03-05", "--channel", "fax"), "expected one of call"),
        (("promises", "--withdraw", "77"), "there is no promise '77'"),
        (("debtors", "declare", "10001", "need", "gold", "--ground", "x"), "one of more time"),
        (("debtors", "declare", "1", "need", "paper", "--ground", "x"), "there is no debtor '1'"),
        (("debtors", "declare", "10001", "need", "paper", "--ground", " "), "the ground is empty"),
        (
            (
                "debtors",
                "declare",
                "10001",
                "need",
                "paper",
                "--ground",
                "x",
                "--since",
                "2027-01-01",
            ),
            "which is after 2026-03-03",
        ),
        (("debtors", "withdraw", "77"), "there is no declaration '77'"),
    ],
)
def test_what_cannot_be_meant_is_refused(root: Path, words: tuple[str, ...], told: str) -> None:
    assert told in " ".join(refused(root, *words).split())


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    assert said(root, "promises").startswith("No promise is open.")
    assert said(root, "promises", "--all").startswith("Nobody ever promised")
    assert said(root, "debtors", "declared").startswith("Nobody declared anything.")
    assert said(root, "journeys", "thresholds").startswith("No reminder was sent yet.")
    assert said(root, "journeys", "plan").startswith("Nothing would go in the next 14 days.")


def test_a_debtor_without_a_channel_is_told(tmp_path: Path) -> None:
    root = page_office(tmp_path)
    with bootstrap.open_office(root) as (_, office):
        office.books.replace_debtors("kantoor_erp", [replace(DEBTORS[0], email="", address=())])
    told = said(root, "journeys", "who", "10001")
    assert "no channel that reaches him" in told
    assert "unreachable: no usable mail address" in told


def test_a_journey_without_a_notice_is_told_where_the_law_asks_one(tmp_path: Path) -> None:
    root = fresh(tmp_path)
    assert "can go to collection" not in said(root, "journeys", "show")
    path = root / "config" / "journeys.toml"
    told = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^(notice|costs|interest) = true.*\n", "", told), encoding="utf-8")
    lines = said(root, "journeys", "show")
    assert "students: no step with `notice`" in lines
    assert "of a consumer on it nothing can go to collection" in lines
    assert "key accounts: no step" not in lines, "a business needs none"
    assert "can go to collection" not in said(root, "journeys", "show", "business")
    assert "can go to collection" in said(root, "journeys", "show", "students")

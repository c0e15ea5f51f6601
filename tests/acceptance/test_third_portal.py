"""A third portal in an afternoon: one class, one selectors file, one task, keying included."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from acme_portal import Acme, serve_acme
from back_office import BackOffice, settle_in

from clerkwork.adapters.clock import SystemClock
from clerkwork.adapters.store import open_store
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement, identified

PARTS = Path(__file__).with_name("acme")
ACCOUNT = "NL91ABNA0417164300"
CLOCK = SystemClock(ZoneInfo("Europe/Amsterdam"))
YESTERDAY = CLOCK.today() - dt.timedelta(days=1)
ITEMS = [
    ("2026-7001", "A-10", YESTERDAY - dt.timedelta(days=20), 123_456),
    ("2026-7002", "A-10", YESTERDAY - dt.timedelta(days=5), 80_000),
    ("2026-7003", "B-11", YESTERDAY + dt.timedelta(days=10), 1_050),
]


@pytest.fixture
def acme(tmp_path: Path) -> Acme:
    acme = Acme(database=tmp_path / "acme.sqlite")
    acme.owe(ITEMS)
    return acme


@pytest.fixture
def desk(tmp_path: Path, acme: Acme) -> Iterator[BackOffice]:
    """A workspace of Acme's three files alone, with two payments at the bank."""
    office = settle_in(tmp_path)
    for part in ("robots", "tasks", "selectors"):
        shutil.rmtree(office.folder / part)
        shutil.copytree(PARTS / part, office.folder / part)
    for part in ("robots", "tasks"):
        (office.folder / part / "__init__.py").touch()
    config = office.folder / "config"
    (config / "workspace.toml").write_text('store = "sqlite:///output/clerkwork.db"\n')
    accounts = f'[[accounts]]\niban = "{ACCOUNT}"\nledger = "1100"\n'
    (config / "accounts.toml").write_text(accounts)
    creditor = (config / "creditor.toml").read_text()
    (config / "creditor.toml").write_text(creditor.replace("NL22PLDR3507963310", ACCOUNT))
    office.keep({"acme_erp.user": acme.user, "acme_erp.password": acme.password})
    with serve_acme(acme) as address:
        portal = f'[acme_erp]\naddress = "{address}"\nwrites = "auto"\n'
        (config / "portals.toml").write_text(portal)
        receive(office)
        yield office


def receive(office: BackOffice) -> None:
    """Yesterday's statement: one payment of two items, and one of what nobody knows."""
    store = open_store(f"sqlite:///{office.output / 'clerkwork.db'}", CLOCK)
    lines = identified(
        BankLine(
            account=ACCOUNT,
            booked=YESTERDAY,
            valued=YESTERDAY,
            amount=Money(cents, "EUR"),
            payer=payer,
            payer_iban="NL02RABO0123456789",
            text=text,
        )
        for cents, payer, text in (
            (203_456, "Bakker BV", "2026-7001 en 2026-7002"),
            (1_050, "Bakker BV", "2026-7003"),
            (9_999, "Onbekend", "bedankt"),
        )
    )
    store.books.book_statement(
        Statement(
            account=ACCOUNT,
            number="1",
            opened=YESTERDAY,
            closed=YESTERDAY,
            opening=Money(0, "EUR"),
            closing=Money(203_456 + 1_050 + 9_999, "EUR"),
            lines=lines,
            source="by hand",
        )
    )
    store.close()


def test_a_robot_its_selectors_and_its_task_take_sixty_lines() -> None:
    files = [file for file in PARTS.rglob("*") if file.suffix in (".py", ".toml")]
    lines = [line for file in files for line in file.read_text().splitlines() if line.strip()]
    assert len(files) == 3
    assert len(lines) <= 60


def test_its_receipts_are_keyed_each_once(desk: BackOffice, acme: Acme) -> None:
    desk.done("run", "acme_round")
    assert desk.figures()["keyed"] == 2
    assert desk.figures()["to review"] == 1
    day = YESTERDAY.isoformat()
    receipts = acme.ask("SELECT account, day, cents FROM receipts ORDER BY cents")
    assert receipts == [("B-11", day, 1_050), ("A-10", day, 203_456)]
    lines = acme.ask("SELECT item, cents FROM receipt_lines ORDER BY item")
    assert lines == [("2026-7001", 123_456), ("2026-7002", 80_000), ("2026-7003", 1_050)]
    assert acme.ask("SELECT count(*) FROM items WHERE balance <> 0") == [(0,)]
    references = {reference for (reference,) in desk.store("SELECT reference FROM postings")}
    assert {reference for (reference,) in acme.ask("SELECT reference FROM receipts")} == references

    desk.done("run", "acme_round")
    assert desk.figures().get("keyed", 0) == 0
    assert acme.ask("SELECT count(*) FROM receipts") == [(2,)]
    desk.done("verify", "last")

"""What decisions taught is kept once, forgotten once, and a store from before gets room for it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from store_cases import PAYER, Stores, line, statement

from clerkwork.adapters.store import Store, open_store
from clerkwork.adapters.store.database import open_database
from clerkwork.adapters.store.upgrade import run_migrations
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.payments import identified
from clerkwork.core.remembered import Lesson, Remembered
from clerkwork.testing import MORNING, FixedClock

PAYS = Remembered(
    lesson=Lesson.IBAN,
    what=PAYER,
    customer="10001",
    line="a1",
    item="4f2a",
    by="ann",
    at=MORNING,
)


pytest_plugins = ["store_fixtures"]


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def test_a_lesson_is_kept_once_with_who_when_and_whence(store: Store) -> None:
    kept = store.lessons.remember(PAYS)
    assert kept == replace(PAYS, id="1")
    again = store.lessons.remember(replace(PAYS, by="bob", line="b2"))
    assert again == kept
    assert store.lessons.all() == (kept,)


def test_the_same_account_may_pay_for_two_debtors(store: Store) -> None:
    store.lessons.remember(PAYS)
    store.lessons.remember(replace(PAYS, customer="10002"))
    assert [one.customer for one in store.lessons.all()] == ["10001", "10002"]


def test_what_is_forgotten_stays_as_history_and_can_be_learned_again(store: Store) -> None:
    kept = store.lessons.remember(PAYS)
    gone = store.lessons.forget(kept.id, by="bob")
    assert (gone.forgotten_by, gone.forgotten) == ("bob", MORNING)
    again = store.lessons.remember(PAYS)
    assert again.id == "2"
    assert store.lessons.all() == (gone, again)


def test_it_is_forgotten_once(store: Store) -> None:
    store.lessons.remember(PAYS)
    store.lessons.forget("1", by="bob")
    with pytest.raises(ValueError, match="forgotten already, by bob"):
        store.lessons.forget("1", by="ann")


@pytest.mark.parametrize("id", ["", "7", "x", "-1", "٣", "9" * 40])
def test_what_is_not_there_cannot_be_forgotten(store: Store, id: str) -> None:
    store.lessons.remember(PAYS)
    with pytest.raises(ValueError, match="nothing is remembered under"):
        store.lessons.forget(id, by="ann")


def test_a_store_from_before_keeps_its_matches_and_learns(tmp_path: Path) -> None:
    file = tmp_path / "clerkwork.db"
    url = f"sqlite:///{file}"
    before = open_database(url)
    with before.write() as connection:
        run_migrations(connection, "0001")
    before.close()
    with sqlite3.connect(file) as raw:
        raw.execute(
            "INSERT INTO statements VALUES (1, 'NL91ABNA0417164300', 1, '1', '2026-03-02', "
            "'2026-03-02', 0, 12500, 'EUR', 'march.xml', '2026-03-02T08:00:00.000000+00:00')"
        )
        raw.execute(
            "INSERT INTO bank_lines VALUES ('a1', 1, 1, 'NL91ABNA0417164300', '2026-03-02', "
            "'2026-03-02', 12500, 'EUR', 'De Vries BV', '', 'factuur', '', '', 'A', '', '')"
        )
        raw.execute(
            "INSERT INTO matches (line, outcome, rule, reasons, customer, allocations, candidates, "
            "since) VALUES ('a1', 'review', 'equal candidates', '[\"two fit\"]', '10001', '[]', "
            "'[]', '2026-03-02T08:00:00.000000+00:00')"
        )
    raw.close()
    store = open_store(url, FixedClock())
    (found,) = store.books.matches()
    assert (found.outcome, found.reasons, found.customer) == (
        Outcome.REVIEW,
        ("two fit",),
        "10001",
    )
    assert (found.confidence, found.reverses) == (0.0, "")
    assert store.lessons.remember(PAYS).id == "1"
    store.close()


def test_confidence_and_what_a_line_reverses_are_kept(store: Store) -> None:
    store.books.book_statement(statement([line(-12_500, text="storno", ref="B")]))
    (back,) = identified([line(-12_500, text="storno", ref="B")])
    found = Match(
        line=back,
        outcome=Outcome.REOPENS,
        rule="return",
        reasons=("it points to line a1",),
        customer="10001",
        confidence=0.97,
        residual="part payment",
        reverses="a1",
    )
    store.books.record_matches([found], [])
    assert store.books.matches() == (found,)

"""In a workspace: the store's lines tried out without a change, and what decisions taught."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from store_cases import item, line, statement
from typer.testing import CliRunner
from workspaces import fresh

from clerkwork import bootstrap
from clerkwork.app.ask import ask
from clerkwork.app.office import Office
from clerkwork.app.question import question
from clerkwork.app.reconcile import find_matches
from clerkwork.cli.app import app
from clerkwork.core.ledger import Debtor
from clerkwork.core.matching.model import Outcome

HOLDING = "BE68539007547034"
CLEAR = replace(line(12_500, text="2026-0101", ref="A"), payer="De Vries BV", payer_iban="")
DOUBTFUL = replace(line(7_300, text="bedankt", ref="B"), payer="Groep Noord", payer_iban=HOLDING)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two booked lines that nobody has looked at."""
    root = fresh(tmp_path_factory.mktemp("office"))
    with opened(root) as office:
        office.books.replace_debtors("erp", [Debtor(number="10001", name="De Vries BV")])
        office.books.replace_open_items("erp", [item("2026-0101", 12_500), item("X-2", 999)])
        office.books.book_statement(statement([CLEAR, DOUBTFUL]))
    return root


@contextmanager
def opened(root: Path) -> Iterator[Office]:
    with bootstrap.open_office(root) as (_, office):
        yield office


def said(root: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)], env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_lines_of_the_store_are_tried_out_and_left_as_they_were(workspace: Path) -> None:
    shown = said(workspace, "reconcile")
    assert "Settled: 1 line, 125.00 EUR" in shown
    assert "For review: 1 line, 73.00 EUR" in shown
    made = json.loads(said(workspace, "reconcile", "--json"))
    assert [one["outcome"] for one in made["lines"]] == ["settled", "review"]
    assert made["accounts"] == []
    assert "Why" in said(workspace, "reconcile", "--explain", "1")
    with opened(workspace) as office:
        assert len(office.books.unmatched()) == 2
        assert office.books.matches() == ()
        assert office.books.postings() == ()


def test_what_a_decision_teaches_is_told_listed_and_forgotten(workspace: Path) -> None:
    with opened(workspace) as office:
        found = next(m for m in find_matches(office) if m.outcome is Outcome.REVIEW)
        office.books.record_matches([found], [])
        ask(office.queue, question(office, found, None, ""))
        (waiting,) = office.queue.open()
    decided = said(workspace, "review", "decide", waiting.id, "account:10001", "--by", "ann")
    assert f"remembered 1: the account {HOLDING} pays for debtor 10001" in decided
    assert "remembered 2: the name Groep Noord pays for debtor 10001" in decided
    listed = said(workspace, "review", "remembered")
    assert listed.count("ann") == 2
    assert found.line.id in listed
    gone = said(workspace, "review", "forget", "1", "--by", "bob")
    assert gone == f"forgotten 1: the account {HOLDING} pays for debtor 10001\n"
    assert HOLDING not in said(workspace, "review", "remembered")
    assert "by bob" in said(workspace, "review", "remembered", "--all")

"""Which statements are due, and that a download books only what it was asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from back_desk import Desk, open_desk
from store_cases import ACCOUNT, day, line, statement

from clerkwork.app.fetch import FIRST_FETCH, book_statements, statements_due
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.payments import Batch, Kind, identified
from clerkwork.errors import BusinessError, StatementError

OURS = OwnAccount(iban=ACCOUNT, ledger="1100")


@pytest.fixture
def desk() -> Iterator[Desk]:
    """It is Tuesday 3 March; `day(0)` is the Monday before."""
    desk = open_desk()
    yield desk
    desk.store.close()


def test_the_first_time_two_weeks_are_fetched_up_to_yesterday(desk: Desk) -> None:
    due = statements_due(desk.run(), OURS)
    assert due == (day(0) - dt.timedelta(days=FIRST_FETCH), day(0))


def test_later_only_what_follows_the_last_statement(desk: Desk) -> None:
    desk.store.books.book_statement(statement([line(100)]))
    assert statements_due(desk.run(), OURS) is None
    desk.clock.advance(dt.timedelta(days=3))
    assert statements_due(desk.run(), OURS) == (day(1), day(3))


def test_statements_of_a_file_are_booked_in_order_and_counted(desk: Desk) -> None:
    first = statement([line(100, ref="A")], number="1")
    second = statement([line(250, 1, ref="B")], opening=100, opened=1, number="2")
    desk.files["march.xml"] = (second, first)
    run = desk.run()
    book_statements(run, OURS, Path("march.xml"))
    assert (run.figures["statements booked"], run.figures["bank lines new"]) == (2, 2)
    steps = desk.evidence.trails[-1].steps
    assert [step.subject for step in steps] == [f"{ACCOUNT} 2026-03-02", f"{ACCOUNT} 2026-03-03"]
    assert steps[1].totals["closing"] == "3.50 EUR"

    again = desk.run()
    book_statements(again, OURS, Path("march.xml"))
    assert again.figures["bank lines new"] == 0


def test_another_accounts_statement_is_refused(desk: Desk) -> None:
    desk.files["march.xml"] = (replace(statement([line(100)]), account="NL71PLDR5375207869"),)
    with pytest.raises(BusinessError, match="NL71PLDR5375207869 came, asked was"):
        book_statements(desk.run(), OURS, Path("march.xml"))
    assert desk.store.books.statements() == ()


def test_a_file_with_a_strange_statement_in_it_is_refused_whole(desk: Desk) -> None:
    strange = replace(statement([line(100)], opened=5), account="NL71PLDR5375207869")
    desk.files["march.xml"] = (statement([line(100)]), strange)
    with pytest.raises(BusinessError, match="nothing was booked"):
        book_statements(desk.run(), OURS, Path("march.xml"))
    assert desk.store.books.statements() == ()


def test_a_file_that_cannot_be_read_books_nothing(desk: Desk) -> None:
    with pytest.raises(StatementError):
        book_statements(desk.run(), OURS, Path("letter.pdf"))
    assert desk.store.books.statements() == ()


def test_a_missing_number_is_reported_though_the_balances_go_on(desk: Desk) -> None:
    first = statement([line(100, ref="A")], number="61")
    third = statement([line(250, 1, ref="B")], opening=100, opened=1, number="63")
    desk.files["march.xml"] = (first, third)
    run = desk.run()
    book_statements(run, OURS, Path("march.xml"))
    assert run.figures["bank lines new"] == 2
    (item,) = desk.office.queue.open()
    assert item.title == f"Statement 62 of {ACCOUNT} did not come"
    assert "lines that cancel each other out" in item.facts["What it may mean"]
    assert "number missing" in [step.outcome for step in desk.evidence.trails[-1].steps]
    book_statements(desk.run(), OURS, Path("march.xml"))
    assert len(desk.office.queue.open()) == 1


def test_of_a_file_with_a_gap_in_its_balances_nothing_is_booked(desk: Desk) -> None:
    first = statement([line(100, ref="A")], number="61")
    late = statement([line(250, 4, ref="B")], opening=900, opened=4, number="64")
    desk.files["march.xml"] = (first, late)
    with pytest.raises(StatementError, match=r"are missing \(number 62 to 63\)"):
        book_statements(desk.run(), OURS, Path("march.xml"))
    assert desk.store.books.statements() == ()


def test_a_preview_is_shown_and_a_notification_explains(desk: Desk) -> None:
    parts = (line(250, ref="B1"), line(350, ref="B1"))
    batch = Batch(whole=identified([line(600, ref="B1")])[0], first=0, count=2)
    explained = replace(statement(parts), kind=Kind.NOTIFICATION, batches=(batch,))
    preview = replace(statement([line(600, ref="B1")]), kind=Kind.PREVIEW, unbooked=3)
    desk.files["march.xml"] = (preview, explained, statement([line(600, ref="B1")]))
    book_statements(desk.run(), OURS, Path("march.xml"))
    assert [one.amount.minor for one in desk.store.books.unmatched()] == [250, 350]
    shown = {step.action: step.details for step in desk.evidence.trails[-1].steps}
    assert shown["read preview"]["not booked yet"] == "3"
    assert shown["read notification"]["lines that stand for batches now"] == "2"

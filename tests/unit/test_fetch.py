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
    assert steps[1].details["closing"] == "3.50 EUR"

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

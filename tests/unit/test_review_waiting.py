"""Review of money that pays no open item, and of payments that the bank took back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, open_desk
from store_cases import eur, item, line

from clerkwork.app.review import decide, undo
from clerkwork.core.matching.model import Outcome
from clerkwork.core.posting import PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError

PAID = replace(line(12_500, text="2026-0101", ref="A"), end_to_end="E-1")
AGAIN = replace(line(12_500, 1, text="2026-0101", ref="C"), end_to_end="E-2")
BACK = replace(line(-12_500, 1, text="storno 2026-0101", ref="B"), end_to_end="E-1", code="return")


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    desk.owe(item("2026-0101", 12_500), item("2026-0102", 12_500))
    yield desk
    desk.store.close()


def question(desk: Desk) -> WorkItem:
    (waiting,) = desk.store.queue.open()
    return waiting


def outcomes(desk: Desk) -> dict[str, Outcome]:
    return {found.line.bank_ref: found.outcome for found in desk.store.books.matches()}


def open_amounts(desk: Desk) -> dict[str, int]:
    return {one.number: one.open.minor for one in desk.store.books.open_items()}


def test_paid_twice_waits_on_account_of_its_debtor_as_the_first_choice(desk: Desk) -> None:
    desk.receive(PAID, AGAIN)
    run = desk.reconcile()
    assert outcomes(desk) == {"A": Outcome.SETTLED, "C": Outcome.UNAPPLIED}
    assert run.figures["to review"] == 1
    asked = question(desk)
    assert asked.choices[0] == ("account:10001", "put it on account of debtor 10001")
    assert "Why it pays no open item" in asked.facts
    decide(desk.office, asked.id, asked.choices[0][0], by="ann")
    desk.key()
    assert [receipt.amount for receipt in desk.erp.receipts] == [eur(12_500), eur(12_500)]
    assert desk.erp.receipts[1].allocations == ()
    assert desk.erp.items["2026-0102"] == eur(12_500), "its sibling stays open"


def test_what_waits_on_account_may_be_applied_to_another_item(desk: Desk) -> None:
    desk.receive(PAID, AGAIN)
    desk.reconcile()
    decide(desk.office, question(desk).id, "items:2026-0102", by="ann")
    desk.key()
    assert desk.erp.items["2026-0102"] == eur(0)


def test_a_line_that_waits_is_asked_about_once(desk: Desk) -> None:
    desk.receive(PAID, AGAIN)
    desk.reconcile()
    assert desk.reconcile().figures == {}
    assert len(desk.questions()) == 1


def returned(desk: Desk) -> WorkItem:
    """A payment was keyed before the bank took it back; the question about that."""
    desk.receive(PAID)
    desk.reconcile()
    desk.key()
    desk.receive(PAID, BACK)
    desk.reconcile()
    return question(desk)


def test_a_return_names_the_posting_that_it_takes_back_first(desk: Desk) -> None:
    asked = returned(desk)
    reference = desk.posting().reference
    assert outcomes(desk)["B"] is Outcome.REOPENS
    assert asked.choices[0] == (
        "reverses",
        f"it takes back posting {reference} over 125.00 EUR: you have undone its receipt in the "
        "ERP",
    )


def test_the_item_is_open_again_once_the_receipt_is_undone_in_the_erp(desk: Desk) -> None:
    decide(desk.office, returned(desk).id, "reverses", by="ann")
    assert desk.states() == [PostingState.REVERSED]
    assert open_amounts(desk)["2026-0101"] == 12_500
    assert outcomes(desk) == {"A": Outcome.NOT_OURS, "B": Outcome.NOT_OURS}
    assert desk.reconcile().figures == {}
    assert desk.questions() == []


def test_what_came_back_before_it_was_keyed_is_never_keyed(desk: Desk) -> None:
    desk.receive(PAID)
    desk.reconcile()
    desk.receive(PAID, BACK)
    desk.reconcile()
    asked = question(desk)
    assert asked.choices[0][1].endswith("which will not be keyed")
    decide(desk.office, asked.id, "reverses", by="ann")
    assert desk.states() == [PostingState.REJECTED]
    desk.reconcile()
    assert desk.key().figures["keyed"] == 0
    assert desk.erp.receipts == []


def test_a_return_is_not_taken_back_with_undo(desk: Desk) -> None:
    asked = returned(desk)
    decide(desk.office, asked.id, "reverses", by="ann")
    with pytest.raises(BusinessError, match="cannot be undone here"):
        undo(desk.office, asked.id, by="ann")


def test_a_return_of_what_is_in_doubt_waits_for_that_first(desk: Desk) -> None:
    desk.receive(PAID)
    desk.reconcile()
    desk.erp.misread = lambda receipt: None
    desk.key()
    desk.receive(PAID, BACK)
    desk.reconcile()
    asked = next(one for one in desk.store.queue.open() if one.kind == "match")
    with pytest.raises(BusinessError, match="is doubtful; run the round or decide that first"):
        decide(desk.office, asked.id, "reverses", by="ann")
    assert desk.states() == [PostingState.DOUBTFUL]


def test_a_storno_that_points_nowhere_has_no_such_choice(desk: Desk) -> None:
    desk.receive(replace(BACK, end_to_end="", text="storno"))
    desk.reconcile()
    asked = question(desk)
    assert "reverses" not in [choice for choice, _ in asked.choices]
    with pytest.raises(BusinessError, match="went out; it cannot be keyed"):
        decide(desk.office, asked.id, "reverses", by="ann")

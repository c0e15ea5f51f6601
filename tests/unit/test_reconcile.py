"""Reconciling: every line becomes a posting, a question to a person, or is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, open_desk
from store_cases import PAYER, eur, item, line

from clerkwork.app.reconcile import free_items
from clerkwork.app.review import decide
from clerkwork.core.matching.model import Outcome
from clerkwork.core.posting import PostingState

CLEAR = line(12_500, text="2026-0101", ref="A")
DOUBTFUL = line(9_999, text="bedankt", ref="B")
CHARGES = replace(line(-395, text="kosten", ref="C"), payer="", payer_iban="", code="costs")


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    desk.owe(item("2026-0101", 12_500), item("2026-0102", 30_000))
    yield desk
    desk.store.close()


def outcomes(desk: Desk) -> dict[str, Outcome]:
    return {found.line.bank_ref: found.outcome for found in desk.store.books.matches()}


def test_each_line_has_one_outcome_and_each_is_counted(desk: Desk) -> None:
    desk.receive(CLEAR, DOUBTFUL, CHARGES)
    run = desk.reconcile()
    assert outcomes(desk) == {"A": Outcome.SETTLED, "B": Outcome.REVIEW, "C": Outcome.NOT_OURS}
    assert run.figures == {"matched": 1, "to review": 1, "not ours": 1, "questions asked": 1}
    assert desk.states() == [PostingState.APPROVED]
    row = desk.store.books.postings()[0]
    assert (row.note, row.rule) == (
        "policy: number and amount, config/matching.toml 0123456789abcdef",
        "number and amount",
    )


def test_the_run_keeps_in_evidence_which_rule_decided_how_often(desk: Desk) -> None:
    desk.receive(CLEAR, DOUBTFUL, CHARGES)
    desk.reconcile()
    step = desk.evidence.trails[-1].steps[-1]
    assert step.action == "reconcile"
    assert set(step.details.values()) == {"1"}
    assert {"number and amount", "bank costs"} <= set(step.details)


def test_a_doubtful_line_is_asked_once_with_all_that_is_known_of_it(desk: Desk) -> None:
    desk.receive(DOUBTFUL)
    desk.reconcile()
    again = desk.reconcile()
    assert again.figures == {}
    (question,) = desk.store.queue.open()
    assert question.kind == "match"
    assert question.facts["Amount"] == "99.99 EUR"
    assert question.facts["Payer's IBAN"] == PAYER
    assert question.facts["Why it is doubtful"]
    choices = [choice for choice, _ in question.choices]
    assert choices[-4:] == [
        "account:NUMBER",
        "items:NUMBER,NUMBER",
        "not-ours",
        "not-ours-always",
    ]


def test_candidates_stand_side_by_side_and_each_can_be_chosen(desk: Desk) -> None:
    desk.owe(item("2026-0101", 12_500), item("2026-0102", 12_500))
    desk.receive(line(12_500, text="factuur"))
    desk.reconcile()
    (question,) = desk.store.queue.open()
    candidates = [fact for name, fact in question.facts.items() if name.startswith("Candidate")]
    assert len(candidates) == 2
    assert {"1", "2"} <= {choice for choice, _ in question.choices}


def test_where_a_person_confirms_nothing_is_approved_by_itself() -> None:
    desk = open_desk(writes="confirm")
    desk.owe(item("2026-0101", 12_500))
    desk.receive(CLEAR)
    desk.reconcile()
    assert desk.states() == [PostingState.PROPOSED]
    assert desk.key().figures["keyed"] == 0
    desk.reconcile()
    (question,) = desk.store.queue.open()
    assert question.kind == "posting"
    assert question.title.startswith(f"Confirm {desk.posting().reference}: 125.00 EUR")

    decide(desk.office, question.id, "approve", by="ann")
    assert desk.key().figures["keyed"] == 1
    desk.store.close()


def test_what_a_person_rejected_is_not_proposed_again_but_asked() -> None:
    desk = open_desk(writes="confirm")
    desk.owe(item("2026-0101", 12_500))
    desk.receive(CLEAR)
    desk.reconcile()
    (question,) = desk.store.queue.open()
    decide(desk.office, question.id, "reject", by="ann")
    desk.reconcile()
    assert desk.states() == [PostingState.REJECTED]
    (again,) = desk.store.queue.open()
    assert again.kind == "match"
    assert "a person rejected just this" in again.facts["Why it is doubtful"]
    desk.store.close()


def test_money_that_waits_to_be_keyed_is_not_free_for_another_line(desk: Desk) -> None:
    desk.receive(CLEAR)
    desk.reconcile()
    assert [one.number for one in free_items(desk.store.books)] == ["2026-0102"]
    assert len(desk.store.books.open_items()) == 2


def test_the_rest_of_an_item_is_free_and_the_second_payment_is_keyed_on_it(desk: Desk) -> None:
    first = line(10_000, text="2026-0102 deel 1", ref="A")
    second = line(20_000, 1, text="2026-0102 rest", ref="B")
    desk.receive(first, second)
    desk.reconcile()
    assert [row.posting.allocations[0].open_before for row in desk.store.books.postings()] == [
        eur(30_000),
        eur(20_000),
    ]
    desk.key()
    assert desk.states() == [PostingState.KEYED] * 2
    assert desk.erp.items["2026-0102"] == eur(0)


def test_paid_by_hand_meanwhile_ends_as_a_question_and_nothing_is_keyed_on_top(desk: Desk) -> None:
    desk.receive(CLEAR)
    desk.reconcile()
    desk.erp.items["2026-0101"] = eur(0)
    desk.key()
    desk.fetch(item("2026-0102", 30_000))
    desk.reconcile()
    assert desk.states() == [PostingState.VOID]
    assert outcomes(desk) == {"A": Outcome.REVIEW}
    assert len(desk.questions()) == 1
    assert desk.key().figures["keyed"] == 0
    assert desk.erp.receipts == []


def test_a_voided_posting_is_matched_anew_on_what_is_open_now(desk: Desk) -> None:
    # Somebody put a discount of 25.00 back: 150.00 is open, of which 125.00 were paid.
    desk.receive(CLEAR)
    desk.reconcile()
    desk.erp.items["2026-0101"] = eur(15_000)
    desk.key()
    desk.fetch(item("2026-0101", 15_000), item("2026-0102", 30_000))
    desk.reconcile()
    desk.key()
    assert desk.states() == [PostingState.KEYED], "the same posting, on what is open now"
    assert desk.erp.items["2026-0101"] == eur(2_500)
    assert len(desk.erp.receipts) == 1


def test_a_question_that_a_crash_left_unasked_is_asked_by_the_next_run(desk: Desk) -> None:
    desk.receive(DOUBTFUL)
    desk.reconcile()
    (question,) = desk.store.queue.open()
    desk.store.queue.withdraw(question.key, "as if it had never been put")
    again = desk.reconcile()
    assert again.figures == {"questions asked": 1}
    assert [item.key for item in desk.store.queue.open()] == [question.key]


def test_a_decision_that_a_crash_left_half_taken_closes_its_question(desk: Desk) -> None:
    desk.receive(DOUBTFUL)
    desk.reconcile()
    (question,) = desk.store.queue.open()
    (found,) = desk.store.books.matches()
    settled = replace(found, outcome=Outcome.NOT_OURS, rule="person", candidates=())
    desk.store.books.record_matches([settled], [])
    assert desk.store.queue.open()[0].id == question.id
    desk.reconcile()
    assert desk.store.queue.open() == ()

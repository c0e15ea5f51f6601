"""Review: what a person decides is carried out once, and can be taken back until it is keyed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, open_desk
from store_cases import eur, item, line, reminder

from clerkwork.adapters.channels import CallList
from clerkwork.app.remind_facts import APPLIED, ON_ACCOUNT, lying_on_account
from clerkwork.app.review import decide, find, undo
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.messages import MessageState
from clerkwork.core.posting import PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError, EntryRefused

APPROVED, KEYED, REJECTED = PostingState.APPROVED, PostingState.KEYED, PostingState.REJECTED


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A payment of 125.00 that fits two invoices of one debtor equally well."""
    desk = open_desk()
    desk.owe(
        item("2026-0101", 12_500),
        item("2026-0102", 12_500),
        item("2026-0201", 12_500, customer="10002"),
        item("C-1", -2_500),
    )
    desk.receive(line(12_500, text="factuur"))
    desk.reconcile()
    assert len(desk.store.queue.open()) == 1
    yield desk
    desk.store.close()


def test_that_nobody_answered_a_call_is_heeded_at_once(desk: Desk) -> None:
    call = replace(reminder("10001/standard/1/1/call/1"), channel="call", to="+31612345678")
    desk.store.outbox.prepare(call)
    desk.store.outbox.sending(call.key, "run-0")
    desk.store.outbox.settle(call.key, MessageState.SENT, run="run-0")
    CallList(desk.store.queue, desk.office.clock).send(call)
    (asked,) = (one for one in desk.store.queue.open() if one.kind == "call")
    decide(desk.office, asked.id, "not-reached", by="ann")
    assert desk.store.outbox.all()[0].state is MessageState.STOPPED
    assert [one.kind for one in desk.store.events.all(call.key)] == ["undelivered"]


def question(desk: Desk) -> str:
    (waiting,) = desk.store.queue.open()
    return waiting.id


def outcome(desk: Desk) -> Match:
    (found,) = desk.store.books.matches()
    return found


def applied(desk: Desk) -> list[tuple[str, int]]:
    """Items and minor units of the last posting."""
    row = desk.store.books.postings()[-1]
    return [(part.item, part.amount.minor) for part in row.posting.allocations]


def test_a_candidate_is_applied_and_the_next_run_keys_it(desk: Desk) -> None:
    closed = decide(desk.office, question(desk), "1", by="ann", note="asked the debtor")
    assert (closed.decision, closed.by, closed.note) == ("1", "ann", "asked the debtor")
    assert desk.states() == [APPROVED]
    assert desk.erp.acts == [], "deciding keys nothing"
    found = outcome(desk)
    assert (found.outcome, found.rule) == (Outcome.SETTLED, "person")
    assert found.reasons[0] == "decided by ann: 1"
    desk.key()
    assert desk.states() == [KEYED]
    assert desk.questions() == []


def test_money_on_account_of_a_debtor_settles_no_item(desk: Desk) -> None:
    decide(desk.office, question(desk), "account:10002", by="ann")
    desk.key()
    (receipt,) = desk.erp.receipts
    assert (receipt.customer, receipt.amount, receipt.allocations) == ("10002", eur(12_500), ())


def test_items_that_a_person_names_are_paid_oldest_first_credit_notes_included(desk: Desk) -> None:
    decide(desk.office, question(desk), "items:2026-0102,C-1,2026-0101", by="ann")
    assert applied(desk) == [("2026-0101", 12_500), ("2026-0102", 2_500), ("C-1", -2_500)]
    desk.key()
    assert desk.erp.items["2026-0102"] == eur(10_000)
    assert desk.erp.items["C-1"] == eur(0)


def test_what_is_more_than_the_named_items_stays_on_account(desk: Desk) -> None:
    desk.fetch(item("2026-0101", 10_000))
    desk.erp.items = {"2026-0101": eur(10_000)}
    decide(desk.office, question(desk), "items:2026-0101", by="ann")
    assert desk.posting(-1).on_account == eur(2_500)
    desk.key()
    assert desk.states() == [KEYED]


def test_not_ours_is_out_of_the_queue_and_never_keyed(desk: Desk) -> None:
    decide(desk.office, question(desk), "not-ours", by="ann")
    assert outcome(desk).outcome is Outcome.NOT_OURS
    assert desk.reconcile().figures == {}
    assert desk.key().figures["keyed"] == 0
    assert desk.states() == []


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ("9", "Possible are: 1 "),
        ("approve", "Possible are: 1 "),
        ("account:", "account:NUMBER \\(put it on account"),
        ("account:99999", "there is no debtor '99999'"),
        ("items:2026-0999", "not open: 2026-0999; nothing was decided"),
        ("items:2026-0101,2026-0201", "several debtors"),
    ],
)
def test_a_decision_that_is_none_says_what_can_be_decided(
    desk: Desk, decision: str, told: str
) -> None:
    with pytest.raises(BusinessError, match=told):
        decide(desk.office, question(desk), decision, by="ann")
    assert question(desk)
    assert desk.states() == []


def test_it_is_decided_once(desk: Desk) -> None:
    id = question(desk)
    decide(desk.office, id, "not-ours", by="ann")
    with pytest.raises(BusinessError, match="decided already: not-ours, by ann"):
        decide(desk.office, id, "1", by="bob")
    with pytest.raises(BusinessError, match="no work item 'nonsense'"):
        find(desk.office, "nonsense")


def test_a_candidate_whose_item_was_paid_meanwhile_is_refused(desk: Desk) -> None:
    desk.fetch(item("2026-0201", 12_500, customer="10002"))
    with pytest.raises(BusinessError, match="nothing open now"):
        decide(desk.office, question(desk), "1", by="ann")
    assert desk.states() == []


def test_money_that_went_out_is_no_receipt() -> None:
    desk = open_desk()
    desk.owe(item("2026-0101", 12_500))
    desk.receive(replace(line(-12_500, text="storno 2026-0101"), code="return"))
    desk.reconcile()
    with pytest.raises(BusinessError, match="went out; it cannot be keyed as a receipt"):
        decide(desk.office, question(desk), "account:10001", by="ann")
    decide(desk.office, question(desk), "not-ours", by="ann")
    desk.store.close()


def test_a_decision_is_taken_back_before_it_is_keyed(desk: Desk) -> None:
    id = question(desk)
    decide(desk.office, id, "1", by="ann")
    undo(desk.office, id, by="ann")
    assert desk.states() == [REJECTED]
    assert question(desk) == id
    assert outcome(desk).reasons[0] == "taken back by ann"
    assert desk.key().figures["keyed"] == 0
    assert desk.reconcile().figures == {}, "it waits for the person, not for the rules"


def test_what_was_taken_back_can_be_decided_again_the_same_way_and_is_keyed_once(
    desk: Desk,
) -> None:
    id = question(desk)
    decide(desk.office, id, "1", by="ann")
    undo(desk.office, id, by="ann")
    decide(desk.office, id, "1", by="ann")
    desk.key()
    assert desk.states() == [KEYED]
    assert len(desk.erp.receipts) == 1


def test_what_was_keyed_is_corrected_in_the_erp(desk: Desk) -> None:
    id = question(desk)
    decide(desk.office, id, "1", by="ann")
    desk.key()
    with pytest.raises(BusinessError, match="is keyed already; correct it in the ERP"):
        undo(desk.office, id, by="ann")
    assert desk.states() == [KEYED]


def test_that_money_on_account_was_applied_is_taken_back_and_it_lies_there_again(
    desk: Desk,
) -> None:
    decide(desk.office, question(desk), "account:10001", by="ann")
    desk.key()
    books, queue = desk.store.books, desk.store.queue
    (lying,) = lying_on_account(books, queue)
    queue.put(
        WorkItem(
            id="lies", key=f"{ON_ACCOUNT}{lying.reference}", kind="debtor", title="125.00 EUR lies",
            created=desk.office.clock.now(), choices=((APPLIED, "it is"),), debtor="10001",
        )
    )  # fmt: skip
    decide(desk.office, question(desk), APPLIED, by="ann")
    assert lying_on_account(books, queue) == ()
    id = queue.beginning(ON_ACCOUNT)[0].id
    assert undo(desk.office, id, by="bob").id == question(desk)
    assert lying_on_account(books, queue) == (lying,)
    decide(desk.office, id, APPLIED, by="ann")
    assert lying_on_account(books, queue) == ()


def test_of_other_decisions_it_is_said_which_can_be_taken_back(desk: Desk) -> None:
    queue = desk.store.queue
    queue.put(
        WorkItem(
            id="seen", key="cap/reminders", kind="trouble", title="more is due",
            created=desk.office.clock.now(), choices=(("seen", "run again"),),
        )
    )  # fmt: skip
    asked = queue.beginning("cap/")[0]
    decide(desk.office, asked.id, "seen", by="ann")
    with pytest.raises(BusinessError, match="only decisions about bank lines and about money on"):
        undo(desk.office, asked.id, by="ann")


def test_not_ours_is_taken_back_too(desk: Desk) -> None:
    id = question(desk)
    decide(desk.office, id, "not-ours", by="ann")
    undo(desk.office, id, by="ann")
    assert outcome(desk).outcome is Outcome.REVIEW
    with pytest.raises(BusinessError, match="nothing to take back"):
        undo(desk.office, id, by="ann")


@pytest.fixture
def refused(desk: Desk) -> Desk:
    """A posting that the portal refused, with the question about it."""
    decide(desk.office, question(desk), "1", by="ann")
    desk.erp.before["submit"] = [EntryRefused("Periode is afgesloten")]
    desk.key()
    assert desk.states() == [PostingState.REFUSED]
    return desk


def test_a_refused_posting_is_keyed_once_a_person_put_it_right(refused: Desk) -> None:
    decide(refused.office, question(refused), "approve", by="ann")
    refused.key()
    assert refused.states() == [KEYED]
    assert len(refused.erp.receipts) == 1


def test_a_posting_refused_again_is_asked_again(refused: Desk) -> None:
    decide(refused.office, question(refused), "approve", by="ann")
    refused.erp.before["submit"] = [EntryRefused("Periode is afgesloten")]
    refused.key()
    assert refused.states() == [PostingState.REFUSED]
    decide(refused.office, question(refused), "approve", by="ann")
    refused.key()
    assert refused.states() == [KEYED]


def test_a_refused_posting_that_is_rejected_frees_its_line_for_another_match(
    refused: Desk,
) -> None:
    decide(refused.office, question(refused), "reject", by="ann")
    assert refused.states() == [REJECTED]
    refused.reconcile()
    assert outcome(refused).outcome is Outcome.REVIEW
    assert question(refused)


def test_a_refused_posting_cannot_be_called_keyed(refused: Desk) -> None:
    with pytest.raises(BusinessError, match="'keyed' is no decision"):
        decide(refused.office, question(refused), "keyed", by="ann")
    assert refused.states() == [PostingState.REFUSED]
    assert question(refused)


def test_a_doubtful_posting_that_a_person_found_in_the_portal_counts_as_keyed(desk: Desk) -> None:
    decide(desk.office, question(desk), "1", by="ann")
    desk.erp.misread = lambda receipt: None
    desk.key()
    assert desk.states() == [PostingState.DOUBTFUL]
    decide(desk.office, question(desk), "keyed", by="ann")
    assert desk.states() == [KEYED]
    paid = {one.number for one in desk.store.books.open_items()}
    assert len(paid) == 3, "its item is settled in our books"

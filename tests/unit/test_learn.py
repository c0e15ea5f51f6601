"""What a person decides is remembered, counts from then on, and can be forgotten again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from back_desk import OTHER_PAYER, Desk, open_desk
from store_cases import ACCOUNT, PAYER, item, line

from clerkwork.app.learn import forget, pays_for
from clerkwork.app.review import decide, undo
from clerkwork.core.matching.memory import Memory
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.payments import BankLine
from clerkwork.core.remembered import Lesson, memory_of
from clerkwork.errors import BusinessError

HOLDING = "BE68539007547034"
FROM_HOLDING = replace(
    line(12_500, text="betaling", ref="A"), payer="Groep Noord Holding", payer_iban=HOLDING
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    desk.owe(
        item("2026-0101", 12_500),
        item("2026-0102", 7_300),
        item("2026-0201", 12_500, customer="10002"),
    )
    yield desk
    desk.store.close()


def asked(desk: Desk, *lines: BankLine) -> str:
    """The lines come in, and the one question that they raise."""
    desk.receive(*lines)
    desk.reconcile()
    (waiting,) = desk.store.queue.open()
    return waiting.id


def learned(desk: Desk) -> list[tuple[str, str, str]]:
    return [
        (str(one.lesson), one.what, one.customer)
        for one in desk.store.lessons.all()
        if one.forgotten is None
    ]


def outcome_of(desk: Desk, ref: str) -> Match:
    return next(m for m in desk.store.books.matches() if m.line.bank_ref == ref)


def test_whose_an_account_and_a_name_are_is_remembered_with_who_said_so(desk: Desk) -> None:
    id = asked(desk, FROM_HOLDING)
    decide(desk.office, id, "items:2026-0101", by="ann")
    assert learned(desk) == [
        ("account", HOLDING, "10001"),
        ("name", "Groep Noord Holding", "10001"),
    ]
    one = desk.store.lessons.all()[0]
    assert (one.by, one.item, one.at) == ("ann", id, desk.clock.now())
    assert one.line == outcome_of(desk, "A").line.id


def test_the_next_payment_of_that_account_is_settled_by_it(desk: Desk) -> None:
    decide(desk.office, asked(desk, FROM_HOLDING), "items:2026-0101", by="ann")
    desk.receive(
        FROM_HOLDING,
        replace(FROM_HOLDING, amount=line(7_300).amount, bank_ref="B"),
    )
    desk.reconcile()
    found = outcome_of(desk, "B")
    assert (found.outcome, found.customer) == (Outcome.SETTLED, "10001")
    assert [part.item for part in found.allocations] == ["2026-0102"]


def test_what_is_forgotten_counts_no_more(desk: Desk) -> None:
    decide(desk.office, asked(desk, FROM_HOLDING), "items:2026-0101", by="ann")
    for one in desk.store.lessons.all():
        forget(desk.office, one.id, by="bob")
    desk.receive(
        FROM_HOLDING,
        replace(FROM_HOLDING, amount=line(7_300).amount, bank_ref="B"),
    )
    desk.reconcile()
    assert outcome_of(desk, "B").outcome is Outcome.REVIEW
    assert len(desk.store.lessons.all()) == 2, "history stays"


def test_a_decision_that_is_taken_back_is_forgotten(desk: Desk) -> None:
    id = asked(desk, FROM_HOLDING)
    decide(desk.office, id, "items:2026-0101", by="ann")
    undo(desk.office, id, by="bob")
    assert learned(desk) == []
    assert {one.forgotten_by for one in desk.store.lessons.all()} == {"bob"}


def test_a_payer_of_this_once_is_not_remembered(desk: Desk) -> None:
    decide(desk.office, asked(desk, FROM_HOLDING), "items:2026-0101", by="ann", remember=False)
    assert learned(desk) == []


def test_another_debtors_own_account_stays_his(desk: Desk) -> None:
    for_a_friend = replace(FROM_HOLDING, payer="Jansen BV", payer_iban=OTHER_PAYER)
    decide(
        desk.office, asked(desk, replace(for_a_friend, text="?", amount=line(99).amount)),
        "account:10001", by="ann",
    )  # fmt: skip
    assert learned(desk) == []


def test_what_the_erp_says_already_is_not_learned(desk: Desk) -> None:
    decide(desk.office, asked(desk, line(99, text="bedankt")), "account:10001", by="ann")
    assert learned(desk) == []


def test_a_name_that_somebody_else_bears_is_no_alias(desk: Desk) -> None:
    named_so = replace(FROM_HOLDING, payer="Jansen B.V.", amount=line(99).amount)
    decide(desk.office, asked(desk, named_so), "account:10001", by="ann")
    assert learned(desk) == [("account", HOLDING, "10001")]


def test_an_account_that_was_given_to_two_debtors_tells_nobody(desk: Desk) -> None:
    decide(desk.office, asked(desk, FROM_HOLDING), "items:2026-0101", by="ann")
    other = replace(FROM_HOLDING, amount=line(99).amount, bank_ref="B")
    desk.receive(FROM_HOLDING, other)
    desk.reconcile()
    (waiting,) = desk.store.queue.open()
    decide(desk.office, waiting.id, "account:10002", by="bob")
    assert ("account", HOLDING, "10002") in learned(desk)
    assert memory_of(desk.store.lessons.all()) == Memory()


class TestNotOurs:
    UNKNOWN = replace(line(4_250, text="Rente deposito 4711", ref="A"), payer="", payer_iban="")

    def test_an_account_is_set_aside_from_now_on(self, desk: Desk) -> None:
        decide(desk.office, asked(desk, FROM_HOLDING), "not-ours-always", by="ann")
        assert learned(desk) == [("not ours, account", HOLDING, "")]
        desk.receive(FROM_HOLDING, replace(FROM_HOLDING, bank_ref="B"))
        desk.reconcile()
        found = outcome_of(desk, "B")
        assert found.outcome is Outcome.NOT_OURS
        assert any("a person decided" in reason for reason in found.reasons)

    def test_without_an_account_the_text_is_what_is_recognised(self, desk: Desk) -> None:
        decide(desk.office, asked(desk, self.UNKNOWN), "not-ours-always", by="ann")
        assert learned(desk) == [("not ours, text", "Rente deposito 4711", "")]

    def test_not_ours_alone_teaches_nothing(self, desk: Desk) -> None:
        decide(desk.office, asked(desk, FROM_HOLDING), "not-ours", by="ann")
        assert learned(desk) == []

    @pytest.mark.parametrize("payer_iban", [PAYER, " ".join((PAYER[:4], PAYER[4:]))])
    def test_a_debtors_account_is_never_set_aside(self, desk: Desk, payer_iban: str) -> None:
        id = asked(desk, replace(line(99, text="bedankt"), payer_iban=payer_iban))
        with pytest.raises(BusinessError, match="is an account of debtor 10001; decide not-ours"):
            decide(desk.office, id, "not-ours-always", by="ann")
        assert learned(desk) == []
        assert desk.questions(), "nothing was decided"

    def test_a_line_that_says_nothing_cannot_be_recognised(self, desk: Desk) -> None:
        silent = replace(self.UNKNOWN, text="4711")
        with pytest.raises(BusinessError, match="nothing by which another could be recognised"):
            decide(desk.office, asked(desk, silent), "not-ours-always", by="ann")


def test_our_own_account_is_nobodys(desk: Desk) -> None:
    id = asked(desk, FROM_HOLDING)
    found = outcome_of(desk, "A")
    ours = replace(found, line=replace(found.line, payer_iban=ACCOUNT))
    (question,) = desk.store.queue.open()
    lessons = pays_for(desk.office, question, ours.line, "10001", "ann")
    assert [one.lesson for one in lessons] == [Lesson.ALIAS]
    assert question.id == id


def test_what_is_not_remembered_cannot_be_forgotten(desk: Desk) -> None:
    with pytest.raises(BusinessError, match="`clerkwork review remembered` lists them"):
        forget(desk.office, "7", by="ann")

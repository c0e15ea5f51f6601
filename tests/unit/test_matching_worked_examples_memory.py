"""What people decided before, what was booked before, and what small differences mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from matching_books import (
    BAKKER,
    DASHED,
    STRANGER,
    VISSER,
    A,
    B,
    Numbering,
    assert_asked,
    assert_not_booked,
    assert_settled,
    eur,
    in_each_numbering,
    item,
    line,
    neighbours,
    on_account,
    reconciled,
    told,
)

from clerkwork.core.ledger import OpenItem
from clerkwork.core.matching import MatchingRules
from clerkwork.core.matching.memory import EarlierLine, Memory
from clerkwork.core.matching.model import Match
from clerkwork.core.payments import BankLine
from clerkwork.core.remembered import Lesson, Remembered, memory_of


def book(by: Numbering) -> tuple[OpenItem, ...]:
    return (
        item(by.invoice(412), 12_512),
        item(by.invoice(415), 7_341),
        item(by.invoice(417), 9_119, B),
        *neighbours(by),
    )


def decided(
    a_line: BankLine,
    by: Numbering,
    memory: Memory | None = None,
    rules: MatchingRules | None = None,
) -> Match:
    found = reconciled([a_line], book(by), memory=memory or Memory(), rules=rules)
    return found[a_line.id]


def lesson(kind: Lesson, what: str, customer: str = "", **more: object) -> Remembered:
    made = Remembered(
        lesson=kind,
        what=what,
        customer=customer,
        line="line-1",
        item="work-1",
        by="Jansen",
        at=datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    )
    return replace(made, **more)  # type: ignore[arg-type]


@in_each_numbering
def test_an_account_that_a_person_gave_to_a_debtor_is_his(by: Numbering) -> None:
    a_line = line("", 12_512, STRANGER)
    assert_asked(decided(a_line, by))
    taught = memory_of([lesson(Lesson.IBAN, STRANGER, A)])
    assert_settled(decided(a_line, by, taught), {by.invoice(412): 12_512})


@in_each_numbering
def test_a_decision_that_was_undone_teaches_nothing(by: Numbering) -> None:
    undone = lesson(
        Lesson.IBAN,
        STRANGER,
        A,
        forgotten_by="Jansen",
        forgotten=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    )
    assert_asked(decided(line("", 12_512, STRANGER), by, memory_of([undone])))


@in_each_numbering
def test_an_account_that_two_decisions_gave_to_two_debtors_is_nobodys(by: Numbering) -> None:
    torn = memory_of([lesson(Lesson.IBAN, STRANGER, A), lesson(Lesson.IBAN, STRANGER, B)])
    assert_asked(decided(line("", 12_512, STRANGER), by, torn))


@in_each_numbering
def test_a_name_that_a_person_gave_to_a_debtor_is_his(by: Numbering) -> None:
    taught = memory_of([lesson(Lesson.ALIAS, "Mevr. J. de Wit", A)])
    for payer in ("Mevr. J. de Wit", "MEVR J DE WIT"):
        part = line(f"factuur {by.invoice(412)}", 5_000, STRANGER, payer=payer)
        assert_asked(decided(part, by))
        assert_settled(decided(part, by, taught), {by.invoice(412): 5_000})
    other = line(f"factuur {by.invoice(412)}", 5_000, STRANGER, payer="J. de Wit-Smit")
    assert_asked(decided(other, by, taught))


@in_each_numbering
def test_a_remembered_name_does_not_outweigh_anothers_account(by: Numbering) -> None:
    taught = memory_of([lesson(Lesson.ALIAS, "Mevr. J. de Wit", A)])
    a_line = line("", 12_512, VISSER, payer="Mevr. J. de Wit")
    assert_asked(decided(a_line, by, taught))


@in_each_numbering
def test_what_is_remembered_never_outweighs_the_number_in_the_text(by: Numbering) -> None:
    taught = memory_of([lesson(Lesson.IBAN, STRANGER, A)])
    found = decided(line(f"factuur {by.invoice(417)}", 9_119, STRANGER), by, taught)
    assert_settled(found, {by.invoice(417): 9_119}, B)
    assert_asked(decided(line(f"factuur {by.invoice(417)}", 4_000, STRANGER), by, taught))


@in_each_numbering
def test_what_a_person_set_aside_is_set_aside_again(by: Numbering) -> None:
    by_account = memory_of([lesson(Lesson.NOT_OURS_IBAN, STRANGER)])
    by_text = memory_of([lesson(Lesson.NOT_OURS_TEXT, "Rente spaarrekening Q1")])
    assert decided(line("huur pand", 5_000, STRANGER), by, by_account).outcome.value == "not ours"
    interest = line("RENTE  spaarrekening q1", 5_000, "")
    assert decided(interest, by, by_text).outcome.value == "not ours"
    assert_asked(decided(replace(interest, text="Rente spaarrekening Q2"), by, by_text))
    assert_asked(decided(line("Rente spaarrekening Q1 2026", 5_000, STRANGER), by, by_text))
    assert_asked(decided(line("", 5_000, ""), by, memory_of([lesson(Lesson.NOT_OURS_TEXT, "")])))


def earlier(number: str, **more: object) -> EarlierLine:
    made = EarlierLine(
        id="last-month",
        customer=A,
        amount_minor=20_000,
        currency="EUR",
        end_to_end="E2E-55",
        payer_iban=BAKKER,
        items=(number,),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def reversed_by(a_line: BankLine, by: Numbering, *lines: EarlierLine) -> Match:
    return decided(a_line, by, Memory(earlier=lines))


@in_each_numbering
def test_a_return_takes_back_what_an_earlier_run_settled(by: Numbering) -> None:
    was = earlier(by.invoice(300))
    by_id = line("AC04 account closed", -20_000, BAKKER, code="return", end_to_end="E2E-55")
    by_number = line(f"storno {by.invoice(300)}", -20_000, BAKKER)
    for back in (by_id, by_number):
        found = reversed_by(back, by, was)
        assert found.outcome.value == "reopens", told(found)
        assert (found.reverses, found.customer) == ("last-month", A)
        assert found.allocations == ()


@in_each_numbering
@pytest.mark.parametrize(
    "other",
    [
        {"amount_minor": 19_999},
        {"currency": "USD"},
        {"payer_iban": VISSER, "end_to_end": ""},
    ],
)
def test_a_return_that_differs_from_what_came_is_asked(
    by: Numbering, other: Mapping[str, object]
) -> None:
    was = earlier(by.invoice(300), **other)
    back = line(f"storno {by.invoice(300)}", -20_000, BAKKER, code="return", end_to_end="E2E-55")
    assert_asked(reversed_by(back, by, was))


@in_each_numbering
def test_a_return_that_may_take_back_two_lines_is_asked(by: Numbering) -> None:
    first = earlier(by.invoice(300))
    second = earlier(by.invoice(300), id="the-month-before")
    back = line(f"storno {by.invoice(300)}", -20_000, BAKKER, code="return")
    assert_asked(reversed_by(back, by, first, second))


@in_each_numbering
def test_a_return_of_what_nobody_remembers_is_asked(by: Numbering) -> None:
    back = line(f"storno {by.invoice(300)}", -20_000, BAKKER, code="return", end_to_end="E2E-1")
    assert_asked(reversed_by(back, by))


@in_each_numbering
def test_an_ordinary_refund_is_no_return_though_the_amount_agrees(by: Numbering) -> None:
    refund = line("terugbetaling teveel betaald", -20_000, BAKKER, end_to_end="")
    found = reversed_by(refund, by, earlier(by.invoice(300)))
    assert found.outcome.value in {"review", "not ours"}, told(found)


@in_each_numbering
def test_cents_lost_by_rounding_stay_open_and_are_called_so(by: Numbering) -> None:
    rounding = MatchingRules(tolerance=5)
    found = decided(line(by.invoice(412), 12_510), by, rules=rounding)
    assert_settled(found, {by.invoice(412): 12_510})
    assert found.residual == "rounding"
    assert decided(line(by.invoice(412), 12_506), by, rules=rounding).residual == "part payment"
    exact = decided(line(by.invoice(412), 12_512), by, rules=rounding)
    assert exact.residual == ""


@in_each_numbering
def test_cents_too_many_by_rounding_wait_on_account(by: Numbering) -> None:
    found = decided(line(by.invoice(412), 12_515), by, rules=MatchingRules(tolerance=5))
    assert_settled(found, {by.invoice(412): 12_512})
    assert on_account(found) == 3


@in_each_numbering
def test_the_tolerance_is_not_for_strangers_amounts_alone(by: Numbering) -> None:
    """A number that is named is what the tolerance is for; an amount alone has to be exact."""
    rounding = MatchingRules(tolerance=5)
    assert_asked(decided(line("", 12_510, STRANGER), by, rules=rounding))
    assert_not_booked(decided(line("", 12_510), by, rules=rounding))


@in_each_numbering
@pytest.mark.parametrize(
    "words", ["{} charges deducted", "{} BANKKOSTEN 10,00", "{} abzgl. Gebühr", "{} frais SHA"]
)
def test_charges_that_banks_kept_are_told_from_a_part_payment(by: Numbering, words: str) -> None:
    kept = MatchingRules(bank_charges=1_500)
    charged = line(words.format(by.invoice(412)), 11_512)
    found = decided(charged, by, rules=kept)
    assert_settled(found, {by.invoice(412): 11_512})
    assert found.residual == "bank charges"
    silent = decided(line(by.invoice(412), 11_512), by, rules=kept)
    assert_settled(silent, {by.invoice(412): 11_512})
    assert silent.residual == "part payment"
    much = decided(replace(charged, amount=eur(10_500), id="much"), by, rules=kept)
    assert much.residual != "bank charges", told(much)


@in_each_numbering
def test_a_discount_taken_late_is_called_so(by: Numbering) -> None:
    offered = item(by.invoice(419), 10_000, discount=eur(200), discount_until=date(2026, 3, 1))
    a_line = line(by.invoice(419), 9_800)
    found = reconciled([a_line], (*book(by), offered))[a_line.id]
    assert_settled(found, {by.invoice(419): 9_800})
    assert found.residual == "late discount"


@in_each_numbering
def test_a_certain_match_says_how_certain_and_a_doubtful_one_is_less_so(by: Numbering) -> None:
    asked = decided(line("", 12_513), by)
    assert_asked(asked)
    for text in (f"factuur {by.invoice(412)}", ""):
        sure = decided(line(text, 12_512), by)
        assert_settled(sure, {by.invoice(412): 12_512})
        assert asked.confidence < 0.9 <= sure.confidence <= 1


def test_declared_costs_and_transfers_of_the_bank_are_not_ours() -> None:
    declared = MatchingRules(
        costs_ibans=("NL20BANK0000000001",),
        costs_words=("kosten betaalverkeer",),
        transfer_ibans=("NL86 TEST 0000 0000 02",),
        transfer_words=("afroming",),
        transfer_codes=("NTRF-INT",),
    )
    for a_line, rule in (
        (line("kwartaal 1", -1_250, "NL20BANK0000000001"), "bank costs"),
        (line("Kosten betaalverkeer 1e kw", -1_250, ""), "bank costs"),
        (line("naar sparen", -90_000, "NL86TEST0000000002"), "own transfer"),
        (line("dagelijkse afroming", -90_000, ""), "own transfer"),
        (line("x", 90_000, "", code="NTRF-INT"), "own transfer"),
    ):
        found = decided(a_line, DASHED, rules=declared)
        assert (found.outcome.value, found.rule) == ("not ours", rule), told(found)
    debtors_words = line("2026-0412 incl. kosten betaalverkeer", 12_512)
    assert_settled(decided(debtors_words, DASHED, rules=declared), {"2026-0412": 12_512})

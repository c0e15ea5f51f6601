"""Returns and stornos, and what people decided before: within one run, and from earlier ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from test_matching import BAKKER, DEBTORS, OURS, STRANGER, TODAY, VISSER, item, line

from clerkwork.core.matching import match
from clerkwork.core.matching.memory import EarlierLine, Memory
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.payments import BankLine

X = item("2026-0412", 12_500)
Y = item("2026-0415", 7_300)
PAID = line("2026-0412", 12_500, id="paid", end_to_end="INC-88", booked=date(2026, 2, 27))
BACK = line("Storno", -12_500, id="back", end_to_end="INC-88", code="return")


def matched(
    *lines: BankLine, memory: Memory | None = None, rules: MatchingRules | None = None
) -> dict[str, Match]:
    found = match(
        lines,
        (X, Y),
        DEBTORS,
        rules=rules or MatchingRules(),
        today=TODAY,
        own_ibans=frozenset({OURS}),
        memory=memory or Memory(),
    )
    return {one.line.id: one for one in found}


@pytest.mark.parametrize(
    "back",
    [
        BACK,
        replace(BACK, text="Storno 2026-0412", end_to_end=""),
        replace(BACK, text="teruggeboekt, storno van 2026-0412", end_to_end="", code=""),
        replace(BACK, text="Rücklastschrift 2026-0412", end_to_end="NOTPROVIDED", code=""),
    ],
)
def test_a_return_names_the_line_that_it_takes_back(back: BankLine) -> None:
    found = matched(PAID, back)
    assert found["paid"].outcome is Outcome.SETTLED
    one = found["back"]
    assert (one.outcome, one.rule, one.reverses) == (Outcome.REOPENS, "return", "paid")
    assert (one.customer, one.allocations) == ("10007", ())
    assert "2026-0412 is open again" in one.reasons[-1]


def test_what_is_open_again_can_be_paid_again() -> None:
    again = line("2026-0412", 12_500, id="again", booked=date(2026, 3, 3))
    found = matched(again, BACK, PAID)
    assert [found[n].outcome for n in ("paid", "back", "again")] == [
        Outcome.SETTLED,
        Outcome.REOPENS,
        Outcome.SETTLED,
    ]
    assert matched(again, PAID)["again"].outcome is Outcome.UNAPPLIED


def test_a_return_of_the_same_day_comes_after_what_it_takes_back() -> None:
    back = replace(BACK, id="a", booked=PAID.booked)
    assert matched(back, PAID)["a"].reverses == "paid"


@pytest.mark.parametrize(
    "back",
    [
        replace(BACK, amount=replace(BACK.amount, minor=-12_499)),
        replace(BACK, end_to_end="INC-89"),
        replace(BACK, end_to_end=""),
        replace(BACK, booked=date(2026, 2, 26)),
        replace(BACK, text="Storno 2026-0415", end_to_end=""),
        replace(BACK, text="Storno 2026-0412", end_to_end="", payer_iban=VISSER),
    ],
)
def test_a_return_that_points_to_no_line_is_asked(back: BankLine) -> None:
    found = matched(PAID, back)["back"]
    assert (found.outcome, found.rule, found.reverses) == (Outcome.REVIEW, "return", "")


def test_a_return_that_may_mean_two_lines_is_asked() -> None:
    twice = replace(PAID, id="twice", booked=date(2026, 3, 2))
    found = matched(PAID, twice, replace(BACK, text="Storno 2026-0412", end_to_end=""))["back"]
    assert found.outcome is Outcome.REVIEW
    assert "2 earlier lines can be meant" in found.reasons[0]


def test_one_line_is_taken_back_once() -> None:
    found = matched(PAID, BACK, replace(BACK, id="more", booked=date(2026, 3, 3)))
    assert found["back"].reverses == "paid"
    assert found["more"].outcome is Outcome.REVIEW


def test_a_line_of_an_earlier_run_is_taken_back() -> None:
    earlier = EarlierLine(
        id="feb",
        customer="10007",
        amount_minor=12_500,
        currency="EUR",
        end_to_end="INC-88",
        payer_iban=BAKKER,
        items=("2026-0399",),
    )
    memory = Memory.remembered(earlier=(earlier,))
    by_reference = matched(BACK, memory=memory)["back"]
    assert (by_reference.reverses, by_reference.customer) == ("feb", "10007")
    assert "2026-0399 is open again" in by_reference.reasons[-1]
    by_number = replace(BACK, text="Storno incasso 2026-0399", end_to_end="")
    assert matched(by_number, memory=memory)["back"].reverses == "feb"
    other = replace(BACK, text="Storno incasso 2026-0398", end_to_end="")
    assert matched(other, memory=memory)["back"].outcome is Outcome.REVIEW


def test_what_an_earlier_run_settled_and_is_paid_again_waits_on_account() -> None:
    earlier = EarlierLine(
        id="feb", customer="10007", amount_minor=12_500, currency="EUR", items=("2026-0399",)
    )
    memory = Memory.remembered(earlier=(earlier,))
    found = matched(line("factuur 2026-0399", 12_400, id="1"), memory=memory)["1"]
    assert (found.outcome, found.rule) == (Outcome.UNAPPLIED, "paid twice")
    assert (found.customer, found.reasons[0]) == (
        "10007",
        "2026-0399 was settled before, by line feb",
    )


def test_an_account_that_a_person_decided_on_pays_for_that_debtor() -> None:
    unnamed = line("", 12_500, STRANGER, id="1")
    assert matched(unnamed)["1"].rule == "unknown payer"
    memory = Memory.remembered(ibans={"be68 5390 0754 7034": "10007"})
    found = matched(unnamed, memory=memory)["1"]
    assert (found.outcome, found.rule) == (Outcome.SETTLED, "amount alone")
    assert "a person decided that the payer's IBAN pays for debtor 10007" in found.reasons


def test_a_name_that_a_person_decided_on_is_that_debtor() -> None:
    part = line("2026-0412", 4_000, STRANGER, payer="Hr. B. Bakker", id="1")
    assert matched(part)["1"].rule == "third party, other amount"
    memory = Memory.remembered(aliases={"HR B BAKKER": "10007"})
    found = matched(part, memory=memory)["1"]
    assert (found.outcome, found.rule) == (Outcome.SETTLED, "part payment")
    assert "a person decided that the payer's name is that of debtor 10007" in found.reasons


@pytest.mark.parametrize(
    "memory",
    [
        Memory.remembered(not_ours_ibans=frozenset({"BE68 5390 0754 7034"})),
        Memory.remembered(not_ours_texts=frozenset({"Huur  garage MAART"})),
    ],
)
def test_what_a_person_set_aside_is_set_aside(memory: Memory) -> None:
    rent = line("huur garage, maart", 12_500, STRANGER, id="1")
    found = matched(rent, memory=memory)["1"]
    assert (found.outcome, found.rule) == (Outcome.NOT_OURS, "decided before")
    other = line("huur garage, april", 12_500, VISSER, id="2")
    assert matched(other, memory=memory)["2"].outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("rules", "a_line", "rule"),
    [
        (MatchingRules(costs_ibans=(STRANGER,)), line("pakket", -900, STRANGER), "bank costs"),
        (MatchingRules(costs_words=("kosten",)), line("Kosten pakket", -900, ""), "bank costs"),
        (MatchingRules(transfer_ibans=(STRANGER,)), line("", 90_000, STRANGER), "own transfer"),
        (MatchingRules(transfer_codes=("TRF",)), line("", 90_000, "", code="TRF"), "own transfer"),
        (
            MatchingRules(transfer_words=("spaarrekening",)),
            line("van Spaarrekening", 90_000, STRANGER),
            "own transfer",
        ),
    ],
)
def test_costs_and_own_transfers_are_declared(
    rules: MatchingRules, a_line: BankLine, rule: str
) -> None:
    found = matched(a_line, rules=rules)[a_line.id]
    assert (found.outcome, found.rule) == (Outcome.NOT_OURS, rule)


def test_words_of_a_transfer_do_not_set_a_debtors_money_aside() -> None:
    rules = MatchingRules(transfer_words=("spaarrekening",), costs_words=("kosten",))
    for text in ("van spaarrekening, 2026-0412", "kosten 2026-0412"):
        assert matched(line(text, 12_500, id="1"), rules=rules)["1"].outcome is Outcome.SETTLED

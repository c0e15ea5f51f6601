"""Why a line was found to be what it is: rule by rule, as data."""

from __future__ import annotations

from datetime import date

import pytest
from test_matching import BAKKER, DEBTORS, OURS, STRANGER, TODAY, item, line

from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.matching.explain import Explanation, explain
from clerkwork.core.matching.memory import Memory
from clerkwork.core.payments import BankLine

BOOK = (
    item("2026-0412", 12_500),
    item("2026-0415", 7_300),
    item("2026-0500", 12_500, "10010"),
)


def told(*lines: BankLine, memory: Memory | None = None) -> Explanation:
    """Of the last of the lines."""
    return explain(
        lines[-1].id,
        lines,
        BOOK,
        DEBTORS,
        rules=MatchingRules(),
        paid_from={BAKKER: {"10007": 7}},
        today=TODAY,
        own_ibans=frozenset({OURS}),
        memory=memory or Memory(),
    )


def test_a_settled_line_tells_what_was_read_who_pays_and_which_rules_were_asked() -> None:
    found = told(line("factuur 2026-0412", 12_500))
    assert found.read == ("2026-0412 in the text",)
    assert found.payer == ("the payer's IBAN is that of debtor 10007, seen 7 times",)
    assert [one.decided for one in found.answers] == [False] * (len(found.answers) - 1) + [True]
    assert found.answers[-1].rule == "number and amount"
    assert found.answers[-1].words == "settled, by the rule 'number and amount'"
    assert all(one.words for one in found.answers)


def test_what_was_not_taken_says_why_not() -> None:
    found = told(line("factuur 2026-0412", 12_500))
    (other,) = found.others
    assert (other.item, other.customer) == ("2026-0500", "10010")
    assert other.why_not == "not named; of debtor 10010, who is not the payer"


def test_a_doubtful_line_tells_each_rule_and_why_not() -> None:
    found = told(line("factuur 2026-0412", 9_000, STRANGER))
    words = {one.rule: one.words for one in found.answers}
    assert words["number and amount"] == "2026-0412 is open for 125.00 EUR, not 90.00 EUR"
    assert words["third party, other amount"] == ("review, by the rule 'third party, other amount'")
    assert found.payer[0].startswith("the payer's IBAN is not known")


def test_the_ledger_is_seen_as_it_stood_when_the_line_had_its_turn() -> None:
    first = line("2026-0412", 12_500, booked=date(2026, 2, 27), id="first")
    again = line("2026-0412", 12_500, id="again")
    found = told(first, again)
    words = [one.words for one in found.answers]
    assert "2026-0412 is open for 0.00 EUR, not 125.00 EUR" in words
    assert found.match.rule == "paid twice"
    assert "another line has settled it" in found.others[0].why_not


def test_an_explanation_is_of_the_match_itself() -> None:
    lines = (
        line("2026-0412", 12_500),
        line("saldo", 7_300),
        line("order 4711", 300, STRANGER),
        line("storno", -12_500, code="return"),
    )
    matches = match(
        lines,
        BOOK,
        DEBTORS,
        rules=MatchingRules(),
        paid_from={BAKKER: {"10007": 7}},
        today=TODAY,
        own_ibans=frozenset({OURS}),
    )
    for found in matches:
        others = [one for one in lines if one.id != found.line.id]
        assert told(*others, found.line).match == found


def test_what_a_person_decided_is_told() -> None:
    memory = Memory.remembered(ibans={STRANGER: "10010"})
    found = told(line("saldo", 12_500, STRANGER), memory=memory)
    assert found.payer == ("a person decided that the payer's IBAN pays for debtor 10010",)
    assert found.match.customer == "10010"


def test_a_line_that_is_not_there_cannot_be_explained() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        explain(
            "nowhere",
            (),
            BOOK,
            DEBTORS,
            rules=MatchingRules(),
            today=TODAY,
            own_ibans=frozenset(),
        )

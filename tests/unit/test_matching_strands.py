"""The strands of evidence by themselves: names, what a text has besides, and what is stated."""

from __future__ import annotations

import pytest
from test_matching import BAKKER, DEBTORS, STRANGER, item, line, matched

from clerkwork.core.matching.confidence import UNMEASURED, confidence_of
from clerkwork.core.matching.measured import MEASURED
from clerkwork.core.matching.model import Outcome
from clerkwork.core.matching.names import NameIndex, folded_names
from clerkwork.core.matching.remains import remains
from clerkwork.core.matching.rules import REOPENING, SET_ASIDE, SETTLING, WAITING
from clerkwork.core.references import Remittance

NAMES = {
    "1": "Bakkerij De Groot B.V.",
    "2": "Garage Smit",
    "3": "Garage Smits",
    "4": "Fahrradverleih K\u00fcste GmbH",
    **{f"{n}": f"Handel Noord {n}" for n in range(100, 200)},
}
SHELF = NameIndex(NAMES.items(), NAMES.__getitem__)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Bakkerij Bakker B.V.", ("bakkerijbakkerbv", "bakkerijbakker")),
        ("BAKKERIJ-BAKKER", ("bakkerijbakker",)),
        ("M\u00fcller & S\u00f6hne GmbH", ("muller&sohnegmbh", "muller&sohne")),
        ("Muller + Sohne GmbH", ("muller&sohnegmbh", "muller&sohne")),
        ("B.V.", ()),
        ("&", ()),
        ("", ()),
    ],
)
def test_names_are_compared_without_signs_accents_and_legal_form(
    name: str, folded: tuple[str, ...]
) -> None:
    assert folded_names(name) == folded


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Bakkerij de Groott", "1"),
        ("GROOT BAKKERIJ DE BV", "1"),
        ("Fahrradverleih Kuste", "4"),
        ("Garage Smidt", ""),
        ("Handel Noord", ""),
        ("Hofstra Familie", ""),
        ("BV", ""),
    ],
)
def test_a_name_nearly_as_written_is_the_one_debtors_that_no_other_comes_near(
    name: str, number: str
) -> None:
    assert SHELF.similar(name, least=88, margin=6)[0] == number


def test_a_name_that_is_only_alike_is_shown_and_settles_nothing() -> None:
    a_line = line("betaling", 12_500, STRANGER, payer="Bakkerij Baker")
    (found,) = matched(a_line, items=(item("2026-0412", 12_500),))
    assert (found.outcome, found.customer) == (Outcome.REVIEW, "10007")
    assert found.reasons[-1].startswith("the payer's name is like that of debtor 10007")
    part = line("2026-0412", 4_000, STRANGER, payer="Bakkerij Baker")
    (found,) = matched(part, items=(item("2026-0412", 12_500),), debtors=DEBTORS)
    assert found.rule == "third party, other amount"


@pytest.mark.parametrize("rest", ["2026-058", "2026-00587", "2026-0?87", "26-0587", "0587"])
def test_what_begins_or_ends_as_numbers_do_is_seen_besides(rest: str) -> None:
    assert remains(f"2026-9412 {rest}", Remittance(), "2026-0412", ["2026-0587"])


@pytest.mark.parametrize(
    "rest", ["", "maart 2026", "2026-03", "2026-06-15", "20,26", "Transactie: 73T1087", "deel 1/3"]
)
def test_dates_months_and_terminals_are_nothing_besides(rest: str) -> None:
    assert remains(f"factuur {rest}", Remittance(), "2026-0412", ["2026-0587"]) == ""


def test_confidences_are_shares_and_every_common_rule_has_one() -> None:
    assert all(0 < stated < 1 for stated in MEASURED.values())
    measured = {rule for rule, _, _ in MEASURED}
    assert measured <= {*SETTLING, *WAITING, *REOPENING, *SET_ASIDE}
    assert set(SETTLING) - measured <= {"tolerance", "cut list", "credit note set off"}


def test_the_finest_strand_that_was_measured_is_stated() -> None:
    fine = confidence_of("number and amount", "account", 3)
    assert fine == MEASURED["number and amount", "account", 3] >= 0.99
    assert (
        confidence_of("number and amount", "decided name", 3)
        == (MEASURED["number and amount", "*", -1])
    )
    assert confidence_of("tolerance", "account", 3) == UNMEASURED < 0.99
    assert confidence_of("cut list", "account", 3) == UNMEASURED


def test_a_match_states_its_confidence_and_what_it_rests_on() -> None:
    (found,) = matched(line("2026-0412", 12_500), items=(item("2026-0412", 12_500),))
    assert (found.by, found.certainty) == ("account", 3)
    assert found.confidence == confidence_of("number and amount", "account", 3)
    (asked,) = matched(line("2026-0412", 1, BAKKER), items=())
    assert asked.confidence == 0

"""What debtors are asked to write is read back as what it was asked for."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from references_world import DEBTOR, SCHEMES, Scheme, bank_line

from clerkwork.adapters.letters import payment_qr
from clerkwork.core.creditor import Creditor, remittance, structured
from clerkwork.core.money import Money
from clerkwork.core.references import read_remittance

ITEMS = Creditor(
    name="Waterland Groothandel B.V.",
    address=("Havenkade 12", "1131 EP Volendam"),
    email="debiteuren@waterland.example",
    phone="030 555 01 40",
    iban="NL22PLDR3507963310",
    mail_domain="waterland.example",
)
RF = replace(ITEMS, references="RF")
schemes = st.sampled_from(SCHEMES)


@settings(max_examples=200, deadline=None)
@given(scheme=schemes, rng=st.randoms(use_true_random=False))
def test_the_reference_of_one_item_names_that_item(scheme: Scheme, rng: random.Random) -> None:
    number = rng.choice(scheme.numbers)
    asked = remittance(RF, (number,), DEBTOR)
    code = structured(asked)
    lines = [bank_line(f"betaling {asked}")]
    lines += [bank_line("", structured=code)] if code else []
    for line in lines:
        (mention,) = read_remittance(line, scheme.learned, frozenset()).mentions
        assert mention.items == (number,)


@given(scheme=schemes)
def test_several_items_are_named_as_they_are(scheme: Scheme) -> None:
    numbers = scheme.numbers[::2]
    assert remittance(RF, numbers, DEBTOR) == remittance(ITEMS, numbers, DEBTOR)


def test_it_is_written_in_groups_of_four() -> None:
    assert remittance(RF, ("2026-0412",), DEBTOR) == "RF89 2026 0412"
    assert structured("RF89 2026 0412") == "RF8920260412"
    assert structured("RF88 2026 0412") == "", "its check digits are wrong"
    assert structured("2026-0412") == ""


@pytest.mark.parametrize("number", ["12", "D7", "é123456", "1" * 22, ""])
def test_what_makes_no_reference_is_asked_for_as_it_is(number: str) -> None:
    assert remittance(RF, (number,), DEBTOR) == remittance(ITEMS, (number,), DEBTOR)


def test_the_code_to_scan_carries_it_where_banks_look_for_it() -> None:
    amount = Money.of("12.50", "EUR")
    asked = payment_qr(RF, amount, "RF89 2026 0412")
    assert asked == payment_qr(RF, amount, "RF8920260412")
    assert asked != payment_qr(RF, amount, "2026-0412")

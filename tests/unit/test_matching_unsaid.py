"""Items that a line does not name and that explain its amount: credit notes, a list's lost end."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_books import STRANGER, B, assert_asked, assert_settled, decided, item, line, paid

from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money
from clerkwork.core.references import Certainty, Mention
from clerkwork.core.references.breaks_off import list_that_breaks_off

X, Y = item("2026-0412", 123_456), item("2026-0415", 73_019)
NOTE = item("C2026-031", -20_477)


def test_a_credit_note_that_is_all_that_explains_a_shorter_payment_is_set_off() -> None:
    found = decided(line("factuur 2026-0412", 102_979), (X, Y, NOTE))
    assert_settled(found, {"2026-0412": 123_456, "C2026-031": -20_477})
    assert found.rule == "credit note set off"
    assert "C2026-031 is all that makes up the 204.77 EUR that is lacking" in found.reasons


def test_credit_notes_are_set_off_against_a_list_too() -> None:
    other = item("C2026-044", -1_207)
    found = decided(line("2026-0412, 2026-0415", 123_456 + 73_019 - 21_684), (X, Y, NOTE, other))
    both = {"C2026-031": -20_477, "C2026-044": -1_207}
    assert_settled(found, {"2026-0412": 123_456, "2026-0415": 73_019, **both})


@pytest.mark.parametrize(
    "more",
    [
        (item("C2026-032", -20_477),),
        (item("C2026-032", -20_000), item("C2026-033", -477)),
        (item("2026-0499", 102_979),),
    ],
)
def test_what_another_choice_explains_as_well_is_asked(more: tuple[OpenItem, ...]) -> None:
    assert_asked(decided(line("factuur 2026-0412", 102_979), (X, Y, NOTE, *more)))


def test_round_amounts_that_chance_makes_are_asked() -> None:
    items = (item("2026-0412", 46_000), item("C2026-031", -34_500))
    assert_asked(decided(line("factuur 2026-0412", 11_500), items))


@pytest.mark.parametrize("iban", [STRANGER, ""])
def test_nobody_but_the_debtor_himself_sets_off(iban: str) -> None:
    assert_asked(decided(line("factuur 2026-0412", 102_979, iban), (X, Y, NOTE)))


def test_a_discount_that_lacks_just_as_much_is_asked() -> None:
    late = item(
        "2026-0412",
        123_456,
        discount=Money(20_477, "EUR"),
        discount_until=date(2026, 1, 1),
    )
    assert_asked(decided(line("factuur 2026-0412", 102_979), (late, NOTE)))


LIST = (
    item("2026-0412", 123_456),
    item("2026-0415", 73_019),
    item("2026-0501", 8_833),
    item("2026-0502", 41_207),
    item("2025-9917", 5_150),
)
NAMED = {"2026-0412": 123_456, "2026-0415": 73_019}
SUM = sum(NAMED.values())


@pytest.mark.parametrize(
    "end",
    [
        ", 2026-05",
        "; 2026-0",
        " + 2026-050",
        ", ",
        " en",
        ", 2026-05/EREF/NOTPROVIDED",
        ", 2026-05 ABWA+BAKKERIJ BAKKER",
    ],
)
def test_the_end_of_a_list_that_the_bank_cut_off_is_the_rest_of_the_amount(end: str) -> None:
    found = decided(line(f"fact. 2026-0412, 2026-0415{end}", SUM + 41_207), LIST)
    assert_settled(found, {**NAMED, "2026-0502": 41_207})
    assert found.rule == "cut list"


def test_more_than_one_number_may_be_lost() -> None:
    text = "2026-0412, 2026-0415, 2026-05"
    found = decided(line(text, SUM + 41_207 + 8_833), LIST)
    assert_settled(found, {**NAMED, "2026-0501": 8_833, "2026-0502": 41_207})


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("2026-0412, 2026-0415", 41_207),
        ("2026-0412, 2026-0415, dank", 41_207),
        ("2026-0412, 2026-0415, 2026-05", 5_150),
        ("2026-0412, 2026-0415, 2026-05", 41_208),
        ("2026-0412, 2026-0415, 2027-", 41_207),
    ],
)
def test_a_list_that_does_not_break_off_or_goes_on_otherwise_is_asked(text: str, rest: int) -> None:
    assert_asked(decided(line(text, SUM + rest), LIST))


def test_a_text_that_is_as_long_as_it_may_be_breaks_off_behind_a_whole_number() -> None:
    text = f"{'onze betaling van deze maand ':-<118}2026-0412, 2026-0415"
    assert len(text) == 140 - 2
    assert_settled(decided(line(text, SUM + 41_207), LIST), {**NAMED, "2026-0502": 41_207})
    assert_asked(decided(line(text[40:], SUM + 41_207), LIST))


def test_two_choices_of_the_lost_end_are_asked() -> None:
    twin = item("2026-0503", 41_207)
    assert_asked(decided(line("2026-0412, 2026-0415, 2026-05", SUM + 41_207), (*LIST, twin)))


def test_only_the_debtors_own_items_are_the_lost_end() -> None:
    items = (*LIST[:3], item("2026-0502", 41_207, B))
    assert_asked(decided(line("2026-0412, 2026-0415, 2026-05", SUM + 41_207), items))


def test_a_reference_of_a_field_breaks_nothing_off() -> None:
    mention = Mention(items=("2026-0412",), certainty=Certainty.WRITTEN, written="2026-0412")
    assert list_that_breaks_off("dank, ", [mention]) is None


@given(
    amounts=st.lists(st.integers(1, 999_999), min_size=3, max_size=7, unique=True),
    notes=st.lists(st.integers(1, 99_999), max_size=3),
    cents=st.integers(1, 2_999_999),
    end=st.sampled_from(["", ", ", ", 2026-0", " dank"]),
)
def test_money_is_conserved_whatever_is_not_said(
    amounts: list[int], notes: list[int], cents: int, end: str
) -> None:
    items = [item(f"2026-04{n:02d}", amount) for n, amount in enumerate(amounts)]
    items += [item(f"C2026-0{n}", -amount) for n, amount in enumerate(notes)]
    found = decided(line(f"2026-0400, 2026-0401{end}", cents), items)
    opened = {one.number: one.open.minor for one in items}
    if found.rule in {"cut list", "credit note set off"}:
        assert sum(paid(found).values()) == cents
        assert all(part == opened[number] for number, part in paid(found).items())
        turned = decided(line(f"2026-0400, 2026-0401{end}", cents), items[::-1])
        assert paid(turned) == paid(found)

"""What a bookkeeper would tell a new colleague about payments, one worked example each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from matching_books import (
    BAKKER,
    DASHED,
    DEBTORS,
    DIGITS,
    OURS,
    PREFIXED,
    SAVINGS,
    SHARED,
    SLASHED,
    STRANGER,
    VISSER,
    A,
    B,
    C,
    Numbering,
    assert_asked,
    assert_not_booked,
    assert_settled,
    decided,
    eur,
    in_each_numbering,
    item,
    line,
    neighbours,
    on_account,
    paid,
    reconciled,
    told,
)

from clerkwork.core.ledger import Debtor
from clerkwork.core.matching import MatchingRules
from clerkwork.core.matching.model import Match
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine


def march(day: int) -> date:
    return date(2026, 3, day)


@in_each_numbering
def test_three_instalments_pay_one_invoice_whatever_their_order_in_the_file(
    by: Numbering,
) -> None:
    number = by.invoice(412)
    lines = [line(f"termijn {n} {number}", 40_000, booked=march(n), id=f"{n}") for n in range(1, 4)]
    for order in permutations(lines):
        found = reconciled(order, (item(number, 120_000), *neighbours(by)))
        for one in found.values():
            assert_settled(one, {number: 40_000})
        assert [found[str(n)].allocations[0].open_before.minor for n in range(1, 4)] == [
            120_000,
            80_000,
            40_000,
        ]


@in_each_numbering
def test_an_instalment_too_many_takes_nothing_else(by: Numbering) -> None:
    number = by.invoice(412)
    book = (item(number, 80_000), item(by.invoice(415), 40_000), *neighbours(by))
    lines = [line(number, 40_000, booked=march(n), id=f"{n}") for n in range(1, 4)]
    found = reconciled(lines, book)
    # 400.00 is also what another invoice is open for: the text says which one is meant.
    assert sum(len(found[key].allocations) for key in ("1", "2")) in {0, 1, 2}
    for one in found.values():
        assert by.invoice(415) not in {part.item for part in one.allocations}, told(one)
    assert_not_booked(found["3"])


@in_each_numbering
def test_too_much_settles_the_invoice_and_leaves_the_rest_on_account(by: Numbering) -> None:
    number = by.invoice(412)
    found = decided(line(f"factuur {number}", 13_000), (item(number, 12_500),), by)
    assert_settled(found, {number: 12_500})
    assert on_account(found) == 500


@in_each_numbering
def test_too_much_that_is_also_the_sum_with_another_invoice_is_asked(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 500))
    assert_asked(decided(line(f"factuur {by.invoice(412)}", 13_000), book, by))


@in_each_numbering
def test_an_amount_typed_with_one_digit_too_many_is_a_lot_of_money(by: Numbering) -> None:
    """Ten times the amount is money of the debtor all the same; it must not vanish."""
    number = by.invoice(412)
    found = decided(line(number, 125_000), (item(number, 12_500),), by)
    if found.outcome.value == "settled":
        assert_settled(found, {number: 12_500})
        assert on_account(found) == 112_500
    else:
        assert_not_booked(found)


@in_each_numbering
@pytest.mark.parametrize("words", ["{} min creditnota {}", "{} - {}", "{} ./. {}", "{}, {}"])
def test_a_credit_note_that_is_named_is_taken_off(by: Numbering, words: str) -> None:
    invoice, note = by.invoice(412), by.credit(331)
    found = decided(
        line(words.format(invoice, note), 10_500), (item(invoice, 12_500), item(note, -2_000)), by
    )
    assert_settled(found, {invoice: 12_500, note: -2_000})


@in_each_numbering
def test_a_credit_note_is_taken_off_two_invoices(by: Numbering) -> None:
    first, second, note = by.invoice(412), by.invoice(415), by.credit(331)
    book = (item(first, 12_500), item(second, 7_300), item(note, -2_000))
    found = decided(line(f"{first} {second} en {note}", 17_800), book, by)
    assert_settled(found, {first: 12_500, second: 7_300, note: -2_000})


@in_each_numbering
def test_a_credit_note_of_another_debtor_is_never_taken_off(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.credit(331), -2_000, B))
    assert_asked(decided(line(f"{by.invoice(412)} min {by.credit(331)}", 10_500), book, by))


@in_each_numbering
@pytest.mark.parametrize("valued", [march(1), march(2)])
def test_a_discount_in_time_settles_the_whole_invoice(by: Numbering, valued: date) -> None:
    offered = item(by.invoice(412), 10_000, discount=eur(200), discount_until=march(2))
    paid_in_time = line(by.invoice(412), 9_800, valued=valued, booked=march(3))
    found = decided(paid_in_time, (offered,), by)
    assert_settled(found, {by.invoice(412): 9_800})
    assert [part.discount.minor for part in found.allocations] == [200]


@in_each_numbering
def test_a_discount_a_day_late_leaves_its_amount_open(by: Numbering) -> None:
    offered = item(by.invoice(412), 10_000, discount=eur(200), discount_until=march(2))
    found = decided(line(by.invoice(412), 9_800, valued=march(3), booked=march(3)), (offered,), by)
    assert_settled(found, {by.invoice(412): 9_800})
    assert [part.discount.minor for part in found.allocations] == [0]


@in_each_numbering
def test_whoever_pays_in_full_in_time_is_granted_no_discount(by: Numbering) -> None:
    offered = item(by.invoice(412), 10_000, discount=eur(200), discount_until=march(2))
    found = decided(line(by.invoice(412), 10_000), (offered,), by)
    assert_settled(found, {by.invoice(412): 10_000})
    assert [part.discount.minor for part in found.allocations] == [0]


@in_each_numbering
def test_more_than_the_discount_held_back_is_a_part_payment(by: Numbering) -> None:
    offered = item(by.invoice(412), 10_000, discount=eur(200), discount_until=march(2))
    found = decided(line(by.invoice(412), 9_700), (offered,), by)
    assert_settled(found, {by.invoice(412): 9_700})
    assert [part.discount.minor for part in found.allocations] == [0]


@in_each_numbering
def test_within_the_tolerance_the_rest_stays_on_account(by: Numbering) -> None:
    number = by.invoice(412)
    book = (item(number, 12_500), *neighbours(by))
    a_line = line(number, 12_503)
    found = reconciled([a_line], book, rules=MatchingRules(tolerance=5))[a_line.id]
    assert_settled(found, {number: 12_500})
    assert on_account(found) == 3


@in_each_numbering
def test_a_shared_account_and_the_debtors_number_tell_who_pays(by: Numbering) -> None:
    sharing = (
        Debtor(number="20001", name="Holding Zuid B.V.", ibans=(SHARED,)),
        Debtor(number="20002", name="Werkmaatschappij Zuid B.V.", ibans=(SHARED,)),
        *DEBTORS,
    )
    book = (
        item(by.invoice(412), 12_500, "20001"),
        item(by.invoice(415), 12_500, "20002"),
        *neighbours(by),
    )
    a_line = line("klantnummer 20002", 12_500, SHARED)
    found = reconciled([a_line], book, debtors=sharing)[a_line.id]
    assert_settled(found, {by.invoice(415): 12_500}, "20002")


@in_each_numbering
@pytest.mark.parametrize(
    "words", ["klantnummer {}", "klantnr. {}", "Kundennummer {}", "Kd-Nr {}", "customer no. {}"]
)
def test_an_unknown_account_that_names_the_debtors_number(by: Numbering, words: str) -> None:
    book = (item(by.invoice(412), 12_512), item(by.invoice(415), 7_341))
    found = decided(line(words.format(A), 12_512, STRANGER), book, by)
    assert found.customer == A, told(found)
    assert_settled(found, {by.invoice(412): 12_512})


@in_each_numbering
@pytest.mark.parametrize(
    "name",
    ["BAKKERIJ BAKKER BV", "Bakkerij Bakker", "bakkerij bakker b.v.", "Bakkerij  Bakker B. V."],
)
def test_the_payers_name_and_a_number_do_as_his_account_would(by: Numbering, name: str) -> None:
    number = by.invoice(412)
    book = (item(number, 12_500), item(by.invoice(415), 7_300))
    part = line(f"factuur {number}", 5_000, STRANGER, payer=name)
    assert_settled(decided(part, book, by), {number: 5_000})
    short = line(f"factuur {number[-4:]}", 12_500, STRANGER, payer=name)
    assert_settled(decided(short, book, by), {number: 12_500})


@in_each_numbering
def test_a_name_and_an_amount_that_nobody_else_has(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_512), item(by.invoice(415), 7_341))
    nameless = line("", 12_512, STRANGER, payer="Bakkerij Bakker BV")
    assert_settled(decided(nameless, book, by), {by.invoice(412): 12_512})


@in_each_numbering
def test_a_name_and_an_amount_that_somebody_else_has_too_are_asked(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_512), item(by.invoice(415), 12_512, B))
    assert_asked(decided(line("", 12_512, STRANGER, payer="Bakkerij Bakker BV"), book, by))


@in_each_numbering
def test_a_name_that_two_debtors_bear_is_asked(by: Numbering) -> None:
    twins = (*DEBTORS, Debtor(number="20003", name="Bakkerij Bakker"))
    book = (
        item(by.invoice(412), 12_512),
        item(by.invoice(415), 7_341, "20003"),
        *neighbours(by),
    )
    a_line = line("", 12_512, STRANGER, payer="Bakkerij Bakker BV")
    assert_asked(reconciled([a_line], book, debtors=twins)[a_line.id])


@in_each_numbering
def test_an_account_seen_paying_often_is_the_debtors(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_512, C), item(by.invoice(415), 7_341, C), *neighbours(by))
    a_line = line("", 12_512, STRANGER)
    seen = reconciled([a_line], book, paid_from={STRANGER: {C: 7}})[a_line.id]
    assert_settled(seen, {by.invoice(412): 12_512}, C)
    assert any("7 times" in reason for reason in seen.reasons), told(seen)
    assert_asked(reconciled([a_line], book, paid_from={STRANGER: {C: 1}})[a_line.id])


@in_each_numbering
def test_another_currency_names_both_amounts(by: Numbering) -> None:
    dollars = line(by.invoice(412), 0, amount=Money(12_500, "USD"))
    found = decided(dollars, (item(by.invoice(412), 12_500),), by)
    assert_asked(found)
    assert any("USD" in reason for reason in found.reasons), told(found)


def returned(a_line: BankLine, text: str, **more: object) -> BankLine:
    """The same money going out again a week later."""
    back = replace(
        a_line,
        amount=-a_line.amount,
        booked=march(9),
        valued=march(9),
        text=text,
        id="back",
        end_to_end="",
    )
    return replace(back, **more)  # type: ignore[arg-type]


def assert_reopens(found: Match, earlier: str, customer: str = A) -> None:
    assert found.outcome.value == "reopens", told(found)
    assert found.reverses == earlier, told(found)
    assert found.customer == customer, told(found)
    assert found.allocations == (), told(found)


@in_each_numbering
@pytest.mark.parametrize("text", ["storno {}", "Rücklastschrift {}", "retour {}", "returned {}"])
def test_a_storno_with_the_number_reopens_what_was_paid(by: Numbering, text: str) -> None:
    number = by.invoice(412)
    came = line(f"factuur {number}", 12_500, id="came")
    went = returned(came, text.format(number))
    found = reconciled([went, came], (item(number, 12_500), *neighbours(by)))
    assert_reopens(found["back"], "came")


@in_each_numbering
def test_a_return_with_the_payers_end_to_end_id_reopens_what_was_paid(by: Numbering) -> None:
    number = by.invoice(412)
    came = line(f"factuur {number}", 12_500, id="came", end_to_end="E2E-7781-A")
    other = line(f"factuur {by.invoice(415)}", 12_500, id="other", end_to_end="E2E-7781-B")
    went = returned(came, "AC04", code="return", end_to_end="E2E-7781-A")
    book = (item(number, 12_500), item(by.invoice(415), 12_500), *neighbours(by))
    found = reconciled([came, other, went], book)
    assert_reopens(found["back"], "came")


@in_each_numbering
def test_a_return_that_two_lines_could_have_caused_is_asked(by: Numbering) -> None:
    first = line(f"factuur {by.invoice(412)}", 12_500, id="first")
    second = line(f"factuur {by.invoice(415)}", 12_500, id="second", booked=march(3))
    went = returned(first, "storno", code="return")
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 12_500), *neighbours(by))
    assert_asked(reconciled([first, second, went], book)["back"])


@in_each_numbering
def test_a_return_never_reverses_a_line_that_comes_after_it(by: Numbering) -> None:
    number = by.invoice(412)
    came = line(f"factuur {number}", 12_500, id="came", booked=march(16), valued=march(16))
    went = returned(came, f"storno {number}", code="return")
    found = reconciled([came, went], (item(number, 12_500), *neighbours(by)))
    assert_asked(found["back"])


@in_each_numbering
def test_a_return_of_another_amount_is_asked(by: Numbering) -> None:
    number = by.invoice(412)
    came = line(f"factuur {number}", 12_500, id="came")
    went = returned(came, f"storno {number}", code="return", amount=eur(-12_000))
    found = reconciled([came, went], (item(number, 12_500), *neighbours(by)))
    assert_asked(found["back"])


@in_each_numbering
def test_one_payment_is_reversed_only_once(by: Numbering) -> None:
    number = by.invoice(412)
    came = line(f"factuur {number}", 12_500, id="came", end_to_end="E2E-1")
    first = returned(came, "AC04", code="return", end_to_end="E2E-1")
    again = replace(first, id="again", booked=march(10))
    found = reconciled([again, came, first], (item(number, 12_500), *neighbours(by)))
    assert_reopens(found["back"], "came")
    assert_asked(found["again"])


@pytest.mark.parametrize(
    ("a_line", "rule"),
    [
        (line("Kosten betaalverkeer februari", -412, "", code="costs"), "bank costs"),
        (line("naar spaarrekening", -500_000, SAVINGS), "own transfer"),
        (line("van spaarrekening 2026-0412", 12_500, SAVINGS), "own transfer"),
        (line("eigen rekening", 12_500, OURS), "own transfer"),
    ],
)
def test_bank_costs_and_own_transfers_are_no_debtors_money(a_line: BankLine, rule: str) -> None:
    found = decided(a_line, (item("2026-0412", 12_500),), DASHED)
    assert (found.outcome.value, found.rule, found.allocations) == ("not ours", rule, ())


LISTS = (
    "{} {}",
    "{}, {}",
    "{} en {}",
    "{} u. {}",
    "{} und {}",
    "{} et {}",
    "{} and {}",
    "{} & {}",
    "{}+{}",
    "{} + {}",
    "{};{}",
    "facturen {}\n{}",
)


@in_each_numbering
@pytest.mark.parametrize("words", LISTS)
def test_a_list_of_numbers_pays_them_all(by: Numbering, words: str) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    found = decided(line(words.format(by.invoice(412), by.invoice(415)), 19_800), book, by)
    assert_settled(found, {by.invoice(412): 12_500, by.invoice(415): 7_300})


@in_each_numbering
@pytest.mark.parametrize("words", ["{} t/m {}", "{} tm {}", "{} bis {}", "{} tot en met {}"])
def test_a_range_pays_what_lies_between(by: Numbering, words: str) -> None:
    book = [item(by.invoice(412 + n), 10_000 + 100 * n) for n in range(4)]
    elsewhere = item(by.invoice(411), 9_000)
    found = decided(
        line(words.format(by.invoice(412), by.invoice(415)), 40_600), (*book, elsewhere), by
    )
    assert_settled(found, {one.number: one.open.minor for one in book})


@in_each_numbering
def test_a_range_with_anothers_item_inside_pays_only_the_payers(by: Numbering) -> None:
    book = (
        item(by.invoice(412), 10_000),
        item(by.invoice(413), 10_100, B),
        item(by.invoice(414), 10_200),
    )
    words = f"{by.invoice(412)} t/m {by.invoice(414)}"
    assert_settled(
        decided(line(words, 20_200), book, by), {by.invoice(412): 10_000, by.invoice(414): 10_200}
    )
    assert_asked(decided(line(words, 30_300), book, by))


@in_each_numbering
def test_a_list_may_shorten_the_numbers_after_the_first(by: Numbering) -> None:
    book = (
        item(by.invoice(412), 10_000),
        item(by.invoice(413), 10_100),
        item(by.invoice(427), 10_200),
    )
    short, shorter = by.invoice(413)[-4:], by.invoice(427)[-4:]
    found = decided(line(f"{by.invoice(412)}, {short} en {shorter}", 30_300), book, by)
    assert_settled(found, {one.number: one.open.minor for one in book})


@pytest.mark.parametrize(
    ("by", "text"),
    [
        (DASHED, "2O26-O471"),
        (DASHED, "factuur 2026-O471"),
        (PREFIXED, "RE1OO471"),
        (PREFIXED, "re1oo471"),
        (DIGITS, "7OO1O471"),
        (SLASHED, "VF/26/OO471"),
        (DASHED, "2026 0471"),
        (DASHED, "20260471"),
        (DASHED, "2026.0471"),
        (DASHED, "2026/0471"),
        (DASHED, "2026-471"),
        (DASHED, "2026-00471"),
        (DASHED, "nr.2026-0471."),
        (DASHED, "(2026-0471)"),
        (DASHED, "2 0 2 6 - 0 4 7 1"),
        (PREFIXED, "RE 100471"),
        (PREFIXED, "re-100471"),
        (PREFIXED, "RE 100 471"),
        (PREFIXED, "RE.Nr.RE100471"),
        (DIGITS, "7001 0471"),
        (DIGITS, "70.010.471"),
        (DIGITS, "70-010-471"),
        (DIGITS, "0070010471"),
        (SLASHED, "VF 26 00471"),
        (SLASHED, "vf2600471"),
        (SLASHED, "VF-26-00471"),
        (SLASHED, "VF/26/471"),
        (DASHED, "factuur 2026-\n0471"),
        (DASHED, "factuur 2026-0\n471"),
        (PREFIXED, "Rechnung RE1004\n71"),
        (DIGITS, "Rg. 700104\n71"),
        (SLASHED, "VF/26/0\n0471"),
    ],
    ids=str,
)
def test_a_full_number_is_known_however_it_is_written(by: Numbering, text: str) -> None:
    book = (item(by.invoice(471), 12_500), item(by.invoice(415), 7_300))
    for iban in (BAKKER, STRANGER):
        found = decided(line(text, 12_500, iban), book, by)
        assert_settled(found, {by.invoice(471): 12_500})


@pytest.mark.parametrize("text", ["20260412", "2026 0412", "12.04.2026", "2026-04-12"])
def test_a_number_that_may_be_a_day_is_certain_from_its_payer_alone(text: str) -> None:
    book = (item("2026-0412", 12_500), item("2026-0415", 7_300), item("2026-0512", 12_500))
    found = decided(line(text, 12_500), book, DASHED)
    assert set(paid(found)) <= {"2026-0412"}, told(found)
    assert set(paid(decided(line(text, 12_500, VISSER), book, DASHED))) <= {"2026-0412"}


@in_each_numbering
def test_one_slip_in_a_number_is_forgiven_to_the_payer_alone(by: Numbering) -> None:
    number = by.invoice(412)
    book = (item(number, 12_512), item(by.invoice(855), 7_341))
    slips = {
        "mistyped": number[:-1] + "9",
        "swapped": number[:-2] + number[-1] + number[-2],
        "dropped": number[:-2] + number[-1],
        "cut off": number[:-1],
    }
    for text in slips.values():
        assert_settled(decided(line(f"factuur {text}", 12_512), book, by), {number: 12_512})
        assert_asked(decided(line(f"factuur {text}", 12_512, STRANGER), book, by))
        assert_not_booked(decided(line(f"factuur {text}", 5_555), book, by))


def rf(body: str) -> str:
    """ISO 11649: the creditor's reference with check digits of ISO 7064, modulo 97-10."""
    digits = "".join(str(int(sign, 36)) for sign in body + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{body}"


def ogm(body: str) -> str:
    """The Belgian structured communication: ten digits and their remainder modulo 97."""
    check = int(body) % 97 or 97
    whole = f"{body}{check:02d}"
    return f"+++{whole[:3]}/{whole[3:7]}/{whole[7:]}+++"


def betalingskenmerk(body: str) -> str:
    """The check digit, by weights 2 4 8 5 10 9 7 3 6 1 from the right, and fifteen digits."""
    weights = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
    total = sum(int(d) * weights[n % 10] for n, d in enumerate(reversed(body.zfill(15))))
    check = {10: 1, 11: 0}.get(11 - total % 11, 11 - total % 11)
    return f"{check}{body.zfill(15)}"


def test_the_specifications_own_examples_of_references() -> None:
    assert betalingskenmerk("000056789012345") == "5000056789012345"
    assert rf("539007547034") == "RF18539007547034"
    assert ogm("0103408760").startswith("+++010/3408/760")


REFERENCES = [
    (DASHED, rf("20260412")),
    (DASHED, ogm("0020260412")),
    (DASHED, betalingskenmerk("20260412")),
    (PREFIXED, rf("RE100412")),
    (PREFIXED, rf("100412")),
    (PREFIXED, ogm("0000100412")),
    (PREFIXED, betalingskenmerk("100412")),
    (DIGITS, rf("70010412")),
    (DIGITS, ogm("0070010412")),
    (DIGITS, betalingskenmerk("70010412")),
    (SLASHED, rf("VF2600412")),
    (SLASHED, betalingskenmerk("2600412")),
]


@pytest.mark.parametrize(("by", "reference"), REFERENCES, ids=str)
def test_a_reference_with_check_digits_carries_the_number(by: Numbering, reference: str) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    spaced = " ".join(reference[n : n + 4] for n in range(0, len(reference), 4))
    for a_line in (
        line("", 12_500, structured=reference),
        line("", 12_500, STRANGER, structured=reference),
        line(reference, 12_500),
        line(f"betaling {spaced if reference.startswith('RF') else reference}", 12_500),
    ):
        assert_settled(decided(a_line, book, by), {by.invoice(412): 12_500})


@pytest.mark.parametrize(("by", "reference"), REFERENCES, ids=str)
def test_a_reference_with_a_wrong_check_digit_is_no_evidence(by: Numbering, reference: str) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    place = {"R": 2, "+": 3}.get(reference[0], 0)
    if reference[0] == "+":
        place = len(reference) - 4
    wrong = str((int(reference[place]) + 1) % 10)
    spoiled = reference[:place] + wrong + reference[place + 1 :]
    assert_asked(decided(line("", 12_500, STRANGER, structured=spoiled), book, by))

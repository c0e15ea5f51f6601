"""What a payer, or chance, may do to trick a clerk into a wrong booking, and what becomes of it."""

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
    PREFIXED,
    SHARED,
    STRANGER,
    VISSER,
    A,
    B,
    C,
    Numbering,
    assert_asked,
    assert_not_booked,
    assert_settled,
    assert_unapplied,
    decided,
    eur,
    in_each_numbering,
    item,
    line,
    neighbours,
    reconciled,
    told,
)

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money

MONTHS_OF_MARCH = (
    "abonnement maart 2026",
    "ABONNEMENT MAART 2026",
    "abonnement mrt 2026",
    "Abo März 2026",
    "Abo Maerz 2026",
    "Beitrag MRZ 2026",
    "abonnement mars 2026",
    "Subscription March 2026",
    "subscription Mar 2026",
    "contributie 2026-03",
    "huur 03-2026",
    "huur 03/2026",
    "Miete 03.2026",
    "huur over de maand maart 2026, dank",
)


def subscriptions(by: Numbering, cents: int = 4_990) -> tuple[OpenItem, ...]:
    """Twelve equal ones, each issued and due within its month."""
    return tuple(
        item(
            by.invoice(400 + month),
            cents,
            issued=date(2026, month, 1),
            due=date(2026, month, 25),
        )
        for month in range(1, 13)
    )


@in_each_numbering
@pytest.mark.parametrize("text", ["", "abonnement", "Abo Kunde Bakker", "vielen Dank"])
def test_twelve_equal_subscriptions_without_reference_are_asked(by: Numbering, text: str) -> None:
    found = decided(line(text, 4_990), subscriptions(by), by)
    assert_asked(found)
    assert found.customer == A
    assert len(found.candidates) > 1


@in_each_numbering
@pytest.mark.parametrize("text", MONTHS_OF_MARCH)
def test_the_month_that_is_named_tells_equal_subscriptions_apart(by: Numbering, text: str) -> None:
    found = decided(line(text, 4_990), subscriptions(by), by)
    assert_settled(found, {by.invoice(403): 4_990})


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("januari 2026", 1),
        ("Januar 2026", 1),
        ("janvier 2026", 1),
        ("februari 2026", 2),
        ("février 2026", 2),
        ("fevrier 2026", 2),
        ("avril 2026", 4),
        ("mei 2026", 5),
        ("Mai 2026", 5),
        ("mai 2026", 5),
        ("juni 2026", 6),
        ("juin 2026", 6),
        ("juillet 2026", 7),
        ("augustus 2026", 8),
        ("août 2026", 8),
        ("aout 2026", 8),
        ("September 2026", 9),
        ("oktober 2026", 10),
        ("octobre 2026", 10),
        ("okt 2026", 10),
        ("november 2026", 11),
        ("december 2026", 12),
        ("Dezember 2026", 12),
        ("décembre 2026", 12),
        ("2026-12", 12),
        ("12/2026", 12),
    ],
)
def test_every_month_is_known_in_four_languages(text: str, month: int) -> None:
    found = decided(line(f"abonnement {text}", 4_990), subscriptions(PREFIXED), PREFIXED)
    assert_settled(found, {PREFIXED.invoice(400 + month): 4_990})


@in_each_numbering
def test_a_month_that_is_not_open_takes_no_other(by: Numbering) -> None:
    without_march = [one for one in subscriptions(by) if one.number != by.invoice(403)]
    assert_not_booked(decided(line("abonnement maart 2026", 4_990), without_march, by))


@in_each_numbering
def test_a_month_of_another_year_takes_no_month_of_this_one(by: Numbering) -> None:
    assert_not_booked(decided(line("abonnement maart 2025", 4_990), subscriptions(by), by))


@in_each_numbering
def test_a_month_paid_twice_takes_no_other_month(by: Numbering) -> None:
    first = line("maart 2026", 4_990, id="first")
    again = line("maart 2026", 4_990, id="second", booked=date(2026, 3, 9))
    found = reconciled([again, first], (*subscriptions(by), *neighbours(by)))
    assert_settled(found["first"], {by.invoice(403): 4_990})
    assert_not_booked(found["second"])


@in_each_numbering
def test_a_month_from_somebody_unknown_is_asked(by: Numbering) -> None:
    assert_asked(decided(line("maart 2026", 4_990, STRANGER), subscriptions(by), by))


@in_each_numbering
def test_a_month_without_its_year_that_fits_two_years_is_asked(by: Numbering) -> None:
    last_year = [
        item(by.earlier(500 + month), 4_990, due=date(2025, month, 25)) for month in range(1, 13)
    ]
    assert_asked(decided(line("maart", 4_990), (*subscriptions(by), *last_year), by))


@in_each_numbering
def test_a_sum_that_only_one_choice_of_eighty_items_gives_is_asked(by: Numbering) -> None:
    round_sums = [item(by.invoice(n), 10_000 * (n - 99)) for n in range(100, 178)]
    odd = [item(by.invoice(190), 10_001), item(by.invoice(191), 20_007)]
    found = decided(line("", 30_008), (*round_sums, *odd), by)
    assert_asked(found)
    assert found.customer == A


@in_each_numbering
def test_a_sum_of_many_of_eighty_items_is_asked(by: Numbering) -> None:
    # Powers of two would do; their sums are unique however many are taken.
    many = [item(by.invoice(100 + n), 100 + 2**n) for n in range(24)]
    rest = [item(by.invoice(200 + n), 5 * 10**8 + n) for n in range(56)]
    wanted = sum(one.open.minor for one in many[::2])
    assert_asked(decided(line("betaling", wanted), (*many, *rest), by))


PREPAID = (
    "aanbetaling",
    "Aanbetaling keuken",
    "vooruitbetaling",
    "voorschot",
    "Anzahlung",
    "Vorauszahlung Mai",
    "acompte",
    "prepayment",
    "advance payment",
    "aanbetaling order 88123",
)


@in_each_numbering
@pytest.mark.parametrize("text", PREPAID)
def test_a_prepayment_that_happens_to_equal_a_sum_stays_on_account(
    by: Numbering, text: str
) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_341), item(by.invoice(417), 301))
    assert_unapplied(decided(line(text, 19_841), book, by))


@in_each_numbering
@pytest.mark.parametrize("text", PREPAID[:5])
def test_a_prepayment_that_happens_to_equal_one_item_stays_on_account(
    by: Numbering, text: str
) -> None:
    book = (item(by.invoice(412), 12_512), item(by.invoice(415), 7_341))
    assert_unapplied(decided(line(text, 12_512), book, by))


def test_a_prepayment_by_nobody_knows_whom_is_asked() -> None:
    book = (item("2026-0412", 12_512),)
    assert_asked(decided(line("aanbetaling", 12_512, STRANGER), book, DASHED))


@in_each_numbering
def test_a_mistyped_number_that_is_another_debtors_means_the_payers_own_item(
    by: Numbering,
) -> None:
    book = (
        item(by.invoice(412), 12_500),
        item(by.invoice(455), 7_300),
        item(by.invoice(421), 8_800, B),
    )
    found = decided(line(f"factuur {by.invoice(421)}", 12_500), book, by)
    assert_settled(found, {by.invoice(412): 12_500})


@in_each_numbering
def test_a_mistyped_number_of_another_debtor_is_asked_if_the_amount_is_not_unique(
    by: Numbering,
) -> None:
    book = (
        item(by.invoice(412), 12_500),
        item(by.invoice(455), 12_500),
        item(by.invoice(421), 8_800, B),
    )
    assert_asked(decided(line(f"factuur {by.invoice(421)}", 12_500), book, by))


@in_each_numbering
def test_a_mistyped_number_of_another_debtor_with_his_very_amount_is_asked(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(421), 12_500, B))
    assert_asked(decided(line(f"factuur {by.invoice(421)}", 12_500), book, by))


@in_each_numbering
def test_a_mistyped_number_never_pays_the_other_debtors_item_in_part(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(421), 20_000, B))
    found = decided(line(f"factuur {by.invoice(421)}", 11_111), book, by)
    assert_asked(found)


@in_each_numbering
@pytest.mark.parametrize("words", ["{}", "factuur {}", "Rechnung Nr. {}", "fact. {} dank u"])
def test_the_last_four_digits_are_asked_if_two_items_fit(by: Numbering, words: str) -> None:
    book = (
        item(by.invoice(412), 12_500),
        item(by.earlier(412), 12_500),
        item(by.invoice(415), 7_300),
    )
    digits = by.invoice(412)[-4:]
    assert_asked(decided(line(words.format(digits), 12_500), book, by))


@in_each_numbering
@pytest.mark.parametrize("words", ["factuur {}", "Rechnung Nr. {}", "fact. {} dank u"])
def test_the_last_four_digits_do_if_one_item_of_the_payer_fits(by: Numbering, words: str) -> None:
    book = (
        item(by.invoice(412), 12_500),
        item(by.earlier(412), 12_500, B),
        item(by.invoice(415), 7_300),
    )
    digits = by.invoice(412)[-4:]
    found = decided(line(words.format(digits), 12_500), book, by)
    assert_settled(found, {by.invoice(412): 12_500})


@in_each_numbering
def test_the_last_four_digits_from_somebody_unknown_are_asked(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    digits = by.invoice(412)[-4:]
    assert_asked(decided(line(f"factuur {digits}", 12_500, STRANGER), book, by))


@in_each_numbering
def test_an_item_paid_twice_leaves_its_equal_sibling_open(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 12_500), *neighbours(by))
    first = line(by.invoice(412), 12_500, id="first")
    second = line(by.invoice(412), 12_500, id="second", booked=date(2026, 3, 9))
    found = reconciled([first, second], book)
    assert_settled(found["first"], {by.invoice(412): 12_500})
    assert_unapplied(found["second"])


@in_each_numbering
def test_an_item_paid_thrice_and_its_sibling_paid_once(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 12_500), *neighbours(by))
    lines = [
        line(by.invoice(412), 12_500, id="1"),
        line(by.invoice(412), 12_500, id="2", booked=date(2026, 3, 4)),
        line(by.invoice(412), 12_500, id="3", booked=date(2026, 3, 5)),
        line(by.invoice(415), 12_500, id="sibling", booked=date(2026, 3, 6)),
    ]
    for order in permutations(lines):
        found = reconciled(order, book)
        assert_settled(found["1"], {by.invoice(412): 12_500})
        assert_unapplied(found["2"])
        assert_unapplied(found["3"])
        assert_settled(found["sibling"], {by.invoice(415): 12_500})


@in_each_numbering
def test_a_duplicate_before_its_original_in_the_file_does_not_book_first(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), *neighbours(by))
    later = line(by.invoice(412), 12_500, id="aaa", booked=date(2026, 3, 9))
    original = line(by.invoice(412), 12_500, id="zzz", booked=date(2026, 3, 2))
    found = reconciled([later, original], book)
    assert_settled(found["zzz"], {by.invoice(412): 12_500})
    assert_unapplied(found["aaa"])


ORDERED = ("order", "Bestelling", "bestelnr.", "Bestellung", "Commande", "PO", "Your order no.")


@in_each_numbering
@pytest.mark.parametrize("word", ORDERED)
def test_an_order_number_equal_to_an_invoice_number_is_not_evidence(
    by: Numbering, word: str
) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    text = f"{word} {by.invoice(412)}"
    assert_not_booked(decided(line(text, 5_000), book, by))
    assert_asked(decided(line(text, 12_500, STRANGER), book, by))


@in_each_numbering
def test_an_order_number_equal_to_anothers_invoice_number_leaves_the_payers_item(
    by: Numbering,
) -> None:
    book = (item(by.invoice(412), 12_500, B), item(by.invoice(415), 12_500))
    found = decided(line(f"order {by.invoice(412)}", 12_500), book, by)
    assert by.invoice(412) not in {part.item for part in found.allocations}, told(found)


@in_each_numbering
def test_two_debtors_on_one_account_and_the_amount_alone_are_asked(by: Numbering) -> None:
    sharing = (
        Debtor(number="20001", name="Holding Zuid B.V.", ibans=(SHARED,)),
        Debtor(number="20002", name="Werkmaatschappij Zuid B.V.", ibans=(SHARED,)),
        *DEBTORS,
    )
    book = (
        item(by.invoice(412), 12_500, "20001"),
        item(by.invoice(415), 7_300, "20002"),
        *neighbours(by),
    )
    for cents in (12_500, 7_300, 19_800):
        a_line = line("", cents, SHARED)
        assert_asked(reconciled([a_line], book, debtors=sharing)[a_line.id])


@in_each_numbering
def test_two_debtors_whose_account_was_seen_paying_for_both_are_asked(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300, C), *neighbours(by))
    a_line = line("", 12_500, SHARED)
    seen = {SHARED: {A: 40, C: 3}}
    assert_asked(reconciled([a_line], book, paid_from=seen)[a_line.id])


@in_each_numbering
def test_a_third_party_with_number_and_exact_amount_settles(by: Numbering) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    found = decided(line(f"factuur {by.invoice(412)}", 12_500, STRANGER), book, by)
    assert_settled(found, {by.invoice(412): 12_500})
    own_items_of_visser = (*book, item(by.invoice(417), 9_100, B))
    found = decided(line(f"factuur {by.invoice(412)}", 12_500, VISSER), own_items_of_visser, by)
    assert_settled(found, {by.invoice(412): 12_500})


@in_each_numbering
@pytest.mark.parametrize("cents", [12_499, 12_501, 6_250, 25_000, 1_250, 125_000])
def test_a_third_party_with_a_wrong_amount_is_asked(by: Numbering, cents: int) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    assert_asked(decided(line(f"factuur {by.invoice(412)}", cents, STRANGER), book, by))
    assert_asked(decided(line(f"factuur {by.invoice(412)}", cents, VISSER), book, by))


@in_each_numbering
def test_a_discount_taken_late_is_a_part_payment(by: Numbering) -> None:
    offered = item(by.invoice(412), 10_000, discount=eur(200), discount_until=date(2026, 3, 1))
    found = decided(line(by.invoice(412), 9_800), (offered,), by)
    assert_settled(found, {by.invoice(412): 9_800})
    assert [part.discount.minor for part in found.allocations] == [0]


@in_each_numbering
@pytest.mark.parametrize("cents", [15_000, 5_200, 19_799, 19_801, 30_000])
def test_two_listed_numbers_whose_sum_fits_neither_are_asked(by: Numbering, cents: int) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    assert_asked(decided(line(f"{by.invoice(412)} en {by.invoice(415)}", cents), book, by))


@in_each_numbering
@pytest.mark.parametrize("cents", [12_500, 10_500, 2_000])
def test_digits_that_an_invoice_and_a_credit_note_share_are_asked(
    by: Numbering, cents: int
) -> None:
    note = item(by.credit(412), -2_000)
    book = (item(by.invoice(412), 12_500), note, item(by.invoice(415), 7_300))
    digits = by.invoice(412)[-4:]
    assert_asked(decided(line(f"nr {digits}", cents), book, by))


@pytest.mark.parametrize(("by", "digits"), [(PREFIXED, "100412"), (DIGITS, "70010412")])
def test_all_digits_that_an_invoice_and_a_credit_note_share_are_asked(
    by: Numbering, digits: str
) -> None:
    book = (item(by.invoice(412), 12_500), item(by.credit(412), -2_000))
    assert_asked(decided(line(f"nr {digits}", 10_500), book, by))


@in_each_numbering
@pytest.mark.parametrize("currency", ["USD", "GBP", "CHF", "JPY"])
def test_money_in_another_currency_is_never_booked_silently(by: Numbering, currency: str) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    found = decided(line(by.invoice(412), 0, amount=Money(12_500, currency)), book, by)
    assert_asked(found)
    assert found.rule == "other currency"


@in_each_numbering
@pytest.mark.parametrize("text", ["", "factuur {}", "administratieve boeking {}"])
def test_a_line_of_zero_is_named_as_such(by: Numbering, text: str) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 0))
    for iban in (BAKKER, STRANGER):
        found = decided(line(text.format(by.invoice(412)), 0, iban), book, by)
        assert_asked(found)
        assert found.rule == "zero amount"


@in_each_numbering
def test_a_part_that_comes_again_and_is_more_than_the_rest_is_paid_twice(by: Numbering) -> None:
    """1,135.03 of 1,261.15, and the same once more: no instalment, and no generous last one."""
    book = (item(by.invoice(412), 126_115), item(by.invoice(415), 7_300), *neighbours(by))
    first = line(f"fact {by.invoice(412)}", 113_503, id="first")
    again = line(f"fact {by.invoice(412)}", 113_503, id="again", booked=date(2026, 3, 3))
    found = reconciled([again, first], book)
    assert_settled(found["first"], {by.invoice(412): 113_503})
    assert_not_booked(found["again"])


@in_each_numbering
def test_too_much_or_too_little_for_one_number_beside_a_spoilt_one_is_asked(by: Numbering) -> None:
    """What is too much for the first may well be meant for the second."""
    first, second = by.invoice(412), by.invoice(587)
    book = (item(first, 34_894), item(second, 22_802), item(by.invoice(633), 7_300))
    spoilt = (
        second[:-1],
        second[:-1] + "9",
        second[:-2] + second[-1] + second[-2],
        second[:-3] + "0" + second[-3:],
        second[:-3] + "?" + second[-2:],
        second[-7:],
    )
    for text in spoilt:
        for cents in (40_249, 57_000, 20_000):
            assert_not_booked(decided(line(f"{first} {text}", cents), book, by))
            assert_not_booked(decided(line(f"{text}, {first}", cents), book, by))


@in_each_numbering
def test_a_month_from_a_mere_name_is_asked_if_the_amount_is_anothers_too(by: Numbering) -> None:
    """A name is no account: with an amount it has to be the only one of that amount."""
    twins = [
        replace(one, customer=B, number=by.earlier(600 + n))
        for n, one in enumerate(subscriptions(by))
    ]
    a_line = line("abonnement maart 2026", 4_990, STRANGER, payer="Bakkerij Bakker BV")
    assert_asked(decided(a_line, (*subscriptions(by), *twins), by))

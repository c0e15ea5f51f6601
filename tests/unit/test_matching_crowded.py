"""A book so full that nearly any digits are somebody's number: the payer's own items come first."""

from __future__ import annotations

from datetime import date

import pytest
from matching_books import B, assert_asked, assert_settled, decided, item, line

from clerkwork.core.ledger import OpenItem

OWN = item("F16927/26", 99_400)
OTHERS = (
    item("16927", 5_000, B),
    item("16926", 5_100, B),
    item("29006", 8_800, B),
    item("32319", 6_111, B),
    item("32306", 1_300, B),
)


def book(*more: OpenItem) -> tuple[OpenItem, ...]:
    return (OWN, item("F20001/26", 31_000), *OTHERS, *more)


@pytest.mark.parametrize(
    "text",
    [
        "nota 16927",
        "F16927 26",
        "factuur 16927/26",
        "Re-Nr F16927/\n26, tel 06-21886399",
        "rek.nr F16927/2\n6",
        "betaling F16927/2",
        "F16927/206",
        "F16972/26",
    ],
)
def test_a_number_that_is_partly_somebody_elses_means_the_payers_own_item(text: str) -> None:
    assert_settled(decided(line(text, 99_400), book()), {"F16927/26": 99_400})


def test_a_short_number_that_is_somebody_elses_is_asked_if_the_amount_does_not_tell() -> None:
    assert_asked(decided(line("nota 16927", 99_400), book(item("F20002/26", 99_400))))
    assert_asked(decided(line("nota 16927", 5_000), (item("F16927/26", 5_000), *OTHERS)))


def test_the_whole_of_a_number_tells_equal_items_apart_whosever_a_part_of_it_is() -> None:
    found = decided(line("factuur 16927/26", 99_400), book(item("F20002/26", 99_400)))
    assert_settled(found, {"F16927/26": 99_400})


def test_somebody_elses_number_with_blanks_in_it_is_the_amounts_that_fit_it() -> None:
    torn = (item("26-12678", 40_000), item("12678", 7_000, B), *OTHERS)
    assert_settled(decided(line("nota 26 12678", 40_000), torn), {"26-12678": 40_000})
    assert_asked(decided(line("nota 26 12678", 7_000), torn))


def test_letters_before_a_number_may_be_a_word_or_tell_it_from_anothers() -> None:
    theirs = (item("FT2605.0072583", 41_299), item("FT2605.0072853", 900, B))
    found = decided(line("F: FT2605.0072853", 41_299), (*theirs, item("F17", 100, B)))
    assert_settled(found, {"FT2605.0072583": 41_299})
    own = (item("K220223-D", 3_990), item("K220111-B", 3_990))
    alike = item("G220232-C", 700, B)
    found = decided(line("factuur K220232-D", 3_990), (*own, alike))
    assert_settled(found, {"K220223-D": 3_990})


@pytest.mark.parametrize("text", ["Valutadatum: 29/06", "dd 29/06, dank"])
def test_a_day_is_nobodys_number_where_the_payer_is_known(text: str) -> None:
    assert_settled(decided(line(text, 99_400), book()), {"F16927/26": 99_400})


def test_digits_that_make_a_number_without_their_blanks_do_not_spoil_the_payers_own() -> None:
    text = "fac F16927/26 Pasvolgnr 323 19/06 07:83"
    assert_settled(decided(line(text, 99_400), book()), {"F16927/26": 99_400})
    assert_asked(decided(line(text, 99_400 + 6_111), book()))


@pytest.mark.parametrize("text", ["Auftrag 10010", "PO 26/10010", "inkooporder 10010"])
def test_an_order_number_that_is_a_debtors_says_nothing_of_who_pays(text: str) -> None:
    assert_settled(decided(line(text, 99_400), book()), {"F16927/26": 99_400})


def test_an_invoice_number_that_is_a_debtors_and_not_open_is_asked() -> None:
    five = (item("20331", 99_400), item("20340", 5_000, B))
    assert_asked(decided(line("factuur 10010", 99_400), five))


def test_a_month_is_no_short_number() -> None:
    own = (
        item("221472/2026", 9_200, issued=date(2026, 3, 2), due=date(2026, 3, 16)),
        item("231980/2026", 9_200, issued=date(2026, 2, 2), due=date(2026, 2, 16)),
    )
    assert_settled(decided(line("service 02-2026", 9_200), own), {"231980/2026": 9_200})


def test_digits_that_are_all_of_another_number_are_asked_if_the_amount_does_not_tell() -> None:
    own = (item("FT2605.0409606", 27_600), item("FT2605.0409611", 27_600))
    alike = item("K409606-G", 5_000, B)
    assert_asked(decided(line("kenmerk 0409606", 27_600), (*own, alike)))
    assert_settled(
        decided(line("kenmerk 0409606", 27_600), (own[0], alike)), {own[0].number: 27_600}
    )


@pytest.mark.parametrize(
    ("first", "between", "last"),
    [
        ("231001/2026", "231002/2026", "231003/2026"),
        ("K286052-C", "K286053-D", "K286054-E"),
        ("1234567-3", "1234568-9", "1234569-5"),
        ("2605.00123", "2605.00124", "2606.00125"),
    ],
)
def test_a_range_runs_on_beside_a_year_a_letter_or_a_check_digit(
    first: str, between: str, last: str
) -> None:
    items = [item(number, cents) for number, cents in ((first, 100), (between, 20), (last, 3))]
    found = decided(line(f"facturen {first} t/m {last}", 123), (*items, *OTHERS))
    assert_settled(found, {first: 100, between: 20, last: 3})


@pytest.mark.parametrize(
    "text", ["betaalopdracht {}", "Dauerauftrag {}", "project {}", "dossier {}"]
)
def test_a_number_of_ours_behind_a_word_that_may_announce_another_is_ours(text: str) -> None:
    assert_settled(decided(line(text.format("F16927/26"), 99_400), book()), {"F16927/26": 99_400})


@pytest.mark.parametrize(
    "text", ["projet F99999/26", "Lieferschein F99999/26", "werkbonnr F99999/26"]
)
def test_a_number_that_is_none_of_ours_behind_such_a_word_says_nothing(text: str) -> None:
    assert_settled(decided(line(text, 99_400), book()), {"F16927/26": 99_400})

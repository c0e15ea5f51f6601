"""What words announce: numbers of no invoice, debtors' numbers, ends of ranges, references."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from matching_books import (
    DEBTORS,
    STRANGER,
    A,
    B,
    assert_asked,
    assert_settled,
    item,
    line,
    reconciled,
)

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.model import Match
from clerkwork.core.payments import BankLine
from clerkwork.core.references.structured import qr_body, structured_readings


def decided(
    a_line: BankLine, items: Iterable[OpenItem], debtors: Iterable[Debtor] = DEBTORS
) -> Match:
    return reconciled([a_line], items, debtors=debtors)[a_line.id]


FIVE = (item("21041", 36_000), item("21077", 8_200), item("24310", 7_700, B))
"""A book whose numbers have so few digits that any digits are in their pattern."""


@pytest.mark.parametrize(
    "text",
    [
        "Siret 177 099 720 22027",
        "btw BE 0404 616 494",
        "BTW BE 04\n04 616 494",
        "UID CHE-116.281.710 MWST",
        "St.-Nr. 24/591/21130",
        "compteur 22 187 855",
        "lot n\u00b0 22900-53",
        "Kst 22217/94",
        "KvK 17085815",
        "GLN 5444771930555",
    ],
)
def test_a_number_of_a_tax_a_register_or_a_meter_is_none_of_ours(text: str) -> None:
    assert_settled(decided(line(text, 36_000), FIVE), {"21041": 36_000})
    assert_settled(decided(line(f"part 21041 {text}", 9_000), FIVE), {"21041": 9_000})
    assert_settled(decided(line(f"{text}, 21041", 36_000), FIVE), {"21041": 36_000})


def test_an_invoice_right_behind_such_a_number_is_still_one() -> None:
    assert_settled(decided(line("EAN 5444771930555 21077", 8_200), FIVE), {"21077": 8_200})
    text = "tel. +31 20 343 51 03 21041, 21077"
    assert_settled(decided(line(text, 44_200), FIVE), {"21041": 36_000, "21077": 8_200})


def test_the_plus_behind_a_banks_word_is_no_telephones() -> None:
    items = (item("260519916", 25_000), item("260314657", 17_500))
    text = "KREF+ZV1669337893 SVWZ+260519916 und 260314657"
    both = {"260519916": 25_000, "260314657": 17_500}
    assert_settled(decided(line(text, 42_500), items), both)


@pytest.mark.parametrize(
    "text", ["21999", "factuur 21999", "urgent 21999", "nota van levering 21999"]
)
def test_a_number_of_our_series_that_is_not_open_is_asked(text: str) -> None:
    assert_asked(decided(line(text, 36_000), FIVE))


@pytest.mark.parametrize("text", ["urgent 98027", "pos. 71130"])
def test_free_digits_far_from_all_that_is_open_are_no_number_of_ours(text: str) -> None:
    assert_settled(decided(line(text, 36_000), FIVE), {"21041": 36_000})


ROW = tuple(item(f"2026-04{n}", 1_000 + n) for n in (12, 13, 14, 15))
WHOLE = {one.number: one.open.minor for one in ROW}


@pytest.mark.parametrize(
    "between",
    [
        "bis einschlie\u00dflich",
        "bis inkl.",
        "bis und mit",
        "au n\u00b0",
        "jusqu'au n\u00b0",
        "\u00c0",
        "up to and incl.",
        "up to and including",
        "t/m factuur",
        "through invoice",
    ],
)
@pytest.mark.parametrize("last", ["2026-0415", "415"])
def test_the_end_of_a_range_is_told_in_many_words(between: str, last: str) -> None:
    text = f"2026-0412 {between} {last}"
    assert_settled(decided(line(text, sum(WHOLE.values())), ROW), WHOLE)


LETTERED = (
    Debtor(number="K-10.432", name="Bakkerij Bakker B.V."),
    Debtor(number="K-20.001", name="Garage Smit"),
)
THEIRS = (item("2026-0412", 12_345, "K-10.432"), item("2026-0413", 400, "K-20.001"))


@pytest.mark.parametrize(
    "text",
    [
        "klantnummer K-10.432",
        "Debitorennummer 10432",
        "Kd.-Nr. 10 432",
        "uw klantnr: 10.432",
        "K-Nr. 10432",
        "code client K 10432",
        "customer reference K10432",
    ],
)
def test_a_debtors_number_is_read_in_any_spelling_behind_its_word(text: str) -> None:
    found = decided(line(text, 12_345, STRANGER), THEIRS, LETTERED)
    assert_settled(found, {"2026-0412": 12_345}, "K-10.432")


@pytest.mark.parametrize("text", ["10 432", "bon 10432", "lidmaatschap 10432", "K-Nr. 10433"])
def test_nothing_else_is_a_debtors_number(text: str) -> None:
    assert_asked(decided(line(text, 12_345, STRANGER), THEIRS, LETTERED))


REFERENCE = "21 00000 00003 13947 14300 09017"
"""The example of the Swiss Implementation Guidelines QR-bill."""


def test_a_swiss_reference_has_its_check_digit() -> None:
    assert qr_body("210000000003139471430009017") == "21000000000313947143000901"
    assert qr_body("210000000003139471430009018") is None
    assert [one.kind for one in structured_readings(REFERENCE)] == ["QR"]


@pytest.mark.parametrize("number", ["143000901", "R-143000901", "2026-143000901"])
@pytest.mark.parametrize("debtor", ["313947", "C-313947"])
def test_a_reference_carries_a_customer_and_an_invoice_at_fixed_places(
    number: str, debtor: str
) -> None:
    people = (Debtor(number=debtor, name="Bakkerij Bakker B.V."),)
    items = (item(number, 12_345, debtor), item("R-77", 12_345, debtor))
    written = decided(line(f"QRR {REFERENCE}", 12_345, STRANGER), items, debtors=people)
    given = line("", 12_345, STRANGER, structured=REFERENCE.replace(" ", ""))
    for found in (written, decided(given, items, debtors=people)):
        assert_settled(found, {number: 12_345}, debtor)


def test_a_reference_of_one_customer_names_no_other_ones_invoice() -> None:
    items = (item("143000901", 12_345, B), item("143000902", 12_345, B))
    assert_asked(decided(line(f"ref {REFERENCE}", 12_345, STRANGER), items))


def test_a_reference_of_a_customers_number_alone_says_who_pays() -> None:
    people = (Debtor(number="4000012", name="Garage Smit"),)
    items = (item("2026-0412", 12_345, "4000012"),)
    found = decided(line("", 12_345, STRANGER, structured="4000012"), items, debtors=people)
    assert_settled(found, {"2026-0412": 12_345}, "4000012")


def test_a_short_betalingskenmerk_is_read_in_groups() -> None:
    items = (item("4400321690", 4_350), item("4400321777", 4_350))
    found = decided(line("1044 0032 1690", 4_350), items)
    assert_settled(found, {"4400321690": 4_350})


@pytest.mark.parametrize("text", ["fac. 26 09137", "26-09137 dank"])
def test_a_number_may_lack_the_letter_between_its_digits(text: str) -> None:
    items = (item("26W09137", 4_350), item("26W09138", 4_350), item("26U00001", 10, B))
    assert_settled(decided(line(text, 4_350), items), {"26W09137": 4_350})


def subscription(month: int) -> OpenItem:
    return item(f"2026-041{month}", 6_175, issued=date(2026, month, 1), due=date(2026, month, 15))


@pytest.mark.parametrize(
    "text", ["/REMI/fee 2026-02/EREF/NOTPROVIDED", "f\u00e9vr. '26", "/REMI/02.2026, dank"]
)
def test_a_month_is_read_in_a_banks_frame_too(text: str) -> None:
    items = tuple(map(subscription, (1, 2, 3)))
    assert_settled(decided(line(text, 6_175), items), {"2026-0412": 6_175})


def test_umlauts_are_two_letters_at_some_banks() -> None:
    people = (
        Debtor(number=A, name="\u00d6zt\u00fcrk & G\u00f6bel GmbH"),
        Debtor(number=B, name="Smit"),
    )
    items = (item("2026-0412", 12_345), item("2026-0413", 99, B))
    paid = line("", 12_345, STRANGER, payer="OEZTUERK & GOEBEL GMBH")
    assert_settled(decided(paid, items, debtors=people), {"2026-0412": 12_345})


def test_of_two_debtors_of_a_name_the_number_tells_who_pays_a_part() -> None:
    people = tuple(Debtor(number=number, name="Jan Bakker") for number in (A, B, "10020"))
    items = (item("2026-0412", 12_345), item("2026-0413", 99, B))
    part = line("klantnr 10007 deel 2026-0412", 5_000, STRANGER, payer="Jan Bakker")
    assert_settled(decided(part, items, debtors=people), {"2026-0412": 5_000})
    other = line("klantnr 10007 deel 2026-0412", 5_000, STRANGER, payer="Piet Visser")
    assert_asked(decided(other, items, debtors=people))

"""What is read out of a payer's words."""

from __future__ import annotations

from datetime import date

import pytest

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.references import Certainty, Remittance, learn, read_remittance
from clerkwork.core.references.scan import typed_alike
from clerkwork.core.references.structured import betalingskenmerk_body, structured_readings

WRITTEN, SPACED, SHORT = Certainty.WRITTEN, Certainty.SPACED, Certainty.SHORT


def read(text: str, *numbers: str, structured: str = "", end_to_end: str = "") -> Remittance:
    items = [
        OpenItem(number=number, customer="10007", open=Money(100, "EUR"), due=date(2026, 3, 1))
        for number in numbers or ("2026-0412", "2026-0413", "2026-0415", "C2026-031")
    ]
    line = BankLine(
        account="NL13TEST0123456789",
        booked=date(2026, 3, 2),
        valued=date(2026, 3, 2),
        amount=Money(100, "EUR"),
        text=text,
        structured=structured,
        end_to_end=end_to_end,
    )
    return read_remittance(line, learn(items, [Debtor(number="10007", name="Bakkerij Bakker")]))


def named(found: Remittance) -> list[tuple[tuple[str, ...], Certainty]]:
    return [(mention.items, mention.certainty) for mention in found.mentions]


@pytest.mark.parametrize(
    ("text", "number", "certainty"),
    [
        ("Factuur 2026-0412", "2026-0412", WRITTEN),
        ("FACTUURNUMMER:2026-0412", "2026-0412", WRITTEN),
        ("Facture 2026/0412 du 03-03-2026", "2026-0412", WRITTEN),
        ("Rechnung 2026.0412 vom 03.03.2026", "2026-0412", WRITTEN),
        ("fact20260412", "2026-0412", SPACED),
        ("invoice 2026 0412", "2026-0412", SPACED),
        ("REGLEMENT DE VOTRE FACTURE NO 202 6-0412", "2026-0412", SPACED),
        ("OPENSTAAND 2026-04\n12", "2026-0412", SPACED),
        ("factuur 0412", "2026-0412", SHORT),
        ("factuur 412", "2026-0412", SHORT),
        ("creditnota c2026-031", "C2026-031", WRITTEN),
        ("NC C 2026-031", "C2026-031", WRITTEN),
        ("creditnota 2026-031", "C2026-031", SHORT),
    ],
)
def test_a_number_is_found_however_it_is_written(
    text: str, number: str, certainty: Certainty
) -> None:
    assert named(read(text)) == [((number,), certainty)]


@pytest.mark.parametrize(
    ("text", "number", "certainty"),
    [
        ("INV/26/00123", "INV/26/00123", WRITTEN),
        ("inv 26-00123", "INV/26/00123", WRITTEN),
        ("INV2600123", "INV/26/00123", WRITTEN),
        ("26/00123", "INV/26/00123", SHORT),
        ("invoice 123", "INV/26/00123", SHORT),
        ("F20260412", "F20260412", WRITTEN),
        ("fact. F 20260412", "F20260412", WRITTEN),
        ("20260412", "F20260412", SHORT),
        ("nr 204112", "204112", WRITTEN),
        ("nr 204.112", "204112", WRITTEN),
        ("nr 204 112", "204112", SPACED),
    ],
)
def test_the_way_of_numbering_is_learned_from_the_items(
    text: str, number: str, certainty: Certainty
) -> None:
    assert named(read(text, "INV/26/00123", "F20260412", "204112")) == [((number,), certainty)]


@pytest.mark.parametrize(
    "text",
    [
        "betaling dd 12-04-2026",
        "betaling 2026-04-12",
        "EUR 2.026,04 betaald",
        "in 2026 afgesproken",
        "NL20INGB0001234567",
        "2025-0412",
        "2025 0412",
        "12026-04123",
    ],
)
def test_dates_amounts_accounts_and_other_years_are_no_invoice_numbers(text: str) -> None:
    assert read(text, "2026-0412").mentions == ()


def test_a_day_that_could_be_a_number_is_never_certain() -> None:
    assert named(read("20260412", "2026-0412")) == [(("2026-0412",), SPACED)]
    assert named(read("", "2026-0412", end_to_end="20260412")) == [(("2026-0412",), SPACED)]


def test_a_number_written_like_a_date_is_found_where_it_stands_literally() -> None:
    assert named(read("26-04-12", "26-04-12")) == [(("26-04-12",), WRITTEN)]
    assert read("26.04.12", "26-04-12").mentions == ()


def test_very_short_numbers_are_never_certain() -> None:
    assert named(read("termijn 1/3", "3")) == [(("3",), SHORT)]
    assert named(read("huur 2026", "2026")) == [(("2026",), SHORT)]


def test_lists_may_leave_out_what_is_the_same() -> None:
    found = read("facturen 2026-0412, 0413 en 15")
    assert [m.items for m in found.mentions] == [("2026-0412",), ("2026-0413",), ("2026-0415",)]
    assert [m.items for m in read("2026-0412/13").mentions] == [("2026-0412",), ("2026-0413",)]


@pytest.mark.parametrize("word", ["t/m", "tm", "tot en met", "bis", "to", "à", "a", "-", "through"])
def test_a_range_names_what_lies_between(word: str) -> None:
    found = read(f"Facturen 2026-0412 {word} 2026-0415")
    assert found.ranges == (("2026-0412", "2026-0413", "2026-0415"),)


def test_a_range_may_leave_out_what_is_the_same() -> None:
    assert read("Rechnungen 2026-0412 bis 0415").ranges == (
        ("2026-0412", "2026-0413", "2026-0415"),
    )


def test_a_range_out_of_all_proportion_is_none() -> None:
    assert read("000001 t/m 999999", "000001", "000002", "999999").ranges == ()


def test_a_short_number_may_be_that_of_several_items() -> None:
    assert named(read("nota 0412", "2025-0412", "2026-0412")) == [
        (("2025-0412", "2026-0412"), SHORT)
    ]


def test_a_line_break_may_hide_a_longer_number() -> None:
    found = read("nr 2026-041\n2", "2026-041", "2026-0412")
    assert named(found) == [(("2026-041", "2026-0412"), SPACED)]


@pytest.mark.parametrize("text", ["Factuur 2026-0999", "2026-041", "fact 202609999"])
def test_what_looks_like_a_number_of_ours_and_is_none_is_a_stranger(text: str) -> None:
    found = read(text, "2026-0412")
    assert found.strangers
    assert found.mentions == ()


def test_other_digits_are_no_strangers() -> None:
    assert read("klant 10007 tel 06 12 34 contract 33.120", "2026-0412").strangers == ()


@pytest.mark.parametrize("word", ["Bestelling", "Order no.", "Commande", "Bestellung nr", "PO"])
def test_an_order_number_is_no_invoice_number(word: str) -> None:
    found = read(f"{word} 2026-0412")
    assert found.orders == ("2026-0412",)
    assert found.mentions == ()


def test_a_debtor_number_is_told_from_an_invoice_number() -> None:
    found = read("Klantnr 10007 factuur 2026-0412")
    assert found.debtors == ("10007",)
    assert [m.items for m in found.mentions] == [("2026-0412",)]


def test_an_amount_in_another_currency_is_noticed() -> None:
    assert read("USD 120.00 RATE 1.08 INV 2026-0412").foreign == "USD 120.00"
    assert read("EUR 120.00 INV 2026-0412").foreign == ""


@pytest.mark.parametrize(
    "reference",
    [
        "8000000020260412",
        "RF8920260412",
        "+++002/0260/41222+++",
        "002026041222",
    ],
)
def test_structured_references_carry_the_digits_of_the_number(reference: str) -> None:
    found = read("", structured=reference)
    assert named(found) == [(("2026-0412",), WRITTEN)]
    assert found.mentions[0].by == "structured reference"


@pytest.mark.parametrize(
    "text", ["RF89 2026 0412", "betreft +++002/0260/41222+++", "8000 0000 2026 0412"]
)
def test_structured_references_are_found_in_text(text: str) -> None:
    found = read(text)
    assert named(found) == [(("2026-0412",), WRITTEN)]
    assert found.strangers == ()


def test_a_wrong_check_digit_spoils_a_structured_reference() -> None:
    found = read("", structured="7000000020260412")
    assert found.mentions == ()
    assert found.spoiled == "7000000020260412"


def test_a_reference_may_hold_the_debtor_before_the_number() -> None:
    body = "1000720260412"
    assert [r.body for r in structured_readings(f"RF{rf_check(body)}{body}")] == [body]
    assert named(read("", structured=f"RF{rf_check(body)}{body}")) == [(("2026-0412",), WRITTEN)]


def rf_check(body: str) -> str:
    return f"{98 - int(body + '271500') % 97:02d}"


def test_the_betalingskenmerk_of_the_specification() -> None:
    # Betaalvereniging: 5000 0567 8901 2345 has A = 215 and check digit 5.
    assert betalingskenmerk_body("5000056789012345") == "000056789012345"
    assert betalingskenmerk_body("4000056789012345") is None
    assert betalingskenmerk_body("1234567") == "1234567"
    assert betalingskenmerk_body("12345678") is None
    assert betalingskenmerk_body("letters") is None


def test_a_betalingskenmerk_of_nine_digits_holds_its_length() -> None:
    # 7 and 1234567: 7x2 + 6x4 + 5x8 + 4x5 + 3x10 + 2x9 + 1x7 + 7x3 = 174, 174 mod 11 = 9.
    assert betalingskenmerk_body("271234567") == "1234567"
    assert betalingskenmerk_body("281234567") is None


def test_the_payers_own_reference_counts_only_if_it_is_nothing_but_a_number() -> None:
    assert named(read("", end_to_end="2026-0412")) == [(("2026-0412",), WRITTEN)]
    assert read("", end_to_end="20260412-000017").mentions == ()


@pytest.mark.parametrize("typed", ["2026-0413", "2026-4012", "2026-042", "2026-04112"])
def test_one_slip(typed: str) -> None:
    assert typed_alike(typed, "2026-0412")


@pytest.mark.parametrize("typed", ["2026-0412", "2026-0499", "2026-04", "2026-2104", "2025-0412"])
def test_none_or_more_than_one_slip(typed: str) -> None:
    assert not typed_alike(typed, "2026-0412")


def test_a_hostile_text_costs_no_time() -> None:
    for text in ("1-" * 50_000, "2026-" * 20_000, "t/m " * 20_000, "A1 " * 30_000):
        assert read(text).ranges == ()

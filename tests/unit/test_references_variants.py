"""Numbers that are short, slipped, cut off, respelt or shortened in lists and ranges."""

from __future__ import annotations

from datetime import date

import pytest
from references_world import DEBTOR, OTHER, bank_line

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.core.references import (
    Certainty,
    Numbers,
    Period,
    Remittance,
    learn,
    learn_columns,
    read_remittance,
    slip_of,
)
from clerkwork.core.references.structured import betalingskenmerk_body

HIS = frozenset([DEBTOR])
NUMBERS = {
    "2026-0412": DEBTOR,
    "2026-0413": DEBTOR,
    "2026-0414": OTHER,
    "2026-0515": DEBTOR,
    "INV/26/00123": DEBTOR,
    "VF-NL-004711-26": DEBTOR,
    "VF-NL-004713-26": DEBTOR,
    "00041234": DEBTOR,
    "4711A": OTHER,
    "F2026-0042": DEBTOR,
    "C2026-0042": DEBTOR,
}


def book() -> Numbers:
    items = [
        OpenItem(number=number, customer=who, open=Money(100, "EUR"), due=date(2026, 3, 1))
        for number, who in NUMBERS.items()
    ]
    return learn(items, [Debtor(number=DEBTOR, name="A"), Debtor(number=OTHER, name="B")])


BOOK = book()


def read(text: str, payers: frozenset[str] | None = HIS) -> Remittance:
    return read_remittance(bank_line(text), BOOK, payers)


def items(found: Remittance) -> list[tuple[str, ...]]:
    return [mention.items for mention in found.mentions]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("factuur 2026-412", "2026-0412"),
        ("factuur 2026-00412", "2026-0412"),
        ("INV 26/123", "INV/26/00123"),
        ("inv-26-000123", "INV/26/00123"),
        ("nr 41234", "00041234"),
        ("nr 0000041234", "00041234"),
        ("VF-NL-4711-26", "VF-NL-004711-26"),
        ("2O26-O412", "2026-0412"),
        ("factuur 2026-o4l2", "2026-0412"),
        ("INV/26/OO123", "INV/26/00123"),
        ("VF-NL-OO4711-26", "VF-NL-004711-26"),
        ("IN\nV/26/00123", "INV/26/00123"),
        ("VF-NL-0047\n11-26", "VF-NL-004711-26"),
        ("VF NL 004711 26", "VF-NL-004711-26"),
    ],
)
def test_a_whole_number_in_another_spelling_is_complete(text: str, number: str) -> None:
    found = read(text, frozenset())
    assert items(found) == [(number,)]
    assert found.mentions[0].certainty >= Certainty.SPACED


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("2026-0412", ""),
        ("2026/0412", ""),
        ("2O26-0412", "with a letter for a digit"),
        ("2026-412", "with other zeros in front"),
        ("2026-04\n12", "torn over a line break"),
        ("202 6-0412", "with blanks between"),
        ("factuur 0515", "without prefix, year or zeros in front"),
    ],
)
def test_a_mention_says_how_it_differs(text: str, how: str) -> None:
    assert [mention.how for mention in read(text).mentions] == [how]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("factuur 0412", ("2026-0412",)),
        ("rekening 515", ("2026-0515",)),
        ("nr 26/00123", ("INV/26/00123",)),
        ("nr 26/123", ("INV/26/00123",)),
        ("004711", ("VF-NL-004711-26",)),
        ("4711", ("VF-NL-004711-26",)),
        ("nota 0042", ("C2026-0042", "F2026-0042")),
        ("creditnota C0042", ("C2026-0042",)),
        ("1234", ("00041234",)),
    ],
)
def test_a_short_number_is_looked_for_among_the_payers_items(
    text: str, expected: tuple[str, ...]
) -> None:
    found = read(text)
    assert items(found) == [expected]
    assert found.mentions[0].certainty is Certainty.SHORT
    assert read(text, frozenset()).mentions == ()


@pytest.mark.parametrize("text", ["500 stuks", "jaar 2026", "12-04-2026", "EUR 41,23", "14:12"])
def test_counts_years_and_amounts_are_not_short_for_anything(text: str) -> None:
    assert read(text).mentions == ()


@pytest.mark.parametrize(
    ("typed", "number", "how"),
    [
        ("2026-0551", "2026-0515", "with two digits swapped"),
        ("2026-0575", "2026-0515", "with one digit changed"),
        ("2026-055", "2026-0515", "with a digit left out"),
        ("2026-05155", "2026-0515", "with a digit too many"),
        ("INV/26/00132", "INV/26/00123", "with two digits swapped"),
        ("VF-NL-004771-26", "VF-NL-004711-26", "with one digit changed"),
        ("2062-0515", "2026-0515", "with two digits swapped"),
    ],
)
def test_a_slip_is_told_in_words(typed: str, number: str, how: str) -> None:
    found = read(f"factuur {typed}, dank")
    assert (number, how) in {(item, typo.how) for typo in found.typos for item in typo.items}
    assert found.strangers
    assert found.mentions == ()
    assert read(f"factuur {typed}, dank", frozenset()).typos == ()


def test_a_slip_into_somebody_elses_number_is_told_too() -> None:
    found = read("factuur 2026-0414")
    assert items(found) == [("2026-0414",)]
    assert {item for typo in found.typos for item in typo.items} == {"2026-0412", "2026-0413"}
    assert read("factuur 2026-0412").typos == ()


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_another_year_is_another_series(year: str) -> None:
    assert slip_of(f"{year}0412", "2026-0412") == ""
    assert read(f"factuur {year}-0412").typos == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("betaling uw factuur VF-NL-0047", {"VF-NL-004711-26", "VF-NL-004713-26"}),
        ("BETALING FACTUUR 2026-05", set()),
        ("betaling factuur INV/26/001", {"INV/26/00123"}),
        ("INV/26/001 dank", set()),
    ],
)
def test_a_number_may_be_cut_off_where_the_text_ends(text: str, expected: set[str]) -> None:
    cut = [typo for typo in read(text).typos if typo.how == "cut off at the end"]
    assert {item for typo in cut for item in typo.items} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-0412/13", ["2026-0412", "2026-0413"]),
        ("2026-0412/13/15", ["2026-0412", "2026-0413"]),
        ("2026-0412, 413 en 515", ["2026-0412", "2026-0413", "2026-0515"]),
        ("2026-0412 + 0515", ["2026-0412", "2026-0515"]),
        ("VF-NL-004711-26 und 4713", ["VF-NL-004711-26", "VF-NL-004713-26"]),
        ("VF-NL-004711-26, 004713-26", ["VF-NL-004711-26", "VF-NL-004713-26"]),
        ("2026-0412, 2O26-0413", ["2026-0412", "2026-0413"]),
        ("F2026-0042 minus C2026-0042", ["F2026-0042", "C2026-0042"]),
    ],
)
def test_lists_may_shorten_what_follows(text: str, expected: list[str]) -> None:
    found = read(text, frozenset())
    assert items(found) == [(number,) for number in expected]
    assert min(mention.certainty for mention in found.mentions) >= Certainty.SPACED


@pytest.mark.parametrize(
    "text",
    [
        "2026-0412 t/m 2026-0515",
        "2026-0412 tot en met 0515",
        "2026-0412 bis 515",
        "2026-0412 - 2026-0515",
        "2026-0412-2026-0515",
        "2026-0412 to 0515",
        "2026/0412 au 2026/0515",
    ],
)
def test_ranges_may_shorten_their_end(text: str) -> None:
    found = read(text, frozenset())
    assert found.ranges == (("2026-0412", "2026-0413", "2026-0414", "2026-0515"),)


def test_a_range_may_run_before_a_year() -> None:
    found = read("VF-NL-004711-26 t/m 004713-26")
    assert found.ranges == (("VF-NL-004711-26", "VF-NL-004713-26"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("huur maart 2026", Period(2026, 3)),
        ("huur mrt 26", Period(2026, 3)),
        ("Miete M\u00e4rz 2026", Period(2026, 3)),
        ("loyer mars 2026", Period(2026, 3)),
        ("rent March", Period(0, 3)),
        ("contributie 2026-03", Period(2026, 3)),
        ("contributie 03/2026", Period(2026, 3)),
        ("Miete 3.2026", Period(2026, 3)),
        ("Q1 2026", Period(2026, 1, 3)),
        ("1e kwartaal 2026", Period(2026, 1, 3)),
        ("2. Quartal 2026", Period(2026, 4, 3)),
        ("abonnement 2026-Q4", Period(2026, 10, 3)),
    ],
)
def test_a_period_is_read_in_four_languages(text: str, expected: Period) -> None:
    found = read(text)
    assert found.periods == (expected,)
    assert (found.mentions, found.strangers) == ((), ())


@pytest.mark.parametrize(
    "text", ["vom 3. M\u00e4rz 2026", "12-03-2026", "2026-03-12", "03/26/4711"]
)
def test_a_day_is_no_period(text: str) -> None:
    assert read(text).periods == ()


@pytest.mark.parametrize("word", ["minus", "verrekend met", "abzgl.", "moins avoir", "less credit"])
def test_words_for_a_credit_note_that_is_set_off(word: str) -> None:
    assert read(f"2026-0412 {word} 2026-0413").credits
    assert not read("2026-0412 en 2026-0413").credits


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060", "\x00"])
def test_signs_that_nobody_sees_part_no_number(sign: str) -> None:
    assert items(read(f"factuur 2026-04{sign}12")) == [("2026-0412",)]


@pytest.mark.parametrize("text", ["EUR 4711,00", "4711 XX Breda", "tel 06-00041234", "4711 %"])
def test_a_piece_of_an_amount_or_an_address_is_no_number(text: str) -> None:
    assert [m for m in read(text).mentions if m.certainty is Certainty.WRITTEN] == []


def test_a_number_that_may_be_an_amount_is_not_as_written() -> None:
    found = read("betaald EUR 00041234")
    assert found.mentions[0].certainty is Certainty.SPACED
    assert found.mentions[0].how == "which may be an amount"


def kenmerk(body: str) -> str:
    """A betalingskenmerk of that body: the one digit in front that checks."""
    (found,) = (str(c) + body for c in range(10) if betalingskenmerk_body(f"{c}{body}") is not None)
    return found


@pytest.mark.parametrize("length", range(7, 13))
def test_a_betalingskenmerk_of_each_length_carries_the_number(length: int) -> None:
    body = "41234".zfill(length)
    reference = body if length == 7 else kenmerk(f"{length % 10}{body}")
    line = bank_line("", structured=reference)
    assert items(read_remittance(line, BOOK, HIS)) == [("00041234",)]
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    spoiled = read_remittance(bank_line("", structured=wrong), BOOK, HIS)
    assert spoiled.mentions == ()
    assert spoiled.spoiled == wrong


def test_a_betalingskenmerk_may_hold_the_debtor_before_the_number() -> None:
    reference = kenmerk(f"{DEBTOR}20260412".zfill(15))
    for text in (reference, f"kenmerk {reference}", " ".join([reference[:4], reference[4:]])):
        line = bank_line("", structured=text) if text == reference else bank_line(text)
        found = read_remittance(line, BOOK, HIS)
        assert items(found) == [("2026-0412",)]
        assert found.mentions[0].by == "structured reference"


def test_many_numbers_are_learned_alike() -> None:
    numbers = [f"INV-2026-{n:06}" for n in range(60_000)]
    customers = [f"D{n % 7_000}" for n in range(60_000)]
    many = learn_columns(numbers, customers, sorted(set(customers)))
    few = learn_columns(numbers[:100], customers[:100], sorted(set(customers[:100])))
    for text in ("INV-2026-000042 en 000017", "inv 2026 42", "000042", "INV-2026-000024", "D42 x"):
        told = [read_remittance(bank_line(text), book, frozenset(["D42"])) for book in (many, few)]
        assert told[0] == told[1]
    assert many.customers["INV-2026-000042"] == "D42"
    assert many.own("D42")[:2] == ["INV-2026-000042", "INV-2026-007042"]
    assert many.own("nobody") == ()

"""Texts, names, numbers and dates made to break a clerk: asked at worst, never booked wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import FrameType

import pytest
from matching_books import (
    BAKKER,
    DASHED,
    DEBTORS,
    DIGITS,
    OURS,
    PREFIXED,
    SAVINGS,
    STRANGER,
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
    paid,
    reconciled,
    told,
)

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine


def pair(by: Numbering) -> tuple[OpenItem, ...]:
    return (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))


def calls_of(work: Callable[[], object]) -> int:
    """How many functions ran: the same on any machine, however busy it is."""
    count = 0

    def counted(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def in_script(zero: int, text: str) -> str:
    """The text with the digits of another script, by the code point of its zero."""
    return "".join(chr(zero + int(sign)) if sign.isdigit() else sign for sign in text)


ARABIC, DEVANAGARI, FULL_WIDTH, DOUBLE_STRUCK = 0x660, 0x966, 0xFF10, 0x1D7D8
STRANGE_DIGITS = (
    *(in_script(zero, "2026-0412") for zero in (ARABIC, DEVANAGARI, FULL_WIDTH, DOUBLE_STRUCK)),
    in_script(FULL_WIDTH, "2026\uff0d0412"),
    "2026-04" + in_script(ARABIC, "12"),
    "²⁰²⁶-⁰⁴¹²",
    "②⓪②⑥-⓪④①②",
    "ⅯⅯⅩⅩⅥ-ⅭⅮⅫ",
    "½ 2026-04½",
)


@pytest.mark.parametrize("text", STRANGE_DIGITS)
def test_digits_of_other_scripts_break_nothing_and_book_nothing_else(text: str) -> None:
    wrong = item("2026-0004", 9_900)
    for cents in (12_500, 7_300, 9_900, 5_000):
        found = decided(line(text, cents, STRANGER), (*pair(DASHED), wrong), DASHED)
        assert set(paid(found)) <= ({"2026-0412"} if cents == 12_500 else set()), told(found)


INVISIBLE = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\x00")


@in_each_numbering
@pytest.mark.parametrize("sign", [*INVISIBLE, "\u00a0", "\t", "\u2009"])
def test_signs_inside_a_number_lead_to_no_other_item(by: Numbering, sign: str) -> None:
    number = by.invoice(412)
    stump = item(number[:-1], 9_900, B)
    for place in (1, len(number) // 2, len(number) - 1):
        text = f"factuur {number[:place]}{sign}{number[place:]}"
        for iban in (BAKKER, STRANGER):
            found = decided(line(text, 12_500, iban), (*pair(by), stump), by)
            assert set(paid(found)) <= {number}, told(found)


@in_each_numbering
@pytest.mark.parametrize("sign", INVISIBLE)
def test_signs_nobody_sees_do_not_make_a_shorter_number(by: Numbering, sign: str) -> None:
    """People read the whole number, so that the money of the shorter one is a contradiction."""
    number = by.invoice(412)
    stump = item(number[:-1], 9_900, B)
    text = f"factuur {number[:-1]}{sign}{number[-1]}"
    own = decided(line(text, 9_900), (*pair(by), stump), by)
    assert set(paid(own)) <= {number}, told(own)
    assert_asked(decided(line(text, 9_900, STRANGER), (*pair(by), stump), by))


@in_each_numbering
@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"])
def test_dashes_of_typesetters_are_dashes(by: Numbering, dash: str) -> None:
    number = by.invoice(412)
    text = number.replace("-", dash)
    found = decided(line(f"factuur {text}", 12_500), pair(by), by)
    assert_settled(found, {number: 12_500})


@pytest.mark.parametrize(
    "name", ["\u0412akkerij Bakker B.V.", "B\u0430kkerij Bakker BV", "Bakker\u0456j Bakker"]
)
def test_a_name_in_letters_that_only_look_alike_is_nobodys_proof(name: str) -> None:
    """Cyrillic Ve, a and i: whoever writes so means to be taken for another."""
    a_line = line("", 12_500, STRANGER, payer=name)
    assert_asked(decided(a_line, pair(DASHED), DASHED))


@pytest.mark.parametrize("name", ["B.V.", "BV", "", ".", "\u200b", "De", "\x00" * 40, "%_", "🂡"])
def test_a_name_that_says_nothing_is_nobodys(name: str) -> None:
    nameless = Debtor(number="20009", name="B.V.")
    empty = Debtor(number="20010", name="")
    book = (item("2026-0412", 12_512, "20009"), item("2026-0415", 7_341, "20010"))
    for cents in (12_512, 7_341):
        a_line = line("", cents, STRANGER, payer=name)
        found = reconciled([a_line], book, debtors=(*DEBTORS, nameless, empty))
        assert_asked(found[a_line.id])


@in_each_numbering
def test_a_text_of_three_hundred_numbers_pays_them_or_is_asked(by: Numbering) -> None:
    book = [item(by.invoice(1_000 + n), 1_000 + 7 * n) for n in range(300)]
    words = " ".join(one.number for one in book)
    everything = sum(one.open.minor for one in book)
    for cents in (everything, everything - 1, 1_007, 5_000):
        found = decided(line(words, cents), book, by)
        if found.outcome.value == "settled":
            assert cents == everything, told(found)
            assert paid(found) == {one.number: one.open.minor for one in book}
        else:
            assert_not_booked(found)


@in_each_numbering
def test_work_on_many_numbers_in_one_text_grows_with_their_count(by: Numbering) -> None:
    def work(count: int) -> int:
        book = [item(by.invoice(1_000 + n), 1_000 + 7 * n) for n in range(count)]
        a_line = line(" ".join(one.number for one in book), 5)
        return calls_of(lambda: reconciled([a_line], book))

    work(50)
    assert work(300) < 9 * work(50)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 4_000,
        "2026-" * 800,
        "0412 " * 800,
        "-" * 4_000,
        "2026-0412 t/m " * 285,
        "RF" * 2_000,
        "+++" * 1_333,
        "1 " * 2_000,
        "\n" * 4_000,
        "O0" * 2_000,
        "20260412\n" * 444,
        "maart 2026 " * 363,
        "(((((((((((" * 363,
        "é" * 4_000,
        "a\u0301" * 2_000,
    ],
    ids=lambda text: text[:8].encode("unicode_escape").decode(),
)
def test_four_thousand_signs_are_read_with_bounded_work(text: str) -> None:
    book = (*pair(DASHED), item("2026-0500", 900), *neighbours(DASHED))

    def work(signs: int) -> int:
        a_line = line(text[:signs], 444, STRANGER)
        return calls_of(lambda: assert_asked(reconciled([a_line], book)[a_line.id]))

    work(500)
    assert work(4_000) < 9 * work(500) < 4_000_000


ALSO_SOMETHING_ELSE = [
    ("20260302", "betaling 02-03-2026 02.03.2026 2026-03-02 20260302"),
    ("2026-03", "abonnement 2026-03"),
    ("12500", "bedrag 125,00 EUR 12500"),
    ("12500", "EUR 12.500"),
    ("1234", "Kerkstraat 7 1234 AB Utrecht"),
    ("1234AB", "Kerkstraat 7 1234AB Utrecht"),
    ("0612345678", "tel 06-12345678"),
    ("26", "week 26"),
    ("7", "termijn 7"),
    ("2026", "jaar 2026"),
    ("417164300", "iban NL91ABNA0417164300"),
    ("021", "btw 021"),
]


@pytest.mark.parametrize(("number", "text"), ALSO_SOMETHING_ELSE)
def test_a_number_that_is_also_a_date_an_amount_or_an_address_is_no_proof(
    number: str, text: str
) -> None:
    """From somebody unknown such digits book nothing unless the money is exactly the item's."""
    book = (item(number, 12_500), item(f"{number}-1", 7_300, B))
    for cents in (5_000, 12_499, 7_300):
        assert_asked(decided(line(text, cents, STRANGER), book))


@pytest.mark.parametrize(("number", "text"), ALSO_SOMETHING_ELSE)
def test_a_date_an_amount_or_an_address_names_no_item_that_is_paid_in_part(
    number: str, text: str
) -> None:
    book = (item(number, 12_500), item(f"{number}-1", 7_300, B))
    assert_not_booked(decided(line(text, 5_000), book))


def test_a_debtor_named_like_anothers_number_proves_nothing() -> None:
    odd = Debtor(number="20001", name="2026-0412 B.V.", ibans=("DE02120300000000202051",))
    twin = Debtor(number="2026-0415", name="Handel Oost")
    book = (
        *pair(DASHED),
        item("2026-0501", 12_500, "20001"),
        item("2026-0502", 7_300, "2026-0415"),
    )
    debtors = (*DEBTORS, odd, twin)
    by_account = line("", 12_500, "DE02120300000000202051", payer="2026-0412 B.V.", id="1")
    by_name = line("", 9_999, STRANGER, payer="2026-0412 B.V.", id="2")
    by_number = line("2026-0415", 7_300, STRANGER, id="3")
    for a_line in (by_account, by_name, by_number):
        found = reconciled([a_line], book, debtors=debtors)[a_line.id]
        allowed = {"1": {"2026-0501"}, "2": set[str](), "3": {"2026-0415"}}
        assert set(paid(found)) <= allowed[a_line.id], told(found)


@pytest.mark.parametrize("wrong", [BAKKER[:-1] + "8", BAKKER[:2] + "3" + BAKKER[3:], BAKKER[:-1]])
@in_each_numbering
def test_an_account_with_one_wrong_digit_is_another_account(by: Numbering, wrong: str) -> None:
    book = (item(by.invoice(412), 12_512), item(by.invoice(415), 7_341))
    assert_asked(decided(line("", 12_512, wrong), book, by))
    assert_asked(decided(line(f"factuur {by.invoice(412)}", 5_000, wrong), book, by))


@pytest.mark.parametrize("iban", ["", " ", "NOTPROVIDED", "0", "-", "\u200b"])
def test_no_account_is_nobodys_account(iban: str) -> None:
    sloppy = Debtor(number="20001", name="Slordig", ibans=(iban, ""))
    book = (item("2026-0412", 12_512, "20001"), item("2026-0415", 7_341, "20001"))
    a_line = line("", 12_512, iban)
    found = reconciled([a_line], book, debtors=(*DEBTORS, sloppy), paid_from={iban: {"20001": 9}})
    assert_asked(found[a_line.id])


@in_each_numbering
@pytest.mark.parametrize("code", ["sepa-ct", "PMNT-RCDT-ESCT", "NTRF", "541", ""])
def test_money_that_goes_out_pays_no_invoice_whatever_its_code(by: Numbering, code: str) -> None:
    for text in (f"factuur {by.invoice(412)}", "", by.invoice(412)):
        for iban in (BAKKER, STRANGER):
            found = decided(line(text, -12_500, iban, code=code), pair(by), by)
            assert found.allocations == (), told(found)
            assert found.outcome.value != "settled", told(found)


@in_each_numbering
def test_money_that_comes_in_under_the_code_of_a_return_is_asked(by: Numbering) -> None:
    found = decided(line(f"factuur {by.invoice(412)}", 12_500, code="return"), pair(by), by)
    assert found.outcome.value != "reopens", told(found)
    assert set(paid(found)) <= {by.invoice(412)}


@in_each_numbering
def test_an_item_with_nothing_open_is_never_paid(by: Numbering) -> None:
    book = (item(by.invoice(412), 0), item(by.invoice(415), 7_300))
    assert_not_booked(decided(line(f"factuur {by.invoice(412)}", 12_500), book, by))
    assert_not_booked(decided(line(f"factuur {by.invoice(412)}", 7_300), book, by))
    both = decided(line(f"{by.invoice(412)} en {by.invoice(415)}", 7_300), book, by)
    assert set(paid(both)) <= {by.invoice(415)}, told(both)


@in_each_numbering
@pytest.mark.parametrize("day", [date.min, date(1970, 1, 1), date(9999, 12, 31)])
def test_due_dates_at_the_ends_of_time_are_only_dates(by: Numbering, day: date) -> None:
    book = [
        item(
            by.invoice(n),
            12_500,
            due=day,
            issued=day,
            discount=eur(250),
            discount_until=day,
        )
        for n in (412, 415)
    ]
    found = decided(line(f"factuur {by.invoice(412)}", 12_500), book, by)
    assert_settled(found, {by.invoice(412): 12_500})
    assert_asked(decided(line("december 9999", 12_500), book, by))
    assert_asked(decided(line("januari 0001", 12_500), book, by))


@in_each_numbering
def test_lines_with_the_same_id_are_two_lines(by: Numbering) -> None:
    lines = [
        line(by.invoice(412), 12_500, id="same"),
        line(by.invoice(412), 12_500, id="same", booked=date(2026, 3, 9)),
        line(by.invoice(415), 7_300, id="same"),
    ]
    found = match(
        lines,
        (*pair(by), *neighbours(by)),
        DEBTORS,
        rules=MatchingRules(),
        today=date(2026, 3, 20),
        own_ibans=frozenset({OURS}),
    )
    assert len(found) == 3
    settled = [one for one in found if one.outcome.value == "settled"]
    assert sorted(number for one in settled for number in paid(one)) == [
        by.invoice(412),
        by.invoice(415),
    ]


@in_each_numbering
def test_items_in_two_currencies_are_never_mixed(by: Numbering) -> None:
    dollars = replace(item(by.invoice(415), 1), open=Money(7_300, "USD"))
    book = (item(by.invoice(412), 12_500), dollars)
    assert_asked(decided(line(f"{by.invoice(412)} {by.invoice(415)}", 19_800), book, by))
    assert_asked(decided(line(f"factuur {by.invoice(415)}", 7_300), book, by))
    assert_asked(decided(line("", 7_300), book, by))
    assert_not_booked(decided(line("", 19_800), book, by))
    paid_in_dollars = line(f"factuur {by.invoice(415)}", 0, amount=Money(7_300, "USD"))
    found = decided(paid_in_dollars, book, by)
    if found.outcome.value == "settled":
        assert_settled(found, {by.invoice(415): 7_300})
        assert found.allocations[0].amount.currency == "USD"
    else:
        assert_asked(found)


@in_each_numbering
def test_yen_are_not_cents(by: Numbering) -> None:
    yen = replace(item(by.invoice(415), 1), open=Money(12_500, "JPY"))
    found = decided(line(f"factuur {by.invoice(415)}", 12_500), (yen, pair(by)[0]), by)
    assert_asked(found)


@in_each_numbering
def test_amounts_of_billions_are_only_amounts(by: Numbering) -> None:
    huge = 9_007_199_254_740_993
    book = (item(by.invoice(412), huge), item(by.invoice(415), huge - 1))
    found = decided(line("", huge), book, by)
    assert_settled(found, {by.invoice(412): huge})
    assert_settled(decided(line("", huge - 1), book, by), {by.invoice(415): huge - 1})


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "'; drop table items; --",
        "<script>alert(1)</script>",
        "{0.__class__}",
        "%s%n%x",
        "${jndi:ldap://x}",
        "\\d+(?=2026)",
        "[2026-0412",
        "\x1b[2J",
    ],
)
def test_text_that_is_code_elsewhere_is_text_here(text: str) -> None:
    hostile = Debtor(number="20001", name=text, ibans=("DE02120300000000202051",))
    odd = item(f"{text}77", 5_000, "20001")
    book = (*pair(DASHED), odd, *neighbours(DASHED))
    a_line = line(text, 444, STRANGER, payer=text, structured=text, end_to_end=text, code=text)
    assert_asked(reconciled([a_line], book, debtors=(*DEBTORS, hostile))[a_line.id])
    number = line("factuur 2026-0412", 12_500)
    found = reconciled([number], book, debtors=(*DEBTORS, hostile))[number.id]
    assert_settled(found, {"2026-0412": 12_500})


@in_each_numbering
def test_a_number_inside_a_longer_number_is_not_that_number(by: Numbering) -> None:
    number = by.invoice(412)
    glued = [f"{number}77", f"{number}0"]
    if number[0].isdigit():
        glued += [f"9{number}", f"88{number}99"]
    for text in glued:
        found = decided(line(f"ref {text}", 12_500, STRANGER), pair(by), by)
        assert_asked(found)
        assert_not_booked(decided(line(f"ref {text}", 5_000), pair(by), by))


@in_each_numbering
def test_one_items_number_at_the_end_of_anothers_does_not_confuse_them(by: Numbering) -> None:
    number = by.invoice(412)
    inside = item(number[-3:], 5_100, B)
    book = (*pair(by), inside)
    assert_settled(decided(line(f"factuur {number}", 12_500), book, by), {number: 12_500})
    assert_not_booked(decided(line(f"factuur {number}", 5_100, STRANGER), book, by))


@in_each_numbering
def test_a_message_about_an_invoice_is_not_its_payment(by: Numbering) -> None:
    """Words that turn the meaning round: what is told not to be paid."""
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 12_500))
    found = decided(line(f"betaling {by.invoice(412)}, niet {by.invoice(415)}", 12_500), book, by)
    assert set(paid(found)) <= {by.invoice(412)}, told(found)


@in_each_numbering
def test_the_number_and_the_reference_disagree(by: Numbering) -> None:
    a_line = line(f"factuur {by.invoice(412)}", 12_500, end_to_end=by.invoice(415), iban=STRANGER)
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 12_500, B))
    found = decided(a_line, book, by)
    assert set(paid(found)) <= {by.invoice(412)}, told(found)
    structured = replace(a_line, end_to_end="", structured=by.invoice(415))
    assert_asked(decided(structured, book, by))


@in_each_numbering
def test_a_known_payer_who_names_a_closed_item_pays_no_equal_one(by: Numbering) -> None:
    """What he names was settled last month; what he owes now happens to be as much."""
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 7_300))
    assert_not_booked(decided(line(f"factuur {by.invoice(298)}", 12_500), book, by))


@in_each_numbering
def test_a_payer_without_open_items_is_kept_on_his_account_or_asked(by: Numbering) -> None:
    found = decided(line("", 12_500), (item(by.invoice(412), 12_500, C),), by)
    assert_not_booked(found)
    assert found.customer == A


@in_each_numbering
def test_our_own_account_as_payer_never_pays_an_invoice(by: Numbering) -> None:
    for iban in (OURS, SAVINGS, f"{SAVINGS[:4]} {SAVINGS[4:]}"):
        found = decided(line(f"factuur {by.invoice(412)}", 12_500, iban), pair(by), by)
        assert found.outcome.value == "not ours", told(found)


@pytest.mark.parametrize("by", [PREFIXED, DIGITS], ids=str)
def test_numbers_of_one_digit_apart_are_never_taken_for_each_other(by: Numbering) -> None:
    """Sixty neighbours in number and equal in amount; each payer names one in full."""
    book = [item(by.invoice(400 + n), 12_500, (A, B, C)[n % 3]) for n in range(60)]
    for n in range(0, 60, 7):
        found = decided(line(f"fact {by.invoice(400 + n)}", 12_500, STRANGER), book, by)
        assert_settled(found, {by.invoice(400 + n): 12_500}, (A, B, C)[n % 3])
    assert_asked(decided(line(f"fact {by.invoice(463)}", 12_500), book, by))


def test_work_grows_with_the_lines_and_not_with_their_square() -> None:
    def book(count: int) -> tuple[list[BankLine], list[OpenItem], list[Debtor]]:
        debtors = [
            Debtor(number=f"{30_000 + n}", name=f"Firma {n}", ibans=(f"NL00BANK{n:010d}",))
            for n in range(count)
        ]
        items = [item(f"2026-{n:05d}", 1_000 + n, f"{30_000 + n}") for n in range(count)]
        wrong = [
            line(f"2026-{n:05d} maart 0{n}", 1_000 + n - n % 3, f"NL00BANK{n:010d}", id=str(n))
            for n in range(count)
        ]
        return wrong, items, debtors

    def work(count: int) -> int:
        lines, items, debtors = book(count)
        return calls_of(lambda: reconciled(lines, items, debtors=debtors))

    work(100)
    assert work(800) < 10 * work(100)


@in_each_numbering
def test_equal_payers_equal_items_and_equal_lines_are_shared_out_only_by_number(
    by: Numbering,
) -> None:
    book = [item(by.invoice(400 + n), 10_000) for n in range(20)]
    lines = [line("", 10_000, id=f"u{n}") for n in range(5)]
    lines += [line(by.invoice(400 + n), 10_000, id=f"n{n}") for n in range(5)]
    found = reconciled(lines, (*book, *neighbours(by)))
    for n in range(5):
        assert_settled(found[f"n{n}"], {by.invoice(400 + n): 10_000})
        assert_asked(found[f"u{n}"])


@in_each_numbering
@pytest.mark.parametrize("cents", [12_500, 5_000, 13_000])
def test_numbers_of_two_debtors_in_one_text_are_asked(by: Numbering, cents: int) -> None:
    book = (item(by.invoice(412), 12_500), item(by.invoice(415), 12_500, B))
    words = f"{by.invoice(412)} / {by.invoice(415)}"
    assert_asked(decided(line(words, cents, STRANGER), book, by))
    assert_asked(decided(line(words, 25_000, STRANGER), book, by))


@in_each_numbering
def test_an_unapplied_payment_names_its_debtor_only(by: Numbering) -> None:
    first = line(by.invoice(412), 12_500, STRANGER, id="1")
    second = replace(first, id="2", booked=date(2026, 3, 9))
    found = reconciled([second, first], (*pair(by), *neighbours(by)))
    assert_settled(found["1"], {by.invoice(412): 12_500})
    if found["2"].outcome.value == "unapplied":
        assert_unapplied(found["2"])
    else:
        assert_asked(found["2"])

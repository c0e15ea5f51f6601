"""Plain lines settled in bulk are settled just as one by one, and the rest is not touched by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_matching_book import items_of, line_of, renumbered, six_digits, slashed, with_a_tail

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, Tables, Verdicts, match_tables, tables_of
from clerkwork.core.matching.memory import NOTHING, Memory
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, identified
from clerkwork.demo.book import Book
from clerkwork.demo.seed import make_book

TODAY = date(2026, 3, 3)
OURS = "NL13TEST0123456789"
IBANS = ("NL02ABNA0123456789", "NL91ABNA0417164300", "BE68539007547034", "")
DEBTORS = tuple(
    Debtor(number=f"{10_000 + n}", name=f"Debtor {n}", ibans=(IBANS[n],)) for n in range(2)
)
NUMBERS = [f"2026-{n:04d}" for n in range(400, 408)] + [f"INV{n}" for n in range(70_400, 70_404)]


@st.composite
def items(draw: st.DrawFn) -> list[OpenItem]:
    chosen = draw(st.lists(st.sampled_from(NUMBERS), min_size=2, unique=True))
    return [
        OpenItem(
            number=number,
            customer=draw(st.sampled_from(DEBTORS)).number,
            open=Money(draw(st.sampled_from([100, 100, 250, 300, 400, -50])), "EUR"),
            due=TODAY,
            discount=draw(st.sampled_from([None, None, Money(50, "EUR"), Money(0, "EUR")])),
            discount_until=draw(st.sampled_from([TODAY, TODAY - timedelta(days=3)])),
        )
        for number in chosen
    ]


written = st.sampled_from(NUMBERS).flatmap(
    lambda n: st.sampled_from([n, n, n.replace("-", " "), n.replace("-", ""), n.lower(), n[2:]])
)
words = st.one_of(
    written,
    written,
    st.sampled_from(["factuur", "order", "t/m", "en", "klant 10001", "O2026", "dd 12-02-2026"]),
    st.sampled_from(
        ["n\u00b0", "19.06.2026", "26/06", "2O26-0401", "26-0401", "+++", "p.o.", "nc"]
    ),
    st.sampled_from(["tel 06-20984188", "EUR 1.00", "RF18539007547034", "407", "5", "é", "storno"]),
    st.text(max_size=3),
)


@st.composite
def lines(draw: st.DrawFn) -> list[BankLine]:
    made = [
        BankLine(
            account=OURS,
            booked=TODAY - timedelta(days=draw(st.integers(-1, 3))),
            valued=TODAY,
            amount=Money(draw(st.sampled_from([100, 100, 250, 350, 300, 400, -100, 50])), "EUR"),
            payer=draw(st.sampled_from(["Debtor 0", "Somebody", ""])),
            payer_iban=draw(st.sampled_from(IBANS)),
            text=draw(st.sampled_from([" ", " ", ", ", "\n", " / "])).join(
                draw(st.lists(words, max_size=3))
            ),
            structured=draw(st.sampled_from(["", "", "", "8000000020260402", "RF18"])),
            end_to_end=draw(st.sampled_from(["", "", "E1", "2026-0401"])),
            code=draw(st.sampled_from(["", "", "sepa-ct", "return"])),
        )
        for _ in range(draw(st.integers(1, 6)))
    ]
    return list(identified(made))


def found(tables: Tables, memory: Memory = NOTHING, *, in_bulk: bool | None) -> Verdicts:
    return match_tables(
        tables,
        rules=MatchingRules(),
        today=TODAY,
        own_ibans=frozenset({OURS}),
        memory=memory,
        in_bulk=in_bulk,
    )


def assert_the_same_in_bulk(tables: Tables, memory: Memory = NOTHING) -> Verdicts:
    bulk, slow = (found(tables, memory, in_bulk=one) for one in (True, False))
    assert bulk.to_frame().rows() == slow.to_frame().rows()
    assert list(bulk) == list(slow)
    assert bulk.to_frame()["line"].to_list() == [one.line.id for one in bulk]
    return bulk


@given(lines(), items())
@settings(max_examples=150, deadline=None)
def test_any_lines_are_settled_in_bulk_as_one_by_one(
    some: list[BankLine], opened: list[OpenItem]
) -> None:
    assert_the_same_in_bulk(tables_of(some, opened, DEBTORS))


def book_tables(book: Book) -> Tables:
    debtors = [
        Debtor(number=one.number, name=one.name, ibans=(one.iban,) if one.iban else ())
        for one in book.debtors
    ]
    return tables_of(map(line_of, book.lines), items_of(book), debtors)


@pytest.mark.parametrize("renumber", [str, slashed, six_digits, with_a_tail])
def test_a_whole_book_is_settled_in_bulk_as_one_by_one(renumber: object) -> None:
    book = renumbered(make_book("full", 11), renumber)  # type: ignore[arg-type]
    found_ones = assert_the_same_in_bulk(book_tables(book))
    assert found_ones.in_bulk > len(book.lines) / 5


def an_item(number: str, minor: int, customer: str = "10000") -> OpenItem:
    return OpenItem(number=number, customer=customer, open=Money(minor, "EUR"), due=TODAY)


def a_line(text: str, minor: int, **more: object) -> BankLine:
    made = BankLine(
        account=OURS,
        booked=TODAY,
        valued=TODAY,
        amount=Money(minor, "EUR"),
        payer_iban=IBANS[0],
        text=text,
        id=text,
    )
    return replace(made, **more)  # type: ignore[arg-type]


X, Y = an_item("2026-0412", 12_500), an_item("2026-0415", 7_300)


@pytest.mark.parametrize(
    "text",
    [
        "factuur 2026-0412",
        "2026.0412, tel 06-20984188",
        "project 47-504 / 2026-0412",
        "dd 12-02-2026 fact. 2026 0412",
        "2026-\n0412",
        "nota 2026-0412\nPasvolgnr 22 12.06.2026 01:49",
        "EC-Terminal 73816680, factuur 2026-0412",
        "facture n\u00b0 2026-0412, 19.06.2026",
        "2026-0412, 19/06",
        "+++002/0260/41222+++, Datum 01-06-2026",
        "r\u00e8glement +++002/0260/41222+++",
        "zahlung 2026-0412 kst. 2641",
        "2026-0412 2O26-O415",
        "filiale 1 2026-0412",
        "tel +32 412 95 92 51, 2026-0412",
        "klantnummer 10001 2026-0412",
        "SVWZ+2026-0412",
    ],
)
def test_a_line_that_plainly_names_what_it_pays_is_settled_in_bulk(text: str) -> None:
    assert assert_the_same_in_bulk(tables_of([a_line(text, 12_500)], [X, Y], DEBTORS)).in_bulk == 1


def test_what_stands_for_no_reference_ties_no_line_to_what_went_out() -> None:
    paid = replace(a_line("2026-0412", 12_500), end_to_end="NOTPROVIDED")
    out = replace(a_line("huur", -90_000), end_to_end="NOTPROVIDED")
    assert assert_the_same_in_bulk(tables_of([paid, out], [X, Y], DEBTORS)).in_bulk == 1
    named = [replace(one, end_to_end="E2E-1") for one in (paid, out)]
    assert assert_the_same_in_bulk(tables_of(named, [X, Y], DEBTORS)).in_bulk == 0


def test_of_several_debtors_on_an_account_a_debtors_number_is_read_with_care() -> None:
    both = tuple(replace(one, ibans=DEBTORS[0].ibans) for one in DEBTORS[:2])
    numbered = a_line(f"klantnummer {both[1].number} 2026-0412", 12_500)
    assert assert_the_same_in_bulk(tables_of([numbered], [X, Y], both)).in_bulk == 0
    assert assert_the_same_in_bulk(tables_of([a_line("2026-0412", 12_500)], [X, Y], both)).in_bulk


def test_a_number_that_is_a_part_of_a_longer_one_is_none() -> None:
    items = [replace(X, number="26U24034"), replace(Y, number="24034")]
    tables = tables_of([a_line("fac. 26U24034", 12_500)], items, DEBTORS)
    assert assert_the_same_in_bulk(tables).in_bulk == 1


@pytest.mark.parametrize(
    "text",
    [
        "2026-0412 EUR 125.00",
        "bedrag 2026-0412",
        "order 2026-0412",
        "2026-0412 t/m 2026-0415",
        "2026-0412, 15",
        "2026-0412, 2O26-O415",
        "2026-0412 en 2026-415",
        "+++090/9337/55493+++ 2026-0412",
        "GF2026-0412",
        "order n\u00b0 2026-0412",
        "p.o. 2026-0412",
        "+++002/0260/41223+++ 2026-0412",
        "2026-0412, 26-00415",
        "2026-0412, 2026 4 15",
        "tel +32 412 95 92 2026-0412",
        "+2026-0412",
    ],
)
def test_a_line_that_may_name_something_else_is_read_with_care(text: str) -> None:
    assert assert_the_same_in_bulk(tables_of([a_line(text, 12_500)], [X, Y], DEBTORS)).in_bulk == 0


def test_a_list_and_a_stranger_who_pays_in_full_are_settled_in_bulk() -> None:
    both = a_line("2026-0412 en 2026-0415", 19_800)
    other = an_item("2026-0499", 100, "10001")
    stranger = a_line("2026-0499", 100, payer_iban=IBANS[2], payer="Somebody")
    bulk = assert_the_same_in_bulk(tables_of([both, stranger], [X, Y, other], DEBTORS))
    assert bulk.in_bulk == 2
    assert {one.rule for one in bulk} == {"listed numbers", "third party"}


def test_an_item_that_two_lines_name_is_read_with_care() -> None:
    early = a_line("betreft 2026-0412 of zo", 12_500, booked=TODAY - timedelta(days=1))
    bulk = assert_the_same_in_bulk(tables_of([a_line("2026-0412", 12_500), early], [X], DEBTORS))
    assert bulk.in_bulk == 0
    assert [one.outcome for one in bulk if one.line is early] == ["settled"]


def test_a_line_that_may_come_back_is_read_with_care() -> None:
    paid = a_line("2026-0412", 12_500, end_to_end="E77", booked=TODAY - timedelta(days=2))
    back = a_line("storno", -12_500, end_to_end="E77", code="return")
    bulk = assert_the_same_in_bulk(tables_of([paid, back], [X], DEBTORS))
    assert bulk.in_bulk == 0
    assert bulk.to_frame()["reverses"].to_list() == ["", "2026-0412"]


def test_what_a_person_decided_about_an_account_is_read_with_care() -> None:
    tables = tables_of([a_line("2026-0412", 12_500)], [X], DEBTORS)
    memory = Memory.remembered(not_ours_ibans=frozenset({IBANS[0]}))
    bulk = assert_the_same_in_bulk(tables, memory)
    assert [one.outcome for one in bulk] == ["not ours"]
    told = Memory.remembered(not_ours_texts=frozenset({"2026-0412"}))
    assert [one.outcome for one in assert_the_same_in_bulk(tables, told)] == ["not ours"]


def test_a_discount_in_time_is_settled_in_bulk_and_a_late_one_read_with_care() -> None:
    item = replace(X, discount=Money(250, "EUR"), discount_until=TODAY)
    tables = tables_of([a_line("2026-0412", 12_250)], [item, Y], DEBTORS)
    bulk = assert_the_same_in_bulk(tables)
    assert bulk.in_bulk == 1
    assert [one.rule for one in bulk] == ["early-payment discount"]
    assert bulk.to_frame()["allocations"].to_list() == ["2026-0412=12250/250"]
    late = replace(item, discount_until=TODAY - timedelta(days=1))
    tables = tables_of([a_line("2026-0412", 12_250)], [late, Y], DEBTORS)
    assert assert_the_same_in_bulk(tables).in_bulk == 0
    stranger = a_line("2026-0412", 12_250, payer_iban=IBANS[2], payer="Somebody")
    assert assert_the_same_in_bulk(tables_of([stranger], [item, Y], DEBTORS)).in_bulk == 0


def test_a_line_that_also_names_what_is_paid_already_is_read_with_care() -> None:
    paid = an_item("2026-0415", 0)
    both = a_line("2026-0412 en 2026-0415", 12_500)
    assert assert_the_same_in_bulk(tables_of([both], [X, paid], DEBTORS)).in_bulk == 0


def test_a_plain_line_goes_first_however_it_is_read() -> None:
    rival = an_item("2026-0416", 12_500)
    early = TODAY - timedelta(days=1)
    part = a_line("2026-0417", 12_500, booked=early)
    lines = [part, a_line("O2O26-0416 2026/O416", 12_500)]
    tables = tables_of(lines, [rival, an_item("2026-0417", 90_000)], DEBTORS)
    bulk = assert_the_same_in_bulk(tables)
    assert [(one.line.text, one.rule) for one in bulk] == [
        ("O2O26-0416 2026/O416", "number and amount"),
        ("2026-0417", "part payment"),
    ]


def test_few_lines_are_not_worth_the_bulk_and_many_are() -> None:
    numbers = [f"2026-{n:04d}" for n in range(1_000, 1_400)]
    opened = [an_item(number, 100 + place) for place, number in enumerate(numbers)]
    some = [a_line(number, 100 + place) for place, number in enumerate(numbers)]
    few, many = (tables_of(part, opened, DEBTORS) for part in (some[:100], some))
    assert [found(few, in_bulk=None).in_bulk, found(many, in_bulk=None).in_bulk] == [0, 400]
    assert_the_same_in_bulk(many)
    assert list(found(few, in_bulk=None)) == list(found(few, in_bulk=True))

"""The demo's book: its size, its cases, and that its truth never contradicts itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from schwifty import IBAN
from stdnum import iso11649
from stdnum.be import ogm_vcs

from clerkwork.demo.book import Book, Line
from clerkwork.demo.seed import (
    NOT_OURS,
    bank_days,
    betalingskenmerk,
    creditor_reference,
    digits_of,
    make_book,
    ogm,
)
from clerkwork.demo.seeding.flaws import flaws

CASES = {
    "exact", "end to end", "structured", "listed", "range", "sum", "amount", "part", "instalment",
    "discount", "late discount", "credit netted", "typo", "spaced", "split", "twice", "over",
    "storno", "unknown", "third party", "third party wrong amount", "equal", "costs", "transfer",
    "salary", "supplier", "card", "tax", "two on one IBAN", "order number", "foreign",
    "ambiguous sum", "listed wrong sum", "on account", "closed item", "payout",
}  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Book:
    return make_book()


@pytest.fixture(scope="module")
def small() -> Book:
    return make_book("small")


def case(book: Book, name: str) -> list[Line]:
    return [line for line in book.lines if line.truth.case == name]


def receivables(book: Book) -> list[Line]:
    return [line for line in book.lines if line.cents > 0 and line.truth.case not in NOT_OURS]


def test_the_same_seed_makes_the_same_book(book: Book) -> None:
    assert make_book() == book
    assert make_book(seed=7) != book


def test_the_full_book_has_its_size(book: Book) -> None:
    assert (len(book.debtors), len(book.items), len(book.lines), len(book.orders)) == (
        150,
        600,
        250,
        12,
    )
    assert {line.truth.case for line in book.lines} == CASES


@pytest.mark.parametrize("seed", [2026, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("size", ["full", "small"])
def test_the_truth_never_contradicts_itself(size: str, seed: int) -> None:
    assert flaws(make_book(size, seed)) == []  # type: ignore[arg-type]


def test_an_item_settled_twice_is_a_flaw(book: Book) -> None:
    exact = case(book, "exact")[0]
    again = replace(exact, bank_ref="PB99999900000")
    assert any("allocated" in flaw for flaw in flaws(replace(book, lines=(*book.lines, again))))


def test_an_amount_that_fits_two_ways_is_a_flaw(book: Book) -> None:
    line = case(book, "amount")[0]
    item = next(i for i in book.items if i.number == line.truth.allocations[0].item)
    twin = replace(item, number="2026-9999")
    assert any("2 ways" in flaw for flaw in flaws(replace(book, items=(*book.items, twin))))


def test_seventy_to_seventy_five_in_a_hundred_receipts_are_decidable(book: Book) -> None:
    incoming = receivables(book)
    share = sum(line.truth.decidable for line in incoming) / len(incoming)
    assert 0.70 <= share <= 0.75
    assert Counter(line.truth.case for line in book.lines).most_common(1)[0][0] == "exact"


def test_no_line_is_decidable_that_is_not_ours(book: Book) -> None:
    assert not any(line.truth.decidable for line in book.lines if line.truth.case in NOT_OURS)
    assert all(line.cents < 0 for line in case(book, "storno"))


def test_every_account_number_and_reference_passes_its_check(book: Book) -> None:
    for iban in (
        *(account.iban for account in book.accounts),
        *(debtor.iban for debtor in book.debtors if debtor.iban),
        *(line.iban for line in book.lines if line.iban),
    ):
        IBAN(iban, validate_bban=iban.startswith("BE"))
    for line in case(book, "structured"):
        assert digits_of(line.truth.allocations[0].item) in line.structured


def test_structured_references_keep_to_their_standards() -> None:
    assert iso11649.is_valid(creditor_reference("2026-0412"))
    assert ogm_vcs.is_valid(ogm("2026-0412"))
    # The worked example of the Betaalvereniging: 5000 0567 8901 2345.
    assert betalingskenmerk("000056789012345") == "5000056789012345"
    assert betalingskenmerk("2026-0412").endswith("000000020260412")


def test_lines_lie_on_the_three_bank_days_before_today(book: Book) -> None:
    days = (date(2026, 2, 26), date(2026, 2, 27), date(2026, 3, 2))
    assert bank_days(date(2026, 3, 3), 3) == days
    assert {line.booked for line in book.lines} == set(days)
    assert all(item.issued < days[0] for item in book.items)


def test_accounts_share_the_lines_unevenly(book: Book) -> None:
    counts = Counter(line.account for line in book.lines)
    main, second, third = (counts[account.iban] for account in book.accounts)
    assert main > 150 > second > 30 > third > 0


def test_due_dates_and_totals_span_what_a_ledger_spans(book: Book) -> None:
    overdue = [(book.today - item.due).days for item in book.items]
    assert 110 <= max(overdue) <= 120
    assert -35 <= min(overdue) <= -20
    totals = [item.total for item in book.items if item.total > 0]
    assert (min(totals), max(totals)) == (1_210, 4_800_000)
    assert any(0 < item.open < item.total for item in book.items)
    assert any(item.disputed for item in book.items)
    assert sum(item.total < 0 for item in book.items) > 10


def test_debtors_are_as_they_come(book: Book) -> None:
    names = {debtor.name for debtor in book.debtors}
    assert {"<script>alert(1)</script> B.V.", "=cmd|' /C calc'!A0 GmbH"} <= names
    assert {debtor.country for debtor in book.debtors} == {"NL", "BE", "DE"}
    assert {debtor.language for debtor in book.debtors} == {"nl", "fr", "de", "en"}
    assert {debtor.block for debtor in book.debtors} == {
        "",
        "promised",
        "blocked",
        "deceased",
        "insolvent",
        "direct debit",
    }
    assert any(debtor.paper for debtor in book.debtors)
    assert any(not debtor.email for debtor in book.debtors)
    domains = {debtor.email.partition("@")[2] for debtor in book.debtors if debtor.email}
    assert domains == {"example.org", "example.com", "example.net"}


def test_a_range_names_numbers_without_a_gap(book: Book) -> None:
    for line in case(book, "range"):
        numbers = sorted(one.item for one in line.truth.allocations)
        running = [int(number.split("-")[1]) for number in numbers]
        assert running == list(range(running[0], running[0] + 4))
        assert numbers[0] in line.text
        assert numbers[-1] in line.text


def test_orders_are_within_the_limit_or_for_a_person(book: Book) -> None:
    assert Counter(order.expected for order in book.orders) == {"release": 5, "ask": 7}
    for order in book.orders:
        debtor = next(d for d in book.debtors if d.number == order.debtor)
        items = [item for item in book.items if item.debtor == order.debtor]
        fits = sum(item.open for item in items) + order.cents <= debtor.credit_limit
        late = any(item.due < book.today for item in items)
        assert (order.expected == "release") == (fits and not late)


def test_the_small_book_is_six_postings_and_five_reminders(small: Book) -> None:
    assert (len(small.items), len(small.lines), len(small.debtors)) == (20, 10, 10)
    decidable = [line for line in small.lines if line.truth.decidable]
    assert [len(line.truth.allocations) for line in decidable] == [1] * 6
    assert sorted(order.expected for order in small.orders) == ["ask", "release"]
    assert len(to_remind(small)) == 5


def to_remind(book: Book) -> set[str]:
    """Long overdue after this week's money, reachable, nothing in the way, no money unclear."""
    settled: Counter[str] = Counter()
    for line in book.lines:
        if line.truth.decidable:
            settled.update({one.item: one.cents + one.discount for one in line.truth.allocations})
    unclear = {line.truth.debtor for line in book.lines if not line.truth.decidable}
    reachable = {d.number for d in book.debtors if d.email and not d.block}
    overdue = {
        item.debtor
        for item in book.items
        if item.open > settled[item.number] and item.due < book.today - timedelta(days=30)
    }
    return (overdue & reachable) - unclear


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="'full' or 'small'"):
        make_book("huge")  # type: ignore[arg-type]

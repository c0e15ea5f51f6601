"""What holds for any book, however nasty: money is conserved, and what was certain stays so."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matching_books import NUMBERINGS, OURS, SAVINGS, Numbering, eur

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.matching.matcher import match_tables
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.propose import postings_of
from clerkwork.core.matching.tables import tables_of
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

TODAY = date(2026, 3, 20)
IBANS = ("NL02ABNA0123456789", "NL91ABNA0417164300", "BE68539007547034", "DE89370400440532013000")
NAMES = ("Bakkerij Bakker B.V.", "Kapsalon Visser", "Bakkerij Bakker", "Garage Smit")
CUSTOMERS = ("10007", "10010", "10013", "10016")

# Few amounts, that are often sums of each other; few numbers, that are often one slip apart.
AMOUNTS = (1_000, 2_000, 3_000, 2_500, 500, 4_990, 12_512)
PLACES = (100, 101, 110, 111, 121, 112, 412, 421, 415, 1_412, 403)


@dataclass(frozen=True)
class Book:
    """Everything that a reconciliation is given."""

    lines: tuple[BankLine, ...]
    items: tuple[OpenItem, ...]
    debtors: tuple[Debtor, ...]
    paid_from: Mapping[str, Mapping[str, int]]
    rules: MatchingRules


@st.composite
def debtors(draw: st.DrawFn) -> tuple[Debtor, ...]:
    """Two to four, some of whom share an account, and two of whom a name."""
    count = draw(st.integers(2, 4))
    return tuple(
        Debtor(
            number=CUSTOMERS[n],
            name=NAMES[n],
            ibans=tuple(draw(st.lists(st.sampled_from(IBANS), max_size=2, unique=True))),
        )
        for n in range(count)
    )


@st.composite
def open_items(draw: st.DrawFn, by: Numbering, people: tuple[Debtor, ...]) -> tuple[OpenItem, ...]:
    kinds = (by.invoice, by.invoice, by.invoice, by.earlier, by.credit)
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(kinds), st.sampled_from(PLACES)),
            min_size=1,
            max_size=10,
            unique_by=lambda one: one[0](one[1]),
        )
    )
    made = []
    for kind, place in drawn:
        cents = draw(st.sampled_from(AMOUNTS)) * (-1 if kind is by.credit else 1)
        issued = date(2026, draw(st.integers(1, 3)), 1)
        made.append(
            OpenItem(
                number=kind(place),
                customer=draw(st.sampled_from(people)).number,
                open=Money(cents, draw(st.sampled_from(["EUR"] * 19 + ["USD"]))),
                due=issued + timedelta(days=draw(st.sampled_from([0, 14, 30]))),
                issued=draw(st.sampled_from([None, issued])),
                discount=draw(st.sampled_from([None, None, eur(100)])) if cents > 500 else None,
                discount_until=TODAY - timedelta(days=draw(st.integers(0, 20))),
                disputed=draw(st.booleans()),
            )
        )
    return tuple(made)


WORDS = (
    "factuur",
    "order",
    "en",
    "t/m",
    "min",
    "maart 2026",
    "2026-02",
    "aanbetaling",
    "storno",
    "termijn 1/3",
    "klantnr 10007",
    "klantnr 10010",
    "\n",
    "skonto",
    "kosten 2,50",
)


@st.composite
def texts(draw: st.DrawFn, by: Numbering) -> str:
    def number() -> str:
        kind = draw(st.sampled_from((by.invoice, by.invoice, by.earlier, by.credit)))
        whole = kind(draw(st.sampled_from(PLACES)))
        damaged = {
            "whole": whole,
            "short": whole[-4:],
            "torn": f"{whole[:-2]}\n{whole[-2:]}",
            "bare": "".join(sign for sign in whole if sign.isdigit()),
            "letter o": whole.replace("0", "O", 1),
            "swapped": whole[:-2] + whole[-1] + whole[-2],
            "cut": whole[:-1],
        }
        return damaged[draw(st.sampled_from(["whole", "whole", "whole", *damaged]))]

    parts = [
        number() if draw(st.booleans()) else draw(st.sampled_from(WORDS))
        for _ in range(draw(st.integers(0, 4)))
    ]
    return draw(st.sampled_from([" ", " ", ", ", "/"])).join(parts)


@st.composite
def bank_lines(
    draw: st.DrawFn,
    by: Numbering,
    items: tuple[OpenItem, ...],
    people: tuple[Debtor, ...],
) -> tuple[BankLine, ...]:
    owners = {one.number: one for one in people}
    made = []
    for n in range(draw(st.integers(1, 7))):
        meant = draw(st.lists(st.sampled_from(items), min_size=1, max_size=2))
        exact = abs(sum(one.open.minor for one in {one.number: one for one in meant}.values()))
        wrong = (exact - 100, exact + 50, exact // 2, -exact, 0)
        named = " ".join(one.number for one in meant)
        payer = owners[meant[0].customer]
        made.append(
            BankLine(
                account=OURS,
                booked=TODAY
                - timedelta(days=draw(st.sampled_from([0, 0, 1, 1, 1, 2, 2, 5, 9, 9, -1]))),
                valued=TODAY - timedelta(days=draw(st.integers(0, 9))),
                amount=Money(
                    draw(st.sampled_from((*[exact] * 9, *wrong))),
                    draw(st.sampled_from(["EUR"] * 19 + ["USD"])),
                ),
                payer=draw(st.sampled_from((payer.name, *NAMES, "", "Somebody"))),
                payer_iban=draw(st.sampled_from((*payer.ibans * 4, *IBANS, "", SAVINGS))),
                text=draw(st.one_of(st.just(named), st.just(""), texts(by), texts(by))),
                end_to_end=draw(st.sampled_from(["", "", "", "E2E-1"])),
                code=draw(st.sampled_from([""] * 8 + ["sepa-ct", "return", "costs"])),
                id=f"{draw(st.integers(0, 99)):02d}-{n}",
            )
        )
    return tuple(made)


@st.composite
def books(draw: st.DrawFn, numberings: Iterable[Numbering] = NUMBERINGS) -> Book:
    by = draw(st.sampled_from(list(numberings)))
    people = draw(debtors())
    items = draw(open_items(by, people))
    seen = st.dictionaries(
        st.sampled_from(IBANS),
        st.dictionaries(st.sampled_from([one.number for one in people]), st.integers(1, 9)),
        max_size=2,
    )
    return Book(
        lines=draw(bank_lines(by, items, people)),
        items=items,
        debtors=people,
        paid_from=draw(seen),
        rules=draw(
            st.sampled_from(
                [MatchingRules(), MatchingRules(tolerance=60, bank_charges=120, coincidence=1)]
            )
        ),
    )


def reconciled(book: Book) -> tuple[Match, ...]:
    return match(
        book.lines,
        book.items,
        book.debtors,
        rules=book.rules,
        paid_from=book.paid_from,
        today=TODAY,
        own_ibans=frozenset({OURS, SAVINGS}),
    )


nasty = settings(
    max_examples=32,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(books())
@nasty
def test_every_line_has_one_match_and_its_money_is_all_there(book: Book) -> None:
    found = reconciled(book)
    assert sorted(one.line.id for one in found) == sorted(one.id for one in book.lines)
    assert {one.line.id: one.line for one in found} == {one.id: one for one in book.lines}
    for one in found:
        assert one.rule
        assert one.reasons
        assert 0 <= one.confidence <= 1
        if one.outcome.value != "settled":
            assert one.allocations == ()
            continue
        (posting,) = postings_of([one])
        allocated = sum(part.amount.minor for part in one.allocations)
        assert one.allocations
        assert one.line.amount.minor > 0
        assert allocated + posting.on_account.minor == one.line.amount.minor
        assert posting.on_account.minor >= 0
        assert {part.amount.currency for part in one.allocations} == {one.line.amount.currency}


@given(books())
@nasty
def test_no_item_is_consumed_beyond_what_is_open_and_no_discount_is_late(book: Book) -> None:
    items = {one.number: one for one in book.items}
    left = {one.number: one.open for one in book.items}
    owners = {one.number: one.customer for one in book.items}
    reopened: set[str] = set()
    for one in reconciled(book):
        reopened |= {one.reverses} - {""}
        numbers = [part.item for part in one.allocations]
        assert len(numbers) == len(set(numbers))
        for part in one.allocations:
            assert owners[part.item] == one.customer
            if part.discount.minor:
                offered = items[part.item]
                assert offered.discount == part.discount
                assert offered.discount_until is not None
                assert one.line.valued <= offered.discount_until
            if not reopened:
                assert part.open_before == left[part.item]
            left[part.item] -= part.settles
    if not reopened:
        for item in book.items:
            assert min(0, item.open.minor) <= left[item.number].minor <= max(0, item.open.minor)


@given(books(), st.integers(0, 2**32))
@nasty
def test_the_order_of_lines_items_and_debtors_changes_nothing(book: Book, seed: int) -> None:
    chance = random.Random(seed)
    found = reconciled(book)
    assert found == reconciled(book)
    again = replace(
        book,
        lines=tuple(chance.sample(book.lines, len(book.lines))),
        items=tuple(chance.sample(book.items, len(book.items))),
        debtors=tuple(chance.sample(book.debtors, len(book.debtors))),
    )
    assert reconciled(again) == found


def certain(found: Iterable[Match]) -> dict[str, tuple[object, ...]]:
    """What was decided without a person, by line."""
    return {
        one.line.id: (
            one.outcome,
            one.customer,
            sorted((part.item, part.amount.minor, part.discount.minor) for part in one.allocations),
        )
        for one in found
        if one.outcome.value in {"settled", "unapplied", "reopens"}
    }


@given(books())
@nasty
def test_what_is_settled_in_bulk_is_settled_just_so_one_by_one(book: Book) -> None:
    tables = tables_of(book.lines, book.items, book.debtors, book.paid_from)

    def found(*, in_bulk: bool) -> dict[str, tuple[object, ...]]:
        return certain(
            match_tables(
                tables,
                rules=book.rules,
                today=TODAY,
                own_ibans=frozenset({OURS, SAVINGS}),
                in_bulk=in_bulk,
            )
        )

    assert found(in_bulk=True) == found(in_bulk=False)


@given(books(), st.data())
@nasty
def test_an_unrelated_item_never_changes_one_certain_match_into_another(
    book: Book, data: st.DataObject
) -> None:
    other = Debtor(number="99001", name="Zeilmakerij Terschelling")
    cents = data.draw(st.integers(900_000, 999_999))
    place = data.draw(st.integers(6_000, 9_999))
    by = data.draw(st.sampled_from(NUMBERINGS))
    unrelated = OpenItem(number=by.invoice(place), customer="99001", open=eur(cents), due=TODAY)
    before = certain(reconciled(book))
    after = certain(
        reconciled(replace(book, items=(*book.items, unrelated), debtors=(*book.debtors, other)))
    )
    assert {key: after[key] for key in before.keys() & after.keys()} == {
        key: before[key] for key in before.keys() & after.keys()
    }


@given(books(), st.data())
@nasty
def test_another_debtors_item_never_moves_money_between_items(
    book: Book, data: st.DataObject
) -> None:
    """Even where number and amount are like those in the book, what was settled is not moved."""
    other = Debtor(number="99001", name="Zeilmakerij Terschelling")
    taken = {one.number for one in book.items}
    by = data.draw(st.sampled_from(NUMBERINGS))
    kind = data.draw(st.sampled_from((by.invoice, by.earlier)))
    number = data.draw(st.sampled_from(PLACES).map(kind).filter(lambda number: number not in taken))
    named = any(number[-3:] in line.text.replace("\n", "") for line in book.lines)
    close = OpenItem(
        number=number,
        customer="99001",
        open=eur(data.draw(st.sampled_from(AMOUNTS))),
        due=TODAY,
    )
    before = certain(reconciled(book))
    after = certain(
        reconciled(replace(book, items=(*book.items, close), debtors=(*book.debtors, other)))
    )
    if not named:
        for key in before.keys() & after.keys():
            assert after[key] == before[key]


@given(books())
@nasty
def test_a_line_that_comes_again_never_settles_what_is_settled(book: Book) -> None:
    """The whole file once more, a day later: what is paid in full is paid once."""
    later = tuple(
        replace(one, id=f"again {one.id}", booked=one.booked + timedelta(days=20))
        for one in book.lines
    )
    today = TODAY + timedelta(days=30)
    found = match(
        (*later, *book.lines),
        book.items,
        book.debtors,
        rules=book.rules,
        paid_from=book.paid_from,
        today=today,
        own_ibans=frozenset({OURS, SAVINGS}),
    )
    if any(one.outcome.value == "reopens" for one in found):
        return
    settled: dict[str, int] = {}
    for one in found:
        for part in one.allocations:
            settled[part.item] = settled.get(part.item, 0) + part.settles.minor
    for item in book.items:
        assert abs(settled.get(item.number, 0)) <= abs(item.open.minor)


@given(books())
@nasty
def test_money_out_and_money_of_nobody_settles_nothing(book: Book) -> None:
    nobodys = tuple(
        replace(one, payer="", payer_iban="", text="", end_to_end="", amount=abs(one.amount))
        for one in book.lines
    )
    outgoing = tuple(replace(one, amount=-abs(one.amount)) for one in book.lines)
    for lines in (nobodys, outgoing):
        for one in reconciled(replace(book, lines=lines)):
            assert one.outcome.value != "settled"


@given(books())
@nasty
def test_nothing_is_settled_when_no_rule_may_settle(book: Book) -> None:
    for one in reconciled(replace(book, rules=replace(book.rules, use=()))):
        assert one.outcome.value != "settled"

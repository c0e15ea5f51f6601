"""The demo's book, made from a seed: the same debtors, items, bank lines and orders every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count, islice
from typing import Literal

from clerkwork.demo.book import Account, Book, Debtor, Item, Line, Order
from clerkwork.demo.seeding import elsewhere
from clerkwork.demo.seeding.bundles import draft_bundles
from clerkwork.demo.seeding.cast import Cast, make_cast
from clerkwork.demo.seeding.elsewhere import NOT_OURS
from clerkwork.demo.seeding.flaws import flaws
from clerkwork.demo.seeding.receipts import Scene, lines_of
from clerkwork.demo.seeding.references import (
    betalingskenmerk,
    creditor_reference,
    digits_of,
    iban,
    ogm,
)
from clerkwork.demo.seeding.small import small_book
from clerkwork.demo.seeding.stock import Bundle, Stock, number_drafts

__all__ = [
    "CREDITOR",
    "NOT_OURS",
    "bank_days",
    "betalingskenmerk",
    "creditor_reference",
    "digits_of",
    "make_book",
    "ogm",
]

CREDITOR = "Waterland Groothandel B.V."
TODAY = date(2026, 3, 3)
_HOUSE = 2026

_DEBTORS, _ITEMS = 150, 600
_GOODS = (
    "12 bureaustoelen", "40 dozen kopieerpapier", "6 vergadertafels", "20 monitorarmen",
    "3 archiefkasten", "100 ordners", "8 whiteboards", "15 bureaulampen", "5 printers",
    "2 koffiemachines", "30 zitkussens", "1 balie",
)  # fmt: skip


def bank_days(before: date, number: int) -> tuple[date, ...]:
    """The last `number` days before `before` that are not in a weekend, oldest first."""
    backwards = (before - timedelta(days=back) for back in count(1))
    working = (day for day in backwards if day.weekday() < 5)
    return tuple(reversed(list(islice(working, number))))


def make_book(
    size: Literal["full", "small"] = "full", seed: int = 2026, today: date = TODAY
) -> Book:
    """The book of a size from a seed; the bank lines lie on the three bank days before `today`.

    full: 150 debtors, 600 items, 250 lines, 12 orders. small: 10 debtors, 20 items,
    10 lines of which 6 are decidable, 5 debtors to remind, 2 orders.

    A structured reference carries the digits of the invoice number ('2026-0412' -> '20260412'):
    a betalingskenmerk is those with zeros to the left up to fifteen, after one check digit;
    an RF reference those after 'RF' and two check digits; an OGM those with zeros to the left up
    to ten, before two check digits. `betalingskenmerk`, `creditor_reference` and `ogm` make them.

    A seed whose chance amounts would make the truth ambiguous is drawn anew, so the truth
    of every book holds. Raises ValueError on an unknown size.
    """
    if size not in ("full", "small"):
        raise ValueError(f"unknown size {size!r}: expected 'full' or 'small'")
    for attempt in count():
        rng = random.Random(f"{size}/{seed}/{attempt}")  # noqa: S311
        book = _ordered(rng, _full(rng, today) if size == "full" else _small(rng, today))
        if not flaws(book):
            return book
    raise AssertionError("count() does not end")


def _accounts() -> tuple[Account, ...]:
    """The same in every book, as `config/accounts.toml` has them."""
    rng = random.Random(_HOUSE)  # noqa: S311 - a seed, no secret
    return tuple(
        Account(
            iban=iban(rng, "NL", "PLDR"),
            bic="PLDRNL2A",
            name=f"{CREDITOR} {name}",
            ledger=ledger,
            opening=opening,
        )
        for name, ledger, opening in (
            ("betaalrekening", "1100", 18_240_655),
            ("webwinkel", "1110", 4_310_208),
            ("reserve", "1120", 25_000_000),
        )
    )


def _small(rng: random.Random, today: date) -> Book:
    return small_book(rng, today, bank_days(today, 3), _accounts())


def _full(rng: random.Random, today: date) -> Book:
    accounts, days = _accounts(), bank_days(today, 3)
    cast = make_cast(rng, _DEBTORS)
    stock = Stock(rng=rng, today=today)
    bundles = draft_bundles(stock, cast.alone, cast.shared, cast.pair, days[0])
    _fill_up(stock, cast)
    number_drafts(rng, stock.drafts, first={today.year - 1: 790, today.year: 0})
    items = tuple(
        sorted(
            (draft.item() for draft in stock.drafts), key=lambda item: (item.issued, item.number)
        )
    )
    lines = (
        *_lines(rng, cast, bundles, items, days),
        *elsewhere.household(_scene(rng, days), accounts),
    )
    orders, limits = _orders(rng, cast, items, today)
    return Book(
        today=today,
        accounts=accounts,
        debtors=tuple(
            replace(one, credit_limit=limits.get(one.number, one.credit_limit))
            for one in cast.debtors()
        ),
        items=items,
        lines=tuple(replace(one, account=one.account or _chosen(rng, accounts)) for one in lines),
        orders=orders,
    )


def _scene(rng: random.Random, days: tuple[date, ...]) -> Scene:
    return Scene(rng=rng, days=days, numbers=frozenset(), strangers=())


def _chosen(rng: random.Random, accounts: tuple[Account, ...]) -> str:
    return rng.choices(accounts, weights=(76, 20, 4))[0].iban


def _fill_up(stock: Stock, cast: Cast) -> None:
    """Items that nobody pays, until there are enough; who orders has only what the part needs."""
    for debtor in (*cast.within, *cast.over):
        for _ in range(3):
            draft = stock.add(debtor, due_in=(6, 25))
            draft.issued = max(draft.issued, stock.today - timedelta(days=debtor.terms - 3))
    for debtor in cast.late:
        for _ in range(2):
            stock.add(debtor, due_in=(-115, -65))
    largest = next(debtor for debtor in cast.quiet if debtor.kind == "business")
    stock.add(largest, due_in=(-30, -10), total=4_800_000)
    eager = [*cast.shared * 3, *cast.quiet * 5, *cast.pair, *cast.alone]
    while len(stock.drafts) < _ITEMS:
        stock.filler(stock.rng.choice(eager))


def _lines(
    rng: random.Random,
    cast: Cast,
    bundles: list[Bundle],
    items: tuple[Item, ...],
    days: tuple[date, ...],
) -> Iterator[Line]:
    quiet = {debtor.number for debtor in cast.quiet}
    scene = Scene(
        rng=rng,
        days=days,
        numbers=frozenset(item.number for item in items),
        strangers=tuple(i.number for i in items if i.debtor in quiet and i.total > 0),
    )
    for bundle in bundles:
        drafts = tuple(draft.item() for draft in bundle.drafts)
        yield from lines_of(scene, bundle.case, bundle.debtor, drafts)
    known = [debtor for debtor in cast.shared if debtor.iban]
    collected = [debtor for debtor in cast.quiet if debtor.block == "direct debit" and debtor.iban]
    yield from elsewhere.strangers(scene)
    yield from elsewhere.payouts(scene)
    yield from elsewhere.closed_items(scene, rng.sample(known, 5))
    yield from elsewhere.returns(scene, rng.sample(collected, 4))


def _orders(
    rng: random.Random, cast: Cast, items: tuple[Item, ...], today: date
) -> tuple[tuple[Order, ...], dict[str, int]]:
    """The orders, and the credit limits that make them what they are."""
    orders: list[Order] = []
    limits: dict[str, int] = {}
    parts = (
        *((one, "within") for one in cast.within),
        *((one, "over") for one in cast.over),
        *((one, "late") for one in cast.late),
    )
    for place, (debtor, part) in enumerate(parts):
        exposure = sum(item.open for item in items if item.debtor == debtor.number)
        cents = rng.randrange(40_000, 900_000)
        room = cents * (2 if part != "over" else 0) + exposure
        limits[debtor.number] = -(-room // 50_000) * 50_000
        if part == "over":
            cents += 100_000
        orders.append(_order(place, debtor, today, cents, "release" if part == "within" else "ask"))
    rng.shuffle(orders)
    return tuple(orders), limits


def _order(place: int, debtor: Debtor, today: date, cents: int, expected: str) -> Order:
    return Order(
        number=f"B-26{101 + place}",
        debtor=debtor.number,
        placed=bank_days(today, 4)[place % 4],
        cents=cents,
        description=_GOODS[place],
        expected=expected,
    )


def _ordered(rng: random.Random, book: Book) -> Book:
    """The lines mixed within their account and day, each with the bank's own reference."""
    places = {account.iban: place for place, account in enumerate(book.accounts, 1)}
    mixed = rng.sample(book.lines, len(book.lines))
    mixed.sort(key=lambda line: (places[line.account], line.booked))
    return replace(
        book,
        lines=tuple(
            replace(line, bank_ref=f"PB{line.booked:%y%j}{places[line.account]}{place:05d}")
            for place, line in enumerate(mixed, 1)
        ),
    )

"""A book small enough to oversee: 20 items, 10 lines, 6 postings, 5 reminders, 2 orders."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from clerkwork.demo.book import Account, Book, Debtor, Line, Order, Truth
from clerkwork.demo.seeding.elsewhere import costs
from clerkwork.demo.seeding.people import make_debtors
from clerkwork.demo.seeding.receipts import Payer, Scene, lines_of, write
from clerkwork.demo.seeding.references import iban
from clerkwork.demo.seeding.stock import Draft, Stock, number_drafts

__all__ = ["small_book"]


def small_book(
    rng: random.Random, today: date, days: tuple[date, ...], accounts: tuple[Account, ...]
) -> Book:
    """Debtors 1 to 5 are overdue and get a reminder; 6 to 8 pay; 9 paid too much; 10 is blocked.

    The six postings are three exact, one by structured reference, one part, one by amount.
    Six to eight have nothing overdue. The first debtor's order is for a person, the sixth's is not.
    """
    people = make_debtors(rng, 10)
    people[9] = replace(people[9], block="blocked")
    people = [replace(one, credit_limit=5_000_000) for one in people]
    stock = Stock(rng=rng, today=today)
    late = [stock.add(one, due_in=(-95, -45)) for one in people[:5] for _ in range(2)]
    six, seven, eight = (_due_later(stock, people[i], n) for i, n in ((5, 3), (6, 2), (7, 2)))
    nine = [stock.add(people[8], due_in=(-40, -20)) for _ in range(2)]
    stock.add(people[9], due_in=(-60, -40))
    number_drafts(rng, stock.drafts, first={today.year - 1: 790, today.year: 0})
    scene = Scene(rng=rng, days=days, numbers=frozenset(), strangers=())
    lines = [
        *_pays(scene, "exact", six[0]),
        *_pays(scene, "exact", six[1]),
        *_pays(scene, "exact", seven[0]),
        *_pays(scene, "structured", seven[1]),
        *_pays(scene, "part", eight[0]),
        *_pays(scene, "amount", eight[1]),
        *_pays(scene, "over", nine[0]),
        _stranger(scene, people[0]),
        costs(accounts[0], days[0], 1_295, "Kosten zakelijk pakket februari"),
        costs(accounts[1], days[0], 995, "Kosten zakelijk pakket februari"),
    ]
    items = tuple(sorted((d.item() for d in stock.drafts), key=lambda item: item.number))
    return Book(
        today=today,
        accounts=accounts,
        debtors=tuple(people),
        items=items,
        lines=tuple(replace(one, account=one.account or accounts[0].iban) for one in lines),
        orders=_orders(today, people[0], late, people[5]),
    )


def _due_later(stock: Stock, debtor: Debtor, count: int) -> list[Draft]:
    drafts = [stock.add(debtor, due_in=(10, 25)) for _ in range(count)]
    for draft in drafts:
        draft.issued = max(draft.issued, stock.today - timedelta(days=debtor.terms - 4))
    return drafts


def _pays(scene: Scene, case: str, draft: Draft) -> list[Line]:
    return lines_of(scene, case, draft.debtor, (draft.item(),))


def _stranger(scene: Scene, anyone: Debtor) -> Line:
    """The truth names no debtor: `anyone` only lends the line a language."""
    payer = Payer(debtor=anyone, name="Kwekerij De Hof", iban=iban(scene.rng, "NL"))
    return write(scene, payer, Truth(case="unknown"), "Betaling", cents=21_780)


def _orders(today: date, late: Debtor, overdue: list[Draft], sound: Debtor) -> tuple[Order, ...]:
    placed = today - timedelta(days=1)
    return (
        Order(
            number="B-26101",
            debtor=sound.number,
            placed=placed,
            cents=48_400,
            description="4 bureaustoelen",
            expected="release",
        ),
        Order(
            number="B-26102",
            debtor=late.number,
            placed=placed,
            cents=121_000,
            description="2 vergadertafels",
            expected="ask",
        ),
    )

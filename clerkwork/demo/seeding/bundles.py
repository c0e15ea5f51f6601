"""Which cases the book holds, how many of each, and the items each of them needs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle

from clerkwork.demo.book import Debtor
from clerkwork.demo.seeding.people import share_iban
from clerkwork.demo.seeding.stock import Bundle, Draft, Stock, allow_discount

__all__ = ["ALONE", "GROUPS", "SINGLE", "draft_bundles", "pair_of"]

SINGLE = {
    "exact": 60, "end to end": 3, "structured": 16, "part": 8, "instalment": 2, "discount": 6,
    "late discount": 3, "spaced": 8, "split": 5, "twice": 4, "third party": 4,
    "third party wrong amount": 4, "over": 5, "foreign": 3,
}  # fmt: skip
"""Case: how many; one invoice each, several cases to a debtor."""

ALONE = {
    "amount": 10, "sum": 8, "ambiguous sum": 3, "typo": 7, "on account": 8, "order number": 4,
    "equal": 1,
}  # fmt: skip
"""Cases that speak through the payer's IBAN and amount: each has a debtor of its own."""

GROUPS = {"listed": 9, "range": 3, "credit netted": 5, "listed wrong sum": 4}

_DUE = (-45, 22)


def draft_bundles(
    stock: Stock, alone: list[Debtor], shared: list[Debtor], pair: tuple[Debtor, Debtor], day: date
) -> list[Bundle]:
    """Draft the items of every case; discounts are counted from `day`, the first bank day."""
    return [
        *_alone(stock, alone),
        *_single(stock, shared, day),
        *_groups(stock, shared),
        *_pair(stock, *pair),
    ]


def _alone(stock: Stock, debtors: list[Debtor]) -> Iterator[Bundle]:
    waiting = iter(debtors)
    for case, count in ALONE.items():
        for _ in range(count):
            debtor = next(waiting)
            yield Bundle(case=case, debtor=debtor, drafts=tuple(_alone_items(stock, case, debtor)))


def _alone_items(stock: Stock, case: str, debtor: Debtor) -> list[Draft]:
    if case == "sum":
        return [stock.add(debtor, due_in=_DUE) for _ in range(stock.rng.choice((2, 3)))]
    if case == "ambiguous sum":
        return _ambiguous(stock, debtor)
    if case == "equal":
        return [stock.add(debtor, due_in=(-90, 25), total=8_954) for _ in range(12)]
    return [stock.add(debtor, due_in=_DUE)]


def _ambiguous(stock: Stock, debtor: Debtor) -> list[Draft]:
    """Four invoices of which the first two add up to as much as the last two."""
    one, two = stock.amount(debtor), stock.amount(debtor)
    shift = min(one, two) // 3
    totals = (one, two, one + shift, two - shift)
    return [stock.add(debtor, due_in=_DUE, total=total) for total in totals]


def _single(stock: Stock, debtors: list[Debtor], day: date) -> Iterator[Bundle]:
    businesses = cycle([one for one in debtors if one.kind == "business"])
    anyone = cycle(debtors)
    for case, count in SINGLE.items():
        for _ in range(count):
            debtor = next(businesses if "discount" in case or case == "foreign" else anyone)
            draft = stock.add(debtor, due_in=_DUE)
            if case == "discount":
                draft.issued = day - timedelta(days=stock.rng.randint(1, 6))
                allow_discount(draft, day + timedelta(days=stock.rng.randint(4, 8)))
            elif case == "late discount":
                draft.issued = day - timedelta(days=stock.rng.randint(14, 20))
                allow_discount(draft, day - timedelta(days=stock.rng.randint(2, 4)))
            elif case == "exact" and stock.rng.random() < 0.12:
                draft.open = draft.total - round(draft.total * stock.rng.uniform(0.2, 0.7))
            yield Bundle(case=case, debtor=debtor, drafts=(draft,))


def _groups(stock: Stock, debtors: list[Debtor]) -> Iterator[Bundle]:
    waiting = cycle([one for one in debtors if one.kind == "business"])
    run = 0
    for case, count in GROUPS.items():
        for _ in range(count):
            debtor = next(waiting)
            run += 1
            yield Bundle(case=case, debtor=debtor, drafts=_group(stock, case, debtor, run))


def _group(stock: Stock, case: str, debtor: Debtor, run: int) -> tuple[Draft, ...]:
    if case == "range":
        return _side_by_side(stock, debtor, run)
    drafts = [stock.add(debtor, due_in=_DUE) for _ in range(stock.rng.randint(2, 5))]
    if case == "credit netted":
        drafts = drafts[:3]
        note = stock.add(debtor, due_in=_DUE)
        note.total = note.open = -round(max(d.total for d in drafts) * stock.rng.uniform(0.1, 0.6))
        drafts.append(note)
    return tuple(drafts)


def _side_by_side(stock: Stock, debtor: Debtor, run: int) -> tuple[Draft, ...]:
    drafts = [stock.add(debtor, due_in=(-20, 10), run=run) for _ in range(4)]
    for draft in drafts:
        draft.issued = drafts[0].issued
    return tuple(sorted(drafts, key=lambda draft: draft.total))


def _pair(stock: Stock, first: Debtor, second: Debtor) -> Iterator[Bundle]:
    """Two firms that pay from one account: one line names its invoice, two could be either's."""
    case = "two on one IBAN"
    yield Bundle(case=case, debtor=first, drafts=(stock.add(first, due_in=_DUE),))
    for _ in range(2):
        draft = stock.add(first, due_in=_DUE)
        twin = stock.add(second, due_in=_DUE, total=draft.total)
        yield Bundle(case=case, debtor=first, drafts=(draft, twin))


def pair_of(rng: random.Random, debtors: list[Debtor]) -> tuple[Debtor, Debtor]:
    """Two Dutch firms of `debtors`, the second put on the account of the first."""
    first, second = rng.sample([d for d in debtors if d.kind == "business"], 2)
    return first, share_iban(first, second)

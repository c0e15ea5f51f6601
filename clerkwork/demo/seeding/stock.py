"""The open items: drafted for the lines that will pay them, filled up, numbered by date."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from clerkwork.demo.book import Debtor, Item

__all__ = ["Bundle", "Draft", "Stock", "number_drafts"]

SMALLEST, LARGEST = 1_210, 4_800_000
_SUBSCRIPTIONS = (1_210, 2_495, 3_630, 4_950)


@dataclass(slots=True, kw_only=True)
class Draft:
    """An item that has no number yet; `run` keeps items that must be numbered side by side."""

    debtor: Debtor
    issued: date
    total: int
    open: int
    discount: int = 0
    discount_until: date | None = None
    disputed: bool = False
    run: int = 0
    number: str = ""

    def item(self) -> Item:
        return Item(
            number=self.number,
            debtor=self.debtor.number,
            issued=self.issued,
            due=self.issued + timedelta(days=self.debtor.terms),
            total=self.total,
            open=self.open,
            discount=self.discount,
            discount_until=self.discount_until,
            disputed=self.disputed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The items of one debtor that a line of this case speaks of; empty where it names none."""

    case: str
    debtor: Debtor
    drafts: tuple[Draft, ...] = ()


@dataclass(slots=True)
class Stock:
    """Drafts so far, and the amounts they already use: an amount is drawn once."""

    rng: random.Random
    today: date
    drafts: list[Draft] = field(default_factory=list)
    amounts: set[int] = field(default_factory=set)

    def amount(self, debtor: Debtor) -> int:
        """Cents from 12.10 to 48,000, most of them small; no two debtors' invoices alike."""
        middle, spread = (11.4, 1.2) if debtor.kind == "business" else (9.1, 0.8)
        while True:
            cents = round(self.rng.lognormvariate(middle, spread))
            if SMALLEST <= cents <= LARGEST and cents not in self.amounts:
                self.amounts.add(cents)
                return cents

    def add(
        self, debtor: Debtor, *, due_in: tuple[int, int], total: int = 0, run: int = 0
    ) -> Draft:
        """An invoice due within the given days from today (below zero: overdue), issued by now."""
        due = self.today + timedelta(days=self.rng.randint(*due_in))
        latest = self.today - timedelta(days=6)
        issued = min(due - timedelta(days=debtor.terms), latest)
        total = total or self.amount(debtor)
        draft = Draft(debtor=debtor, issued=issued, total=total, open=total, run=run)
        self.drafts.append(draft)
        return draft

    def filler(self, debtor: Debtor) -> Draft:
        """An item nobody pays this week: some disputed, part paid, discounted, or a credit note."""
        chance = self.rng.random()
        if chance < 0.06:
            draft = self.add(debtor, due_in=(-60, 20))
            draft.total = draft.open = -draft.total
            return draft
        total = self.rng.choice(_SUBSCRIPTIONS) if chance < 0.14 else 0
        draft = self.add(debtor, due_in=(-120, 30), total=total)
        if chance > 0.95:
            draft.disputed = True
        elif chance > 0.89:
            draft.open = draft.total - round(draft.total * self.rng.uniform(0.2, 0.7))
        elif chance > 0.86 and debtor.kind == "business":
            allow_discount(draft, draft.issued + timedelta(days=10))
        return draft


def allow_discount(draft: Draft, until: date) -> None:
    """Two in a hundred off when paid on or before `until`."""
    draft.discount = round(draft.total * 0.02)
    draft.discount_until = until


def number_drafts(rng: random.Random, drafts: list[Draft], *, first: dict[int, int]) -> None:
    """Number by date of issue: '2026-0412' for invoices, 'C2026-031' for credit notes.

    Numbers leave gaps, for what was paid long ago, but not inside a run.
    `first` gives the number each year starts with.
    """
    invoices, credits = dict(first), dict.fromkeys(first, 3)
    before = 0
    for draft in sorted(drafts, key=lambda d: (d.issued, d.run, d.debtor.number, d.total)):
        year = draft.issued.year
        counters = credits if draft.total < 0 else invoices
        together = draft.run and draft.run == before and draft.total > 0
        counters[year] = counters.get(year, 0) + (1 if together else rng.choice((1, 1, 2, 3)))
        width = 3 if draft.total < 0 else 4
        draft.number = f"{'C' if draft.total < 0 else ''}{year}-{counters[year]:0{width}d}"
        before = draft.run

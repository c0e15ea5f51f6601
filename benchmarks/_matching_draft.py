"""A bank line while the world is made, and what people and banks write on it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from benchmarks._matching_book import Account, Book, Item
from benchmarks._matching_damage import damaged
from benchmarks._matching_names import folded, iban, name_of, varied
from benchmarks._matching_style import Style, Words

__all__ = ["Draft", "Scene", "drawn", "joined", "line_over"]

FIRST_DAY = date(2026, 6, 1)
_DAYS = tuple(day for nth in range(30) if (day := FIRST_DAY + timedelta(nth)).isoweekday() < 6)


@dataclass(slots=True)
class Draft:
    """A line with its truth."""

    case: str
    check: str
    """What its label depends on: a function of `_matching_labels`, or an outcome."""
    customer: int
    amount: int
    booked: date
    variant: str = ""
    payers: tuple[int, ...] = ()
    """Debtors whom the account, or else the name, shows."""
    items: list[tuple[int, int, int]] = field(default_factory=list)
    """Item, what it gets, discount; minor units."""
    typed: tuple[str, ...] = ()
    """What was written for each number."""
    period: tuple[int, int] = (0, 0)
    payer: str = ""
    payer_iban: str = ""
    text: str = ""
    structured: str = ""
    end_to_end: str = ""
    code: str = ""
    currency: str = "EUR"
    account: str = ""
    arguable: bool = False
    """Whether his name is another's but for the legal form."""
    follows: Draft | None = None
    """The line without which this one would mean something else: paid twice, reversed."""
    key: str = ""
    serial: int = -1
    decidable: bool = False
    outcome: str = "review"


def drawn(rng: Random, shares: Mapping[str, float]) -> str:
    """One of them, each as often as its share says."""
    left = rng.random() * sum(shares.values())
    for name, share in shares.items():
        left -= share
        if left < 0:
            return name
    return [*shares][-1]


@dataclass(slots=True)
class Scene:
    """What a case is played with: one household, and what of its items no line has touched."""

    rng: Random
    style: Style
    book: Book
    unit: tuple[int, ...]
    free: list[int] = field(default_factory=list)

    def take(self, wanted: Callable[[Item], bool] = lambda item: item.open > 0) -> int | None:
        """A free item, the last one that is wanted."""
        for place in range(len(self.free) - 1, -1, -1):
            if wanted(self.book.items[self.free[place]]):
                return self.free.pop(place)
        return None

    def several(self, customer: int, most: int) -> list[int]:
        """Some free invoices of one debtor."""
        own = [
            i
            for i in self.free
            if (item := self.book.items[i]).customer == customer and item.open > 0
        ]
        picked = own[:most]
        self.free = [i for i in self.free if i not in picked]
        return picked

    def account(self, item: int) -> Account:
        return self.book.accounts[self.book.items[item].customer]

    def words(self, account: Account) -> Words:
        return self.style.words[account.language]

    def day(self, item: Item | None = None, latest: date | None = None) -> date:
        """A banking day, not before the item was issued."""
        first = 0 if item is None else bisect_right(_DAYS, item.issued)
        end = len(_DAYS) if latest is None else bisect_right(_DAYS, latest)
        return self.rng.choice(_DAYS[first:end] or _DAYS[-1:])

    def later(self, day: date) -> date | None:
        after = _DAYS[bisect_right(_DAYS, day) :]
        return self.rng.choice(after) if after else None

    def from_own(self, draft: Draft) -> Draft:
        """Paid from an account that is known to be his."""
        account = self.book.accounts[draft.customer]
        seen = [one for one, times in account.known.items() if times > 1]
        draft.payer_iban = self.rng.choice(account.ibans + seen or [""])
        draft.payer = self.as_banks_write(account.name)
        shared = len(self.unit) > 1 and draft.payer_iban in account.ibans
        draft.payers = self.unit if shared else (draft.customer,)
        draft.currency = account.currency
        if not draft.payer_iban:
            return self.from_new(draft)
        return draft

    def from_new(self, draft: Draft) -> Draft:
        """Paid in his own name from an account that nobody knows."""
        account = self.book.accounts[draft.customer]
        draft.payer_iban = iban(self.rng, account.country)
        draft.payer = self.as_banks_write(account.name)
        alone = self.book.by_name.get(folded(account.name)) == 1
        draft.payers = (draft.customer,) if alone else ()
        whole = self.book.by_whole_name.get(folded(account.name, form=True)) == 1
        draft.arguable = whole and not alone
        draft.currency = account.currency
        return draft

    def from_third(self, draft: Draft) -> Draft:
        """Paid by somebody else."""
        account = self.book.accounts[draft.customer]
        while True:
            draft.payer = self.name(account.country, business=self.rng.random() < 0.6)
            if folded(draft.payer) not in self.book.by_name:
                break
        draft.payer_iban = iban(self.rng, account.country)
        draft.payers = ()
        draft.currency = account.currency
        return draft

    def name(self, country: str, *, business: bool) -> str:
        """Somebody's name."""
        if self.style.debtor_name:
            return self.style.debtor_name(self.rng, country, business)
        return name_of(self.rng, country, business=business)

    def as_banks_write(self, name: str) -> str:
        return (self.style.payer_name or varied)(self.rng, name)

    def damaged(self, kind: str, number: str) -> str | None:
        """The number as `kind` says; None where this number cannot be written so."""
        if kind in self.style.ways:
            return self.style.ways[kind](self.rng, number)
        return damaged(self.rng, kind, number, self.style.separators)

    def written(self, item: int, kinds: Mapping[str, float]) -> tuple[str, str]:
        """A way to write the item's number, and what it makes of it."""
        number = self.book.items[item].number
        for _ in range(4):
            kind = drawn(self.rng, kinds)
            made = self.damaged(kind, number)
            if made is not None:
                return kind, made
        return "exact", number

    def named(self, account: Account, typed: str) -> str:
        """The number with a word in front."""
        word = self.rng.choice(self.words(account).invoice)
        if "{}" in word:
            # A number that begins with letters is not run into the word.
            run_in = word[0] != "{" and word[word.index("{}") - 1].isalpha()
            return word.replace("{}", f" {typed}" if run_in and typed[0].isalpha() else typed)
        return f"{word} {typed}" if word else typed

    def text(self, account: Account, core: str, *, fragile: bool = False) -> str:
        """What the bank hands on: the core among dates, thanks and terminals, perhaps broken.

        `fragile` keeps other digits away from the core.
        """
        rng = self.rng
        parts = [core] if core else []
        if rng.random() < self.style.filler_rate:
            parts.insert(0, self.filler(account))
        if rng.random() < self.style.filler_rate:
            parts.append(self.filler(account))
        if rng.random() < self.style.filler_rate / 4:
            parts.append(self.filler(account))
        joiner = ", " if fragile else rng.choice((" ", " ", " ", ", ", "\n", " / "))
        text = joiner.join(filter(None, parts))
        if not fragile and rng.random() < self.style.wrap_rate and "\n" not in text:
            width = rng.choice(self.style.wrap)
            text = "\n".join(text[i : i + width] for i in range(0, len(text), width))
        return text

    def filler(self, account: Account) -> str:
        """Words of no meaning, whose digits are no number of the book."""
        rng = self.rng
        for _ in range(5):
            made = rng.choice(self.style.fillers)
            if "{" in made:
                day = rng.choice(_DAYS)
                made = made.format(
                    date=day.strftime(rng.choice(("%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d/%m"))),
                    thanks=rng.choice(self.words(account).thanks),
                )
            made = re.sub("#", lambda _: str(rng.randrange(10)), made)
            if self.means_nothing(account, made):
                return made
        return ""

    def means_nothing(self, account: Account, text: str) -> bool:
        """Whether none of the digits in it could be a number of the book or end one of his."""
        groups = re.findall(r"[0-9]+", text)
        for digits in {*groups, "".join(groups)}:
            if len(digits) < 3:
                continue
            if self.book.alike(digits):
                return False
            if any(self.book.items[i].digits.endswith(digits) for i in account.items[:50]):
                return False
        return True


def joined(numbers: Sequence[str], between: str) -> str:
    """A list as people write it: commas, and the word before the last."""
    if between.strip() in (",", "+", "&", "/", "|", ""):
        return between.join(numbers)
    return ", ".join(numbers[:-1]) + between + numbers[-1] if len(numbers) > 1 else numbers[0]


def line_over(scene: Scene, case: str, check: str, items: list[int]) -> Draft:
    """A line over these items, for all that is open of them."""
    book = scene.book
    latest = max((book.items[i] for i in items), key=lambda item: item.issued)
    return Draft(
        case=case,
        check=check,
        customer=latest.customer,
        amount=sum(book.items[i].open for i in items),
        booked=scene.day(latest),
        items=[(i, book.items[i].open, 0) for i in items],
        currency=latest.currency,
    )

"""The book of a made world: debtors, their accounts and their open items."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from benchmarks._matching_names import folded, iban, name_of
from benchmarks._matching_style import Style

__all__ = ["TODAY", "Account", "Book", "Item", "digits_of", "make_book"]

TODAY = date(2026, 6, 30)
_FIRST_ISSUE = date(2025, 10, 1)
_LAST_ISSUE = date(2026, 5, 29)
_DIGITS = re.compile(r"[^0-9]")
_LETTERS = re.compile(r"[^A-Z]")


@dataclass(slots=True)
class Item:
    """An open item while the world is made."""

    customer: int
    open: int
    issued: date
    due: date
    scheme: int
    currency: str = "EUR"
    number: str = ""
    serial: int = 0
    digits: str = ""
    """All digits of the number."""
    discount: int = 0
    until: date | None = None
    disputed: bool = False
    monthly: bool = False
    block: int = 0
    """Items of one block were issued in one go, with numbers one after the other."""


@dataclass(slots=True)
class Account:
    """A debtor while the world is made."""

    number: str
    name: str
    country: str
    language: str
    business: bool
    scheme: int
    currency: str = "EUR"
    ibans: list[str] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    items: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """All of it, with the indexes that labels are checked against."""

    accounts: list[Account]
    items: list[Item]
    units: list[tuple[int, ...]]
    """Debtors by household: those of one unit share an account at a bank."""
    by_digits: dict[str, list[int]]
    """Items by their digits, without zeros in front."""
    by_name: dict[str, int]
    """How many debtors have that name, folded."""
    by_whole_name: dict[str, int]
    """The same with the legal form."""
    by_amount: Counter[tuple[int, str]]
    """How many items are open for that amount in that currency."""
    own_ibans: tuple[str, ...]

    def alike(self, digits: str) -> list[int]:
        """Items whose digits are these, zeros in front apart."""
        return self.by_digits.get(digits.lstrip("0"), [])


def digits_of(number: str) -> str:
    return _DIGITS.sub("", number)


def letters_of(number: str) -> str:
    return _LETTERS.sub("", number.upper())


def make_book(style: Style, size: int, rng: Random) -> Book:
    """A book of `size` open items."""
    accounts: list[Account] = []
    items: list[Item] = []
    shares = [scheme.share for scheme in style.schemes]
    countries, weights = list(style.countries), list(style.countries.values())
    most = 400 if size >= 100_000 else 120
    while len(items) < size:
        country = rng.choices(countries, weights)[0]
        tongues = style.languages[country]
        business = rng.random() < style.business
        account = Account(
            number=style.debtor(len(accounts)),
            name=style.debtor_name(rng, country, business)
            if style.debtor_name
            else name_of(rng, country, business=business),
            country=country,
            language=rng.choices(list(tongues), list(tongues.values()))[0],
            business=business,
            scheme=rng.choices(range(len(shares)), shares)[0],
            currency="USD" if business and rng.random() < 0.01 else "EUR",
        )
        _bank(account, rng)
        _owe(account, len(accounts), style, items, min(most, size - len(items)), rng)
        accounts.append(account)
    _number(style, items, rng)
    units = _households(accounts, rng)
    by_digits: defaultdict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        by_digits[item.digits.lstrip("0")].append(place)
    by_name = Counter(folded(account.name) for account in accounts)
    by_whole = Counter(folded(account.name, form=True) for account in accounts)
    by_amount = Counter((item.open, item.currency) for item in items)
    own = tuple(iban(rng, "NL") for _ in range(3))
    return Book(accounts, items, units, dict(by_digits), by_name, by_whole, by_amount, own)


def _bank(account: Account, rng: Random) -> None:
    """Accounts in the master data, and those that paid before."""
    drawn = rng.random()
    if drawn < 0.6:
        account.ibans.append(iban(rng, account.country))
        if account.business and rng.random() < 0.15:
            account.ibans.append(iban(rng, account.country))
    if drawn > 0.5 or rng.random() < 0.3:
        account.known[iban(rng, account.country)] = 2 + int(rng.expovariate(0.15))
    if account.ibans and rng.random() < 0.5:
        account.known[account.ibans[0]] = 1 + int(rng.expovariate(0.1))
    if not account.ibans and not account.known:
        account.known[iban(rng, account.country)] = 3


def _owe(
    account: Account, place: int, style: Style, items: list[Item], room: int, rng: Random
) -> None:
    """Open items of one debtor: few of most, hundreds of a few."""
    span = (_LAST_ISSUE - _FIRST_ISSUE).days
    monthly = rng.random() < (0.06 if account.business else 0.14)
    if account.business:
        count = 1 + int(rng.lognormvariate(1.15, 0.9))
        if rng.random() < 0.02:
            count = rng.randint(24, 60) if rng.random() < 0.8 else rng.randint(60, 400)
    else:
        count = 1 + int(rng.expovariate(1.1))
    if monthly:
        count = rng.randint(2, 8)
    count = min(count, room)
    price = rng.choice(style.prices)
    mixed = bool(style.mixed) and rng.random() < style.mixed
    scheme = account.scheme
    block = 0
    issued = _FIRST_ISSUE + timedelta(rng.randrange(span))
    for nth in range(count):
        credit = not monthly and nth > 0 and rng.random() < 0.07
        if not block or nth >= block:
            # A payer who gets several invoices on one day gets them with numbers in a row.
            block = nth + (rng.randint(2, 6) if not monthly and rng.random() < 0.18 else 1)
            issued = _FIRST_ISSUE + timedelta(int(span * rng.random() ** 0.6))
            if mixed:
                scheme = rng.randrange(len(style.schemes))
        terms = 14 if monthly or not account.business else rng.choice((14, 30, 30, 60))
        when = issued
        if monthly:
            month = 5 - nth
            year, month = (2026, month) if month > 0 else (2025, month + 12)
            when = date(year, month, rng.randint(1, 5))
        item = Item(
            customer=place,
            open=price if monthly else _amount(account, style, rng),
            issued=when,
            due=when + timedelta(terms),
            scheme=scheme,
            currency=account.currency,
            monthly=monthly,
            block=len(items) - nth + block,
        )
        if credit:
            item.open = -max(100, int(item.open * rng.choice((0.1, 0.25, 0.5, 1.0))))
        elif not monthly and account.business and rng.random() < 0.12:
            item.discount = round(item.open * rng.choice((0.01, 0.02, 0.03)))
            item.until = date(2026, 6, rng.randint(8, 26))
            item.issued = item.until - timedelta(rng.choice((8, 10, 14)))
            item.due = item.issued + timedelta(30)
        item.disputed = item.open > 0 and rng.random() < 0.01
        account.items.append(len(items))
        items.append(item)


def _amount(account: Account, style: Style, rng: Random) -> int:
    if rng.random() < style.priced:
        return rng.choice(style.prices) * (
            rng.choice((1, 1, 1, 2, 3, 5)) if account.business else 1
        )
    middle = 10.6 if account.business else 9.2
    return max(250, min(25_000_000, int(rng.lognormvariate(middle, 1.1))))


def _number(style: Style, items: list[Item], rng: Random) -> None:
    """Give numbers in the order of issue, those of one block in a row, none twice."""
    order = sorted(
        range(len(items)), key=lambda i: (items[i].issued, items[i].customer, items[i].block, i)
    )
    serials = [scheme.start for scheme in style.schemes]
    credits = [scheme.credit_start for scheme in style.schemes]
    taken: set[str] = set()
    last: tuple[int, int] = (-1, -1)
    for place in order:
        item = items[place]
        scheme = style.schemes[item.scheme]
        counters, write = (serials, scheme.invoice) if item.open > 0 else (credits, scheme.credit)
        while True:
            together = last == (item.customer, item.block)
            gap = 0 if together else int(rng.expovariate(1 / max(0.01, scheme.step - 1)))
            counters[item.scheme] += 1 + gap
            item.serial = counters[item.scheme]
            item.number = write(item.serial, item.issued)
            if item.number not in taken:
                break
        taken.add(item.number)
        if item.open > 0:
            last = (item.customer, item.block)
    _twins(style, items, taken, rng)
    for item in items:
        item.digits = digits_of(item.number)


def _twins(style: Style, items: list[Item], taken: set[str], rng: Random) -> None:
    """Here and there a credit note has the digits of its invoice: the prefix alone tells."""
    for place, item in enumerate(items):
        before = items[place - 1]
        if item.open > 0 or before.open < 0 or before.customer != item.customer:
            continue
        number = style.schemes[item.scheme].credit(before.serial, before.issued)
        if rng.random() < 0.15 and number not in taken:
            taken.add(number)
            item.number = number


def _households(accounts: list[Account], rng: Random) -> list[tuple[int, ...]]:
    """Two in a hundred debtors share an account with the next one."""
    units: list[tuple[int, ...]] = []
    place = 0
    while place < len(accounts):
        if place + 1 < len(accounts) and rng.random() < 0.02:
            shared = iban(rng, accounts[place].country)
            for one in (place, place + 1):
                accounts[one].ibans = [shared]
                accounts[one].known = {}
            units.append((place, place + 1))
            place += 2
        else:
            units.append((place,))
            place += 1
    return units

"""One :61: with its :86: as a bank line; dates, amounts and balances as SWIFT writes them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from stdnum import iban

from clerkwork.adapters.statements.checks import account_of, clean, reference
from clerkwork.adapters.statements.details import read_details
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

__all__ = ["Balance", "Entry", "balance", "bank_line", "entry", "sum_of"]

_ENTRY = re.compile(
    r"([0-9]{6})([0-9]{4}| {4})?(R?[DC]|E[DC])[A-Z]?[\n ]?"
    r"([0-9]{1,15},?[0-9]{0,5})([A-Z][A-Z0-9 ]{3})?"
    r"([^/\n]*(?:/(?!/)[^/\n]*)*)(?://([^\n]*))?(?:\n([\s\S]*))?"
)
_OWN_CODE = re.compile(r"/TRCD/([^/\n]+)/?")
_REFERENCE = 16
"""Signs of the account owner's reference, behind which Rabobank wrote a name."""
_YEAR_END = 330
"""Days between value and booking from which on they are of different years."""


class Entry(NamedTuple):
    """A :61:, read."""

    valued: date
    booked: date
    amount: Money
    code: str
    reversal: bool
    expected: bool
    """Whether it is only announced, which an MT942 may do."""
    reference: str
    bank_ref: str
    extra: str


@dataclass(frozen=True, slots=True)
class Balance:
    """A :60: or :62:; an overdraft is below zero."""

    amount: Money
    day: date


def entry(value: str, currency: str) -> Entry:
    """The :61: of an account in that currency; raises `ValueError`."""
    found = _ENTRY.fullmatch(value)
    if found is None:
        raise ValueError
    day, given, mark, digits, code, own, bank, extra = found.groups("")
    valued = _day(day)
    minor = _minor(digits, currency)
    if mark in ("D", "RC", "ED"):
        minor = -minor
    own, extra = own.rstrip(), clean(extra)
    if len(own) > _REFERENCE and not iban.is_valid(own):
        own, extra = own[:_REFERENCE].rstrip(), clean(own[_REFERENCE:]) or extra
    return Entry(
        valued=valued,
        booked=_booked(given, valued) if given.strip() else valued,
        amount=Money(minor, currency),
        code=code,
        reversal=mark[0] == "R",
        expected=mark[0] == "E",
        reference=own,
        bank_ref=bank,
        extra=extra,
    )


def bank_line(account: str, one: Entry, whole: str, raw: str) -> BankLine:
    """The line of an entry whose :86: is `whole`."""
    extra, code = one.extra, clean(one.code)
    if extra.startswith("/TRCD/") and (own := _OWN_CODE.fullmatch(extra)):
        code, extra = clean(own[1]), ""
    details = read_details(whole, one.reference, extra)
    if details.returned:
        code = f"{code} {details.returned}".strip()
    elif one.reversal:
        code = f"{code} reversal".strip()
    party = details.iban
    if not party:
        party = next((text for text in (extra, one.reference) if _is_iban(text)), "")
    return BankLine(
        account=account,
        booked=one.booked,
        valued=one.valued,
        amount=one.amount,
        payer=details.name,
        payer_iban=account_of(party),
        text=details.text,
        structured=details.structured,
        end_to_end=reference(details.end_to_end),
        bank_ref=reference(one.bank_ref),
        code=code,
        raw=raw,
    )


def balance(tag: Any, value: str) -> Balance:
    """A balance, read by that field of mt-940; raises `ValueError`."""
    read = _parsed(tag, value)
    mark, amount = read["status"].upper(), _money(read)
    day = _day(read["year"] + read["month"] + read["day"])
    return Balance(-amount if mark == "D" else amount, day)


def sum_of(tag: Any, value: str) -> tuple[int, Money]:
    """Count and sum of a :90:, read by that field of mt-940; raises `ValueError`."""
    read = _parsed(tag, value)
    return int(read["number"] or "0"), _money(read)


def _parsed(tag: Any, value: str) -> dict[str, str]:
    first = value.split("\n", 1)[0].rstrip()
    found: dict[str, str] = tag.parse(None, first)
    if not first.endswith(found["amount"]):
        raise ValueError
    return found


def _money(read: dict[str, str]) -> Money:
    amount, currency = read["amount"], read["currency"]
    if not re.fullmatch("[0-9]+,?[0-9]*", amount) or not re.fullmatch("[A-Z]{3}", currency):
        raise ValueError
    return Money(_minor(amount, currency), currency)


def _minor(digits: str, currency: str) -> int:
    """An amount of SWIFT, with its comma, in minor units; raises `ValueError`."""
    whole, _, fraction = digits.partition(",")
    finer = _decimals(currency) - len(fraction)
    if finer < 0:
        return Money.of(digits.replace(",", "."), currency).minor
    return int(whole + fraction + "0" * finer)


@lru_cache(maxsize=64)
def _decimals(currency: str) -> int:
    return len(str(Money(1, currency).decimal).partition(".")[2])


@lru_cache(maxsize=4_096)
def _day(text: str) -> date:
    """The day of six digits; 30 February, which banks that count months by 30 days write, too."""
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if month == 2 and day == 30:
        day = monthrange(year, month)[1]
    return date(year, month, day)


@lru_cache(maxsize=4_096)
def _booked(text: str, valued: date) -> date:
    """The day of four digits, in the year that brings it near the value date."""
    day = date(valued.year, int(text[:2]), int(text[2:]))
    if abs(day - valued) < timedelta(days=_YEAR_END):
        return day
    return day.replace(year=valued.year + (1 if day < valued else -1))


def _is_iban(text: str) -> bool:
    return len(text) > 14 and text[:2].isalpha() and bool(iban.is_valid(text))

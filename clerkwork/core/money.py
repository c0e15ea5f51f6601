"""Exact money: integer minor units with a currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

__all__ = ["Money", "by_currency", "format_amount", "parse_amount", "total"]


@lru_cache(maxsize=64)
def _exponent(currency: str) -> int:
    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor units of its currency (ISO 4217): `Money(1250, "EUR")` is 12.50.

    Adding or comparing amounts of different currencies raises `ValueError`.
    """

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """From a decimal number in major units; raises `ValueError` if it has a finer fraction."""
        scaled = Decimal(amount).scaleb(_exponent(currency))
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} is not a whole number of minor units of {currency}")
        return cls(int(scaled), currency)

    @property
    def decimal(self) -> Decimal:
        """In major units, exact."""
        return Decimal(self.minor).scaleb(-_exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor > other.minor

    def __ge__(self, other: Money) -> bool:
        self._same(other)
        return self.minor >= other.minor

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    def share(self, percent: Decimal) -> Money:
        """That many per cent of it, rounded half up to a minor unit."""
        part = (Decimal(self.minor) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP)
        return Money(int(part), self.currency)

    def for_people(self, locale: str = "en_GB") -> str:
        """As a person of that locale writes it, with the currency's sign."""
        return format_currency(self.decimal, self.currency, locale=locale)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self} and {other} are of different currencies")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of `currency` when there are none."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result


def by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sum in each currency, by its code."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


_AMOUNT = {
    ",": re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?(-?)"),
    ".": re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(-?)"),
}


def parse_amount(text: str, currency: str, *, decimal: str = ",") -> Money:
    """Read an amount as a portal prints it; `decimal` is its decimal sign, ',' or '.'.

    Grouping signs must stand where groups end and a minus may trail, so that
    an amount in the other style is refused with `ValueError`, never misread.
    """
    compact = re.sub(r"[\s\u00a0\u202f€]", "", text.replace("\u2212", "-"))
    compact = compact.removeprefix(currency).removesuffix(currency)
    found = _AMOUNT[decimal].fullmatch(compact)
    if found is None or (found[1] and found[4]):
        raise ValueError(f"{text!r} is not an amount with decimal sign {decimal!r}")
    sign = "-" if "-" in (found[1], found[4]) else ""
    whole = re.sub(r"\D", "", found[2])
    return Money.of(f"{sign}{whole}.{found[3] or '0'}", currency)


def format_amount(amount: Money, *, decimal: str = ",", grouping: str = "") -> str:
    """Write an amount as a portal wants it typed, with all decimals of its currency."""
    number = f"{amount.decimal:,.{_exponent(amount.currency)}f}"
    swapped = {",": grouping, ".": decimal}
    return "".join(swapped.get(sign, sign) for sign in number)

"""Amounts and dates as ISO 20022 writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from clerkwork.core.money import Money

__all__ = ["day", "minor_units"]

# Eighteen digits and a point, as ISO 20022 has it.
_LONGEST = 19


@lru_cache(maxsize=256)
def _decimals(currency: str) -> int:
    """How many decimals the currency has; raises `ValueError` where it is none."""
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise ValueError(currency)
    return -int(Money(1, currency).decimal.as_tuple().exponent)


def minor_units(text: str, currency: str) -> int:
    """An amount without sign, as '12.50'; raises `ValueError`."""
    whole, point, fraction = text.partition(".")
    try:
        decimals = _decimals(currency)
    except ValueError:
        raise ValueError(f"{text[:40]!r} {currency[:10]!r} is not an amount") from None
    if len(text) <= _LONGEST and text.isascii() and whole.isdigit():
        if len(fraction) == decimals and (fraction.isdigit() or not point):
            return int(whole + fraction)
        if fraction.isdigit() or not point:
            return Money.of(Decimal(text), currency).minor
    raise ValueError(f"{text[:40]!r} {currency!r} is not an amount")


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """The date of a date or a moment, as it is written; raises `ValueError`."""
    written, rest = text[:10], text[10:11]
    if not written.isascii() or written[4:5] != "-" or rest not in ("", "T", "Z", "+", "-"):
        raise ValueError(f"{text[:40]!r} is not a date")
    if len(written) != 10 or written[7] != "-":
        raise ValueError(f"{text[:40]!r} is not a date")
    return date.fromisoformat(written)

"""How Kantoor ERP writes amounts and dates, and how it misreads what people type."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["amount", "day", "read_amount", "read_day"]

_AMOUNT = re.compile(r"(?P<lead>-?)(?P<whole>\d{0,12})(?:,(?P<part>\d*))?(?P<trail>-?)")


def amount(cents: int) -> str:
    """1234567 becomes '12.345,67'; below zero the minus trails: '50,00-'."""
    whole, part = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", ".") + f",{part:02d}"
    return text + "-" if cents < 0 else text


def day(value: date | str | None) -> str:
    """dd-mm-yyyy; empty for no date. A text is an ISO date."""
    if not value:
        return ""
    return date.fromisoformat(str(value)).strftime("%d-%m-%Y")


def read_amount(text: str) -> int | None:
    """Cents, or None for what is no number at all.

    The comma is the decimal sign and points are dropped, wherever they stand, so
    '1234.56' is silently read as 123456,00 and '1,234.56' as 1,23.
    """
    bare = text.replace(".", "").replace("€", "").replace(" ", "").replace("\xa0", "")
    found = _AMOUNT.fullmatch(bare)
    if found is None or not (found["whole"] or found["part"]):
        return None
    cents = int(found["whole"] or 0) * 100 + int((found["part"] or "").ljust(2, "0")[:2])
    return -cents if found["lead"] or found["trail"] else cents


def read_day(text: str, today: date) -> date:
    """Day, month, year; month and day change places where only that makes a date.

    Anything else, an ISO date among them, is silently read as `today`.
    """
    found = re.fullmatch(r"\s*(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\s*", text, re.ASCII)
    if found is None:
        return today
    first, second, year = (int(part) for part in found.groups())
    year += 2000 if year < 100 else 0
    for month, of_month in ((second, first), (first, second)):
        try:
            return date(year, month, of_month)
        except ValueError:
            continue
    return today

"""What debtors may do themselves on their page, as `config/paying.toml` bounds it."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlsplit

from clerkwork.core.money import Money

__all__ = ["FILLED", "Paying", "Provider", "file_type", "instalments", "provider_link"]

FILLED = ("amount", "cents", "currency", "debtor", "language", "reference")
"""What a provider's address is filled in with."""

_SIGNS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A payment provider's page that the debtor's page leads to."""

    name: str
    """As debtors know the way to pay: 'iDEAL', 'Bancontact', 'credit card'."""
    link: str
    """Its address, with any of {amount} {cents} {currency} {reference} {debtor} {language}."""

    def __post_init__(self) -> None:
        if urlsplit(self.link).scheme != "https":
            raise ValueError("link must begin with https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """`config/paying.toml`. Without it debtors look at what is open, and pay."""

    link_days: int = 60
    """For how long the link of a message opens the page."""
    promise_days: int = 0
    """How far ahead a debtor may promise to pay; 0 for not at all."""
    parts: int = 0
    """Most monthly parts in which he may pay; 0 for none."""
    least_part: Money | None = None
    """No part is less."""
    most_in_parts: Money | None = None
    """Who owes more asks a person."""
    disputes: bool = True
    """Whether he can say on the page that something is wrong."""
    file_mb: int = 5
    """Most megabytes of a file that he may send with that; 0 for none."""
    providers: tuple[Provider, ...] = ()

    def __post_init__(self) -> None:
        for name, least, most in (
            ("link_days", 1, 366),
            ("promise_days", 0, 92),
            ("parts", 0, 12),
            ("file_mb", 0, 25),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise ValueError(f"{name} is {value}; expected {least} to {most}")

    def most_parts(self, owed: Money) -> int:
        """In how many parts so much may be paid; below 2 in none."""
        if self.most_in_parts is not None and (
            self.most_in_parts.currency != owed.currency or owed > self.most_in_parts
        ):
            return 0
        if self.least_part is None:
            return self.parts
        if self.least_part.currency != owed.currency or self.least_part.minor <= 0:
            return 0
        return min(self.parts, owed.minor // self.least_part.minor)


def instalments(owed: Money, parts: int, first: date) -> tuple[tuple[date, Money], ...]:
    """Equal parts of an amount, a month apart, each with its day; the cents left over come first.

    On the day of the first, or the month's last where it is shorter.
    """
    each, left = divmod(owed.minor, parts)
    return tuple(
        (_months_later(first, nth), Money(each + (left if nth == 0 else 0), owed.currency))
        for nth in range(parts)
    )


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def provider_link(
    provider: Provider, amount: Money, reference: str, debtor: str, language: str
) -> str:
    """Its address for one payment, each value escaped."""
    link = provider.link
    for name, value in {
        "amount": str(amount.decimal),
        "cents": str(amount.minor),
        "currency": amount.currency,
        "reference": reference,
        "debtor": debtor,
        "language": language,
    }.items():
        link = link.replace("{" + name + "}", quote(value, safe=""))
    return link


def file_type(content: bytes) -> str:
    """'pdf', 'png' or 'jpg' by its first bytes, whatever its name says; empty for all else."""
    return next((name for sign, name in _SIGNS if content.startswith(sign)), "")

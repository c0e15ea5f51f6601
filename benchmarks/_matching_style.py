"""A style of numbering and wording: what a book's numbers and its payers' texts look like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

__all__ = ["Scheme", "Style", "Words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How one administration numbers its invoices and credit notes."""

    invoice: Callable[[int, date], str]
    """Of a running number and the date of issue."""
    credit: Callable[[int, date], str]
    share: float
    """Of the debtors, relative to the other schemes."""
    start: int
    credit_start: int
    step: float
    """Mean step from one open item to the next: what lies between is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What payers of one language write."""

    invoice: tuple[str, ...]
    """In front of a number; may be empty."""
    credit: tuple[str, ...]
    both: tuple[str, ...]
    """Between the last two of a list."""
    until: tuple[str, ...]
    """Between the ends of a range."""
    order: tuple[str, ...]
    customer: tuple[str, ...]
    prepayment: tuple[str, ...]
    storno: tuple[str, ...]
    part: tuple[str, ...]
    subscription: tuple[str, ...]
    months: tuple[str, ...]
    thanks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One world: numbers, words, and how often what happens."""

    name: str
    schemes: tuple[Scheme, ...]
    debtor: Callable[[int], str]
    """Debtor's number of a running number."""
    words: Mapping[str, Words]
    countries: Mapping[str, float]
    """Relative shares, by ISO 3166 alpha-2."""
    languages: Mapping[str, Mapping[str, float]]
    """Of the payers of a country, by ISO 639-1."""
    fillers: tuple[str, ...]
    """What banks and people add; '#' is a digit."""
    filler_rate: float
    wrap: tuple[int, ...]
    """Widths at which a bank breaks the text."""
    wrap_rate: float
    separators: tuple[str, ...]
    """Written between the parts of a number instead of the right ones."""
    structured: Mapping[str, float]
    """Relative shares of 'kenmerk', 'ogm' and 'rf'."""
    periods: tuple[str, ...]
    """Ways to write a period: {name}, {month:02d}, {year}."""
    full: Mapping[str, float]
    """Relative shares of the ways to write a number in full."""
    bad: Mapping[str, float]
    """Relative shares of the ways to mistype it."""
    short: Mapping[str, float]
    cases: Mapping[str, float]
    """Relative shares of what a payer does with an item."""
    prices: tuple[int, ...]
    """Of the price list, in minor units."""
    priced: float
    """Share of items that cost what the list says."""
    unpaid: float = 0.12
    """Share of items that nobody pays."""
    strangers: float = 0.03
    """Lines that pay nothing of ours, of all."""

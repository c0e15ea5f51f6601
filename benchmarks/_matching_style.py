"""A style of numbering and wording: what a book's numbers and its payers' texts look like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks._matching_book import Book
    from benchmarks._matching_draft import Draft, Scene

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
    """In front of a number, or around '{}', its place; may be empty."""
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
    """Twelve, each in one way or in several parted by '|'."""
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
    """Relative shares of 'kenmerk', 'short kenmerk', 'ogm' and 'rf'."""
    periods: tuple[str, ...]
    """Ways to write a period: {name}, {month:02d}, {year}, {short} (of its last two digits)."""
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
    business: float = 0.42
    """Share of debtors that are firms."""
    structured_in: Mapping[str, str] = field(default_factory=dict)
    """The country, of those that are in use in one country only."""
    mixed: float = 0.0
    """Of the debtors, share whose invoices come from more than one scheme."""
    ways: Mapping[str, Callable[[Random, str], str | None]] = field(default_factory=dict)
    """Further ways to write or mistype a number, by the names that the shares give them."""
    debtor_name: Callable[[Random, str, bool], str] | None = None
    """Of a country, for a firm or not; else the names that the visible styles share."""
    payer_name: Callable[[Random, str], str] | None = None
    """The same name as a bank writes it."""
    order_number: Callable[[Random], str] | None = None
    """A payer's own."""
    finish: Callable[[Scene, Draft], None] | None = None
    """What the payer's program and the banks on the way make of the text."""
    plays: Mapping[str, Callable[[Scene], list[Draft]]] = field(default_factory=dict)
    """Further cases, by the names that `cases` gives them."""
    checks: Mapping[str, Callable[[Book, Draft, Mapping[int, int]], bool | None]] = field(
        default_factory=dict
    )
    """What their labels depend on, where no check of the harness says it."""

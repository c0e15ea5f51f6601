"""The demo's seeded book: what people own, owe and pay, with the truth beside it.

This is the only thing the two portals share. The truth never reaches a portal's
database: it is written beside the world for the tests to compare with.
Amounts are integer cents of a euro; dates are the creditor's dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Account", "Allocation", "Book", "Debtor", "Item", "Line", "Order", "Truth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One of the creditor's own bank accounts, and the ERP's ledger account for it."""

    iban: str
    bic: str
    name: str
    ledger: str
    opening: int
    """Balance in cents before the first line of the book; the same in bank and ERP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    number: str
    name: str
    kind: str
    """'business' or 'consumer'."""
    country: str
    """'NL', 'BE' or 'DE'."""
    language: str
    """'nl', 'fr', 'de' or 'en'."""
    street: str
    postcode: str
    city: str
    email: str
    """Empty when none is known."""
    iban: str
    """The account the ERP knows; empty when none is known."""
    credit_limit: int
    terms: int
    """Days until an invoice is due."""
    paper: bool
    """Wants letters instead of mail."""
    block: str = ""
    """'' or one of 'promised', 'blocked', 'deceased', 'insolvent', 'direct debit'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An open item: an invoice (cents above zero) or a credit note (below)."""

    number: str
    debtor: str
    issued: date
    due: date
    total: int
    open: int
    """Part of `total` that is still open; differs where an earlier instalment was booked."""
    discount: int = 0
    """Early-payment discount in cents, allowed on or before `discount_until`."""
    discount_until: date | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    item: str
    cents: int
    """What the payment settles of the item, discount not included; below zero for a credit note."""
    discount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a perfect clerk would conclude of a bank line."""

    case: str
    debtor: str = ""
    allocations: tuple[Allocation, ...] = ()
    decidable: bool = False
    """Whether the line itself, with the ledger, is enough to decide; if not, a person must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    account: str
    """IBAN of our account."""
    booked: date
    valued: date
    cents: int
    """Above zero: money in."""
    name: str
    iban: str
    text: str
    structured: str
    """A structured reference (RF, OGM, betalingskenmerk); empty when none."""
    end_to_end: str
    bank_ref: str
    code: str
    """The bank's own: 'sepa-ct', 'sepa-dd', 'return', 'costs', 'transfer', 'card', 'salary'."""
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that waits for credit approval."""

    number: str
    debtor: str
    placed: date
    cents: int
    description: str
    expected: str
    """For the tests: 'release' (within the limit), or 'ask' (over it, or the debtor is late)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    today: date
    accounts: tuple[Account, ...]
    debtors: tuple[Debtor, ...]
    items: tuple[Item, ...]
    lines: tuple[Line, ...]
    """In booking order per account; running balances follow from `Account.opening`."""
    orders: tuple[Order, ...]

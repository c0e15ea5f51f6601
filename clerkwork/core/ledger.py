"""What the ERP knows: debtors, open items, orders and the bank's ledger account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from clerkwork.core.money import Money

__all__ = [
    "BLOCKS",
    "Debtor",
    "LedgerBalance",
    "OpenItem",
    "Order",
    "OwnAccount",
    "PaidItem",
    "by_debtor",
]

BLOCKS = ("promised", "blocked", "deceased", "insolvent", "direct debit")
"""Reasons for which a debtor is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A customer with an account. `kind` is 'business' or 'consumer'."""

    number: str
    name: str
    kind: str = "business"
    address: tuple[str, ...] = ()
    """Lines of the postal address below the name; empty when unknown."""
    country: str = "NL"
    """ISO 3166 alpha-2."""
    language: str = "nl"
    """ISO 639-1."""
    email: str = ""
    mobile: str = ""
    """As E.164 writes it."""
    preferred: str = ""
    """Channel that he asked for: 'mail', 'letter', 'sms', 'whatsapp' or 'call'."""
    age: str = ""
    """Age band as he declared it, such as '18-26'."""
    occupation: str = ""
    """As he declared it, such as 'student'."""
    needs: tuple[str, ...] = ()
    """As he declared them: 'paper', 'plain language', 'more time', 'no calls', 'no mail' ..."""
    ibans: tuple[str, ...] = ()
    credit_limit: Money | None = None
    terms: int = 30
    """Days until an invoice is due."""
    paper: bool = False
    """Wants letters, not mail."""
    block: str = ""
    """Empty, or one of `BLOCKS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An invoice (open amount above zero) or a credit note (below) that is not settled yet."""

    number: str
    customer: str
    """The debtor's number."""
    open: Money
    due: date
    issued: date | None = None
    total: Money | None = None
    discount: Money | None = None
    """Early-payment discount, allowed to a payment valued on or before `discount_until`."""
    discount_until: date | None = None
    disputed: bool = False

    def days_overdue(self, today: date) -> int:
        """Days past the due date; negative while it is not due."""
        return (today - self.due).days


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidItem:
    """An invoice that was open and is not any more.

    Where nothing was keyed for it, it may have been settled in another way than by money.
    """

    source: str
    """Robot of the portal that showed it."""
    number: str
    customer: str
    due: date
    on: date
    """When the money that settled it last was booked; the day of the fetch, if nothing was keyed
    for it."""
    amount: Money
    iban: str = ""
    """That the money came from; empty if that is not known."""
    by_fetch: bool = False
    """Whether `on` is only when a fetch did not show it any more."""
    issued: date | None = None
    """None where the ERP did not show it, or it was not kept yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that waits for credit approval in the ERP."""

    number: str
    customer: str
    amount: Money
    placed: date
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerBalance:
    """The balance of the bank's ledger account in the ERP, as the portal shows it."""

    ledger: str
    """The ledger account's number."""
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """One of the creditor's own bank accounts."""

    iban: str
    ledger: str
    """Number of its ledger account in the ERP."""
    name: str = ""
    format: str = "CAMT.053"
    """Format in which its statements are downloaded, by the name the bank's page gives it."""
    currency: str = "EUR"


Item = TypeVar("Item", OpenItem, PaidItem)


def by_debtor(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Debtor's number → what is his, in the order in which it came."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.customer, []).append(item)
    return found

"""The creditor: whose invoices they are, where he is reached and how he is paid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from clerkwork.core.money import Money

__all__ = [
    "Creditor",
    "has_own_page",
    "payment_link",
    "remittance",
    "structured",
    "wishes_link",
]

_LONGEST_REMITTANCE = 140
"""Characters of unstructured remittance (EPC069-12, element AT-05)."""
_LONGEST_BODY, _LEAST_DIGITS = 21, 4
"""Of an RF reference, without its check digits: what ISO 11649 allows, and what is read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    """As `config/creditor.toml` says."""

    name: str
    address: tuple[str, ...]
    email: str
    """Where debtors write with questions."""
    phone: str
    iban: str
    """Account that debtors are asked to pay to."""
    bic: str = ""
    country: str = "NL"
    """ISO 3166 alpha-2."""
    language: str = "nl"
    """Of debtors whose own language has no texts."""
    register: str = ""
    """Registration and VAT numbers, as they stand at the foot of a letter."""
    mail_domain: str
    """Right side of the Message-IDs; a domain of the creditor's own."""
    references: Literal["items", "RF"] = "items"
    """What debtors write with a payment of one item: its number, or an RF reference (ISO 11649)."""
    payment_link: str = ""
    """Address of a payment page, with {iban} {name} {amount} {currency} {reference} {language}, or
    with {token} alone for each debtor's own page."""

    def __post_init__(self) -> None:
        if self.payment_link and urlsplit(self.payment_link).scheme not in ("https", "http"):
            raise ValueError("payment_link must begin with https://")


def remittance(
    creditor: Creditor,
    numbers: tuple[str, ...],
    debtor: str,
    *,
    longest: int = _LONGEST_REMITTANCE,
) -> str:
    """What the debtor is asked to write with his payment.

    The items, or his number if that is too long. One item as an RF reference, in groups of four,
    where that is wanted and its number makes one that is read back; several say more as they are.
    """
    if creditor.references == "RF" and len(numbers) == 1 and (made := _rf(numbers[0])):
        return made
    text = " ".join(" ".join(numbers).split())
    return text if text and len(text) <= longest else debtor


def structured(reference: str) -> str:
    """An RF reference as banks write it, without spaces; empty for any other text."""
    compact = reference.replace(" ", "")
    return compact if compact.startswith("RF") and iso11649.is_valid(compact) else ""


def _rf(number: str) -> str:
    body = re.sub(r"[^0-9A-Z]", "", number.upper())
    digits = re.sub(r"[^0-9]", "", body).strip("0")
    if len(body) > _LONGEST_BODY or len(digits) < _LEAST_DIGITS or not number.isascii():
        return ""
    return iso11649.format(f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}")


def has_own_page(creditor: Creditor) -> bool:
    """Whether links lead to a page of each debtor's own, `/p/{token}`."""
    return "{token}" in creditor.payment_link


def payment_link(
    creditor: Creditor, amount: Money, reference: str, language: str = "", token: str = ""
) -> str:
    """The payment page's address for one payment; empty if there is no such page.

    `token` opens the debtor's own page; without one, no link leads there.
    """
    if has_own_page(creditor) and not token:
        return ""
    values = {
        "iban": creditor.iban.replace(" ", ""),
        "name": creditor.name,
        "amount": str(amount.decimal),
        "currency": amount.currency,
        "reference": reference,
        "language": language or creditor.language,
        "token": token,
    }
    link = creditor.payment_link
    for name, value in values.items():
        link = link.replace("{" + name + "}", quote(value, safe=""))
    return link


def wishes_link(creditor: Creditor, token: str) -> str:
    """Where a debtor says how he wants to be written to: behind his own page, `/p/{token}/wishes`.

    Empty where there is none over TLS, which mail programs ask for (RFC 8058, 3.1).
    """
    page = creditor.payment_link
    if not (page.startswith("https://") and page.endswith("/{token}")):
        return ""
    return f"{payment_link(creditor, Money(0, 'EUR'), '', token=token)}/wishes"

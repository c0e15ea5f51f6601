"""A matcher rule by rule, as accounting systems reconcile bank statements, over indexes.

In the manner of the reconciliation models of Odoo and OCA: each line goes through a sequence of
rules, and the first that finds something ends it. The partner comes from the account, else from the
name. Then the structured reference, then the words and numbers of the label, looked up among the
numbers of the partner's invoices (of anybody's, without a partner), then partner and amount, then
the partner's oldest invoices up to the amount. Invoices that are paid leave the indexes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from benchmarks._matching_score import ANSWERS

__all__ = ["answer"]

TOLERANCE = 0
"""Minor units by which a payment may differ from what it settles."""
SHORTEST = 4
"""Digits of a number in the label below which it is not looked up."""
_WORD = re.compile(r"[^\s,;:+&]+")
_NOT_DIGITS = re.compile(r"[^0-9]+")
_NOT_ALNUM = re.compile(r"[^A-Z0-9]+")
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_COSTS = frozenset({"costs", "NCHG", "CHRG"})
_RETURNS = frozenset({"return", "NRTI", "RRTN"})


@dataclass(slots=True)
class _Invoice:
    number: str
    customer: str
    left: int
    currency: str
    due: date
    discount: int
    until: date | None


@dataclass(slots=True)
class _Indexes:
    """The open invoices by what a rule looks them up by."""

    by_word: dict[str, _Invoice] = field(default_factory=dict)
    by_digits: defaultdict[str, list[_Invoice]] = field(default_factory=lambda: defaultdict(list))
    by_amount: defaultdict[tuple[str, int], list[_Invoice]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_customer: defaultdict[str, list[_Invoice]] = field(default_factory=lambda: defaultdict(list))
    by_iban: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)


def answer(tables: Mapping[str, pl.DataFrame], today: date) -> pl.DataFrame:
    """What the rules make of the lines, by booking date."""
    indexes = _indexed(tables)
    own = frozenset(tables["lines"]["account"].unique())
    columns = (
        "id",
        "booked",
        "valued",
        "amount_minor",
        "currency",
        "payer",
        "payer_iban",
        "text",
        "structured",
        "code",
    )
    rows = []
    for line in tables["lines"].sort("booked", "id").select(columns).iter_rows():
        key, _, valued, amount, currency, payer, iban, text, structured, code = line
        if iban in own or code in _COSTS:
            rows.append((key, "not ours", "", "", 0.0, "own transfer or costs"))
            continue
        customer = indexes.by_iban.get(iban) or indexes.by_name.get(_name(payer), "")
        if amount <= 0 or code in _RETURNS:
            outcome = "review" if customer or code in _RETURNS else "not ours"
            rows.append((key, outcome, customer, "", 0.0, "money out"))
            continue
        found = (
            _by_reference(indexes, customer, structured, amount, currency)
            or _by_label(indexes, customer, text, amount, currency, valued)
            or _by_amount(indexes, customer, amount, currency)
            or _oldest_first(indexes, customer, amount, currency)
        )
        if not found:
            rows.append((key, "review", customer, "", 0.0, "nothing found"))
            continue
        rule, shares = found
        told = []
        for invoice, minor, discount in shares:
            invoice.left -= minor + discount
            told.append(f"{invoice.number}={minor}" + (f"/{discount}" if discount else ""))
        rows.append((key, "settled", shares[0][0].customer, ";".join(told), 1.0, rule))
    return pl.DataFrame(rows, schema=ANSWERS, orient="row")


def _indexed(tables: Mapping[str, pl.DataFrame]) -> _Indexes:
    indexes = _Indexes()
    columns = (
        "number",
        "customer",
        "open_minor",
        "currency",
        "due",
        "discount_minor",
        "discount_until",
    )
    for number, customer, left, currency, due, discount, until in (
        tables["items"].sort("due", "number").select(columns).iter_rows()
    ):
        invoice = _Invoice(number, customer, left, currency, due, discount or 0, until)
        indexes.by_word[_NOT_ALNUM.sub("", number.upper())] = invoice
        indexes.by_digits[_NOT_DIGITS.sub("", number).lstrip("0")].append(invoice)
        indexes.by_amount[customer, left].append(invoice)
        indexes.by_customer[customer].append(invoice)
    for number, name, ibans in tables["debtors"].iter_rows():
        # Of two partners of one name or account the first is taken, as a look-up with a limit does.
        indexes.by_name.setdefault(_name(name), number)
        for iban in ibans.split():
            indexes.by_iban.setdefault(iban, number)
    for iban, customer, _ in tables["known"].iter_rows():
        indexes.by_iban.setdefault(iban, customer)
    return indexes


def _name(name: str) -> str:
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name)
    return _NOT_NAME.sub("", plain.casefold())


Share = tuple[_Invoice, int, int]
Found = tuple[str, Sequence[Share]] | None


def _by_reference(
    indexes: _Indexes, customer: str, structured: str, amount: int, currency: str
) -> Found:
    """The invoice whose digits the reference holds between its check digits."""
    if not structured:
        return None
    compact = _NOT_ALNUM.sub("", structured.upper())
    body = compact[4:] if compact.startswith("RF") else compact
    if word := indexes.by_word.get(body):
        return _paid("reference", [word], customer, amount, currency)
    digits = _NOT_DIGITS.sub("", body)
    for part in (digits[:-2], digits[1:], digits[2:], digits):
        if found := indexes.by_digits.get(part.lstrip("0")):
            return _paid("reference", found, customer, amount, currency)
    return None


def _by_label(
    indexes: _Indexes, customer: str, text: str, amount: int, currency: str, valued: date
) -> Found:
    """The invoices whose numbers are words of the label, whole or by their digits."""
    found: dict[str, _Invoice] = {}
    for word in _WORD.findall(text):
        if invoice := indexes.by_word.get(_NOT_ALNUM.sub("", word.upper())):
            found[invoice.number] = invoice
            continue
        digits = _NOT_DIGITS.sub("", word).lstrip("0")
        if len(digits) >= SHORTEST:
            for invoice in indexes.by_digits.get(digits, ()):
                found[invoice.number] = invoice
    if not found:
        return None
    return _paid("label", list(found.values()), customer, amount, currency, valued)


def _paid(
    rule: str,
    found: Sequence[_Invoice],
    customer: str,
    amount: int,
    currency: str,
    valued: date | None = None,
) -> Found:
    """What these invoices get of the amount: in full, with discount, in part."""
    invoices = [
        one
        for one in found
        if one.left and one.currency == currency and (not customer or one.customer == customer)
    ]
    if not invoices:
        return None
    if abs(sum(one.left for one in invoices) - amount) <= TOLERANCE:
        if len({one.customer for one in invoices}) == 1:
            return rule, [(one, one.left, 0) for one in invoices]
        return None
    for one in invoices:
        if abs(one.left - amount) <= TOLERANCE:
            return rule, [(one, one.left, 0)]
    one = invoices[0]
    if len(invoices) > 1 or one.left < 0:
        return None
    in_time = valued is not None and one.until is not None and valued <= one.until
    if in_time and one.discount and one.left - one.discount == amount:
        return f"{rule}, discount", [(one, amount, one.discount)]
    if customer and amount < one.left:
        return f"{rule}, partial", [(one, amount, 0)]
    return None


def _by_amount(indexes: _Indexes, customer: str, amount: int, currency: str) -> Found:
    """The partner's oldest invoice of that amount."""
    if customer:
        for one in indexes.by_amount.get((customer, amount), ()):
            if one.left == amount and one.currency == currency:
                return "partner and amount", [(one, amount, 0)]
    return None


def _oldest_first(indexes: _Indexes, customer: str, amount: int, currency: str) -> Found:
    """The partner's oldest invoices, if they come to the amount exactly."""
    if not customer:
        return None
    shares: list[Share] = []
    total = 0
    for one in indexes.by_customer.get(customer, ()):
        if one.left > 0 and one.currency == currency:
            shares.append((one, one.left, 0))
            total += one.left
            if total >= amount:
                break
    return ("oldest first", shares) if shares and total == amount else None

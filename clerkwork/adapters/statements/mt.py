"""MT940 (SWIFT customer statement), with the structured :86: of Dutch and German banks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from stdnum import iban

from clerkwork.adapters.statements.checks import (
    account_of,
    clean,
    decoded,
    reference,
    refusal,
    sound,
)
from clerkwork.adapters.statements.details import read_details
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement

__all__ = ["read_mt940"]

_LARGEST = 64 * 1024 * 1024
_MESSAGE = re.compile(r"^(?=:20:)", re.MULTILINE)
_ENTRY = re.compile(r"^:61:", re.MULTILINE)
_AFTER = re.compile(r"^:(?:62|64|65|90)[A-Z]?:", re.MULTILINE)

# The library logs every value it cannot read: payers' names and accounts.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)


def read_mt940(path: Path) -> tuple[Statement, ...]:
    """The statements of an MT940 file; raises `StatementError` and refuses it whole."""
    text = decoded(path, _LARGEST)
    return tuple(_statement(path, place, block) for place, block in _messages(text))


def _messages(text: str) -> Iterator[tuple[str, str]]:
    for number, found in enumerate(_MESSAGE.finditer(text), 1):
        start = found.start()
        after = text.find("\n:20:", start)
        line = text.count("\n", 0, start) + 1
        yield f"statement {number} from line {line}", text[start : after if after > 0 else None]


def _statement(path: Path, place: str, block: str) -> Statement:
    data, entries = _parsed(path, place, block)
    raws = _raw_entries(block)
    if len(raws) != len(entries):
        found = f"{len(raws)} lines :61: of which {len(entries)} could be read"
        raise refusal(path, place, found, "every :61: readable")
    opening, opened = _balance(path, place, data, "opening")
    closing, closed = _balance(path, place, data, "closing")
    account = account_of(data.get("account_identification") or "")
    if not account:
        raise refusal(path, place, "no account", ":25: with the account")
    number = data.get("statement_number") or ""
    if data.get("sequence_number"):
        number = f"{number}/{data['sequence_number']}"
    statement = Statement(
        account=account,
        number=number,
        opened=opened,
        closed=closed,
        opening=opening,
        closing=closing,
        lines=tuple(
            _line(path, f"{place}, entry {place_in}", account, entry, raw)
            for place_in, (entry, raw) in enumerate(zip(entries, raws, strict=True), 1)
        ),
        source=path.name,
    )
    return sound(path, place, statement)


def _parsed(path: Path, place: str, block: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    import mt940

    parsed = mt940.models.Transactions(options=mt940.Options.all())
    try:
        parsed.parse(block)
    except (RuntimeError, ValueError, TypeError, ArithmeticError, KeyError) as error:
        value = str(error.args[2]).splitlines()[0] if len(error.args) == 3 else str(error)
        found = f"{value[:60]!r} cannot be read"
        raise refusal(path, place, found, "the fields of an MT940") from error
    # Each :61: of the library is a transaction; one without an amount was made by a stray :86:.
    return parsed.data, [one.data for one in parsed.transactions if "amount" in one.data]


def _raw_entries(block: str) -> list[str]:
    starts = [found.start() for found in _ENTRY.finditer(block)]
    if not starts:
        return []
    after = _AFTER.search(block, starts[-1])
    stops = [*starts[1:], after.start() if after else len(block)]
    return [block[start:stop].rstrip("\n") for start, stop in zip(starts, stops, strict=True)]


def _balance(path: Path, place: str, data: dict[str, Any], which: str) -> tuple[Money, date]:
    tag = {"opening": ":60F: or :60M:", "closing": ":62F: or :62M:"}[which]
    for kind in (f"final_{which}", f"intermediate_{which}", which):
        balance = data.get(f"{kind}_balance")
        if balance is not None:
            return _money(path, place, balance.amount), _day(balance.date)
    raise refusal(path, place, f"no {which} balance (is the file cut off?)", tag)


def _money(path: Path, place: str, amount: Any) -> Money:
    try:
        return Money.of(amount.amount, str(amount.currency))
    except (ValueError, AttributeError) as error:
        raise refusal(path, place, str(error), "an amount with its currency") from error


def _day(moment: Any) -> date:
    return date(moment.year, moment.month, moment.day)


def _line(path: Path, place: str, account: str, data: dict[str, Any], raw: str) -> BankLine:
    details = read_details(data)
    extra = clean(data.get("extra_details") or "")
    own_code = re.fullmatch(r"/TRCD/([^/\n]+)/?", extra)
    code = own_code[1] if own_code else clean(data.get("id") or "")
    if (data.get("status") or "").upper().startswith("R"):
        code = f"{code} reversal".strip()
    valued = _day(data["date"])
    payer_iban = details.iban or (extra if iban.is_valid(extra) else "")
    return BankLine(
        account=account,
        booked=_day(data["entry_date"]) if data.get("entry_date") else valued,
        valued=valued,
        amount=_money(path, place, data["amount"]),
        payer=details.name,
        payer_iban=account_of(payer_iban),
        text=details.text,
        structured=details.structured,
        end_to_end=reference(details.end_to_end),
        bank_ref=reference(data.get("bank_reference") or ""),
        code=code,
        raw=raw,
    )

"""What the bank knows: statements and their lines, and when two of them are the same."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from clerkwork.core.money import Money, total

__all__ = ["BankLine", "Statement", "difference", "identified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """One booked line of a bank statement; money in is above zero."""

    account: str
    """IBAN of our own account."""
    booked: date
    valued: date
    amount: Money
    payer: str = ""
    """Name of the other party, as the bank gives it."""
    payer_iban: str = ""
    text: str = ""
    """Unstructured remittance; line breaks of the statement are kept as '\\n'."""
    structured: str = ""
    """Structured reference: RF, OGM, betalingskenmerk; digits and letters as given."""
    end_to_end: str = ""
    bank_ref: str = ""
    """The bank's own reference for the entry; empty when it gives none."""
    code: str = ""
    """The bank's own transaction code."""
    raw: str = ""
    """The entry as it stood in the statement."""
    id: str = ""
    """Set by `identified`; the same line in CAMT.053, MT940 and CSV has the same one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of one account: opening + lines = closing, or it is not to be trusted."""

    account: str
    number: str
    """The bank's own number of the statement; empty when the format has none."""
    opened: date
    closed: date
    """Booking date of the closing balance."""
    opening: Money
    closing: Money
    lines: tuple[BankLine, ...]
    source: str
    """The file it came from, for people."""


def difference(statement: Statement) -> Money:
    """What opening + lines lacks to the closing balance; zero in a sound statement."""
    moved = total((line.amount for line in statement.lines), statement.opening.currency)
    return statement.closing - (statement.opening + moved)


def identified(lines: Iterable[BankLine]) -> tuple[BankLine, ...]:
    """The lines with their ids: the bank's own reference, or else date, amount, text and ordinal.

    The ordinal tells equal lines of one statement apart. Free text is folded
    to letters and digits, because each format wraps and pads it its own way.
    """
    seen: Counter[str] = Counter()
    result = []
    for line in lines:
        key = _key(line)
        seen[key] += 1
        digest = hashlib.sha256(f"{key}|{seen[key]}".encode()).hexdigest()
        result.append(replace(line, id=digest[:20]))
    return tuple(result)


def _key(line: BankLine) -> str:
    if line.bank_ref:
        own = f"ref|{line.bank_ref}"
    else:
        text = re.sub(r"[^a-z0-9]", "", (line.structured + line.text).casefold())
        own = f"text|{line.booked.isoformat()}|{text}"
    return f"{line.account}|{own}|{line.amount.minor}|{line.amount.currency}"

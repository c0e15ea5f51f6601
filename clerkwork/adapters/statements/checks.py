"""What all formats share: limits, refusals with their place, and opening + lines = closing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from stdnum import iban

from clerkwork.core.payments import BankLine, Statement, difference, identified
from clerkwork.errors import StatementError

__all__ = [
    "BALANCED",
    "NO_CONTROLS",
    "account_of",
    "clean",
    "decoded",
    "numbered",
    "reference",
    "refusal",
    "sound",
]

BALANCED = "opening + lines = closing"
NO_CONTROLS = ("none: the file has no balances and no summary",)
"""What a statement says of the controls that its file gave."""

_NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "NOREF", "EREF", "PREF", "MARF", "KREF"})
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")


def refusal(path: Path, place: str, found: str, expected: str) -> StatementError:
    """The error that refuses a file: where, what stands there, what was expected, what to do."""
    return StatementError(
        f"{path.name}, {place}: {found}; expected {expected}. "
        "Nothing of this file was booked: fetch it from the bank again, or ask the bank."
    )


def decoded(path: Path, largest: int) -> str:
    """The text of a file of at most `largest` bytes: UTF-8, or else Windows-1252."""
    size = path.stat().st_size
    if size > largest:
        raise refusal(path, "whole file", f"{size:,} bytes", f"at most {largest:,}")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise refusal(path, f"line {line}", "a NUL byte", "text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """Without control and direction signs and without blanks at its ends; line breaks stay."""
    return (text if text.isprintable() else _CONTROL.sub(" ", text)).strip()


def reference(text: str) -> str:
    """A reference, or nothing where the bank says that there is none."""
    folded = clean(text)
    return "" if folded.upper() in _NO_REFERENCE else folded


def account_of(text: str) -> str:
    """An account as an IBAN without spaces, a currency behind it dropped; else as it is given."""
    text = clean(text)
    if text.isalnum() and text.isascii() and not text[-1].isalpha():
        return text.upper()
    return _account(text)


@lru_cache(maxsize=16_384)
def _account(text: str) -> str:
    compact = re.sub(r"\s", "", text).upper()
    for candidate in (compact, re.sub(r"[/ ]?[A-Z]{3}$", "", compact)):
        if iban.is_valid(candidate):
            return str(iban.compact(candidate))
    return compact


def sound(path: Path, place: str, statement: Statement) -> Statement:
    """The statement, if opening + lines = closing in one currency; raises `StatementError`."""
    currencies = {statement.opening.currency, statement.closing.currency}
    currencies |= {line.amount.currency for line in statement.lines}
    if len(currencies) > 1:
        found = "amounts in " + " and ".join(sorted(currencies))
        raise refusal(path, place, found, "one currency in a statement")
    lacking = difference(statement)
    if lacking:
        moved = f"{statement.opening} and {len(statement.lines)} lines"
        found = f"{moved} do not make {statement.closing}: the difference is {lacking}"
        raise refusal(path, place, found, BALANCED)
    return replace(statement, controls=(*statement.controls, BALANCED))


def numbered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements with the ids of their lines set.

    Equal lines are told apart over all statements of an account in the file, because a bank
    may break one day into several pages where another format has one.
    """
    by_account: dict[str, list[BankLine]] = defaultdict(list)
    for statement in statements:
        by_account[statement.account].extend(statement.lines)
    waiting = {account: iter(identified(lines)) for account, lines in by_account.items()}
    return tuple(
        replace(one, lines=_taken(waiting[one.account], len(one.lines))) for one in statements
    )


def _taken(lines: Iterable[BankLine], count: int) -> tuple[BankLine, ...]:
    return tuple(line for _, line in zip(range(count), lines, strict=False))

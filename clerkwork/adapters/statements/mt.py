"""MT940 and MT942 (SWIFT's statement and interim report), as Dutch and German banks write them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from clerkwork.adapters.statements.checks import NO_CONTROLS, account_of, decoded, refusal, sound
from clerkwork.adapters.statements.mt_entries import (
    Balance,
    Entry,
    balance,
    bank_line,
    entry,
    sum_of,
)
from clerkwork.adapters.statements.mt_fields import Message, Token, messages, retold
from clerkwork.adapters.statements.mt_forged import Ambiguous, posing
from clerkwork.core.money import Money
from clerkwork.core.payments import Kind, Statement

__all__ = ["read_mt"]

T = TypeVar("T")

_LARGEST = 64 * 1024 * 1024
_MOST_FIELDS = 600_000
_LONGEST_DETAILS = 65_536
"""Signs; SWIFT's own limit is 390, which no bank keeps to."""

# The library logs every value it cannot read: payers' names and accounts.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)


def read_mt(path: Path) -> tuple[Statement, ...]:
    """The statements of an MT940 or MT942 file, the latter's as previews.

    Raises `StatementError` and refuses the file whole.
    """
    text = decoded(path, _LARGEST)
    if text.count("\n:") > _MOST_FIELDS:
        expected = f"at most {_MOST_FIELDS:,}"
        raise refusal(path, "whole file", "more fields", expected)
    found: list[Statement] = []
    line, at = 1, 0
    for number, message in enumerate(messages(text), 1):
        line, at = line + text.count("\n", at, message.start), message.start
        one = _Reading(path, text, message, f"statement {number} from line {line}").statement()
        if found:
            _expect_next_page(path, line, found[-1], one, message)
        found.append(one)
    return tuple(found)


@lru_cache(maxsize=1)
def _fields() -> dict[Any, Any]:
    import mt940

    return mt940.tags.TAG_BY_ID


def _expect_next_page(
    path: Path, line: int, before: Statement, one: Statement, message: Message
) -> None:
    """A page that goes on (:60M:) has to begin where the page before it in the file ended."""
    goes_on = any(token.tag == "60M" for token in message.tokens)
    same = before.account == one.account and _sheet(before) == _sheet(one)
    if goes_on and same and before.closing != one.opening:
        found = f"a page that begins with {one.opening} after one that ended with {before.closing}"
        raise refusal(path, f"line {line}", found, "every page of the statement")


def _sheet(statement: Statement) -> str:
    return statement.number.partition("/")[0]


@dataclass(slots=True)
class _Entered:
    """A :61: with what belongs to it."""

    token: Token
    entry: Entry
    details: list[str] = field(default_factory=list)
    stop: int = 0


class _Reading:
    """One message while it is read."""

    def __init__(self, path: Path, text: str, message: Message, place: str) -> None:
        self._path, self._text, self._message, self._place = path, text, message, place

    def statement(self) -> Statement:
        if self._message.enveloped and not self._message.ended:
            raise self._refusal("no '-}' at its end (the file is cut off)", "all of the message")
        self._leave_out_forged_ends()
        self._expect_each_once()
        account = account_of(self._value("25"))
        opening = self._read("60F", "60M", "60", balance)
        if opening is None and not any(t.tag in ("34F", "90C", "90D") for t in self._tokens):
            raise self._refusal("no opening balance", ":60F: or :60M:")
        if not account:
            raise self._refusal("no account", ":25: with the account")
        return self._preview(account) if opening is None else self._booked(account, opening)

    @property
    def _tokens(self) -> list[Token]:
        return self._message.tokens

    def _booked(self, account: str, opening: Balance) -> Statement:
        closing = self._read("62F", "62M", "62", balance)
        if closing is None:
            found = "no closing balance (is the file cut off?)"
            raise self._refusal(found, ":62F: or :62M:")
        moved = closing.amount.minor - opening.amount.minor
        entered = self._real(opening.amount.currency, moved)
        lines = [self._line(account, one) for one in entered if not one.entry.expected]
        statement = Statement(
            account=account,
            number=self._number(),
            opened=opening.day,
            closed=closing.day,
            opening=opening.amount,
            closing=closing.amount,
            lines=tuple(lines),
            source=self._path.name,
        )
        return sound(self._path, self._place, statement)

    def _preview(self, account: str) -> Statement:
        """An MT942: no balances, but mostly count and sum of what goes out and comes in."""
        out, back = self._read("90D", "", "", sum_of), self._read("90C", "", "", sum_of)
        currency = (back or out or (0, Money(0, self._value("34F")[:3] or "EUR")))[1].currency
        told = out is not None or back is not None
        moved = (back[1].minor if back else 0) - (out[1].minor if out else 0)
        entered = self._real(currency, moved if told else None)
        lines = tuple(self._line(account, one) for one in entered if not one.entry.expected)
        for which, said, sign in (("90D", out, -1), ("90C", back, 1)):
            if said is not None:
                self._expect_sum(which, said, [o.entry for o in entered], sign)
        days = [line.booked for line in lines] or [self._made()]
        total = sum(line.amount.minor for line in lines)
        return Statement(
            account=account,
            number=self._number(),
            opened=min(days),
            closed=max(days),
            opening=Money(0, currency),
            closing=Money(total, currency),
            lines=lines,
            source=self._path.name,
            kind=Kind.PREVIEW,
            controls=("count and sum in :90D: and :90C:",) if told else NO_CONTROLS,
            unbooked=len(entered) - len(lines),
        )

    def _expect_sum(
        self, which: str, said: tuple[int, Money], entries: Sequence[Entry], sign: int
    ) -> None:
        amounts = [e.amount.minor * sign for e in entries if e.amount.minor * sign > 0]
        if (len(amounts), sum(amounts)) != (said[0], said[1].minor):
            counted = f"{len(amounts)} entries of {Money(sum(amounts), said[1].currency)}"
            raise self._refusal(counted, f"{said[0]} of {said[1]}, as :{which}: says")

    def _real(self, currency: str, moved: int | None) -> list[_Entered]:
        """The entries, without those that are a payer's wrapped text; `moved` is what all make."""
        entered = self._entered(currency)
        likely = [one for one in entered if one.token.likely]
        if not likely and not any(one.token.lone for one in entered):
            return entered
        lone = [one for one in entered if one.token.lone and not one.token.likely]
        surplus = sum(one.entry.amount.minor for one in entered) - (moved or 0)
        try:
            if moved is None and likely:
                raise Ambiguous
            text = () if moved is None else posing(_minor(likely), _minor(lone), surplus)
        except Ambiguous:
            found = "entries that may be a wrapped text of the payer, and both ways add up"
            line = self._line_of((likely or lone)[0].token)
            raise self._refusal(found, "entries that stand apart from texts", line) from None
        if not text:
            return entered
        retold(self._text, self._message, [likely[place].token for place in text])
        return self._entered(currency)

    def _entered(self, currency: str) -> list[_Entered]:
        found: list[_Entered] = []
        for token in self._tokens:
            if token.tag == "61":
                found.append(_Entered(token, self._entry(token, currency)))
            elif token.tag == "86":
                if len(token.value) > _LONGEST_DETAILS:
                    told = f"a :86: of {len(token.value):,} signs"
                    expected = f"at most {_LONGEST_DETAILS:,}"
                    raise self._refusal(told, expected, self._line_of(token))
                if found and not found[-1].stop:
                    found[-1].details.append(token.value)
                continue
            elif token.tag != "NS" and found:
                found[-1].stop = found[-1].stop or token.start
            if token.tag == "61" and len(found) > 1:
                found[-2].stop = token.start
        return found

    def _entry(self, token: Token, currency: str) -> Entry:
        return self._tried(token, lambda: entry(token.value, currency))

    def _line(self, account: str, one: _Entered) -> Any:
        stop = one.stop or self._message.stop
        raw = self._text[one.token.start : stop].rstrip("\n")
        return bank_line(account, one.entry, "\n".join(one.details), raw)

    def _number(self) -> str:
        return self._value("28C") or self._value("28")

    def _made(self) -> Any:
        value = self._value("13D") or self._value("13")
        token = next((t for t in self._tokens if t.tag in ("13", "13D")), self._tokens[0])
        return self._tried(token, lambda: entry(f"{value[:6]}C0", "EUR").valued)

    def _leave_out_forged_ends(self) -> None:
        """An end (:62F:, :90C:) that more entries or another end follow is text, or disorder."""
        last = max((n for n, t in enumerate(self._tokens) if t.tag == "61"), default=-1)
        closings = [n for n, t in enumerate(self._tokens) if t.tag[:2] == "62"]
        last = max(last, *closings) if closings else last
        early = [t for t in self._tokens[: max(last, 0)] if t.tag[:2] in ("62", "64", "65", "90")]
        forged = [token for token in early if token.likely]
        if len(forged) < len(early):
            token = next(token for token in early if not token.likely)
            found = f":{token.tag}: in front of an entry or of the closing balance"
            raise self._refusal(found, "the end of a statement once", self._line_of(token))
        if forged:
            retold(self._text, self._message, forged)

    def _expect_each_once(self) -> None:
        seen: set[str] = set()
        for token in self._tokens:
            kind = token.tag[:2]
            if kind in ("20", "25", "28", "60", "62") and kind in seen:
                found = f":{kind}: twice"
                raise self._refusal(found, "it once in a statement", self._line_of(token))
            seen.add(kind)

    def _read(self, tag: str, second: str, third: str, reads: Callable[[Any, str], T]) -> T | None:
        for token in self._tokens:
            if token.tag in (tag, second, third):
                own = _fields()[int(token.tag) if token.tag.isdigit() else token.tag]
                return self._tried(token, partial(reads, own, token.value))
        return None

    def _value(self, tag: str) -> str:
        found = (token.value for token in self._tokens if token.tag == tag)
        return next(found, "").split("\n", 1)[0].strip()

    def _tried(self, token: Token, reads: Callable[[], T]) -> T:
        try:
            return reads()
        except (ValueError, RuntimeError, ArithmeticError) as error:
            value = f":{token.tag}:{token.value.splitlines()[0] if token.value else ''}"
            told = f"{value[:60]!r} cannot be read"
            if str(error).endswith("minor units of EUR"):
                told = str(error)
            raise self._refusal(told, "the field as SWIFT has it", self._line_of(token)) from error

    def _line_of(self, token: Token) -> int:
        return self._text.count("\n", 0, token.start) + 1

    def _refusal(self, found: str, expected: str, line: int = 0) -> Exception:
        place = f"{self._place}, line {line}" if line else self._place
        return refusal(self._path, place, found, expected)


def _minor(entered: Sequence[_Entered]) -> list[int]:
    return [one.entry.amount.minor for one in entered]

"""What a CAMT says of itself: its balances, and the count, sum and net of its entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from clerkwork.adapters.statements.camt_lines import Wrong, signed
from clerkwork.adapters.statements.camt_values import day, minor_units
from clerkwork.adapters.statements.nodes import Found
from clerkwork.core.money import Money
from clerkwork.core.payments import Kind

__all__ = ["Balance", "Tally", "balances_of", "held_against", "period_of"]

_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")


@dataclass(frozen=True, slots=True)
class Balance:
    day: date
    amount: Money


def balances_of(found: Found, kind: Kind) -> tuple[Balance, Balance] | None:
    """Opening and closing; None where a preview or a notification has not both of them.

    A page of a statement opens and closes with interim balances (ITBD), the first and the last.
    Raises `Wrong` where a statement lacks one.
    """
    known = [
        (said, Balance(_date(one.get("date", "")), signed(one, "Bal")))
        for one in found.get("balances", ())
        if (said := one.get("kind")) in {*_OPENING, *_CLOSING}
    ]
    opening = _first(known, _OPENING)
    closing = _first(known[::-1], _CLOSING)
    # A single interim balance says where the money stood, but neither opens nor closes.
    if opening and closing and opening is not closing:
        return opening, closing
    if kind is not Kind.STATEMENT:
        return None
    which, kinds = ("closing", _CLOSING) if opening else ("opening", _OPENING)
    raise Wrong(f"no {which} balance", " or ".join(kinds))


def _first(known: Iterable[tuple[str, Balance]], kinds: tuple[str, ...]) -> Balance | None:
    every = list(known)
    return next((balance for kind in kinds for said, balance in every if said == kind), None)


def _date(text: str) -> date:
    try:
        return day(text)
    except ValueError as error:
        raise Wrong(f"Dt: {error}", "year-month-day") from None


def period_of(found: Found, booked: tuple[date, date] | None) -> tuple[date, date]:
    """The days of a report without balances: as it says, else those of its lines, else its own."""
    made = found.get("made", "")
    first = found.get("from") or (booked[0].isoformat() if booked else made)
    last = found.get("to") or (booked[1].isoformat() if booked else made)
    return _date(first), _date(last)


@dataclass(slots=True)
class Tally:
    """Count and sum of entries, in minor units, as a summary has them."""

    credits: int = 0
    debits: int = 0
    credit: int = 0
    debit: int = 0
    currencies: set[str] = field(default_factory=set)

    def add(self, amount: Money) -> None:
        self.currencies.add(amount.currency)
        if amount.minor >= 0:
            self.credits += 1
            self.credit += amount.minor
        else:
            self.debits += 1
            self.debit -= amount.minor

    def figures(self) -> dict[str, int]:
        return {
            "count": self.credits + self.debits,
            "sum": self.credit + self.debit,
            "net": self.credit - self.debit,
            "credit count": self.credits,
            "credit sum": self.credit,
            "debit count": self.debits,
            "debit sum": self.debit,
        }


_WORDS = {
    "count": "number of entries",
    "sum": "sum of entries",
    "net": "net of entries",
    "credit count": "number of credits",
    "credit sum": "sum of credits",
    "debit count": "number of debits",
    "debit sum": "sum of debits",
}


def held_against(found: Found, currency: str, booked: Tally, unbooked: Tally) -> tuple[str, ...]:
    """The controls of the summary, in words; raises `Wrong` where one fails.

    A bank counts all entries or only the booked ones: one of both has to agree throughout.
    """
    said = _summary(found, currency)
    if not said:
        return ()
    others = unbooked.figures()
    counted = [
        {name: value + others[name] for name, value in booked.figures().items()},
        booked.figures(),
    ]
    wrong = [
        [name for name, value in said.items() if figures[name] != value] for figures in counted
    ]
    least = min(range(2), key=lambda which: len(wrong[which]))
    if wrong[least]:
        name = wrong[least][0]
        told = f"{_WORDS[name]} {_told(name, counted[least][name], currency)}"
        raise Wrong(told, f"the {_told(name, said[name], currency)} of the summary")
    if len(booked.currencies | unbooked.currencies) > 1:
        return tuple(_WORDS[name] for name in said if name.endswith("count"))
    return tuple(_WORDS[name] for name in said)


def _summary(found: Found, currency: str) -> dict[str, int]:
    said: dict[str, int] = {}
    for name in _WORDS:
        text = found.get(name)
        if text is None:
            continue
        if name.endswith("count"):
            if not (text.isascii() and text.isdigit() and len(text) < 16):
                raise Wrong(f"{_WORDS[name]} {text[:20]!r}", "digits")
            said[name] = int(text)
        else:
            said[name] = _sum(text, currency, negative=name == "net" and _is_out(found))
    return said


def _is_out(found: Found) -> bool:
    return bool(found.get("net direction") == "DBIT")


def _sum(text: str, currency: str, *, negative: bool) -> int:
    try:
        minor = minor_units(text, currency)
    except ValueError as error:
        raise Wrong(str(error), "an amount in the summary") from None
    return -minor if negative else minor


def _told(name: str, value: int, currency: str) -> str:
    return str(value) if name.endswith("count") else str(Money(value, currency))

"""Matching the bank's lines with the open items, in one pass over each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.named import by_number, names_badly, names_something
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.matching.screening import screened
from clerkwork.core.matching.unnamed import by_amount
from clerkwork.core.matching.verdict import Case
from clerkwork.core.payments import BankLine
from clerkwork.core.references import learn, read_remittance

__all__ = ["match"]

_NOBODY: Mapping[str, Mapping[str, int]] = {}


def match(
    lines: Iterable[BankLine],
    items: Iterable[OpenItem],
    debtors: Iterable[Debtor],
    *,
    rules: MatchingRules,
    paid_from: Mapping[str, Mapping[str, int]] = _NOBODY,
    today: date,
    own_ibans: frozenset[str],
) -> tuple[Match, ...]:
    """What each line pays: one match a line, in the order in which they are to be keyed.

    `paid_from` says how often an IBAN paid for a debtor. `today` is the creditor's date. Lines
    that name a number in full go first, then those that name one badly, then those that name
    nothing, each by booking date: so the order of lines and items changes nothing. No item is
    consumed beyond what is open of it. Raises `ValueError` if an item's number occurs twice.
    """
    known = tuple(items)
    people = tuple(debtors)
    numbers = learn(known, people)
    first: list[Match] = []
    unnamed: list[Case] = []
    named: list[Case] = []
    ledger = Ledger(known, people, paid_from, rules)
    for line in sorted(lines, key=_place):
        case = Case(
            line=line,
            remittance=read_remittance(line, numbers),
            ledger=ledger,
            rules=rules,
            by_iban=ledger.by_iban(line),
            by_name=ledger.by_name(line),
        )
        decided = screened(case, own_ibans, today)
        if decided is not None:
            first.append(decided)
        elif names_something(case):
            named.append(case)
        else:
            unnamed.append(case)
    named.sort(key=names_badly)
    return (*first, *map(by_number, named), *map(by_amount, unnamed))


def _place(line: BankLine) -> tuple[date, str, int, str]:
    return line.booked, line.id, line.amount.minor, line.text

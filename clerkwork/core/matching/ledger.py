"""The ledger while lines are matched: what is left of each item, and who pays from where."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation

__all__ = ["Ledger", "folded_names"]

_FORM = re.compile(
    r"(?:bv|nv|vof|cv|srl|sa|sprl|gmbh|kg|ag|ek|ohg|ug|ltd|llc|plc|inc|stichting|stg)$"
)

# What statements in a poorer character set write instead.
_ALIKE = str.maketrans({"ł": "l", "ß": "ss", "\u0131": "i", "ø": "o", "+": "&"})


class Ledger:
    """Indexes over items and debtors; `take` is the only thing that changes it."""

    def __init__(
        self,
        items: Iterable[OpenItem],
        debtors: Iterable[Debtor],
        paid_from: Mapping[str, Mapping[str, int]],
        rules: MatchingRules,
    ) -> None:
        self.items: dict[str, OpenItem] = {}
        for item in sorted(items, key=lambda i: i.number):
            if item.number in self.items:
                raise ValueError(f"open item {item.number} occurs twice")
            self.items[item.number] = item
        self.left = {number: item.open for number, item in self.items.items()}
        self.held: set[str] = set()
        """Items that a line in review names."""
        self._of: dict[str, list[str]] = defaultdict(list)
        self._at: dict[Money, list[str]] = defaultdict(list)
        for number, item in self.items.items():
            self._of[item.customer].append(number)
            self._at[item.open].append(number)
        self._by_iban: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for debtor in debtors:
            for iban in debtor.ibans:
                self._by_iban[_compact(iban)].add(debtor.number)
            for name in folded_names(debtor.name):
                self._by_name[name].add(debtor.number)
        for iban, customers in paid_from.items():
            often = (one for one, times in customers.items() if times >= rules.times_paid)
            self._by_iban[_compact(iban)].update(often)

    def of(self, customer: str, currency: str) -> list[str]:
        """The debtor's items in that currency of which something is left, by number."""
        own = ((number, self.left[number]) for number in self._of.get(customer, ()))
        return [number for number, left in own if left and left.currency == currency]

    def at(self, amount: Money) -> list[str]:
        """Items of which exactly that was open, and still is."""
        return [number for number in self._at.get(amount, ()) if self.left[number] == amount]

    def by_iban(self, line: BankLine) -> frozenset[str]:
        """Debtors whose account the payer's IBAN is."""
        return frozenset(self._by_iban.get(_compact(line.payer_iban), ()))

    def by_name(self, line: BankLine) -> frozenset[str]:
        """Debtors of exactly the payer's name, signs apart; else without the legal form."""
        names = folded_names(line.payer)
        found = (frozenset(self._by_name.get(name, ())) for name in names)
        return next(filter(None, found), frozenset())

    def customer(self, number: str) -> str:
        return self.items[number].customer

    def whole(self, numbers: Iterable[str]) -> tuple[Allocation, ...]:
        """Allocations of all that is left of these items."""
        return tuple(self.part(number, self.left[number]) for number in numbers)

    def part(self, number: str, amount: Money, discount: Money | None = None) -> Allocation:
        return Allocation(
            item=number,
            amount=amount,
            discount=discount or Money(0, amount.currency),
            open_before=self.left[number],
        )

    def take(self, allocations: Iterable[Allocation]) -> None:
        """Lower what is left; raises `ValueError` if more is taken than there is."""
        for one in allocations:
            before = self.left[one.item]
            after = before - one.settles
            if after.minor * before.minor < 0 or abs(after) > abs(before):
                raise ValueError(f"{one.settles} of {one.item}, of which {before} is left")
            self.left[one.item] = after


def folded_names(name: str) -> tuple[str, ...]:
    """Letters and digits of a name without accents and case: whole, and without legal form."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_ALIKE))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.sub(r"[^a-z0-9& ]", "", bare).split()
    names = ["".join(words)]
    if len(words) > 1 and _FORM.fullmatch(words[-1]):
        names.append("".join(words[:-1]))
    return tuple(filter(None, names))


def _compact(iban: str) -> str:
    return re.sub(r"\s", "", iban).upper()

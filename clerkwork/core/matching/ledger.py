"""The ledger while lines are matched: what is left of each item, and who pays from where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching.names import NameIndex, folded_names
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.money import Money
from clerkwork.core.posting import Allocation

__all__ = ["Ledger", "compact"]

_NONE: frozenset[str] = frozenset()


class Ledger:
    """Indexes over items and debtors; `take` and `give` are all that changes them.

    Amounts are minor units of the item's own currency.
    """

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
        self.minor = {number: item.open.minor for number, item in self.items.items()}
        """What is left of each item."""
        self.held: set[str] = set()
        """Items that a line in review names."""
        self._of: dict[str, list[str]] = defaultdict(list)
        self._at: dict[tuple[int, str], list[str]] = defaultdict(list)
        for number, item in self.items.items():
            self._of[item.customer].append(number)
            self._at[item.open.minor, item.open.currency].append(number)
        self._by_iban: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._names: list[tuple[str, str]] = []
        self._similar: NameIndex | None = None
        for debtor in debtors:
            for iban in debtor.ibans:
                self._by_iban[compact(iban)].add(debtor.number)
            for name in folded_names(debtor.name):
                self._by_name[name].add(debtor.number)
            self._names.append((debtor.number, debtor.name))
        self._paid_from = {compact(iban): often for iban, often in paid_from.items()}
        for iban, customers in self._paid_from.items():
            often = (one for one, times in customers.items() if times >= rules.times_paid)
            self._by_iban[iban].update(often)

    def customer(self, number: str) -> str:
        return self.items[number].customer

    def currency(self, number: str) -> str:
        return self.items[number].open.currency

    def of(self, customer: str, currency: str) -> list[str]:
        """The debtor's items in that currency of which something is left, by number."""
        items, minor = self.items, self.minor
        own = self._of.get(customer, ())
        return [n for n in own if minor[n] and items[n].open.currency == currency]

    def at(self, minor: int, currency: str) -> list[str]:
        """Items of which exactly that was open, and still is."""
        return [n for n in self._at.get((minor, currency), ()) if self.minor[n] == minor]

    def by_iban(self, iban: str) -> frozenset[str]:
        """Debtors whose account this is."""
        found = self._by_iban.get(compact(iban))
        return frozenset(found) if found else _NONE

    def times(self, iban: str, customer: str) -> int:
        """How often that account paid for that debtor before."""
        return self._paid_from.get(compact(iban), {}).get(customer, 0)

    def by_name(self, name: str) -> frozenset[str]:
        """Debtors of exactly this name, signs apart; else without the legal form."""
        for folded in folded_names(name):
            found = self._by_name.get(folded)
            if found:
                return frozenset(found)
        return _NONE

    def similar(self, name: str, *, least: float, margin: float) -> str:
        """The one debtor whose name is nearly this one; empty if there is none or several."""
        if self._similar is None:
            self._similar = NameIndex(self._names)
        return self._similar.similar(name, least=least, margin=margin)[0]

    def allocation(self, number: str, amount: int, discount: int = 0) -> Allocation:
        """That much of an item, in its own currency."""
        currency = self.currency(number)
        return Allocation(
            item=number,
            amount=Money(amount, currency),
            discount=Money(discount, currency),
            open_before=Money(self.minor[number], currency),
        )

    def take(self, allocations: Iterable[Allocation]) -> None:
        """Lower what is left; raises `ValueError` if more is taken than there is."""
        for one in allocations:
            before = self.minor[one.item]
            after = before - one.amount.minor - one.discount.minor
            if after * before < 0 or abs(after) > abs(before):
                raise ValueError(
                    f"{one.settles} of {one.item}, of which {Money(before, one.amount.currency)}"
                    " is left"
                )
            self.minor[one.item] = after

    def give(self, allocations: Iterable[Allocation]) -> None:
        """What was taken is open again."""
        for one in allocations:
            self.minor[one.item] += one.amount.minor + one.discount.minor


def compact(iban: str) -> str:
    """An IBAN as it is compared: capitals, no blanks."""
    if iban.isupper() and iban.isalnum():
        return iban
    return "".join(iban.split()).upper()

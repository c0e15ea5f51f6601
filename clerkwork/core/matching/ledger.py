"""The ledger while lines are matched: what is left of each item, and who pays from where."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from clerkwork.core.ledger import OpenItem
from clerkwork.core.matching.accounts import compact, is_account
from clerkwork.core.matching.names import NameIndex, folded_names
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation

if TYPE_CHECKING:
    import numpy as np

    from clerkwork.core.matching.tables import Tables

__all__ = ["Ledger"]

_NOBODY: frozenset[str] = frozenset()
_MOST_OTHERS = 50


class Ledger:
    """Indexes over items and debtors; `take` and `give` are all that changes it.

    Amounts are minor units of the item's own currency. Items are rows of columns, sorted by
    debtor and number; an `OpenItem` is made of a row only when somebody looks at it.
    """

    def __init__(self, tables: Tables, rules: MatchingRules) -> None:
        import polars as pl

        self._tables = tables
        keys = tables.items.select("customer", "number").with_row_index("row")
        ordered = keys.sort("customer", "number")
        self._source = ordered["row"].to_numpy()
        self._numbers: list[str] = ordered["number"].to_list()
        self._row = dict(zip(self._numbers, range(len(self._numbers)), strict=True))
        runs = ordered.lazy().with_row_index("place").group_by("customer", maintain_order=True)
        spans = runs.agg(pl.col("place").min().alias("a"), pl.col("place").max().alias("b"))
        self._span = {one: (a, b + 1) for one, a, b in spans.collect().iter_rows()}
        self._open: list[int] = tables.items["open_minor"].gather(self._source).to_list()
        self._currency: list[str] = tables.items["currency"].gather(self._source).to_list()
        self._customer: list[str] = ordered["customer"].to_list()
        self.disputed = frozenset(tables.items.filter(pl.col("disputed"))["number"].to_list())
        """Items that are disputed."""
        self.discounts = _discounts(tables)
        """Early-payment discounts of the items that have one, and the last day of each."""
        self._one = self._currency[0] if len(set(self._currency)) == 1 else ""
        self.minor = dict(zip(self._numbers, self._open, strict=True))
        """What is left of each item."""
        self.items: Mapping[str, OpenItem] = _Items(self)
        self.left: Mapping[str, Money] = _Left(self)
        self.held: set[str] = set()
        """Items that a line in review names."""
        self._at: Callable[[int], list[int]] | None = None
        self._alive: dict[int, list[int]] = {}
        self._made: dict[str, OpenItem] = {}
        self._times = _times(tables)
        self._by_iban = _by_iban(tables, self._times, rules.times_paid)
        self._by_name: dict[str, list[str]] | None = None
        self._similar: NameIndex | None = None

    def of(self, customer: str, currency: str) -> list[str]:
        """The debtor's items in that currency of which something is left, by number."""
        return [number for number, _ in self.open_of(customer, currency)]

    def open_of(self, customer: str, currency: str) -> list[tuple[str, int]]:
        """The same, with what is left of each."""
        span = self._span.get(customer)
        if span is None:
            return []
        minor, own = self.minor, self._currency
        numbers = self._numbers[span[0] : span[1]]
        if self._one == currency:
            return [(n, left) for n in numbers if (left := minor[n])]
        places = enumerate(numbers, span[0])
        return [(n, left) for row, n in places if (left := minor[n]) and own[row] == currency]

    def own(self, customer: str) -> list[str]:
        """The numbers of all items of the debtor, open still or not."""
        first, last = self._span.get(customer, (0, 0))
        return self._numbers[first:last]

    def at(self, amount: Money, first: frozenset[str] = _NOBODY) -> list[str]:
        """Items of which exactly that was open, and still is: those of the debtors `first`, and
        then the others, each by number. Of the others there are not more than fifty."""
        wanted, currency, minor = amount.minor, amount.currency, self.minor
        theirs = sorted(
            number
            for customer in first
            for number in self.own(customer)
            if minor[number] == wanted and self._is_whole(number, wanted, currency)
        )
        return theirs + [n for n in self._others_at(wanted, currency) if n not in theirs]

    def _is_whole(self, number: str, minor: int, currency: str) -> bool:
        row = self._row[number]
        return self._open[row] == minor and self._currency[row] == currency

    def _others_at(self, minor: int, currency: str) -> list[str]:
        """The first items of which that was and is open; rows of which less is left are dropped."""
        rows = self._alive.get(minor)
        if rows is None:
            if self._at is None:
                self._at = _by_amount(self._open, self._numbers)
            rows = self._alive[minor] = self._at(minor)
        found, kept, seen = [], [], 0
        for seen, row in enumerate(rows, 1):  # noqa: B007
            number = self._numbers[row]
            if self.minor[number] == minor:
                kept.append(row)
                if self._currency[row] == currency:
                    found.append(number)
                    if len(found) == _MOST_OTHERS:
                        break
        if seen > len(kept):
            self._alive[minor] = kept + rows[seen:]
        return found

    def by_iban(self, line: BankLine) -> frozenset[str]:
        """Debtors whose account the payer's is."""
        return self._by_iban.get(compact(line.payer_iban), _NOBODY) if line.payer_iban else _NOBODY

    def by_name(self, line: BankLine) -> frozenset[str]:
        """Debtors of exactly the payer's name, signs and legal form apart."""
        return self.named(line.payer)

    def named(self, name: str) -> frozenset[str]:
        """Debtors of exactly this name, signs and legal form apart."""
        if not name:
            return _NOBODY
        if self._by_name is None:
            self._by_name = defaultdict(list)
            for number, own in self._names():
                for folded in folded_names(own):
                    self._by_name[folded].append(number)
        # The last is the name without its form, under which all of that name are found.
        for folded in folded_names(name)[-1:]:
            return frozenset(self._by_name.get(folded, ()))
        return _NOBODY

    def times(self, iban: str, customer: str) -> int:
        """How often that account paid for that debtor before."""
        return self._times.get((compact(iban), customer), 0)

    def similar(self, name: str, *, least: float, margin: float) -> str:
        """The one debtor whose name is nearly this one; empty if there is none or several."""
        if self._similar is None:
            self._similar = NameIndex(self._names())
        return self._similar.similar(name, least=least, margin=margin)[0]

    def _names(self) -> Iterator[tuple[str, str]]:
        people = self._tables.debtors
        return zip(people["number"].to_list(), people["name"].to_list(), strict=True)

    def customer(self, number: str) -> str:
        """The item's debtor."""
        return self._customer[self._row[number]]

    def opened(self, number: str) -> int:
        """What was open of the item at first."""
        return self._open[self._row[number]]

    def currency(self, number: str) -> str:
        return self._currency[self._row[number]]

    def allocation(self, number: str, amount: int, discount: int = 0) -> Allocation:
        """That much of an item, in its own currency."""
        currency = self.currency(number)
        return Allocation(
            item=number,
            amount=Money(amount, currency),
            discount=Money(discount, currency),
            open_before=Money(self.minor[number], currency),
        )

    def whole(self, numbers: Iterable[str]) -> tuple[Allocation, ...]:
        """Allocations of all that is left of these items."""
        return tuple(self.allocation(number, self.minor[number]) for number in numbers)

    def part(self, number: str, amount: Money, discount: Money | None = None) -> Allocation:
        return self.allocation(number, amount.minor, discount.minor if discount else 0)

    def left_minor(self, number: str) -> int:
        """What is left of an item."""
        return self.minor[number]

    def take(self, allocations: Iterable[Allocation]) -> None:
        """Lower what is left; raises `ValueError` if more is taken than there is."""
        for one in allocations:
            before = self.minor[one.item]
            after = before - one.amount.minor - one.discount.minor
            if after * before < 0 or abs(after) > abs(before):
                left = Money(before, self.currency(one.item))
                raise ValueError(f"{one.settles} of {one.item}, of which {left} is left")
            self.minor[one.item] = after

    def give_back(self, allocations: Iterable[Allocation]) -> None:
        """What was taken is open again."""
        for one in allocations:
            self.minor[one.item] += one.amount.minor + one.discount.minor
            self._alive.clear()

    def rows_of(self, numbers: Iterable[str]) -> list[int]:
        """The rows of the items' table that have these numbers."""
        return [int(self._source[self._row[number]]) for number in numbers]

    def settle(self, rows: np.ndarray) -> None:
        """Nothing is left of the items in these rows of their table."""
        for number in self._tables.items["number"].gather(rows):
            self.minor[number] = 0

    def reopen(self, rows: np.ndarray) -> None:
        """All is left again of the items in these rows of their table."""
        table = self._tables.items
        opened = zip(table["number"].gather(rows), table["open_minor"].gather(rows), strict=True)
        self.minor.update(opened)
        self._alive.clear()

    def item(self, number: str) -> OpenItem:
        """The open item, as it was at first."""
        made = self._made.get(number)
        if made is None:
            made = self._made[number] = self._make(int(self._source[self._row[number]]))
        return made

    def _make(self, row: int) -> OpenItem:
        if self._tables.objects is not None:
            return self._tables.objects[1][row]
        number, customer, minor, currency, due, *more = self._tables.items.row(row)
        issued, total, discount, until, disputed = more
        return OpenItem(
            number=number,
            customer=customer,
            open=Money(minor, currency),
            due=due,
            issued=issued,
            total=None if total is None else Money(total, currency),
            discount=None if discount is None else Money(discount, currency),
            discount_until=until,
            disputed=disputed,
        )


class _Items(Mapping[str, OpenItem]):
    """Number to item, made when asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __getitem__(self, number: str) -> OpenItem:
        return self._ledger.item(number)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ledger.minor)

    def __len__(self) -> int:
        return len(self._ledger.minor)


class _Left(Mapping[str, Money]):
    """Number to what is left of the item."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __getitem__(self, number: str) -> Money:
        return Money(self._ledger.minor[number], self._ledger.currency(number))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ledger.minor)

    def __len__(self) -> int:
        return len(self._ledger.minor)


def _discounts(tables: Tables) -> dict[str, tuple[int, date]]:
    import polars as pl

    allowed = tables.items.filter(
        (pl.col("discount_minor") > 0) & pl.col("discount_until").is_not_null()
    )
    rows = allowed.select("number", "discount_minor", "discount_until").iter_rows()
    return {number: (minor, until) for number, minor, until in rows}


def _times(tables: Tables) -> dict[tuple[str, str], int]:
    times: dict[tuple[str, str], int] = defaultdict(int)
    for iban, customer, often in tables.known.iter_rows():
        times[compact(iban), customer] += often
    return times


def _by_iban(
    tables: Tables, times: Mapping[tuple[str, str], int], least: int
) -> dict[str, frozenset[str]]:
    """IBAN to debtors; the sets of one debtor are shared."""
    alone: dict[str, frozenset[str]] = {}
    found: dict[str, frozenset[str]] = {}

    def add(iban: str, customer: str) -> None:
        just = alone.setdefault(customer, frozenset((customer,)))
        known = found.get(iban)
        found[iban] = just if known is None else known | just

    people = tables.debtors
    for number, ibans in zip(people["number"].to_list(), people["ibans"].to_list(), strict=True):
        for iban in ibans.split():
            add(compact(iban), number)
    for (iban, customer), often in times.items():
        if often >= least:
            add(iban, customer)
    return {iban: customers for iban, customers in found.items() if is_account(iban)}


def _by_amount(amounts: list[int], numbers: list[str]) -> Callable[[int], list[int]]:
    """Asked for an amount, gives the rows that have it, by number."""
    import numpy as np
    import polars as pl

    opened = np.fromiter(amounts, np.int64, len(amounts))
    rank = pl.Series(numbers, dtype=pl.String).rank("ordinal").to_numpy()
    order = np.lexsort((rank, opened)).astype(np.int32)
    in_order = opened[order].data

    def rows_at(minor: int) -> list[int]:
        rows: list[int] = order[
            bisect_left(in_order, minor) : bisect_right(in_order, minor)
        ].tolist()
        return rows

    return rows_at

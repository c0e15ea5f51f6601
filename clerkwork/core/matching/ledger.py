"""The ledger while lines are matched: what is left of each item, and who pays from where."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from clerkwork.core.ledger import OpenItem
from clerkwork.core.matching.accounts import FEWEST_DIGITS, compact
from clerkwork.core.matching.by_amount import ByAmount
from clerkwork.core.matching.by_number import ByNumber, Minor, Shared, places
from clerkwork.core.matching.names import NameIndex, folded_each, folded_names, spelt_out
from clerkwork.core.matching.rules import MatchingRules
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation
from clerkwork.core.references.keys import Keys

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from clerkwork.core.matching.tables import Tables

__all__ = ["Ledger"]

_NOBODY: frozenset[str] = frozenset()
_MOST_OTHERS = 50
_MOST_MADE = 4_096
"""Items that are kept as objects: those of a line are asked for several times."""


class Ledger:
    """Indexes over items and debtors; `take` and `give` are all that changes it.

    Amounts are minor units of the item's own currency. Items are rows of columns, sorted by
    debtor and number; an `OpenItem` is made of a row only when somebody looks at it.
    """

    def __init__(self, tables: Tables, rules: MatchingRules) -> None:
        import numpy as np
        import polars as pl

        self._tables = tables
        table = tables.items
        people = _people(tables)
        self._people: list[str] = people.to_list()
        self._place = dict(zip(self._people, range(len(people)), strict=True))
        owner = np.asarray(places(table["customer"], people))
        keys = pl.DataFrame({"owner": owner, "number": table["number"]})
        self._source = keys.select(pl.arg_sort_by("owner", "number")).to_series().to_numpy()
        self.numbers: list[str] = table["number"].gather(self._source).to_list()
        """All numbers, by debtor and then by themselves."""
        self._row = dict(zip(self.numbers, range(len(self.numbers)), strict=True))
        if len(self._row) < len(self.numbers):
            twice = table["number"].filter(table["number"].is_duplicated()).sort()
            raise ValueError(f"open item {twice[0]} occurs twice")
        self.customers = Shared(owner[self._source].data, self._people)
        """The debtor of each number."""
        ends = np.bincount(owner, minlength=len(people)).cumsum()
        self._ends: Sequence[int] = ends.astype(np.int32).data
        opened = table["open_minor"].gather(self._source).to_numpy()
        self._open = opened.data
        self._left = opened.copy().data
        currency, currencies = table["currency"].gather(self._source), table["currency"].unique()
        self._currency = Shared(places(currency, currencies), currencies.to_list())
        self.disputed = frozenset(table.filter(pl.col("disputed"))["number"].to_list())
        """Items that are disputed."""
        self._due = _days(table["due"].gather(self._source))
        self._issued = _days(table["issued"].gather(self._source))
        self.discounts = _discounts(tables)
        """Early-payment discounts of the items that have one, and the last day of each."""
        self._one = self._currency.only
        self.minor = Minor(self._row, self._left)
        """What is left of each item."""
        self.items: Mapping[str, OpenItem] = ByNumber(self._row, self.item)
        self.left: Mapping[str, Money] = ByNumber(self._row, self._money)
        self.owners: Mapping[str, str] = ByNumber(self._row, self.customer)
        """Number to its debtor's."""
        self.held: set[str] = set()
        """Items that a line in review names."""
        self._at: ByAmount | None = None
        self._made: dict[str, OpenItem] = {}
        paid = _paid(tables)
        pairs = paid.select(pl.format("{} {}", "iban", "customer")).to_series()
        counts = paid["times"].cast(pl.String)
        often = counts.unique()
        self._times = Keys(pairs, places(counts, often), often.to_list())
        self.accounts = _owned(tables, paid.filter(pl.col("times") >= rules.times_paid))
        """Each account with each debtor that pays from it: iban, customer."""
        theirs = places(self.accounts["customer"], people)
        self._by_iban = Keys(self.accounts["iban"], theirs, self._people)
        self._by_name: Keys | None = None
        self._similar: NameIndex | None = None

    def of(self, customer: str, currency: str) -> list[str]:
        """The debtor's items in that currency of which something is left, by number."""
        return [number for number, _ in self.open_of(customer, currency)]

    def open_of(self, customer: str, currency: str) -> list[tuple[str, int]]:
        """The same, with what is left of each."""
        first, last = self._span(customer)
        numbers, left = self.numbers[first:last], self._left[first:last].tolist()
        if self._one == currency:
            return [one for one in zip(numbers, left, strict=True) if one[1]]
        rows = zip(numbers, left, self._currency[first:last], strict=True)
        return [(number, minor) for number, minor, own in rows if minor and own == currency]

    def own(self, customer: str) -> list[str]:
        """The numbers of all items of the debtor, open still or not."""
        first, last = self._span(customer)
        return self.numbers[first:last]

    def _span(self, customer: str) -> tuple[int, int]:
        """The debtor's first row, and the first behind his."""
        place = self._place.get(customer)
        if place is None:
            return 0, 0
        return self._ends[place - 1] if place else 0, self._ends[place]

    def at(
        self, amount: Money, first: frozenset[str] = _NOBODY, *, most: int = _MOST_OTHERS
    ) -> list[str]:
        """Items of which exactly that was open, and still is: those of the debtors `first`, and
        then the others, each by number. Of the others there are not more than `most`."""
        theirs = sorted(n for customer in first for n in self._theirs_at(customer, amount))
        if self._at is None:
            order = sorted(range(len(self.numbers)), key=self.numbers.__getitem__)
            self._at = ByAmount(self._open, self._left, self._currency, order)
        others = map(self.numbers.__getitem__, self._at.rows(amount.minor, amount.currency))
        return [*theirs, *islice((n for n in others if n not in theirs), most)]

    def _theirs_at(self, customer: str, amount: Money) -> Iterator[str]:
        first, last = self._span(customer)
        for row, left in enumerate(self._left[first:last].tolist(), first):
            if left == amount.minor == self._open[row] and self._currency[row] == amount.currency:
                yield self.numbers[row]

    def by_iban(self, line: BankLine) -> frozenset[str]:
        """Debtors whose account the payer's is."""
        return (
            frozenset(self._by_iban.get(compact(line.payer_iban))) if line.payer_iban else _NOBODY
        )

    def by_name(self, line: BankLine) -> frozenset[str]:
        """Debtors of exactly the payer's name, signs and legal form apart."""
        return self.named(line.payer)

    def named(self, name: str) -> frozenset[str]:
        """Debtors of exactly this name, signs and legal form apart."""
        if not name:
            return _NOBODY
        if self._by_name is None:
            whose = array("i")
            self._by_name = Keys(self._folded(whose), whose, self._people)
        # The last is the name without its form, under which all of that name are found.
        for one in folded_names(name)[-1:]:
            return frozenset(self._by_name.get(one)) or self._named_spelt_out(name)
        return _NOBODY

    def _named_spelt_out(self, name: str) -> frozenset[str]:
        """The same for 'Müller' where the ledger has 'Mueller'."""
        spelt = spelt_out(name)
        if spelt == name or self._by_name is None:
            return _NOBODY
        return frozenset(self._by_name.get(folded_names(spelt)[-1]))

    def _folded(self, whose: array[int]) -> Iterator[str]:
        """Each debtor's names; to `whose` is added the place of each one's owner."""
        people = self._tables.debtors
        for number, names in zip(people["number"], folded_each(people["name"]), strict=True):
            for one in names:
                whose.append(self._place[number])
                yield one
        for number, name in zip(people["number"], people["name"], strict=True):
            # Banks write 'Mueller' of the ledger's 'Müller'.
            if not name.isascii() and (spelt := spelt_out(name)) != name:
                for one in folded_names(spelt):
                    whose.append(self._place[number])
                    yield one

    def times(self, iban: str, customer: str) -> int:
        """How often that account paid for that debtor before."""
        return sum(map(int, self._times.get(f"{compact(iban)} {customer}")))

    def similar(self, name: str, *, least: float, margin: float) -> str:
        """The one debtor whose name is nearly this one; empty if there is none or several."""
        if self._similar is None:
            self._similar = self._by_words()
        return self._similar.similar(name, least=least, margin=margin)[0]

    def _by_words(self) -> NameIndex:
        people = self._tables.debtors
        row = array("i", [0]) * len(self._people)
        for at, number in enumerate(people["number"]):
            row[self._place[number]] = at
        names, place = people["name"], self._place
        # The numbers of one list, so that each is there but once.
        numbers = (self._people[place[number]] for number in people["number"])
        return NameIndex(zip(numbers, names, strict=True), lambda one: names[row[place[one]]])

    def customer(self, number: str) -> str:
        """The item's debtor."""
        return self.customers[self._row[number]]

    def opened(self, number: str) -> int:
        """What was open of the item at first."""
        return self._open[self._row[number]]

    def due(self, number: str) -> date:
        """When the item is due."""
        return date.fromordinal(self._due[self._row[number]])

    def issued(self, number: str) -> date | None:
        """When it was issued, if that is known."""
        day = self._issued[self._row[number]]
        return date.fromordinal(day) if day else None

    def currency(self, number: str) -> str:
        return self._one or self._currency[self._row[number]]

    def allocation(self, number: str, amount: int, discount: int = 0) -> Allocation:
        """That much of an item, in its own currency."""
        currency = self.currency(number)
        return Allocation(
            item=number,
            amount=Money(amount, currency),
            discount=Money(discount, currency) if discount else _nothing(currency),
            open_before=Money(self.minor[number], currency),
        )

    def _money(self, number: str) -> Money:
        return Money(self.minor[number], self.currency(number))

    def take(self, allocations: Iterable[Allocation]) -> None:
        """Lower what is left; raises `ValueError` if more is taken than there is."""
        for one in allocations:
            before = self.minor[one.item]
            after = before - one.amount.minor - one.discount.minor
            if after * before < 0 or abs(after) > abs(before):
                left = Money(before, self.currency(one.item))
                raise ValueError(f"{one.settles} of {one.item}, of which {left} is left")
            self._left[self._row[one.item]] = after

    def give_back(self, allocations: Iterable[Allocation]) -> None:
        """What was taken is open again."""
        for one in allocations:
            row = self._row[one.item]
            self._left[row] += one.amount.minor + one.discount.minor
            if self._at is not None:
                self._at.again(row, self._open[row])

    def row_of(self, number: str) -> int:
        """The item's row in the items' table."""
        return int(self._source[self._row[number]])

    def settle(self, rows: np.ndarray) -> None:
        """Nothing is left of the items in these rows of their table."""
        import numpy as np

        np.asarray(self._left)[np.isin(self._source, rows)] = 0

    def reopen(self, rows: np.ndarray) -> None:
        """All is left again of the items in these rows of their table."""
        for number in self._tables.items["number"].gather(rows):
            row = self._row[number]
            self._left[row] = self._open[row]
            if self._at is not None:
                self._at.again(row, self._open[row])

    def forget(self) -> None:
        """Let go of what is kept for the next question alone; it is made again when asked."""
        self._at = self._by_name = self._similar = None
        self._made.clear()

    def item(self, number: str) -> OpenItem:
        """The open item, as it was at first."""
        made = self._made.get(number)
        if made is None:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            made = self._made[number] = self._make(self.row_of(number))
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


def _days(column: pl.Series) -> Sequence[int]:
    """Each day's ordinal; zero where there is none."""
    import numpy as np

    days = column.to_physical() + date(1970, 1, 1).toordinal()
    return days.fill_null(0).to_numpy().astype(np.int32).data


@lru_cache(maxsize=64)
def _nothing(currency: str) -> Money:
    return Money(0, currency)


def _discounts(tables: Tables) -> dict[str, tuple[int, date]]:
    import polars as pl

    allowed = tables.items.filter(
        (pl.col("discount_minor") > 0) & pl.col("discount_until").is_not_null()
    )
    rows = allowed.select("number", "discount_minor", "discount_until").iter_rows()
    return {number: (minor, until) for number, minor, until in rows}


def _people(tables: Tables) -> pl.Series:
    """Everybody's number that stands in some table, in order."""
    import polars as pl

    owing, paying = tables.items["customer"].unique(), tables.known["customer"].unique()
    some = [tables.debtors["number"], owing.alias("number"), paying.alias("number")]
    return pl.concat(some).unique().sort()


def _paid(tables: Tables) -> pl.DataFrame:
    """How often each account paid for each debtor: iban, customer, times."""
    import polars as pl

    account = pl.col("iban").str.replace_all(r"\s", "").str.to_uppercase()
    known = tables.known.select(account, "customer", "times")
    return known.group_by("iban", "customer", maintain_order=True).agg(pl.col("times").sum())


def _owned(tables: Tables, paid: pl.DataFrame) -> pl.DataFrame:
    """Each account with each debtor whose it is: iban, customer."""
    import polars as pl

    own = tables.debtors.select(
        pl.col("ibans").str.to_uppercase().str.extract_all(r"\S+").alias("iban"),
        pl.col("number").alias("customer"),
    )
    own = own.explode("iban", empty_as_null=True).drop_nulls()
    both = pl.concat([own, paid.select("iban", "customer")])
    return both.filter(pl.col("iban").str.count_matches("[0-9]") >= FEWEST_DIGITS).unique()

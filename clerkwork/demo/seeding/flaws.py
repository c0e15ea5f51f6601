"""What would make a book lie: amounts, numbers and truths that contradict each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from clerkwork.demo.book import Book, Item, Line

__all__ = ["flaws", "ways"]

_ONE_WAY = frozenset({"sum", "amount", "typo"})
_NO_WAY = frozenset({"on account", "order number"})


def ways(items: list[Item], cents: int) -> int:
    """How many sets of `items` add up to exactly `cents`."""
    sums: Counter[int] = Counter({0: 1})
    for item in items:
        with_it = Counter({total + item.open: count for total, count in sums.items()})
        sums.update(with_it)
    return sums[cents]


def flaws(book: Book) -> list[str]:
    """Everything that contradicts itself in `book`; empty when its truth can be relied on."""
    return [
        *_doubles(book),
        *_allocations(book),
        *_consumed(book),
        *_readings(book),
        *_discounts(book),
    ]


def _doubles(book: Book) -> Iterator[str]:
    for what, keys in (
        ("item number", [item.number for item in book.items]),
        ("debtor number", [debtor.number for debtor in book.debtors]),
        ("bank reference", [line.bank_ref for line in book.lines]),
        ("order number", [order.number for order in book.orders]),
    ):
        yield from (f"{what} {key} occurs {n} times" for key, n in Counter(keys).items() if n > 1)


def _allocations(book: Book) -> Iterator[str]:
    for line in book.lines:
        settled = sum(one.cents for one in line.truth.allocations)
        if line.truth.decidable and (settled != line.cents or not line.truth.allocations):
            yield f"{line.bank_ref} is decidable but settles {settled} of {line.cents}"
        if line.truth.allocations and settled > line.cents:
            yield f"{line.bank_ref} settles {settled}, more than its {line.cents}"


def _consumed(book: Book) -> Iterator[str]:
    taken: dict[str, int] = defaultdict(int)
    for line in book.lines:
        for one in line.truth.allocations:
            taken[one.item] += one.cents + one.discount
    items = {item.number: item for item in book.items}
    for number, cents in taken.items():
        if number not in items:
            yield f"item {number} is allocated but not in the book"
        elif not min(0, items[number].open) <= cents <= max(0, items[number].open):
            yield f"item {number} is open for {items[number].open}, allocated {cents}"


def _readings(book: Book) -> Iterator[str]:
    open_of: dict[str, list[Item]] = defaultdict(list)
    for item in book.items:
        open_of[item.debtor].append(item)
    for line in book.lines:
        case, found = line.truth.case, open_of[line.truth.debtor]
        if case in _ONE_WAY and (count := ways(found, line.cents)) != 1:
            yield f"{line.bank_ref} ({case}) can be read in {count} ways"
        if case in _NO_WAY and (count := ways(found, line.cents)):
            yield f"{line.bank_ref} ({case}) can be read in {count} ways"
        if case == "ambiguous sum" and ways(found, line.cents) < 2:
            yield f"{line.bank_ref} ({case}) can be read in one way only"


def _discounts(book: Book) -> Iterator[str]:
    items = {item.number: item for item in book.items}
    for line in book.lines:
        for one in line.truth.allocations:
            until = items[one.item].discount_until if one.item in items else None
            if one.discount and not _in_time(line, until is not None and line.booked <= until):
                yield f"{line.bank_ref} takes a discount that had lapsed"
            if line.truth.case == "late discount" and until and line.booked <= until:
                yield f"{line.bank_ref} is called late but is in time"


def _in_time(line: Line, booked_in_time: bool) -> bool:
    return booked_in_time and line.valued <= line.booked

"""What is read as somebody else's number, where the payer is known: his own items come first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerkwork.core.references.lists import FOLLOWS, WITHOUT, ranges_in
from clerkwork.core.references.tokens import ALIKE, MAY_BE_ELSE, SPELT, TORN, WRITTEN

if TYPE_CHECKING:
    from clerkwork.core.references.pool import Pool
    from clerkwork.core.references.scan import Found, Scan

__all__ = ["own_first", "stretch", "theirs"]

_PARTS = 8


def theirs(scan: Scan, payers: frozenset[str]) -> list[Found]:
    """What was found that names no item of the payers."""
    customers = scan.numbers.customers
    return [f for f in scan.found if not any(customers[item] in payers for item in f.items)]


def own_first(scan: Scan, payers: frozenset[str]) -> None:
    """Read once more what names nothing of the payers: of their items, if it can be one of them.

    In a large book nearly any digits are somebody's number. So those that are not sure are none,
    and a part of what is a number of the payers', as a whole, is only that.
    """
    others = theirs(scan, payers)
    if not others:
        return
    count = len(scan.found)
    for one in others:
        if (one.certainty < 2 and one.how != FOLLOWS) or one.how.startswith(MAY_BE_ELSE):
            scan.drop(one)
    for one in others:
        if one.how != FOLLOWS and any(one is found for found in scan.found):
            low, high = stretch(scan, one, others, TORN)
            # Most stand alone: then nobody's items need to be looked at.
            if high - low > one.last - one.first:
                _widen(scan, scan.numbers.pool(payers), one, others, (low, high))
    if len(scan.found) < count:
        _drop_followers(scan, others)
    scan.found.sort(key=lambda found: found.start)
    scan.ranges = list(ranges_in(scan)) if len(scan.found) > 1 else []


def _widen(
    scan: Scan, pool: Pool, one: Found, others: list[Found], within: tuple[int, int]
) -> None:
    """Put in its place what names an item of the pool and has more of the text."""
    for first, last in _wider(one, within):
        items, how = _whole(scan, pool, first, last)
        if items:
            torn = _is_torn(scan, first, last)
            if scan.hidden(first, last) and (torn or scan.runs.digits[first]):
                continue
            # Torn apart, also the other's alone may be meant.
            both = (*items, *one.items) if torn else items
            _replace(scan, others, both, 2, first, last, "with blanks between" if torn else how)
            return
    first, last = stretch(scan, one, others)
    if (first, last) != (one.first, one.last) and not scan.hidden(first, last):
        items = pool.short(_digits(scan, first, last), "")
        if items:
            _replace(scan, others, items, 1, first, last, WITHOUT)


def _whole(scan: Scan, pool: Pool, first: int, last: int) -> tuple[tuple[str, ...], str]:
    """The pool's items of just these letters and digits, and how they are spelt."""
    if items := pool.whole(scan.key(first, last)):
        return items, ""
    words = scan.runs.words[first : last + 1]
    if not any(SPELT.fullmatch(word) for word in words[1:]):
        return (), ""
    behind = "".join(word.translate(ALIKE) if SPELT.fullmatch(word) else word for word in words[1:])
    return pool.whole(words[0] + behind), "with a letter for a digit"


def _replace(
    scan: Scan,
    others: list[Found],
    items: tuple[str, ...],
    certainty: int,
    first: int,
    last: int,
    how: str,
) -> None:
    for other in others:
        if first <= other.first and other.last <= last:
            scan.drop(other)
    scan.take(items, certainty, first, last, how)


def _digits(scan: Scan, first: int, last: int) -> list[str]:
    runs = scan.runs
    return [runs.words[place] for place in range(first, last + 1) if runs.digits[place]]


def _wider(one: Found, within: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Runs around what was found, with it and more; the longest first."""
    low, high = within
    spans = (
        (first, last)
        for first in range(low, one.first + 1)
        for last in range(one.last, high + 1)
        if one.last - one.first < last - first < _PARTS
    )
    yield from sorted(spans, key=lambda span: span[0] - span[1])


def stretch(scan: Scan, one: Found, others: list[Found], loosest: int = WRITTEN) -> tuple[int, int]:
    """The runs around what was found that hang together with it, and are nothing of the payers."""
    words, letters = scan.runs.words, scan.numbers.letters

    def goes_on(place: int) -> bool:
        word = words[place]
        return (place in free or not scan.used[place]) and (
            scan.runs.digits[place] or word in letters or SPELT.fullmatch(word) is not None
        )

    free = {place for other in others for place in range(other.first, other.last + 1)}
    low, high = one.first, one.last
    while low and one.last - low < _PARTS and scan.join(low) <= loosest and goes_on(low - 1):
        low -= 1
    while (
        high + 1 < len(scan.used)
        and high - one.first < _PARTS
        and scan.join(high + 1) <= loosest
        and goes_on(high + 1)
    ):
        high += 1
    return low, high


def _is_torn(scan: Scan, first: int, last: int) -> bool:
    return any(scan.join(place) > WRITTEN for place in range(first + 1, last + 1))


def _drop_followers(scan: Scan, others: list[Found]) -> None:
    """A list goes on from its first number: without that, its short ones are none."""
    gone = {id(one) for one in others} - {id(one) for one in scan.found}
    lost = False
    for one in others:
        if one.how != FOLLOWS:
            lost = id(one) in gone
        elif lost and id(one) not in gone:
            scan.drop(one)

"""Lists and ranges of numbers, whose later numbers leave out what is the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerkwork.core.references.numbering import Numbers, canonical
from clerkwork.core.references.tokens import WRITTEN
from clerkwork.core.references.words import LIST, RANGE

if TYPE_CHECKING:
    from clerkwork.core.references.scan import Found, Scan

__all__ = ["FOLLOWS", "WITHOUT", "completed", "go_on", "ranges_in"]

FOLLOWS = "shortened after a full number"
"""How the later numbers of a list differ from theirs."""
WITHOUT = "without prefix, year or zeros in front"
"""How a short number differs from its own."""

_LONGEST_RANGE = 500
_PARTED = re.compile(r"([0-9]+)")
_DAY = re.compile(r"(?:0[1-9]|[12][0-9]|3[01])[/.](?:0[1-9]|1[0-2])(?![0-9])")


def go_on(scan: Scan) -> None:
    """'2026-0412, 0413' and '2026-0412/13': the rest of a list leaves out what is the same."""
    count = len(scan.found)
    for one in list(scan.found):
        if one.certainty < 2:
            continue
        lead = one
        while lead.last + 1 < len(scan.used):
            follower = _follower(scan, lead)
            if follower is None:
                break
            lead = follower
    if len(scan.found) > count:
        scan.found.sort(key=lambda one: one.start)


def _follower(scan: Scan, lead: Found) -> Found | None:
    """The next number of a list or range, shortened."""
    runs = scan.runs
    place = lead.last + 1
    while place < len(scan.used) and not runs.digits[place]:
        place += 1
    if place >= len(scan.used) or scan.used[place] or not lead.items:
        return None
    between = scan.lowered[lead.end : runs.starts[place]]
    if not RANGE.fullmatch(between) and not LIST.fullmatch(between):
        return None
    # '2026-0412, 09/06' names a day; '2026-0412/09/06' goes on.
    if between.split() != [between] and _DAY.match(scan.lowered, runs.starts[place]):
        return None
    last = place
    while scan.free(last + 1, WRITTEN) and scan.runs.gaps[last + 1] == "-":
        last += 1
    base = canonical(lead.items[0])
    for end in range(last, place - 1, -1):
        written = scan.key(place, end)
        if len(written) < 2 or scan.hidden(place, end):
            continue
        items, certainty = _shortened(scan.numbers, lead.items[0], base, written)
        if items and items[0] not in lead.items:
            scan.take(items, certainty, place, end, FOLLOWS)
            return scan.found[-1]
    return None


def _shortened(numbers: Numbers, lead: str, base: str, written: str) -> tuple[tuple[str, ...], int]:
    """Items that the last digits stand for behind a full number: those of its debtor first."""
    same = completed(numbers, base, written)
    payer = numbers.customers[lead]
    own = numbers.pool(frozenset((payer,))).short([written], "")
    both = tuple(item for item in same if item in own)
    if both or not own:
        return both or same, 2
    return own, 2 if len(own) == 1 and len(written) > 2 else 1


def ranges_in(scan: Scan) -> Iterator[tuple[str, ...]]:
    """The open items from one number to another, wherever the text says so."""
    for before, after in zip(scan.found, scan.found[1:], strict=False):
        if before.certainty < 2 and after.certainty < 2:
            continue
        between = scan.lowered[before.end : after.start]
        if between != "-" and not RANGE.fullmatch(between):
            continue
        single = len(before.items) == len(after.items) == 1
        if single and (found := _between(scan.numbers, before.items[0], after.items[0])):
            yield found


def _between(numbers: Numbers, first: str, last: str) -> tuple[str, ...]:
    """The items whose numbers run from the one to the other in one of their runs of digits."""
    low, high = _PARTED.split(first.lower()), _PARTED.split(last.lower())
    if [len(part) > 0 for part in low] != [len(part) > 0 for part in high]:
        return ()
    differ = [place for place, part in enumerate(low) if high[place] != part]
    if len(differ) == 1 and low[differ[0]].isdigit():
        (place,) = differ
        span = range(int(low[place]), int(high[place]) + 1)
        if 1 < len(span) <= _LONGEST_RANGE:
            begin, end = (canonical("".join(part)) for part in (low[:place], low[place + 1 :]))
            keys = (f"{begin}{n:0{len(low[place])}d}{end}" for n in span)
            return tuple(item for key in keys for item in numbers.find(key))
        return ()
    return _own_between(numbers, first, low, last, high)


def _own_between(
    numbers: Numbers, first: str, low: list[str], last: str, high: list[str]
) -> tuple[str, ...]:
    """The same where a check digit, a letter or a month differs too: the items of both's debtor."""
    owner = numbers.customers[first]
    if numbers.customers[last] != owner:
        return ()
    place = max(range(1, len(low), 2), key=lambda at: (len(low[at]), at), default=0)
    if not place or int(low[place]) >= int(high[place]):
        return ()
    sizes = list(map(len, low))
    found = []
    for item in numbers.own(owner):
        parts = _PARTED.split(item.lower())
        if len(parts) != len(low) or any(
            len(part) != size
            for at, (part, size) in enumerate(zip(parts, sizes, strict=True))
            if at != place
        ):
            continue
        before = parts[:place]
        if before[0] == low[0] and int(low[place]) <= int(parts[place]) <= int(high[place]):
            found.append((int(parts[place]), item))
    return tuple(item for _, item in sorted(found)[:_LONGEST_RANGE])


def completed(numbers: Numbers, base: str, written: str) -> tuple[str, ...]:
    """The items that share all with `base` but the last digits of one of its runs."""
    runs = list(re.finditer(r"[0-9]+", base))
    for run in reversed(runs):
        if len(written) < len(run[0]) or (run is runs[-1] and len(written) == len(run[0])):
            key = base[: run.end() - len(written)] + written + base[run.end() :]
            if items := numbers.find(key):
                return items
    return ()

"""Looking for the open items' numbers in one text: as written, torn apart, shortened, in ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clerkwork.core.references.numbering import Numbers, canonical, shape_of
from clerkwork.core.references.tokens import (
    Join,
    joins_of,
    masked,
    overlaps,
    runs_of,
    valid_day,
)

__all__ = ["Found", "Scan", "typed_alike"]

_PARTS = 8
"""Runs that one number may be torn into."""
_LONGEST_RANGE = 500
_RANGE = re.compile(
    r"\s*(?:t\s?/\s?m|t\.?e?\.?m\.?|tot(?: en met)?|bis(?: zu[mr]?)?|to|through|thru|until|up to"
    r"|\u00e0|a|au|jusqu.(?:\u00e0|au)?|\.{2,3}|\u2026)\s*"
    r"|\s+[-\u2013\u2014]\s+"
)
_LIST = re.compile(r"\s*(?:[,;+&/]|en|and|et|und|plus|\||\u2013|-)\s*")
_DEBTOR = re.compile(
    r"(?:klant|debiteur|deb|client|customer|cust|account|acct|kunde|kd|relatie|relation)"
    r"[a-z]{0,8}[\s.:#\u00b0/-]*$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Runs `first` to `last` of the text name one of `items`; `certainty` 3 as written, 1 short."""

    items: tuple[str, ...]
    certainty: int
    first: int
    last: int
    start: int
    end: int


class Scan:
    """One text, looked through once; what was found is in `found`, in the order of the text."""

    def __init__(self, text: str, numbers: Numbers, taken: Sequence[tuple[int, int]]) -> None:
        self._text, self._numbers = text, numbers
        self._runs = runs_of(text)
        self._joins = joins_of(text, self._runs)
        self._masks = masked(text)
        self._used = [
            any(start < run.end and run.start < end for start, end in taken) for run in self._runs
        ]
        self._debtors: list[str] = []
        self.found: list[Found] = []
        self._look_for_debtors()
        self._look(Join.WRITTEN)
        self._look(Join.LOOSE)
        self.found.sort(key=lambda one: one.start)
        self._go_on()
        if not self.found:
            self._look_for_short()
        self.found.sort(key=lambda one: one.start)

    def debtors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._debtors))

    def strangers(self) -> tuple[str, ...]:
        """What is written like one of our numbers and is none that is open."""
        result = []
        first = 0
        while first < len(self._runs):
            last = first
            if not self._used[first]:
                while self._free_to(last + 1, Join.WRITTEN):
                    last += 1
                result += self._strange(first, last) or self._strange_pair(last)
            first = last + 1
        return tuple(dict.fromkeys(result))

    def ranges(self) -> Iterator[tuple[str, ...]]:
        """The open items from one number to another, wherever the text says so."""
        for before, after in zip(self.found, self.found[1:], strict=False):
            between = self._text[before.end : after.start].casefold()
            if not _RANGE.fullmatch(between):
                continue
            if len(before.items) == len(after.items) == 1:
                yield from self._between(before.items[0], after.items[0])

    def _between(self, first: str, last: str) -> Iterator[tuple[str, ...]]:
        low, high = canonical(first), canonical(last)
        start, end = re.search(r"\d+$", low), re.search(r"\d+$", high)
        if not start or not end or len(start[0]) != len(end[0]):
            return
        if low[: start.start()] != high[: end.start()]:
            return
        numbers = range(int(start[0]), int(end[0]) + 1)
        if 1 < len(numbers) <= _LONGEST_RANGE:
            keys = (f"{low[: start.start()]}{n:0{len(start[0])}d}" for n in numbers)
            yield tuple(item for key in keys for item in self._numbers.exact.get(key, ()))

    def _look(self, loosest: int) -> None:
        """Find complete numbers whose parts stand no further apart than `loosest`."""
        first = 0
        while first < len(self._runs):
            last = self._longest_from(first, loosest)
            if last < 0:
                first += 1
                continue
            key = self._key(first, last)
            over = self._over_a_break(last, key)
            certainty = 1 if _common(key) else 2
            if certainty == 2 and loosest == Join.WRITTEN and not over:
                certainty += self._clear(first, last, key)
            self._take((*self._exact(key), *over), certainty, first, last)
            first = last + 1

    def _over_a_break(self, last: int, key: str) -> tuple[str, ...]:
        """What else it would be if the bank's line break stood inside the number."""
        if last + 1 == len(self._runs) or self._used[last + 1]:
            return ()
        between = self._text[self._runs[last].end : self._runs[last + 1].start]
        return self._exact(key + self._runs[last + 1].text.casefold()) if between == "\n" else ()

    def _longest_from(self, first: int, loosest: int) -> int:
        """The last run of the longest number that starts at `first`; -1 if none does."""
        best, key = -1, ""
        for last in range(first, min(len(self._runs), first + _PARTS)):
            if self._used[last] or (last > first and self._joins[last - 1] > loosest):
                break
            key += self._runs[last].text.casefold()
            if len(key) > self._numbers.longest:
                break
            if key in self._numbers.exact and self._allowed(first, last, loosest):
                best = last
        return best

    def _allowed(self, first: int, last: int, loosest: int) -> bool:
        """A number is not made of pieces of dates and amounts, unless it stands there literally."""
        start, end = self._runs[first].start, self._runs[last].end
        if not overlaps(self._masks, start, end):
            return True
        written = self._text[start:end].casefold()
        items = self._exact(self._key(first, last))
        return loosest == Join.WRITTEN and written in {item.casefold() for item in items}

    def _clear(self, first: int, last: int, key: str) -> bool:
        """Whether a number stands free, and is no date that only looks like it."""
        if first and self._joins[first - 1] == Join.WRITTEN and not self._used[first - 1]:
            before = self._runs[first - 1]
            glued = before.end == self._runs[first].start
            if before.digits or glued:
                return False
        if last + 1 < len(self._runs) and self._joins[last] == Join.WRITTEN:
            after = self._runs[last + 1]
            glued = after.start == self._runs[last].end
            if glued or (after.digits and not self._starts_another(last + 1)):
                return False
        one_run = first == last and len(key) == 8 and key.isdigit()
        if one_run and not any(item.isdigit() for item in self._exact(key)):
            return not (key[:2] == "20" and valid_day(key[:4], key[4:6], key[6:]))
        return True

    def _starts_another(self, first: int) -> bool:
        """Whether the next digits are a number of their own, or go on with a list ('0412/13')."""
        return self._longest_from(first, Join.WRITTEN) >= 0

    def _exact(self, key: str) -> tuple[str, ...]:
        return self._numbers.exact.get(key, ())

    def _look_for_debtors(self) -> None:
        for place, run in enumerate(self._runs):
            if self._used[place] or run.text not in self._numbers.debtors:
                continue
            named = _DEBTOR.search(self._text[max(0, run.start - 40) : run.start].casefold())
            if named or len(run.text) >= 5:
                self._debtors.append(run.text)
                self._used[place] = bool(named) or self._used[place]

    def _go_on(self) -> None:
        """'2026-0412, 0413' and '2026-0412/13': the rest of a list leaves out what is the same."""
        for one in list(self.found):
            lead = one
            while lead.last + 1 < len(self._runs):
                follower = self._follower(lead)
                if follower is None:
                    break
                self._take(follower.items, 1, follower.first, follower.last)
                lead = follower

    def _follower(self, lead: Found) -> Found | None:
        place = lead.last + 1
        while place < len(self._runs) and not self._runs[place].digits:
            place += 1
        if place >= len(self._runs) or self._used[place]:
            return None
        run = self._runs[place]
        between = self._text[lead.end : run.start].casefold()
        if not _LIST.fullmatch(between) and not _RANGE.fullmatch(between):
            return None
        base = canonical(lead.items[0])
        tail = re.search(r"\d+$", base)
        if tail is None or not 2 <= len(run.text) < len(tail[0]):
            return None
        items = self._exact(base[: -len(run.text)] + run.text)
        if overlaps(self._masks, run.start, run.end) or not items:
            return None
        return Found(items, 1, place, place, run.start, run.end)

    def _look_for_short(self) -> None:
        """Numbers without their prefix, year or zeros, where the text has no complete one."""
        for first, run in enumerate(self._runs):
            if not run.digits or self._used[first] or self._goes_on_from_digits(first):
                continue
            last, key = first, run.text
            while self._free_to(last + 1, Join.WRITTEN) and self._runs[last + 1].digits:
                last += 1
                key += self._runs[last].text
            if overlaps(self._masks, run.start, self._runs[last].end):
                continue
            if first == last and re.fullmatch(r"(?:19|20)\d\d", key):
                continue
            items = self._numbers.short.get(key) or self._numbers.short.get(key.lstrip("0"))
            if items:
                self._take(items, 1, first, last)

    def _goes_on_from_digits(self, place: int) -> bool:
        """Whether it is the rest of a number: '2026-0412' is not short for '2025-0412'."""
        if not place or self._joins[place - 1] == Join.APART or not self._runs[place - 1].digits:
            return False
        whole = shape_of(self._key(place - 1, place))
        return self._joins[place - 1] == Join.WRITTEN or whole in self._numbers.shapes

    def _free_to(self, place: int, loosest: int) -> bool:
        inside = 0 < place < len(self._runs)
        return inside and not self._used[place] and self._joins[place - 1] <= loosest

    def _take(self, items: tuple[str, ...], certainty: int, first: int, last: int) -> None:
        for place in range(first, last + 1):
            self._used[place] = True
        start, end = self._runs[first].start, self._runs[last].end
        self.found.append(Found(items, certainty, first, last, start, end))

    def _strange(self, first: int, last: int) -> list[str]:
        """The part of unused runs that looks most like one of our numbers, if any does."""
        for begin in range(first, last + 1):
            for stop in range(min(last, begin + _PARTS), begin - 1, -1):
                start, end = self._runs[begin].start, self._runs[stop].end
                key = self._key(begin, stop)
                if overlaps(self._masks, start, end) or key in self._numbers.debtors:
                    continue
                if any(sign.isdigit() for sign in key) and self._numbers.near_shape(key):
                    return [self._text[start:end]]
        return []

    def _strange_pair(self, first: int) -> list[str]:
        """Two runs that a blank parts, together exactly as long as our numbers: '2025 0412'."""
        if not self._free_to(first + 1, Join.LOOSE):
            return []
        start, end = self._runs[first].start, self._runs[first + 1].end
        whole = shape_of(self._key(first, first + 1)) in self._numbers.shapes
        clear = whole and not overlaps(self._masks, start, end)
        return [" ".join(self._text[start:end].split())] if clear else []

    def _key(self, first: int, last: int) -> str:
        return "".join(run.text.casefold() for run in self._runs[first : last + 1])


def _common(key: str) -> bool:
    """Whether letters and digits are so few, or so like a year, that they stand in any text."""
    return len(key) < 4 or re.fullmatch(r"(?:19|20)\d\d", key) is not None


def typed_alike(typed: str, number: str) -> bool:
    """Whether one digit of the running number was changed, swapped, dropped or added.

    The running number is the longest run of digits, the last of such. What stands around it must
    be right: another year is another series.
    """
    runs = list(re.finditer(r"\d+", number))
    if not runs:
        return False
    running = max(runs, key=lambda run: (len(run[0]), run.start()))
    before, after = canonical(number[: running.start()]), canonical(number[running.end() :])
    one = canonical(typed)
    if len(one) <= len(before + after) or not (one.startswith(before) and one.endswith(after)):
        return False
    return _one_slip(one[len(before) : len(one) - len(after)], running[0])


def _one_slip(one: str, two: str) -> bool:
    if len(one) == len(two):
        places = [i for i, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        if len(places) == 2 and places[1] == places[0] + 1:
            return one[places[0]] == two[places[1]] and one[places[1]] == two[places[0]]
        return len(places) == 1
    short, long = sorted((one, two), key=len)
    if len(long) - len(short) != 1:
        return False
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))

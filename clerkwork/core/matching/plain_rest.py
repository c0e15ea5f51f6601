"""What stands in texts besides the numbers that were found: whether any of it may be one too."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clerkwork.core.matching.plain_references import Known
from clerkwork.core.matching.plain_runs import APART, TORN, WRITTEN, Hits, Runs
from clerkwork.core.references.words import LIST, RANGE, is_debtor

__all__ = ["Rest", "days_in", "words_that"]

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]

_OF_DATES = np.frombuffer(b"-./", np.uint8)
_WEIGHTS = np.array([2, 4, 8, 5, 10, 9, 7, 3, 6, 1])
_ALIKE = re.compile("[oil]+")
_LONGEST_JOINT = 48
"""Bytes between two numbers of a list at most: its signs may take up to four each."""
_WORDS_BEFORE = 4
"""Runs that are looked back over for the word that announces a number."""
_PARTS = 8
"""Runs that one number may be torn into."""


class Rest:
    """Looks at what is left of texts; those that need a careful reading come to be `doubted`."""

    def __init__(
        self,
        runs: Runs,
        hits: Hits,
        known: Known,
        doubted: _Flags,
        used: _Flags,
        whole: _Flags,
    ) -> None:
        """`used` says which runs are part of a number or reference, `whole` which hits stand as on
        the invoice."""
        self.runs, self.hits, self.known = runs, hits, known
        self.doubted, self.used = doubted, used
        self._full: _Flags = np.zeros(len(doubted), bool)
        """Texts in which a number stands as on the invoice."""
        self._full[hits.row[whole]] = True
        self.debtors: _Flags = np.zeros(len(doubted), bool)
        """Texts with what may be a debtor's number."""

    def look_at_all(self) -> None:
        """What else stands there is no number of an item in any spelling, and no debtor's."""
        runs = self.runs
        if not len(runs):
            return
        free = ~self.used & ~self.doubted[runs.row]
        self._doubt_spelling(self._spelt(free), before=_PARTS)
        digits = free & runs.digits & ~days_in(runs)
        places = np.flatnonzero(digits)
        self._doubt_runs(places[_checks(runs.size[places], runs.values[places])])
        self._look_for_lost_zeros(digits)
        self.debtors[runs.row[runs.find(self.known.debtors, WRITTEN).first]] = True
        self._look_for_announced_debtors(digits)

    def _look_for_announced_debtors(self, digits: _Flags) -> None:
        """No digits behind a word for a debtor's number, in texts that name no item."""
        runs = self.runs
        named = np.zeros(len(self.doubted), bool)
        named[self.hits.row] = True
        place = np.flatnonzero(digits & ~named[runs.row] & ~self.doubted[runs.row])
        for _ in range(_WORDS_BEFORE):
            place = place[(place > 0) & (runs.gap[place] <= 4)] - 1
            self.debtors[runs.row[place[words_that(runs, place, is_debtor)]]] = True

    def _doubt_runs(self, where: _Flags | _Ints) -> None:
        self.doubted[self.runs.row[where]] = True

    def _spelt(self, free: _Flags) -> _Ints:
        """Letters O, I and l beside digits, which may stand for digits."""
        runs = self.runs
        beside = np.zeros(len(runs) + 1, bool)
        close = runs.join < APART
        digits = runs.digits & free
        beside[:-1] = close & np.append(np.False_, digits[:-1])
        beside[:-2] |= (close & digits)[1:]
        places = np.flatnonzero(free & ~runs.digits & beside[:-1])
        found: _Ints = places[words_that(runs, places, self._may_be_digits)]
        return found

    def _may_be_digits(self, word: str) -> bool:
        """Whether a word is the letters of a number with O, I or l at an end or between."""
        tail, letters = len(word.rstrip("oil")), self.known.letters
        if not tail or any(word[:cut] in letters for cut in range(tail, len(word))):
            return True
        parts = _ALIKE.split(word)
        return len(parts) > 1 and all(not part or part in letters for part in parts)

    def _look_for_lost_zeros(self, digits: _Flags) -> None:
        """No digits that stand together are an item's but for zeros."""
        runs, items = self.runs, self.known.bare
        if not len(items):
            return
        bare = runs.bare
        first = np.flatnonzero(digits & (bare >= 0))
        value, there = bare[first], first
        inner = self._inner_letters()
        for _ in range(_PARTS):
            place = np.minimum(np.searchsorted(items, value), len(items) - 1)
            self._doubt_spelling(first[items[place] == value])
            there = there + 1
            inside = there < len(runs)
            there = np.minimum(there, len(runs) - 1)
            goes_on = inside & (runs.join[there] <= TORN) & (inner[there] | digits[there])
            goes_on &= (value < 10**9) & (bare[there] < 10**9) & (runs.size[there] <= 18)
            first, value, there = first[goes_on], value[goes_on], there[goes_on]
            if not len(first):
                return
            more = np.maximum(bare[there], 0)
            value = value * 10 ** _lengths(more) + more

    def _inner_letters(self) -> _Flags:
        """Runs of letters that stand in numbers."""
        runs = self.runs
        found = ~runs.digits & ~self.used
        places = np.flatnonzero(found & (runs.join <= TORN))
        found[:] = False
        found[places] = words_that(runs, places, self.known.letters.__contains__)
        return found

    def _doubt_spelling(self, places: _Ints, before: int = 0) -> None:
        """What may be another spelling of a number: beside a whole one only in a list.

        It begins there, or so many runs before at most.
        """
        alone = ~self._full[self.runs.row[places]]
        self._doubt_runs(places[alone])
        beside = places[~alone & ~self.doubted[self.runs.row[places]]]
        rows = self.runs.row[beside]
        some, stop = np.searchsorted(self.hits.row, rows), np.searchsorted(self.hits.row, rows + 1)
        every = (column.tolist() for column in (beside, rows, some, stop))
        for run, row, *of_row in zip(*every, strict=True):
            if not self.doubted[row] and self._is_listed(run, row, range(*of_row), before):
                self.doubted[row] = True

    def _is_listed(self, run: int, row: int, some: range, before: int) -> bool:
        """Whether a list or a range leads from some hit to digits that begin here, or back."""
        runs, hits = self.runs, self.hits
        first = run
        while run - first < before and runs.join[first] < APART:
            first -= 1
        starts = [runs.start[k] for k in range(first, run + 1)]
        if runs.join[first] < APART and runs.word(first - 1) in self.known.heads:
            starts.append(runs.start[first - 1])
        ends = [runs.end[k] for k in range(run, min(run + _PARTS, len(runs))) if runs.row[k] == row]
        for hit in some:
            begin, end = runs.start[hits.first[hit]], runs.end[hits.last[hit]]
            between = [(end, start) for start in starts] + [(stop, begin) for stop in ends]
            if any(at <= last and self._joins(at, last) for at, last in between):
                return True
        return False

    def _joins(self, start: int, end: int) -> bool:
        if end - start > _LONGEST_JOINT:
            return False
        text = bytes(self.runs.data[start:end]).decode("utf-8", "replace").lower()
        return LIST.fullmatch(text) is not None or RANGE.fullmatch(text) is not None


def words_that(runs: Runs, places: _Ints, told: Callable[[str], bool]) -> _Flags:
    """Which of these runs are words of which something is told; each word is asked once."""
    _, one, which = np.unique(runs.words[places], return_index=True, return_inverse=True)
    answers = np.array([told(runs.word(int(run))) for run in places[one]], bool)
    return answers[which] if len(answers) else np.zeros(0, bool)


def days_in(runs: Runs) -> _Flags:
    """Runs of dates, which are nothing else: '12-06-2026', '2026.06.12'."""
    days = np.zeros(len(runs), bool)
    joins = np.append(runs.join, np.uint8(APART))
    first = np.flatnonzero((runs.join[1:-1] == WRITTEN) & (runs.join[2:] == WRITTEN))
    first = first[runs.digits[first] & runs.digits[first + 1] & runs.digits[first + 2]]
    digits = np.append(runs.digits, np.False_)
    apart = (runs.join[first] > WRITTEN) | ~digits[first - 1]
    apart &= (joins[first + 3] > WRITTEN) | ~digits[first + 3]
    sign = runs.data[runs.end[first]]
    first = first[apart & (sign == runs.data[runs.end[first + 1]]) & np.isin(sign, _OF_DATES)]
    sizes = [runs.size[first + step] for step in range(3)]
    begins = (sizes[0] == 4) & (sizes[2] <= 2)
    shaped = (sizes[1] <= 2) & (begins | ((sizes[0] <= 2) & ((sizes[2] == 2) | (sizes[2] == 4))))
    year = np.where(begins, runs.values[first], runs.values[first + 2])
    other = np.where(begins, runs.values[first + 2], runs.values[first])
    month = runs.values[first + 1]
    low, high = np.minimum(other, month), np.maximum(other, month)
    right = shaped & (low >= 1) & (low <= 12) & (high <= 28)
    right &= np.where(~begins & (sizes[2] == 2), year < 100, (year >= 1900) & (year < 2100))
    for step in range(3):
        days[first[right] + step] = True
    return days


def _checks(size: _Ints, value: _Ints) -> _Flags:
    """Digits that may be a betalingskenmerk or an OGM with right check digits."""
    rest = value // 100 % 97
    found = (size == 12) & (np.where(rest == 0, 97, rest) == value % 100)
    found |= size > 16
    long = np.flatnonzero((size >= 9) & (size <= 14))
    weighed = np.zeros(len(long), np.int64)
    for step in range(13):
        digit = value[long] // 10**step % 10
        weighed += np.where(step < size[long] - 1, digit * _WEIGHTS[step % 10], 0)
    check = 11 - weighed % 11
    check = np.where(check == 10, 1, np.where(check == 11, 0, check))
    lead = value[long] // 10 ** (size[long] - 1)
    length = value[long] // 10 ** (size[long] - 2) % 10
    found[long] |= (lead == check) & (length == (size[long] - 2) % 10)
    flags: _Flags = found
    return flags


def _lengths(values: _Ints) -> _Ints:
    """Decimal digits of each value; none of zero."""
    lengths: _Ints = np.searchsorted(10 ** np.arange(18), values, side="right")
    return lengths

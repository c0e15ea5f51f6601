"""Many texts at once as runs of letters and of digits, and the keys that stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "APART",
    "GLUED",
    "LOOSE",
    "TORN",
    "WRITTEN",
    "Hits",
    "KeyTable",
    "Runs",
    "between_only",
    "outermost",
]

GLUED, WRITTEN, LOOSE, TORN, APART = range(5)
"""How a run stands to the one before it, as in `references.tokens`."""

_Ints = NDArray[np.int64]
_Hashes = NDArray[np.uint64]
_Flags = NDArray[np.bool_]

_NEAR = 8
_KEYS = 100_000
"""Keys that are hashed at once."""
_TENS = 10 ** np.arange(19, dtype=np.int64)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))

_DIGIT, _LETTER = 1, 2
_CLASS = np.zeros(256, np.uint8)
_CLASS[48:58] = _DIGIT
_CLASS[65:91] = _CLASS[97:123] = _CLASS[128:] = _LETTER
_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[65:91] += 32
_BLANK = np.zeros(256, bool)
_BLANK[[9, 10, 11, 12, 13, 32]] = True
_TIGHT = np.zeros(256, bool)
_TIGHT[[ord(sign) for sign in "-./_:\\"]] = True
_SIGN = _TIGHT.copy()
_SIGN[ord("#")] = True


@dataclass(frozen=True, slots=True)
class Hits:
    """Windows of runs whose letters and digits are a key: runs `first` to `last`, both included."""

    row: _Ints
    first: _Ints
    last: _Ints
    key: _Ints
    """Its place in the table's keys."""

    def __len__(self) -> int:
        return len(self.row)

    def and_(self, others: Hits) -> Hits:
        """These, and the others behind them."""
        pairs = ((getattr(one, name) for one in (self, others)) for name in Hits.__slots__)
        return Hits(*(np.concatenate(tuple(pair)) for pair in pairs))

    def at(self, where: _Flags | _Ints) -> Hits:
        return Hits(self.row[where], self.first[where], self.last[where], self.key[where])


class Runs:
    """Texts, lower case apart, cut into runs; `row` says whose each is. Signs of other scripts
    count as letters."""

    def __init__(self, texts: Sequence[str]) -> None:
        joined = "\0".join(texts)
        if joined.count("\0") >= max(1, len(texts)):
            joined = "\0".join(text.replace("\0", " ") for text in texts)
        self.data = np.frombuffer(f"\0{joined}\0\0\0\0\0\0".encode(), np.uint8)
        """All bytes; a zero before and after each text."""
        kinds = _CLASS[self.data]
        self.core = np.flatnonzero(kinds)
        """Places of letters and digits."""
        own = kinds[self.core]
        starts = np.ones(len(self.core), bool)
        starts[1:] = (np.diff(self.core) != 1) | (own[1:] != own[:-1])
        self.first = np.flatnonzero(starts)
        """Of each run the first, and the first behind it, counted in `core`."""
        self.stop = np.append(self.first[1:], len(self.core))[: len(self.first)]
        self.start = self.core[self.first]
        self.end = self.core[self.stop - 1] + 1
        self.digits: _Flags = own[self.first] == _DIGIT
        self.row = np.cumsum(self.data == 0)[self.start] - 1
        self.size = self.stop - self.first
        self.letters = _LOWER[self.data[self.core]]

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def same_row(self) -> _Flags:
        """Whether the run before is of the same text."""
        same = np.zeros(len(self), bool)
        same[1:] = self.row[1:] == self.row[:-1]
        return same

    @cached_property
    def gap(self) -> _Ints:
        """Bytes between a run and the one before; of another text, very many."""
        gap = np.full(len(self), 1 << 30)
        gap[1:] = self.start[1:] - self.end[:-1]
        return np.where(self.same_row, gap, 1 << 30)

    @cached_property
    def join(self) -> NDArray[np.uint8]:
        """How each run stands to the one before it; a prefix may stand off by a blank."""
        join = np.full(len(self), APART, np.uint8)
        near = np.flatnonzero(self.gap <= 4)
        gap, end = self.gap[near], self.end[near - 1]
        signs = np.zeros(len(near), np.int8)
        blanks = np.zeros(len(near), np.int8)
        breaks = np.zeros(len(near), bool)
        for step in range(4):
            inside = step < gap
            sign = self.data[end + step]
            signs += inside & _SIGN[sign]
            blanks += inside & _BLANK[sign]
            breaks |= inside & (sign == 10)
        loose = (signs + blanks == gap) & (signs <= 1)
        both = self.digits[near] & self.digits[near - 1]
        how = np.where(breaks, TORN, np.where(both, LOOSE, WRITTEN))
        how = np.where(loose, how, APART)
        how = np.where((gap == 1) & _TIGHT[self.data[end]], WRITTEN, how)
        join[near] = np.where(gap == 0, GLUED, how)
        return join

    @cached_property
    def _sums(self) -> tuple[_Hashes, _Hashes]:
        """Sums of signs times powers up to each place of `core`, and the inverse powers."""
        size = len(self.core) + 1
        powers = _powers(_BASE, size)
        sums = np.zeros(size, np.uint64)
        np.cumsum((self.letters + np.uint64(1)) * powers[:-1], out=sums[1:])
        return sums, _powers(_INVERSE, size)

    def hashes(self, first: _Ints, stop: _Ints) -> _Hashes:
        """Hash of letters and digits between places of `core`."""
        sums, inverse = self._sums
        mixed: _Hashes = (sums[stop] - sums[first]) * inverse[first] * _MIX
        return mixed

    @cached_property
    def words(self) -> _Hashes:
        """Hash of each run."""
        return self.hashes(self.first, self.stop)

    def word(self, run: int) -> str:
        """The run's letters or digits."""
        word = bytes(self.letters[self.first[run] : self.stop[run]])
        # Capitals with accents are bytes that stay what they are until here.
        return word.decode("utf-8", "replace").lower()

    @cached_property
    def values(self) -> _Ints:
        """What each run of digits comes to; -1 where it is longer than 18, or letters."""
        return self._summed(np.ones(len(self.core), np.int64))

    @cached_property
    def bare(self) -> _Ints:
        """The same with all zeros left out."""
        return self._summed((self.letters != 48).astype(np.int64))

    def _summed(self, counted: _Ints) -> _Ints:
        if not len(self):
            return self.first
        counts = np.cumsum(counted)
        behind = np.repeat(counts[self.stop - 1], self.size) - counts
        signs = self.letters.astype(np.int64) - 48
        powers = _TENS[np.minimum(behind, 18)]
        summed = np.add.reduceat(np.where(behind < 18, signs * powers, 0), self.first)
        return np.where(self.digits & (self.size <= 18), summed, -1)

    def find(self, table: KeyTable, loosest: int = TORN) -> Hits:
        """Where keys of the table stand, whatever is between their runs up to `loosest`."""
        at_end = np.full(len(self.core) + 1, -1, np.int64)
        at_end[self.stop] = np.arange(len(self))
        far = np.cumsum(self.join > loosest)
        found = []
        for length in table.lengths:
            stop = self.first + length
            run = np.flatnonzero(stop <= len(self.core))
            last = at_end[stop[run]]
            whole = last >= 0
            run, last = run[whole], last[whole]
            near = far[last] == far[run]
            run, last = run[near], last[near]
            key = table.find(self.hashes(self.first[run], self.stop[last]))
            hit = key >= 0
            found.append(Hits(self.row[run[hit]], run[hit], last[hit], key[hit]))
        none = np.zeros(0, np.int64)
        columns = [[none, *(getattr(one, name) for one in found)] for name in Hits.__slots__]
        hits = Hits(*map(np.concatenate, columns))
        return hits.at(np.lexsort((hits.last, hits.first)))


def outermost(runs: Runs, hits: Hits) -> Hits:
    """Without the numbers that are but a part of a longer one which stands there as on the invoice:
    '24034' in '26U24034'."""
    if len(hits) < 2:
        return hits
    apart = np.append(0, np.cumsum(runs.join > WRITTEN))
    tight = apart[hits.last + 1] == apart[hits.first + 1]
    # Sorted by first and last run: of those that begin at once, the last reaches furthest.
    reach = np.maximum.accumulate(np.where(tight, hits.last, -1))
    before = np.append(-1, reach[:-1])
    inner = before >= hits.last
    longer = (hits.first[1:] == hits.first[:-1]) & tight[1:] & tight[:-1]
    inner[:-1] |= longer
    return hits.at(~inner)


def between_only(runs: Runs, places: _Ints, signs: _Flags) -> _Flags:
    """Whether just these signs stand before each run, as far as one looks."""
    only = np.ones(len(places), bool)
    for step in range(1, _NEAR):
        inside = runs.gap[places] >= step
        only &= ~inside | signs[runs.data[np.where(inside, runs.start[places] - step, 0)]]
    return only


class KeyTable:
    """Keys by their hashes; a key that occurs twice has the place of its first."""

    def __init__(self, keys: Sequence[str]) -> None:
        parts = [_hashed(keys[at : at + _KEYS]) for at in range(0, len(keys), _KEYS)]
        parts = parts or [(np.zeros(0, np.uint64), np.zeros(0, np.int64))]
        hashes = np.concatenate([hashes for hashes, _ in parts])
        self._order = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self._order]
        self.twice: _Flags = np.zeros(len(keys), bool)
        """Keys that other keys are equal to."""
        same = np.flatnonzero(self._sorted[1:] == self._sorted[:-1])
        self.twice[self._order[same]] = self.twice[self._order[same + 1]] = True
        self.lengths: list[int] = np.unique(np.concatenate([sizes for _, sizes in parts])).tolist()
        self._shift = np.uint64(64 - max(4, (8 * len(keys)).bit_length()))
        self._coarse = np.zeros(1 << (64 - int(self._shift)), bool)
        self._coarse[hashes >> self._shift] = True

    def find(self, hashes: _Hashes) -> _Ints:
        """Place of each key, or -1."""
        found = np.full(len(hashes), -1, np.int64)
        if not len(self._sorted):
            return found
        near = np.flatnonzero(self._coarse[hashes >> self._shift])
        place = np.searchsorted(self._sorted, hashes[near])
        place = np.minimum(place, len(self._sorted) - 1)
        right = self._sorted[place] == hashes[near]
        found[near[right]] = self._order[place[right]]
        return found


def _hashed(keys: Sequence[str]) -> tuple[_Hashes, _Ints]:
    """Hash and length of each key."""
    runs = Runs(keys)
    zeros = np.flatnonzero(runs.data == 0)[: len(keys) + 1]
    bounds = np.searchsorted(runs.core, zeros)
    return runs.hashes(bounds[:-1], bounds[1:]), np.diff(bounds)


def _powers(base: np.uint64, size: int) -> _Hashes:
    powers = np.full(size, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


def counted(sizes: _Ints) -> _Ints:
    """0, 1, .. for each size, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)

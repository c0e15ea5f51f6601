"""What many texts name, read at once: complete numbers, where nothing else could be meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clerkwork.core.matching.plain_references import Known, References
from clerkwork.core.matching.plain_runs import APART, LOOSE, TORN, WRITTEN, Hits, Runs
from clerkwork.core.references.words import LIST, RANGE, is_other

__all__ = ["Known", "Named", "read_texts"]

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]

_LONGEST = 1_000
# Texts that hold a reference with check digits, a telephone or a card may hide a number in it.
_HIDDEN = (
    r"(?i)rf[0-9]{2}|\+\+\+|\*\*\*|[0-9]{3}/[0-9]{4}/[0-9]{5}"
    r"|(?:^|[^0-9])[0-9]{4}(?:[ .\n]?[0-9]{4}){3}(?:[^0-9]|$)"
)
_MASKED = r"(?i)\+[0-9]|x{4}[ -]?[0-9]|\*{4}[ -]?[0-9]"
_KNOWN_SIGNS = r"^[\t\n\r -~\u00b0\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153]*$"
_BETWEEN = frozenset(
    """en and et und u plus e y nr no inv fact rg re t m tm te tot met bis zu zum zur to through
    thru until up till a \u00e0 au jusqu""".split()  # noqa: SIM905
)
"""Words behind which a list or a range may go on with a shortened number."""
_NEAR = 8
_PARTS = 7
_CARD = 4
_OF_DATES = np.frombuffer(b"-./", np.uint8)
_WEIGHTS = np.array([2, 4, 8, 5, 10, 9, 7, 3, 6, 1])


@dataclass(frozen=True, slots=True)
class Named:
    """Mentions of complete numbers in texts of which nothing else needs to be read."""

    clear: _Flags
    """Whether the text names just these, or none in full."""
    row: _Ints
    key: _Ints
    """Place of the number in the table of keys."""
    certainty: _Ints
    """3 as written, 2 torn or glued; as `references.Certainty`."""
    reference: _Flags
    """Whether it is a reference with check digits."""


def read_texts(texts: pl.Series, asked: _Flags, known: Known) -> Named:
    """The complete numbers that each text names, where nothing else can be one.

    A text that could be read in another way than these mentions is not clear and has none. Of
    texts that name no number in full those are looked at that are `asked` for.
    """
    runs = Runs(texts.to_list())
    hidden, doubted = _doubtful(texts)
    references = References(runs, texts, np.flatnonzero(hidden & ~doubted), known)
    doubted[references.unclear] = True
    hits = references.outside(runs.find(known.table))
    reading = _Reading(runs, hits, references, known, doubted)
    reading.look_at_hits()
    rows = asked.copy()
    rows[hits.row] = True
    rows[references.hits.row] = True
    reading.look_at_the_rest(rows)
    clear = ~reading.doubted
    kept, also = clear[hits.row], clear[references.hits.row]
    some, others = hits.at(kept), references.hits.at(also)
    return Named(
        clear=clear & rows,
        row=np.append(some.row, others.row),
        key=np.append(some.key, others.key),
        certainty=np.append(reading.certainty[kept], np.full(len(others), 3)),
        reference=np.append(np.zeros(len(some), bool), np.ones(len(others), bool)),
    )


def _doubtful(texts: pl.Series) -> tuple[_Flags, _Flags]:
    """Texts with what may be a reference, and texts that need a careful reading anyway."""
    text = pl.col("text")
    told = pl.DataFrame({"text": texts}).select(
        hidden=text.str.contains(_HIDDEN),
        doubted=text.str.contains(_MASKED)
        | ~text.str.contains(_KNOWN_SIGNS)
        | (text.str.len_bytes() > _LONGEST),
    )
    hidden, doubted = (told[name].to_numpy().astype(bool, copy=True) for name in told.columns)
    # Where signs take more than a byte, places in the text are no places in its bytes.
    wide = (texts.str.len_bytes() != texts.str.len_chars()).to_numpy()
    return hidden, doubted | (hidden & wide)


class _Reading:
    """Texts under consideration: which of them need a careful reading is in `doubted`."""

    def __init__(
        self, runs: Runs, hits: Hits, references: References, known: Known, doubted: _Flags
    ) -> None:
        self.runs, self.hits, self.known, self.doubted = runs, hits, known, doubted
        self._referred = references.used
        self.used: _Flags = np.zeros(len(runs), bool)
        """Runs that are part of a hit."""
        self._mark()
        self.certainty: _Ints = np.full(len(hits), 3, np.int64)
        self._edge = np.append(runs.gap, 1 << 30)
        self._join = np.append(runs.join, np.uint8(APART))

    def _mark(self) -> None:
        hits = self.hits
        size = hits.last - hits.first + 1
        places = np.repeat(hits.first, size) + _counted(size)
        times = np.bincount(places, minlength=len(self.runs))
        self.used = (times > 0) | self._referred
        # Two numbers that share digits: which is meant is a question of care.
        shared = np.maximum.reduceat(times[places], np.cumsum(size) - size) if len(hits) else size
        self.doubted[hits.row[shared > 1]] = True

    def _doubt_hits(self, where: _Flags) -> None:
        self.doubted[self.hits.row[where]] = True

    def _doubt_runs(self, where: _Flags | _Ints) -> None:
        self.doubted[self.runs.row[where]] = True

    def look_at_hits(self) -> None:
        """Each hit stands free, as one number would, and is announced as nothing else."""
        if not len(self.hits):
            return
        self._doubt_hits(self.known.table.twice[self.hits.key] | self.known.odd[self.hits.key])
        inner = self._worst_inside()
        self.certainty[inner > WRITTEN] = 2
        self._doubt_hits(inner == APART)
        self._look_at_neighbours()
        self._look_at_shape(inner)
        self._look_at_words()
        self._look_behind()
        self._look_between()

    def _worst_inside(self) -> NDArray[np.uint8]:
        """How the runs of each hit hang together at worst."""
        worst = np.zeros(len(self.hits), np.uint8)
        for step in range(1, int((self.hits.last - self.hits.first).max(initial=0)) + 1):
            place = self.hits.first + step
            inside = place <= self.hits.last
            there = np.minimum(place, len(self.runs) - 1)
            letters = ~self.runs.digits[there] & ~self.runs.digits[there - 1]
            join = np.where(letters, APART, self.runs.join[there])
            worst = np.where(inside, np.maximum(worst, join), worst)
        return worst

    def _look_at_neighbours(self) -> None:
        """No sign that makes a date, an amount or a card of a number and its neighbour."""
        runs, first, last = self.runs, self.hits.first, self.hits.last
        sized = np.append(runs.size, 0)
        digits = np.append(runs.digits, np.False_)
        zero = np.append(runs.letters[runs.first] == 48, np.False_)
        before = (first - 1, first, self._edge[first], runs.data[runs.start[first] - 1])
        behind = (last, last + 1, self._edge[last + 1], runs.data[runs.end[last]])
        for left, right, gap, sign in (before, behind):
            near = (gap == 1) & digits[left] & digits[right]
            groups = (sized[left] == 4) & (sized[right] == 4)
            telephone = zero[left] & (sized[left] <= 4) & (sized[right] >= 6) & (sized[right] <= 8)
            tight = (sign != 32) & (sign != 10)
            self._doubt_hits((gap == 0) | (near & (tight | groups | telephone)))
        _, right, gap, sign = behind
        capital = np.append(runs.data[runs.start] < 91, np.False_)
        postcode = (sized[last] == 4) & ~zero[last] & (sized[right] == 2)
        postcode &= (gap <= 1) & ~digits[right] & capital[right]
        self._doubt_hits(postcode | ((sized[last] <= 3) & (sign == 37)))

    def _look_at_shape(self, inner: NDArray[np.uint8]) -> None:
        """Written as on the invoice; or in parts that nothing but a number has."""
        runs, hits = self.runs, self.hits
        parts = np.zeros(len(hits), np.int64)
        short = np.zeros(len(hits), bool)
        for step in range(int((hits.last - hits.first).max()) + 1):
            place = hits.first + step
            there = np.minimum(place, len(runs) - 1)
            digit = (place <= hits.last) & runs.digits[there]
            parts += digit
            short |= digit & (runs.size[there] < 3)
        zero = runs.letters[runs.first[hits.first]] == 48
        torn = (inner == LOOSE) | (inner == TORN)
        sure = (parts == 1) | ((parts == 2) & ~short & ~zero) | (torn & ~zero & (parts <= _PARTS))
        # Eight digits in one run may be a date.
        sure &= ~((hits.first == hits.last) & (runs.size[hits.first] == 8))
        # With blanks between groups of four it may be a card.
        sure &= ~(torn & self._groups_of_four())
        start, end = runs.start[hits.first], runs.end[hits.last]
        for one in np.flatnonzero(~sure).tolist():
            written = bytes(runs.data[start[one] : end[one]]).decode("utf-8", "replace")
            same = written.lower() == self.known.numbers[int(hits.key[one])].lower()
            if not same or torn[one]:
                self.doubted[hits.row[one]] = True

    def _groups_of_four(self) -> _Flags:
        """Hits with as many groups of four digits in a row as a card has."""
        fours = self.runs.digits & (self.runs.size == 4)
        pairs = np.cumsum(fours & np.append(np.False_, fours[:-1]))
        found: _Flags = pairs[self.hits.last] - pairs[self.hits.first] >= _CARD - 1
        return found

    def _look_at_words(self) -> None:
        """Not the number of an order, a contract, a card, a telephone."""
        first = self.hits.first
        before: list[_Ints] = []
        hit: list[_Ints] = []
        for step in (1, 2, 3):
            place = first - step
            there = np.maximum(place, 0)
            here = np.flatnonzero((place >= 0) & (self.runs.row[there] == self.hits.row))
            here = here[~self.runs.digits[place[here]]]
            before.append(place[here])
            hit.append(here)
        places, hits = np.concatenate(before), np.concatenate(hit)
        said = self._words_that(places, is_other)
        self.doubted[self.hits.row[hits[said]]] = True

    def _words_that(self, places: _Ints, told: Callable[[str], bool]) -> _Flags:
        """Which of these runs are words of which something is told; each word is asked once."""
        _, one, which = np.unique(self.runs.words[places], return_index=True, return_inverse=True)
        answers = np.array([told(self.runs.word(int(run))) for run in places[one]], bool)
        return answers[which] if len(answers) else np.zeros(0, bool)

    def _look_behind(self) -> None:
        """No digits behind a number that may go on with a list or range of shortened ones."""
        runs, last = self.runs, self.hits.last
        place = last + 1
        going = np.ones(len(last), bool)
        words = np.zeros(len(last), bool)
        for _ in range(5):
            there = np.minimum(place, len(runs) - 1)
            going &= (place < len(runs)) & (runs.row[there] == self.hits.row)
            going &= (runs.gap[there] <= 4) & ~self.used[there]
            ends = going & runs.digits[there]
            sign = runs.data[np.minimum(runs.end[last], len(runs.data) - 1)]
            blank = ~words & (runs.gap[there] == 1) & ((sign == 32) | (sign == 10))
            self._doubt_hits(ends & (runs.size[there] >= 2) & ~blank)
            going &= ~ends
            if not going.any():
                return
            asked = np.flatnonzero(going)
            going[asked] = self._words_that(there[asked], _BETWEEN.__contains__)
            words |= going
            place = place + going

    def _look_between(self) -> None:
        """Two numbers are a list, not the ends of a range."""
        runs, hits = self.runs, self.hits
        for one in np.flatnonzero(hits.row[1:] == hits.row[:-1]).tolist():
            row = hits.row[one]
            if self.doubted[row]:
                continue
            between = runs.data[runs.end[hits.last[one]] : runs.start[hits.first[one + 1]]]
            text = bytes(between).decode("utf-8", "replace").lower()
            near = len(text) < _NEAR and not LIST.fullmatch(text)
            self.doubted[row] |= near or "-" in text or RANGE.fullmatch(text) is not None

    def look_at_the_rest(self, rows: _Flags) -> None:
        """What else stands there is no number of an item in any spelling, and no debtor's."""
        runs = self.runs
        if not len(runs):
            return
        free = ~self.used & (rows & ~self.doubted)[runs.row]
        self._doubt_runs(self._spelt(free))
        digits = free & runs.digits & ~self._days()
        places = np.flatnonzero(digits)
        self._doubt_runs(places[self._checks(places)])
        self._look_for_lost_zeros(digits)
        self._doubt_runs(runs.find(self.known.debtors, WRITTEN).first)

    def _spelt(self, free: _Flags) -> _Ints:
        """Letters O, I and l beside digits, which may stand for digits."""
        runs = self.runs
        beside = np.zeros(len(runs) + 1, bool)
        close = runs.join < APART
        digits = runs.digits & free
        beside[:-1] = close & np.append(np.False_, digits[:-1])
        beside[:-2] |= (close & digits)[1:]
        places = np.flatnonzero(free & ~runs.digits & beside[:-1])
        found: _Ints = places[self._words_that(places, self._may_be_digits)]
        return found

    def _may_be_digits(self, word: str) -> bool:
        tail = len(word.rstrip("oil"))
        return not tail or any(word[:cut] in self.known.heads for cut in range(tail, len(word)))

    def _days(self) -> _Flags:
        """Runs of dates, which are nothing else: '12-06-2026', '2026.06.12'."""
        runs = self.runs
        days = np.zeros(len(runs), bool)
        first = np.flatnonzero((runs.join[1:-1] == WRITTEN) & (runs.join[2:] == WRITTEN))
        first = first[runs.digits[first] & runs.digits[first + 1] & runs.digits[first + 2]]
        digits = np.append(runs.digits, np.False_)
        apart = (runs.join[first] > WRITTEN) | ~digits[first - 1]
        apart &= (self._join[first + 3] > WRITTEN) | ~digits[first + 3]
        sign = runs.data[runs.end[first]]
        first = first[apart & (sign == runs.data[runs.end[first + 1]]) & np.isin(sign, _OF_DATES)]
        sizes = [runs.size[first + step] for step in range(3)]
        begins = (sizes[0] == 4) & (sizes[2] <= 2)
        shaped = (sizes[1] <= 2) & (
            begins | ((sizes[0] <= 2) & ((sizes[2] == 2) | (sizes[2] == 4)))
        )
        year = np.where(begins, runs.values[first], runs.values[first + 2])
        other = np.where(begins, runs.values[first + 2], runs.values[first])
        month = runs.values[first + 1]
        low, high = np.minimum(other, month), np.maximum(other, month)
        right = shaped & (low >= 1) & (low <= 12) & (high <= 28)
        right &= (year < 100) | ((year >= 1900) & (year < 2100))
        for step in range(3):
            days[first[right] + step] = True
        return days

    def _checks(self, places: _Ints) -> _Flags:
        """Digits that may be a betalingskenmerk or an OGM with right check digits."""
        runs = self.runs
        size, value = runs.size[places], runs.values[places]
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

    def _look_for_lost_zeros(self, digits: _Flags) -> None:
        """No digits that stand together are an item's but for zeros."""
        runs, items = self.runs, self.known.bare
        if not len(items):
            return
        bare = runs.bare
        first = np.flatnonzero(digits & (bare >= 0))
        value = bare[first]
        for step in range(1, 6):
            place = np.minimum(np.searchsorted(items, value), len(items) - 1)
            self._doubt_runs(first[items[place] == value])
            there = first + step
            inside = there < len(runs)
            there = np.minimum(there, len(runs) - 1)
            goes_on = inside & digits[there] & (runs.join[there] <= WRITTEN)
            goes_on &= (value < 10**9) & (bare[there] >= 0) & (bare[there] < 10**9)
            first, value, there = first[goes_on], value[goes_on], there[goes_on]
            if not len(first):
                return
            value = value * 10 ** _lengths(bare[there]) + bare[there]


def _lengths(values: _Ints) -> _Ints:
    """Decimal digits of each value; none of zero."""
    lengths: _Ints = np.searchsorted(10 ** np.arange(18), values, side="right")
    return lengths


def _counted(sizes: _Ints) -> _Ints:
    """0, 1, .. for each size, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)

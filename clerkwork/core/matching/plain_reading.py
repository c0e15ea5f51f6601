"""What many texts name, read at once: complete numbers, where nothing else could be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clerkwork.core.matching.plain_references import Known, References
from clerkwork.core.matching.plain_rest import Rest, days_in, words_that
from clerkwork.core.matching.plain_runs import (
    APART,
    GLUED,
    LOOSE,
    TORN,
    WRITTEN,
    Hits,
    Runs,
    between_only,
    counted,
    outermost,
)
from clerkwork.core.references.identities import announces_identity
from clerkwork.core.references.words import COUNTING, LIST, MONEY, RANGE, is_other

__all__ = ["Known", "Named", "read_texts"]

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]

_LONGEST = 1_000
# Texts that hold a reference with check digits, a telephone or a card may hide a number in it.
_HIDDEN = (
    r"(?i)rf[0-9]{2}|\+\+\+|\*\*\*|[0-9]{3}/[0-9]{4}/[0-9]{5}"
    r"|(?:^|[^0-9])[0-9]{4}(?:[ .\n]?[0-9]{4}){3}(?:[^0-9]|$)"
    r"|(?:^|[^0-9])[0-9]{2}(?:[ \n]?[0-9]{5}){5}(?:[^0-9]|$)"
    r"|(?:^|[^0-9])[0-9]{4} [0-9]{4}(?: [0-9]{4})? [0-9]{1,4}(?:[^0-9]|$)"
)
_SIGNED = r"(?:\+\+\+|\*\*\*)[ \t\r\n]*[0-9]"
_MASKED = r"(?i)\+{4}|x{4}[ -]?[0-9]|\*{4}[ -]?[0-9]"
_KNOWN_SIGNS = r"^[\t\n\r -~\u00b0\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153]*$"
_BETWEEN = frozenset(
    """en and et und u plus e y nr no inv fact rg re t m tm te tot met bis zu zum zur to through
    thru until up till a \u00e0 au jusqu einschl einschlie\u00dflich einschliesslich inkl
    inklusive incl inclusive inclusief including mit with compris y n rech rechnung bel beleg
    invoice factuur facture nummer number""".split()  # noqa: SIM905
)
"""Words behind which a list or a range may go on with a shortened number."""
_WORDS_BETWEEN = 7
_NEAR = 8
_COUNTRY = 3
_WORDS = re.compile(r"\s+[a-z]+\.?(?:\s+[a-z]+\.?)*\s+")
_BLANKS = np.frombuffer(b" \n\t\r", np.uint8)
_DAYS_SIGNS = np.frombuffer(b"./", np.uint8)
_PARTS = 7
_CARD = 4
_NO_DATES_OWN = 5
"""Digits in a run that is no part of a date, an hour, a telephone or a postcode."""
_PLACES = (10, 14, 16)
_PLUS = ord("+")
_LONGEST_TELEPHONE = 14
"""Runs of digits that one telephone may have, and one more."""
_IN_TELEPHONES = np.zeros(256, bool)
_IN_TELEPHONES[[ord(sign) for sign in " ()/-"]] = True
_LETTER = np.zeros(256, bool)
_LETTER[[*range(65, 91), *range(97, 123)]] = True
_DEGREE = "\u00b0"


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
    begin: _Ints
    """Where it stands in the bytes of the text."""
    end: _Ints
    more: _Flags
    """Whether the text has other digits than those of dates."""
    only: _Flags
    """Whether all that the text names is written as on the invoice, and nothing else is said."""
    debtors: _Flags
    """Of each text, whether it may have a debtor's number, which tells who pays."""


def read_texts(texts: pl.Series, known: Known) -> Named:
    """The complete numbers that each text names, where nothing else can be one.

    A text that could be read in another way than these mentions is not clear and has none.
    """
    runs = Runs(texts.to_list())
    hidden, doubted, signed = _doubtful(texts)
    references = References(runs, texts, np.flatnonzero(hidden & ~doubted), known)
    doubted[references.unclear] = True
    # What stands between those signs and is no reference may be a telephone's number.
    doubted |= references.signed != signed
    hits = outermost(runs, references.outside(runs.find(known.table)))
    reading = _Reading(runs, hits, references, known, doubted)
    reading.look_at_hits()
    rest = Rest(runs, hits, known, doubted, reading.used, reading.certainty == 3)
    rest.look_at_all()
    clear = ~doubted
    kept, also = clear[hits.row], clear[references.hits.row]
    some, others = hits.at(kept), references.hits.at(also)
    certainty = np.append(reading.certainty[kept], np.full(len(others), 3))
    reference = np.append(np.zeros(len(some), bool), np.ones(len(others), bool))
    both = some.and_(others)
    only, more = np.ones(len(clear), bool), np.zeros(len(clear), bool)
    only[both.row[reference | (certainty < 3)]] = False
    only[rest.debtors] = False
    more[runs.row[runs.digits & ~reading.used & ~days_in(runs)]] = True
    only[runs.row[_of_currencies(runs, only & clear, known.foreign)]] = False
    start = np.flatnonzero(runs.data == 0)[both.row] + 1
    return Named(
        clear=clear,
        row=both.row,
        key=both.key,
        certainty=certainty,
        reference=reference,
        begin=runs.start[both.first] - start,
        end=runs.end[both.last] - start,
        more=more[both.row],
        only=only[both.row],
        debtors=rest.debtors,
    )


def _of_currencies(runs: Runs, rows: _Flags, codes: frozenset[str]) -> _Ints:
    """Runs in these texts that are a currency's code."""
    places = np.flatnonzero(~runs.digits & (runs.size == 3) & rows[runs.row])
    found: _Ints = places[words_that(runs, places, codes.__contains__)]
    return found


def _doubtful(texts: pl.Series) -> tuple[_Flags, _Flags, _Ints]:
    """Texts with what may be a reference, texts that need a careful reading anyway, and how many
    references seem to stand in each between signs."""
    text = pl.col("text")
    told = pl.DataFrame({"text": texts}).select(
        hidden=text.str.contains(_HIDDEN),
        doubted=text.str.contains(_MASKED)
        | ~text.str.contains(_KNOWN_SIGNS)
        | (text.str.len_bytes() > _LONGEST),
        signed=text.str.count_matches(_SIGNED).cast(pl.Int64),
    )
    hidden, doubted = (told[name].to_numpy().astype(bool, copy=True) for name in told.columns[:2])
    return hidden, doubted, told["signed"].to_numpy()


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

    def _mark(self) -> None:
        hits = self.hits
        size = hits.last - hits.first + 1
        places = np.repeat(hits.first, size) + counted(size)
        times = np.bincount(places, minlength=len(self.runs))
        self.used = (times > 0) | self._referred
        # Two numbers that share digits: which is meant is a question of care.
        shared = np.maximum.reduceat(times[places], np.cumsum(size) - size) if len(hits) else size
        self.doubted[hits.row[shared > 1]] = True

    def _doubt_hits(self, where: _Flags) -> None:
        self.doubted[self.hits.row[where]] = True

    def look_at_hits(self) -> None:
        """Each hit stands free, as one number would, and is announced as nothing else."""
        if not len(self.hits):
            return
        self._doubt_hits(self.known.table.twice[self.hits.key] | self.known.odd[self.hits.key])
        inner = self._worst_inside()
        self.certainty[inner > WRITTEN] = 2
        self._doubt_hits(inner == APART)
        self._look_at_telephones()
        self._look_at_neighbours()
        self._look_at_shape(inner)
        self._look_at_words()
        self._look_for_money()
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
            for one in np.flatnonzero(inside & letters & (self.runs.join[there] == TORN)).tolist():
                join[one] = self._mended(int(there[one]))
            worst = np.where(inside, np.maximum(worst, join), worst)
        return worst

    def _mended(self, run: int) -> int:
        """How two runs of letters hang together that a line break parts: 'IN' and 'V' are 'INV'."""
        whole = self.runs.word(run - 1) + self.runs.word(run)
        return GLUED if whole in self.known.letters else APART

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

    def _look_at_telephones(self) -> None:
        """No digits to which a telephone's may go on, which begin with a plus: '+32 412 95 92'."""
        runs, data = self.runs, self.runs.data
        signed = runs.digits & (data[runs.start - 1] == _PLUS)
        place = np.flatnonzero(signed)
        three = (data[runs.start[place] - 2] == _PLUS) & (data[runs.start[place] - 3] == _PLUS)
        # Behind a bank's word it is its sign: 'SVWZ+2026-0412'.
        place = place[~three & ~_LETTER[data[runs.start[place] - 2]]]
        for _ in range(_LONGEST_TELEPHONE):
            self.doubted[runs.row[place[self.used[place]]]] = True
            place = place + 1
            place = place[place < len(runs)]
            goes_on = runs.digits[place] & runs.same_row[place]
            place = place[goes_on & between_only(runs, place, _IN_TELEPHONES)]
            if not len(place):
                return

    def _look_at_shape(self, inner: NDArray[np.uint8]) -> None:
        """Written as on the invoice; or in parts that nothing but a number has."""
        runs, hits = self.runs, self.hits
        parts = np.zeros(len(hits), np.int64)
        short = np.zeros(len(hits), bool)
        nought = np.zeros(len(hits), bool)
        for step in range(int((hits.last - hits.first).max()) + 1):
            place = hits.first + step
            there = np.minimum(place, len(runs) - 1)
            digit = (place <= hits.last) & runs.digits[there]
            nought |= digit & (parts == 0) & (runs.letters[runs.first[there]] == 48)
            parts += digit
            short |= digit & (runs.size[there] < 3)
        zero = runs.letters[runs.first[hits.first]] == 48
        torn = (inner == LOOSE) | (inner == TORN)
        sure = (parts == 1) | ((parts == 2) & ~short & ~zero) | (torn & ~zero & (parts <= _PARTS))
        # 'INV26-0012345': behind letters, and with so many digits at the end, it is nothing else.
        sure |= (
            (parts == 2)
            & ~nought
            & (inner <= WRITTEN)
            & ~runs.digits[hits.first]
            & runs.digits[hits.last]
            & (runs.size[hits.last] >= _NO_DATES_OWN)
            & ~np.isin(runs.size[hits.last], _PLACES)
            & ~self._percent()
        )
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

    def _percent(self) -> _Flags:
        """Hits behind which a percent sign stands."""
        data, end = self.runs.data, self.runs.end[self.hits.last]
        found: _Flags = (data[end] == 37) | ((data[end] == 32) & (data[end + 1] == 37))
        return found

    def _groups_of_four(self) -> _Flags:
        """Hits with as many groups of four digits in a row as a card has."""
        fours = self.runs.digits & (self.runs.size == 4)
        pairs = np.cumsum(fours & np.append(np.False_, fours[:-1]))
        found: _Flags = pairs[self.hits.last] - pairs[self.hits.first] >= _CARD - 1
        return found

    def _look_at_words(self) -> None:
        """Not the number of an order, a contract, a card, a telephone: by the word before it."""
        runs = self.runs
        hit = np.arange(len(self.hits))
        place = self.hits.first
        for _ in range(3):
            near = (place > 0) & (runs.gap[place] <= 4)
            hit, place = hit[near], place[near] - 1
            words = ~(runs.digits[place] | self.used[place])
            hit, place = hit[words], place[words]
            self.doubted[self.hits.row[hit[words_that(self.runs, place, _is_other)]]] = True
            counting = words_that(self.runs, place, _is_counting)
            hit, place = hit[counting], place[counting]

    def _look_for_money(self) -> None:
        """No word for an amount right before or behind digits alone."""
        runs, hits = self.runs, self.hits
        for place in (hits.first - 1, hits.last + 1):
            there = np.clip(place, 0, len(runs) - 1)
            near = (there == place) & (runs.row[there] == hits.row) & ~runs.digits[there]
            asked = np.flatnonzero(near & runs.digits[hits.first] & runs.digits[hits.last])
            said = words_that(runs, there[asked], MONEY.__contains__)
            self.doubted[hits.row[asked[said]]] = True

    def _look_behind(self) -> None:
        """No digits behind a number that may go on with a list or range of shortened ones."""
        runs, last, days = self.runs, self.hits.last, days_in(self.runs)
        place = last + 1
        going = np.ones(len(last), bool)
        words = np.zeros(len(last), bool)
        for _ in range(_WORDS_BETWEEN):
            there = np.minimum(place, len(runs) - 1)
            going &= (place < len(runs)) & (runs.row[there] == self.hits.row)
            going &= (runs.gap[there] <= 4) & ~self.used[there]
            ends = going & runs.digits[there]
            going &= ~(ends & (days[there] | self._is_day(there)))
            ends &= going
            sign = runs.data[np.minimum(runs.end[last], len(runs.data) - 1)]
            blank = ~words & (runs.gap[there] == 1) & ((sign == 32) | (sign == 10))
            self._doubt_hits(ends & (runs.size[there] >= 2) & ~blank)
            going &= ~ends
            if not going.any():
                return
            asked = np.flatnonzero(going)
            going[asked] = words_that(self.runs, there[asked], _is_between)
            words |= going
            place = place + going

    def _is_day(self, run: _Ints) -> _Flags:
        """Runs behind a blank that are days of a month, as '25/06'."""
        runs = self.runs
        behind = np.minimum(run + 1, len(runs) - 1)
        blank = np.isin(runs.data[runs.start[run] - 1], _BLANKS)
        sign = np.isin(runs.data[runs.end[run]], _DAYS_SIGNS)
        day = (runs.size[run] == 2) & (runs.values[run] >= 1) & (runs.values[run] <= 31)
        month = runs.digits[behind] & (runs.size[behind] == 2) & (runs.gap[behind] == 1)
        month &= (runs.values[behind] >= 1) & (runs.values[behind] <= 12) & (behind > run)
        found: _Flags = blank & sign & day & month
        return found

    def _look_between(self) -> None:
        """Two numbers are a list, not the ends of a range."""
        runs, hits = self.runs, self.hits
        for one in np.flatnonzero(hits.row[1:] == hits.row[:-1]).tolist():
            row = hits.row[one]
            if self.doubted[row]:
                continue
            between = runs.data[runs.end[hits.last[one]] : runs.start[hits.first[one + 1]]]
            text = bytes(between).decode("utf-8", "replace").lower()
            near = len(text) < _NEAR and not LIST.fullmatch(text) and not _WORDS.fullmatch(text)
            self.doubted[row] |= near or "-" in text or RANGE.fullmatch(text) is not None


def _is_other(word: str) -> bool:
    """Whether a word says so, or may do: 'p.o.', and what a sign that counts as a letter hides;
    also of what the number of a tax, a meter and the like is."""
    bare = word.rstrip(_DEGREE)
    other = is_other(bare) or bare in {"", "o"} or _DEGREE in bare
    return other or announces_identity(bare)


def _is_between(word: str) -> bool:
    return word.rstrip(_DEGREE) in _BETWEEN


def _is_counting(word: str) -> bool:
    """Also a country's letters: 'btw BE 0404 616 494'."""
    return word.rstrip(_DEGREE) in COUNTING or len(word) <= _COUNTRY

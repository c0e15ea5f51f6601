"""Text cut into runs of letters and of digits, and what stands between two of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate

__all__ = ["APART", "GLUED", "LOOSE", "TORN", "WRITTEN", "Runs", "masked", "overlaps", "valid_day"]

GLUED, WRITTEN, LOOSE, TORN, APART = range(5)
"""How a run stands to the one before it. `TORN` is `LOOSE` with a line break between."""

_RUNS = re.compile(r"([0-9]+|[a-z]+)")
_RUNS_ANY = re.compile(r"([0-9]+|[^\W\d_]+)")
_TIGHT = re.compile(r"[-./_:\\\u2013]")
_LOOSE = re.compile(r"\s*[-./_:\\#\u00b0\u2013]?\s*")

_DATE = re.compile(
    r"(?<![0-9])(?:([0-9]{1,2})([-./])([0-9]{1,2})\2((?:19|20)?[0-9]{2})"
    r"|((?:19|20)[0-9]{2})([-./])([0-9]{1,2})\6([0-9]{1,2}))(?![0-9])"
)
_PLACES = re.compile(
    # Amounts.
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:[.\u00a0'][0-9]{3})+,[0-9]{2}|[0-9]+,[0-9]{2}"
    r"|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{2}|[0-9]+\.[0-9]{2}|[0-9]+,-)(?![0-9]|[.,][0-9])"
    # Hours, with minutes at least.
    r"|(?<![0-9:])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])"
    # Telephones: abroad, or as they are dialled at home.
    r"|\+[0-9]{2}(?:[ ()/-]*[0-9]){7,11}(?![0-9])"
    r"|(?<![0-9A-Za-z/-])0[0-9]{1,3}[ /-][0-9]{6,8}(?![0-9])"
    # Cards, also with most digits hidden.
    r"|(?<![0-9])(?P<card>[0-9]{4}([ -])[0-9Xx*]{4}\2[0-9Xx*]{4}\2[0-9]{4})(?![0-9])"
    r"|[Xx*]{4,}[ -]?[0-9]{4}(?![0-9])"
    # Dutch postcodes; percentages.
    r"|(?<![0-9])[1-9][0-9]{3} ?[A-Z]{2}(?![A-Za-z])|(?<![0-9])[0-9]{1,3}(?:[.,][0-9]+)? ?%"
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?")
_MOST_GAPS = 10_000


class _Gaps(dict[str, int]):
    """What stands between two runs, to how they stand to each other; remembers what was asked."""

    def __missing__(self, gap: str) -> int:
        if not gap:
            how = GLUED
        elif len(gap) > 4 or not _LOOSE.fullmatch(gap):
            how = APART
        elif _TIGHT.fullmatch(gap):
            how = WRITTEN
        else:
            how = TORN if "\n" in gap else LOOSE
        if len(gap) <= 4:
            if len(self) >= _MOST_GAPS:
                self.clear()
            self[gap] = how
        return how


_gaps = _Gaps()


class Runs:
    """A text in lower case as runs of letters only or digits only, with their places."""

    __slots__ = ("digits", "ends", "gaps", "joins", "starts", "words")

    def __init__(self, text: str) -> None:
        parts = (_RUNS if text.isascii() else _RUNS_ANY).split(text)
        ends = list(accumulate(map(len, parts)))
        self.words = parts[1::2]
        self.gaps = parts[0::2]
        self.starts = ends[0:-1:2]
        self.ends = ends[1::2]
        self.digits = [word < ":" for word in self.words]
        self.joins = [_gaps[gap] for gap in self.gaps]
        self.joins[0] = APART

    def mend(self, letters: frozenset[str]) -> None:
        """Join what a line break tore: 'IN' and 'V' of 'INV'."""
        words, joins = self.words, self.joins
        for place in range(len(words) - 1, 0, -1):
            if joins[place] != TORN or self.digits[place] or self.digits[place - 1]:
                continue
            if words[place - 1] + words[place] in letters:
                words[place - 1] += words[place]
                self.ends[place - 1] = self.ends[place]
                for column in (words, self.starts, self.gaps, joins, self.digits):
                    del column[place]
                del self.ends[place]


def valid_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return False
    return True


def masked(text: str) -> list[tuple[int, int]]:
    """Places of dates, amounts, accounts, hours, telephones, cards and postcodes, in order."""
    places = []
    for found in _DATE.finditer(text):
        day, _, month, year = found.group(1, 2, 3, 4)
        if day is None:
            year, _, month, day = found.group(5, 6, 7, 8)
        if valid_day(year, month, day) or valid_day(year, day, month):
            places.append(found.span())
    places += [found.span() for found in _PLACES.finditer(text) if _whole(found["card"])]
    places += [span for found in _IBAN.finditer(text) if (span := _account(found))]
    return _merged(places) if len(places) > 1 else places


def _whole(card: str | None) -> bool:
    """Whether a card's digits check (ISO/IEC 7812, annex B); with hidden digits they may."""
    digits = re.sub("[ -]", "", card or "")
    if not digits.isdigit():
        return True
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def _account(found: re.Match[str]) -> tuple[int, int] | None:
    """The place of an IBAN whose check digits are right; words behind it may look like its rest."""
    parts = found[0].split(" ")
    for size in range(len(parts), 0, -1):
        whole = "".join(parts[:size])
        if len(whole) < 15:
            break
        if int("".join(str(int(sign, 36)) for sign in whole[4:] + whole[:4])) % 97 == 1:
            return found.start(), found.start() + len(" ".join(parts[:size]))
    return None


def _merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def overlaps(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of the sorted, disjoint places shares a sign with start..end."""
    here = bisect_left(places, (start, start))
    return any(s < end and start < e for s, e in places[max(0, here - 1) : here + 1])

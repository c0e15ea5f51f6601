"""Text cut into runs of letters and of digits, and what stands between two of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from stdnum import iban

__all__ = ["Join", "Run", "join_of", "masked", "overlaps", "runs_of", "valid_day"]


@dataclass(frozen=True, slots=True)
class Run:
    """Letters only or digits only, with their place in the text."""

    text: str
    start: int
    end: int

    @property
    def digits(self) -> bool:
        return self.text.isdigit()


class Join:
    """How two runs stand to each other: `WRITTEN` as part of one number, `LOOSE`, or `APART`."""

    WRITTEN, LOOSE, APART = range(3)


_RUN = re.compile(r"[0-9]+|[^\W\d_]+")
_TIGHT = re.compile(r"[-./_:\\\u2013]")
_LOOSE = re.compile(r"\s*[-./_:\\#\u00b0\u2013]?\s*")
_DATE = re.compile(
    r"(?<![0-9])(?:([0-9]{1,2})([-./])([0-9]{1,2})\2((?:19|20)?[0-9]{2})"
    r"|((?:19|20)[0-9]{2})([-./])([0-9]{1,2})\6([0-9]{1,2}))(?![0-9])"
)
_AMOUNT = re.compile(
    r"(?<![0-9.,])(?:[0-9]{1,3}(?:[.\u00a0'][0-9]{3})+,[0-9]{2}|[0-9]+,[0-9]{2}"
    r"|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{2}|[0-9]+\.[0-9]{2})(?![0-9]|[.,][0-9])"
)
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")


def runs_of(text: str) -> list[Run]:
    return [Run(found[0], found.start(), found.end()) for found in _RUN.finditer(text)]


def join_of(text: str, before: Run, after: Run) -> int:
    """A break where the bank wrapped the line may stand anywhere in a number: it is loose."""
    between = text[before.end : after.start]
    if not between or _TIGHT.fullmatch(between):
        return Join.WRITTEN
    if len(between) <= 4 and _LOOSE.fullmatch(between):
        # 'F 20260412' is how people write a prefix; '2026 0412' is only probably one number.
        apart = before.digits and after.digits
        return Join.LOOSE if apart or "\n" in between else Join.WRITTEN
    return Join.APART


def valid_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return False
    return True


def masked(text: str) -> list[tuple[int, int]]:
    """Places of dates, amounts and account numbers, in order, which hold no short number."""
    places = []
    for found in _DATE.finditer(text):
        day, _, month, year = found.group(1, 2, 3, 4)
        if day is None:
            year, _, month, day = found.group(5, 6, 7, 8)
        if valid_day(year, month, day) or valid_day(year, day, month):
            places.append(found.span())
    places += [found.span() for found in _AMOUNT.finditer(text)]
    places += [found.span() for found in _IBAN.finditer(text) if iban.is_valid(found[0])]
    return _merged(places)


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


def joins_of(text: str, runs: Sequence[Run]) -> list[int]:
    """How each run stands to the next one."""
    return [join_of(text, before, after) for before, after in pairwise(runs)]

"""Months and quarters that a text names: 'maart 2026', '2026-03', 'Q1 2026'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clerkwork.core.references.scan import Scan
from clerkwork.core.references.tokens import APART, GLUED, LOOSE, WRITTEN
from clerkwork.core.references.words import MONTHS, QUARTERS

__all__ = ["Period", "periods"]

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MOST = 24


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or some of them."""

    year: int
    """0 where the text names none."""
    month: int
    """1 to 12, the first of the period."""
    months: int = 1
    """How many: 3 for a quarter."""


def periods(scan: Scan) -> tuple[Period, ...]:
    """The months and quarters in a text, apart from its dates and numbers, in its order."""
    words, digits, used = scan.runs.words, scan.runs.digits, scan.used
    result: dict[Period, None] = {}
    for place, word in enumerate(words):
        if used[place] or len(result) >= _MOST:
            continue
        if not digits[place]:
            found = _month(scan, place, word) if word in MONTHS else None
            found = found or (_quarter(scan, place) if word in QUARTERS else None)
        elif len(word) == 4 and _YEAR.fullmatch(word):
            found = _in_digits(scan, place)
        else:
            found = None
        if found:
            result[found] = None
    return tuple(result)


def _month(scan: Scan, place: int, word: str) -> Period | None:
    """A month by its name; a day right before it makes it a date."""
    before = place - 1
    if before >= 0 and scan.runs.digits[before] and scan.runs.joins[place] < APART:
        day = scan.runs.words[before]
        if len(day) <= 2 and int(day) <= 31:
            return None
        if _YEAR.fullmatch(day):
            return Period(int(day), MONTHS[word])
    return Period(_year_at(scan, place + 1), MONTHS[word])


def _year_at(scan: Scan, place: int) -> int:
    """The year that stands there: '2026', '26', `'26`; else 0."""
    if place >= len(scan.used) or not scan.runs.digits[place] or len(scan.runs.gaps[place]) > 3:
        return 0
    if place + 1 < len(scan.used) and scan.runs.joins[place + 1] <= WRITTEN:
        return 0
    word = scan.runs.words[place]
    if _YEAR.fullmatch(word):
        return int(word)
    return 2000 + int(word) if len(word) == 2 and 15 <= int(word) <= 60 else 0


def _quarter(scan: Scan, place: int) -> Period | None:
    """'Q1 2026', '1e kwartaal 2026', '2026-Q1', '1. Quartal', '1er trimestre'."""
    words, digits = scan.runs.words, scan.runs.digits
    after, before = place + 1, place - 1
    if after < len(words) and words[after] in {"1", "2", "3", "4"} and digits[after]:
        which, year = words[after], _year_at(scan, after + 1)
        if not year and before >= 0 and _YEAR.fullmatch(words[before]):
            year = int(words[before])
        return Period(year, 3 * int(which) - 2, 3)
    if before >= 0 and words[before] in {"e", "er", "de", "ste", "eme", "\u00e8me", "st", "nd"}:
        before -= 1
    if before >= 0 and words[before] in {"1", "2", "3", "4"}:
        return Period(_year_at(scan, after), 3 * int(words[before]) - 2, 3)
    return None


def _in_digits(scan: Scan, place: int) -> Period | None:
    """'2026-03' and '03/2026', where nothing else is attached."""
    runs = scan.runs
    for other, first in ((place + 1, place), (place - 1, place - 1)):
        if not 0 <= other < len(runs.words) or scan.used[other]:
            continue
        month, last = runs.words[other], first + 1
        if not runs.digits[other] or len(month) > 2 or not 1 <= int(month) <= 12:
            continue
        if not GLUED < runs.joins[last] <= WRITTEN:
            continue
        apart = last + 1 == len(runs.words) or runs.joins[last + 1] >= LOOSE
        # A bank's own words may follow at once: '2026-05/EREF/'.
        apart = apart or (not runs.digits[last + 1] and runs.gaps[last + 1] == "/")
        begins = not first or runs.joins[first] >= LOOSE
        begins = begins or (not runs.digits[first - 1] and runs.gaps[first] == "/")
        if apart and begins:
            return Period(int(runs.words[place]), int(month))
    return None

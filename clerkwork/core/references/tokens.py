"""Text cut into runs of letters and of digits, and what stands between two of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate

from clerkwork.core.references.identities import identities

__all__ = [
    "ALIKE",
    "APART",
    "GLUED",
    "LOOSE",
    "MAY_BE_ELSE",
    "SPELT",
    "TORN",
    "WRITTEN",
    "Runs",
    "is_date",
    "is_month",
    "is_year",
    "masked",
    "overlaps",
    "valid_day",
]

ALIKE = str.maketrans("oil", "011")
SPELT = re.compile(r"[oil]+")
"""Letters that are typed for digits."""
MAY_BE_ELSE = "which may be "
"""How it begins to be told that digits may be a date, an amount or an address."""
GLUED, WRITTEN, LOOSE, TORN, APART = range(5)
"""How a run stands to the one before it. `TORN` is `LOOSE` with a line break between."""

_RUNS = re.compile(r"([0-9]+|[a-z]+)")
_RUNS_ANY = re.compile(r"([0-9]+|[^\W\d_]+)")
_TIGHT = re.compile(r"[-./_:\\\u2013]")
_LOOSE = re.compile(r"\s*[-./_:\\#\u00b0\u2013]?\s*")

# Each begins with a set of signs or a letter, which the search looks for fast; what must not stand
# before is asked after it.
_DATE = re.compile(
    r"[0-9](?<![0-9][0-9])(?:(?<=([0-9]))([0-9]?)([-./])([0-9]{1,2})\3((?:19|20)?[0-9]{2})"
    r"|(?<=([12]))([09][0-9]{2})([-./])([0-9]{1,2})\8([0-9]{1,2}))(?![0-9])"
)
_AMOUNT = re.compile(
    r"[0-9](?<![0-9.,][0-9])(?:[0-9]{0,2}(?:[.\u00a0'][0-9]{3})+,[0-9]{2}|[0-9]*,[0-9]{2}"
    r"|[0-9]{0,2}(?:,[0-9]{3})+\.[0-9]{2}|[0-9]*\.[0-9]{2}|[0-9]*,-)(?![0-9]|[.,][0-9])"
)
_ZERO = re.compile(r"0[0-9]{3}")
_POINT = re.compile(r"[.,](?<=[0-9][.,])[0-9-]")
"""What no amount lacks."""
_HOUR = re.compile(r"[0-9](?<![0-9:][0-9])[0-9]?:[0-9]{2}(?::[0-9]{2})?(?![0-9:])")
_PHONE_ABROAD = re.compile(r"\+(?<![A-Za-z]\+)[0-9]{2}(?:[ ()/-]*[0-9]){7,11}(?![0-9A-Za-z])")
_PHONE = re.compile(r"0(?<![0-9A-Za-z/-]0)(?<![0-9]\n0)[0-9]{1,3}[ /-][0-9]{6,8}(?![0-9])")
_CARD = re.compile(r"[0-9](?<![0-9][0-9])[0-9]{3}([ -])[0-9Xx*]{4}\1[0-9Xx*]{4}\1[0-9]{4}(?![0-9])")
_CARD_END = re.compile(r"[Xx*]{4,}[ -]?[0-9]{4}(?![0-9])")
_POSTCODE = re.compile(r"[1-9](?<![0-9./-][0-9])[0-9]{3} ?[A-Z]{2}(?![A-Za-z0-9/-])")
_PERCENT = re.compile(r"[0-9](?<![0-9][0-9])[0-9]{0,2}(?:[.,][0-9]+)? ?%")
_IBAN = re.compile(
    r"[A-Z](?<![A-Z0-9][A-Z])[A-Z][0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"
)
_CREDITOR = re.compile(r"[A-Z](?<![A-Z0-9][A-Z])[A-Z][0-9]{2}ZZZ[0-9A-Z]{5,28}(?![0-9A-Za-z])")
_LENGTHS = {
    country: int(length)
    for length, countries in (
        ("15", "NO"),
        ("16", "BE"),
        ("18", "DK FI FO GL NL"),
        ("19", "MK SI"),
        ("20", "AT BA EE LT LU XK"),
        ("21", "CH HR LI LV"),
        ("22", "BG DE GB GE IE ME RS"),
        ("23", "GI IL"),
        ("24", "AD CZ ES MD RO SA SE SK TN"),
        ("25", "PT"),
        ("26", "IS TR"),
        ("27", "FR GR IT MC SM"),
        ("28", "AL CY HU LB PL"),
        ("31", "MT"),
    )
    for country in countries.split()
}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_SHORTEST_IBAN = 15
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
        self.joins = list(map(_gaps.__getitem__, self.gaps))
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


def is_year(one: str) -> bool:
    """Whether a run is a year of this century or the last."""
    return _YEAR.fullmatch(one) is not None


def is_month(one: str, two: str) -> bool:
    """Whether two runs are a year and a month, in either order: '2026-03', '3/2026'."""
    year, month = (one, two) if len(one) == 4 else (two, one)
    return bool(_YEAR.fullmatch(year) and _MONTH.fullmatch(month))


def masked(text: str) -> list[tuple[int, int]]:
    """Places of dates, hours, amounts, accounts, creditor ids, telephones, cards, postcodes."""
    places = []
    if text.count("-") > 1 or text.count("/") > 1 or text.count(".") > 1:
        places = [found.span() for found in _DATE.finditer(text) if _is_day(found)]
    if _POINT.search(text):
        # '07339.26' is a number: no amount has a zero in front.
        amounts = (found for found in _AMOUNT.finditer(text) if not _ZERO.match(found[0]))
        places += [found.span() for found in amounts]
    if ":" in text:
        places += [found.span() for found in _HOUR.finditer(text)]
    abroad: list[tuple[int, int]] = []
    if "+" in text:
        abroad = [found.span() for found in _PHONE_ABROAD.finditer(text)]
        places += abroad
    if "%" in text:
        places += [found.span() for found in _PERCENT.finditer(text)]
    if "0" in text:
        # What ends a number from abroad begins none of here: '+31 20 343 51 03 054963'.
        places += [one.span() for one in _PHONE.finditer(text) if not overlaps(abroad, *one.span())]
    places += [found.span() for found in _POSTCODE.finditer(text)]
    places += identities(text)
    if len(text) >= _SHORTEST_IBAN:
        if text.count("-") > 2 or text.count(" ") > 2:
            places += [found.span() for found in _CARD.finditer(text) if _is_card(found[0])]
        if "ZZZ" in text:
            places += [found.span() for found in _CREDITOR.finditer(text)]
        places += [span for found in _IBAN.finditer(text) if (span := _account(found))]
    if "*" in text or "x" in text or "X" in text:
        places += [found.span() for found in _CARD_END.finditer(text)]
    return _merged(places) if len(places) > 1 else places


def is_date(text: str, start: int, end: int) -> bool:
    """Whether just this part of the text is one of the dates that `masked` hides."""
    found = _DATE.match(text, start)
    return found is not None and found.end() == end and _is_day(found)


def _is_day(found: re.Match[str]) -> bool:
    tens, day, _, month, year = found.group(1, 2, 3, 4, 5)
    if tens is None:
        century, year, _, month, day = found.group(6, 7, 8, 9, 10)
        tens, year = "", century + year
    return valid_day(year, month, tens + day) or valid_day(year, tens + day, month)


def _is_card(card: str) -> bool:
    """Whether a card's digits check (ISO/IEC 7812, annex B); with hidden digits they may."""
    digits = re.sub("[ -]", "", card)
    if not digits.isdigit():
        return True
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def _account(found: re.Match[str]) -> tuple[int, int] | None:
    """The place of an IBAN whose length and check digits are right (ISO 13616)."""
    length = _LENGTHS.get(found[0][:2])
    if length is None:
        return None
    signs = 0
    for end, sign in enumerate(found[0], 1):
        signs += sign != " "
        if signs == length:
            whole = found[0][:end].replace(" ", "")
            turned = "".join(str(int(sign, 36)) for sign in whole[4:] + whole[:4])
            return (found.start(), found.start() + end) if int(turned) % 97 == 1 else None
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
    if not places:
        return False
    here = bisect_left(places, (start, start))
    return any(s < end and start < e for s, e in places[max(0, here - 1) : here + 1])

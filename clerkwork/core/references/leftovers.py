"""Digits that are no number in full: short ones, slips, and what only looks like one of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clerkwork.core.references.lists import WITHOUT
from clerkwork.core.references.numbering import shape_of
from clerkwork.core.references.own_first import stretch, theirs
from clerkwork.core.references.pool import Pool
from clerkwork.core.references.scan import Scan
from clerkwork.core.references.slips import LEAST_LEFT
from clerkwork.core.references.tokens import LOOSE, WRITTEN, is_date, is_month
from clerkwork.core.references.words import hardly_invoice, is_invoice

__all__ = [
    "Strange",
    "Typed",
    "Typo",
    "cut_off",
    "is_ours",
    "look_for_short",
    "others_numbers",
    "shortened",
    "slips",
    "strangers",
]

Typed = tuple[str, str]
"""What is written, and its letters and digits."""

_PARTS = 8
_MOST_ITEMS = 50
CUT = "cut off at the end"
_DIGITS = re.compile(r"[0-9]+")
_YEAR = re.compile(r"19[89][0-9]|20[0-4][0-9]")


@dataclass(frozen=True, slots=True)
class Typo:
    """What is written, and the payer's items that one slip makes it of."""

    written: str
    items: tuple[str, ...]
    how: str
    """The slip in words: 'with two digits swapped', 'cut off at the end'."""
    alike: tuple[str, ...] = ()
    """Items whose digits are just those that are written."""


def look_for_short(scan: Scan, pool: Pool) -> None:
    """Numbers without their prefix, year or zeros; asked where a text has no complete one."""
    runs, used = scan.runs, scan.used
    for first in scan.places:
        if used[first] or _goes_on_from_digits(scan, first):
            continue
        last = first
        while scan.free(last + 1, WRITTEN) and runs.digits[last + 1]:
            last += 1
        if first == last and _without_letters(scan, pool, first):
            continue
        if first == last and _YEAR.fullmatch(runs.words[first]):
            continue
        if last == first + 1 and _is_month(scan, first):
            continue
        head = ""
        if first and not runs.digits[first - 1] and runs.joins[first] <= LOOSE:
            head = runs.words[first - 1] if runs.words[first - 1] in scan.numbers.heads else ""
        items = pool.short(runs.words[first : last + 1], head)
        if not items or scan.hidden(first, last):
            continue
        if not (first == last and _is_count(scan, first)):
            scan.take(items, 1, first, last, WITHOUT)
            alike = scan.numbers.alike(scan.key(first, last))
            scan.found[-1].alike = tuple(item for item in alike if item not in items)


def _without_letters(scan: Scan, pool: Pool, first: int) -> bool:
    """Two runs that a blank parts, where the numbers of the pool have letters: '26 09137'."""
    runs = scan.runs
    if not scan.free(first + 1, LOOSE) or not runs.digits[first + 1]:
        return False
    if len(runs.words[first + 1]) < _MANY_DIGITS or scan.hidden(first, first + 1):
        return False
    if scan.free(first + 2, LOOSE) and runs.digits[first + 2]:
        return False
    items = pool.spelt_in_digits(runs.words[first : first + 2])
    if not items:
        return False
    scan.take(items, 1, first, first + 1, WITHOUT)
    alike = scan.numbers.alike(scan.key(first, first + 1))
    scan.found[-1].alike = tuple(item for item in alike if item not in items)
    return True


_MANY_DIGITS = 4


def _goes_on_from_digits(scan: Scan, place: int) -> bool:
    """Whether it is the rest of a number: '2026-0412' is not short for '2025-0412'."""
    runs = scan.runs
    if not place or runs.joins[place] > LOOSE or not runs.digits[place - 1]:
        return False
    if runs.joins[place] <= WRITTEN:
        return True
    whole = scan.key(place - 1, place)
    return scan.numbers.near_shape(whole) and len(whole) in scan.numbers.lengths


def _is_count(scan: Scan, place: int) -> bool:
    """Whether a unit stands behind: '500 stuks', '120 EUR'."""
    runs = scan.runs
    after = place + 1
    return after < len(runs.words) and runs.words[after] in _UNITS and runs.joins[after] <= LOOSE


_UNITS = frozenset(
    """eur euro usd gbp chf stuks stuk st stk stck pcs pieces dagen dgn days tage jours uur uren
    hours stunden heures kg km m2 m3 liter ltr jaar years jahre ans""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Strange:
    """What is written like one of our numbers and is none that is open."""

    written: str
    key: str
    """Its letters and digits."""
    first: int
    last: int


def is_ours(scan: Scan, one: Strange) -> bool:
    """Whether it must be meant for a number of ours, and is no terminal, mandate or file.

    So it is alone, or behind a word for an invoice, or stands free in just the pattern of ours, not
    far from the numbers that are open, and is no part of digits in groups.
    """
    word = scan.word_before(one.first)
    alone = one.first == 0 and one.last == len(scan.used) - 1
    if alone or (word and is_invoice(word)):
        return True
    start, end = scan.place(one.first, one.last)
    if not scan.numbers.in_series(scan.lowered[start:end]):
        return False
    if (hardly_invoice(word) and not _invoice_of(scan, one.first)) or _GOES_ON.search(
        scan.text[max(0, start - 3) : start]
    ):
        return False
    return scan.chain(one.first) == one.first


def _invoice_of(scan: Scan, first: int) -> bool:
    """Whether the words are those for an invoice of something: 'nota van levering 2026-0412'."""
    begin = max(0, scan.runs.starts[first] - _LONGEST_OF)
    return _INVOICE_OF.search(scan.lowered[begin : scan.runs.starts[first]]) is not None


_LONGEST_OF = 48
_INVOICE_OF = re.compile(
    r"(?<![^\W\d_])(?:nota|factuur|rekening|rechnung|facture|invoice|bill)\s"
    r"(?:van|voor|der|zur|zum|f\u00fcr|de|de\sla|du|of|for)\s(?:the\s|de\s|het\s)?[^\W\d_]+[\s.:#]*$"
)
_GOES_ON = re.compile(r"[^\W_][-/.:]?$")


def strangers(scan: Scan) -> list[Strange]:
    """What is written like one of our numbers, give or take a digit, and is none that is open."""
    result = []
    used, digits, words = scan.used, scan.runs.digits, scan.runs.words
    least = scan.numbers.least_near
    first, size = 0, len(used)
    while first < size:
        last = first
        if not used[first]:
            length, some = len(words[first]), digits[first]
            while scan.free(last + 1, WRITTEN):
                last += 1
                length += len(words[last])
                some = some or digits[last]
            found = None
            if some and length >= least:
                if last == first + 2 and _is_date(scan, first, last):
                    first = last + 1
                    continue
                found = _strange(scan, first, last)
            if found is None and digits[last]:
                found = _strange_pair(scan, last)
            if found:
                result.append(found)
        first = last + 1
    return result


def _is_date(scan: Scan, first: int, last: int) -> bool:
    """Whether these runs are a date, and no part of them is of anything before it."""
    runs = scan.runs
    if first and runs.digits[first - 1] and runs.joins[first] < LOOSE:
        return False
    return runs.digits[first] and is_date(scan.text, runs.starts[first], runs.ends[last])


def _is_month(scan: Scan, first: int) -> bool:
    """Whether it is a month, in a book whose numbers are not written so."""
    if not is_month(*scan.runs.words[first : first + 2]):
        return False
    start, end = scan.place(first, first + 1)
    return shape_of(scan.lowered[start:end]) not in scan.numbers.patterns


def _strange(scan: Scan, first: int, last: int) -> Strange | None:
    """The part of unused runs that looks most like one of our numbers, if any does."""
    for begin in range(first, last + 1):
        for stop in range(min(last, begin + _PARTS), begin - 1, -1):
            key = scan.key(begin, stop)
            if len(key) < scan.numbers.least_near:
                break
            if not scan.numbers.near_shape(key):
                continue
            if key in scan.numbers.debtors and not is_invoice(scan.word_before(begin)):
                continue
            if _YEAR.fullmatch(key):
                continue
            if stop == begin + 1 and _is_month(scan, begin):
                return None
            if any(scan.runs.digits[begin : stop + 1]) and not scan.hidden(begin, stop):
                start, end = scan.place(begin, stop)
                return Strange(scan.text[start:end], key, begin, stop)
    return None


def _strange_pair(scan: Scan, first: int) -> Strange | None:
    """Two runs that a blank parts, together exactly as long as our numbers: '2025 0412'."""
    runs = scan.runs
    if not scan.free(first + 1, LOOSE) or not (runs.digits[first] and runs.digits[first + 1]):
        return None
    if is_month(runs.words[first], runs.words[first + 1]):
        return None
    key = scan.key(first, first + 1)
    fits = len(key) in scan.numbers.lengths and scan.numbers.near_shape(key)
    if not fits or scan.hidden(first, first + 1):
        return None
    start, end = scan.place(first, first + 1)
    return Strange(" ".join(scan.text[start:end].split()), key, first, first + 1)


def cut_off(scan: Scan, payers: frozenset[str] | None) -> list[Typo]:
    """The last digits of a text in which nothing was found may begin a number too long for it."""
    runs = scan.runs
    last = len(scan.used) - 1
    if scan.found or last < 0 or scan.used[last]:
        return []
    if not (runs.digits[last] or (last and runs.digits[last - 1])):
        return []
    first = last
    while first and not scan.used[first - 1] and scan.runs.joins[first] <= LOOSE:
        first -= 1
        if last - first >= _PARTS:
            break
    for begin in range(first, last + 1):
        if last == begin + 1 and _is_month(scan, begin):
            return []
        key = scan.key(begin, last)
        if len(key) < LEAST_LEFT or not any(runs.digits[begin : last + 1]):
            continue
        items = scan.numbers.pool(payers).cut(key)
        if items and not scan.hidden(last, last):
            start, end = scan.place(begin, last)
            written = " ".join(scan.text[start:end].split())
            return [Typo(written, items[:_MOST_ITEMS], CUT)]
    return []


def others_numbers(scan: Scan, payers: frozenset[str]) -> list[Typed]:
    """Numbers in the text that are somebody else's, with what hangs together with them."""
    others = theirs(scan, payers)
    typed: dict[Typed, None] = {}
    for found in others:
        if found.certainty > 1:
            first, last = stretch(scan, found, others)
            spans = {(first, last)}
            if not any(scan.runs.digits[place] for place in range(first, found.first)):
                # 'F: 2026-0412': a letter before it may be a word as well.
                spans.add((found.first, last))
            for begin, stop in sorted(spans):
                start, end = scan.place(begin, stop)
                typed[" ".join(scan.text[start:end].split()), scan.key(begin, stop)] = None
    return list(typed)


def slips(pool: Pool, typed: Sequence[Typed]) -> list[Typo]:
    """The payer's items one slip away from what is written."""
    return [
        Typo(written, items[:_MOST_ITEMS], how)
        for written, key in typed
        for how, items in pool.slips(key).items()
    ]


def shortened(pool: Pool, others: Sequence[Typed]) -> list[Typo]:
    """The payer's items that somebody else's number is short for, or the beginning of."""
    made = []
    for written, key in others:
        if items := pool.short(_DIGITS.findall(key), ""):
            made.append(Typo(written, items[:_MOST_ITEMS], WITHOUT))
        if len(key) >= LEAST_LEFT and (items := pool.cut(key)):
            made.append(Typo(written, items[:_MOST_ITEMS], CUT))
    return made

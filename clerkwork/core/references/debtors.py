"""Debtors' numbers in a text: behind a word that says so in any spelling, or free and long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clerkwork.core.references.tokens import APART, GLUED, LOOSE, WRITTEN, is_month, is_year
from clerkwork.core.references.words import COUNTING, hardly_invoice, is_debtor, is_invoice

if TYPE_CHECKING:
    from clerkwork.core.references.scan import Scan

__all__ = ["Perhaps", "announced_debtors", "unannounced_debtors"]

Perhaps = tuple[int, int, str]
"""First and last run of what may be a debtor's number, and its letters and digits."""

_MAY_SAY = re.compile(
    r"klant|deb|cl|cust|ac|kund|kd|rel|mitgl|memb|abon|lid|adh|compte|konto|kn|(?<![^\W\d_])k(?![^\W\d_])"
)
"""One of them is in every text that has a word for a debtor's number."""
_LEAST_FREE = 5
"""Letters and digits of a debtor's number that no word announces."""
_LEAST_SPELT = 3
"""Digits of one that is written otherwise than in the ledger."""
_LONGEST_HEAD = 4
_PARTS = 4


def announced_debtors(scan: Scan) -> tuple[list[str], list[Perhaps]]:
    """Debtors whose numbers stand behind a word that says so; others that may be, for later."""
    known, runs, used = scan.numbers.debtors, scan.runs, scan.used
    words = runs.words
    debtors: list[str] = []
    perhaps: list[Perhaps] = []
    said = _MAY_SAY.search(scan.lowered) is not None
    for place in scan.places:
        if used[place]:
            continue
        first, key = place, words[place]
        lettered = place > 0 and not runs.digits[place - 1] and runs.joins[place] <= WRITTEN
        if key not in known and lettered:
            first, key = place - 1, words[place - 1] + key
        if key in known:
            if said and is_debtor(scan.word_before(first)):
                debtors.append(known[key])
                used[first : place + 1] = [True] * (place + 1 - first)
            else:
                perhaps.append((first, place, key))
        elif said and (found := _spelt_otherwise(scan, place)):
            debtor, begin, end = found
            debtors.append(debtor)
            used[begin : end + 1] = [True] * (end + 1 - begin)
    return debtors, perhaps


def _spelt_otherwise(scan: Scan, place: int) -> tuple[str, int, int] | None:
    """The debtor whose number is announced and written with other signs, in groups, without its
    letters or its zeros; and from where to where it stands."""
    runs, used, numbers = scan.runs, scan.used, scan.numbers
    begins = [place]
    if place and not runs.digits[place - 1] and not used[place - 1]:
        head = runs.words[place - 1]
        if runs.joins[place] <= LOOSE and len(head) <= _LONGEST_HEAD and head not in COUNTING:
            begins.insert(0, place - 1)
    if _is_time(scan, place):
        return None
    last = place
    while last - place < _PARTS and scan.free(last + 1, LOOSE) and runs.digits[last + 1]:
        last += 1
    for begin in begins:
        if not is_debtor(scan.word_before(begin)):
            continue
        for end in range(last, place - 1, -1):
            key = scan.key(begin, end)
            if key in numbers.debtors:
                return numbers.debtors[key], begin, end
            digits = scan.key(place, end).lstrip("0")
            if len(digits) >= _LEAST_SPELT:
                having = numbers.bare_debtors.get(digits, ())
                if len(having) == 1:
                    return having[0], begin, end
    return None


def _is_time(scan: Scan, place: int) -> bool:
    """Whether it is a year, a month of one, or part of a date or amount."""
    words = scan.runs.words
    if is_year(words[place]) or scan.hidden(place, place):
        return True
    return scan.free(place + 1, WRITTEN) and is_month(words[place], words[place + 1])


def unannounced_debtors(scan: Scan, perhaps: list[Perhaps]) -> list[str]:
    """Long numbers of debtors of which nothing else was made."""
    debtors, runs, used = [], scan.runs, scan.used
    for first, place, key in perhaps:
        if used[place] or len(key) < _LEAST_FREE or scan.hidden(first, place):
            continue
        after = place + 1
        before = runs.joins[first] if first else APART
        if before == GLUED or (before <= WRITTEN and runs.digits[first - 1]):
            continue
        if after < len(used) and runs.digits[after] and runs.joins[after] <= WRITTEN:
            continue
        if scan.chain(first) != first:
            continue
        word = scan.word_before(first)
        if not (word and (hardly_invoice(word) or is_invoice(word))):
            debtors.append(scan.numbers.debtors[key])
    return debtors

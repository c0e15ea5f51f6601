"""Other spellings of a whole number: letters for digits, zeros in front lost or added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerkwork.core.references.numbering import Numbers
from clerkwork.core.references.tokens import ALIKE, LOOSE, SPELT, TORN, WRITTEN, is_month
from clerkwork.core.references.words import LIST, RANGE

if TYPE_CHECKING:
    from clerkwork.core.references.scan import Scan

__all__ = ["respell", "respelt", "restored"]

_PARTS = 8
_LONGEST_JOINT = 12
"""Signs between two numbers of a list, blanks and 'en nr.' included."""
_MOST_ZEROS = 6
_FULL = 5
"""Digits that must be written for a number with lost zeros to count as complete."""


def respell(scan: Scan) -> None:
    """Numbers with letters for digits, or with zeros in front too many or too few."""
    digits, heads, starts = scan.runs.digits, scan.numbers.heads, scan.runs.starts
    for first, word in enumerate(scan.runs.words):
        if not (digits[first] or word[0] in "oil" or word in heads) or scan.used[first]:
            continue
        if scan.full and not _is_near(scan, starts[first]):
            continue
        for last in _chain(scan, first):
            if scan.full and not _is_beside(scan, first, last):
                continue
            words = scan.runs.words[first : last + 1]
            items, how, sure = respelt(scan.numbers, words), "with a letter for a digit", True
            if not items:
                items, sure = restored(scan.numbers, words)
                how = "with other zeros in front"
            if items and not scan.hidden(first, last):
                scan.take(items, 2 if sure else 1, first, last, how)
                break


def _is_near(scan: Scan, start: int) -> bool:
    """Whether a number may stand beside what starts there: right before it, or behind."""
    return any(start <= one.start or start - _LONGEST_JOINT <= one.end for one in scan.found)


def _is_beside(scan: Scan, first: int, last: int) -> bool:
    """Whether these runs stand in a list or range with a number that was found."""
    start, end = scan.runs.starts[first], scan.runs.ends[last]
    for one in scan.found:
        if start - _LONGEST_JOINT <= one.end <= start or end <= one.start <= end + _LONGEST_JOINT:
            between = scan.lowered[min(one.end, end) : max(one.start, start)]
            if LIST.fullmatch(between) or RANGE.fullmatch(between):
                return True
    return False


def _chain(scan: Scan, first: int) -> list[int]:
    """Ends of what may be one number from here, the longest first."""
    runs, numbers = scan.runs, scan.numbers
    digits, headed = runs.digits[first], runs.words[first] in numbers.heads
    # 'O26' and 'I2345' begin with a letter that stands for a digit.
    spelt = not digits and not headed and runs.words[first][0] in "oil"
    if not (digits or headed or spelt):
        return []
    rest = first and not scan.used[first - 1] and runs.joins[first] <= WRITTEN
    if rest and digits and runs.digits[first - 1]:
        return []
    ends, seen = [], digits
    if digits:
        ends.append(first)
    last = first + 1
    while last < len(scan.used) and last - first < _PARTS and scan.free(last, TORN):
        join = runs.joins[last]
        if join == LOOSE and (last != first + 1 or digits or spelt):
            break
        seen = seen or runs.digits[last]
        if seen:
            ends.append(last)
        last += 1
    return ends[:-6:-1]


def respelt(numbers: Numbers, words: Sequence[str]) -> tuple[str, ...]:
    """Items meant where letters O, I and l stand for digits beside digits: '2O26-O412'."""
    if not SPELT.search("".join(words)):
        return ()
    spelt = [place for place, word in enumerate(words) if SPELT.fullmatch(word)]
    for kept in ((), spelt[:1]) if spelt else ():
        key = "".join(
            word if place in kept or place not in spelt else word.translate(ALIKE)
            for place, word in enumerate(words)
        )
        if items := numbers.find(key):
            return items
    behind = "".join(words[1:]).translate(ALIKE)
    if items := numbers.find(words[0] + behind):
        return items
    head = words[0]
    tail = len(head.rstrip("oil"))
    if len(words) > 1 and 0 < tail < len(head):
        # The prefix and a zero behind it are one run of letters: 'INVO412'.
        for cut in range(tail, len(head)):
            if head[:cut] in numbers.heads:
                rest = "".join([head[cut:], *words[1:]]).translate(ALIKE)
                if items := numbers.find(head[:cut] + rest):
                    return items
    return ()


def restored(numbers: Numbers, words: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Items meant where a run lost zeros in front or has more; and whether it is sure enough."""
    skeleton = "".join([word for word in words if word > ":"])
    lengths = numbers.skeletons.get(skeleton)
    if lengths is None:
        return (), False
    if len(words) == 2 and is_month(*words):
        return (), False
    whole = len("".join(words))
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if word > ":":
            continue
        bare = word.lstrip("0")
        zeros = len(word) - len(bare)
        least = whole - zeros
        found: dict[str, None] = {}
        for length in lengths:
            more = length - least
            if 0 <= more <= _MOST_ZEROS and more != zeros:
                before, after = "".join(words[:place]), "".join(words[place + 1 :])
                if items := numbers.find(f"{before}{'0' * more}{bare}{after}"):
                    found.update(dict.fromkeys(items))
        if found:
            digits = least - len(skeleton)
            lettered = words[0] > ":" and digits >= 3
            return tuple(sorted(found)), lettered or digits >= _FULL
    return (), False

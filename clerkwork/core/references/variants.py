"""Other spellings of a whole number: letters for digits, zeros in front lost or added."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clerkwork.core.references.numbering import Numbers
from clerkwork.core.references.tokens import is_month

__all__ = ["respelt", "restored"]

_MOST_ZEROS = 6
_FULL = 5
"""Digits that must be written for a number with lost zeros to count as complete."""
_ALIKE = str.maketrans("oil", "011")
_SPELT = re.compile(r"[oil]+")


def respelt(numbers: Numbers, words: Sequence[str]) -> tuple[str, ...]:
    """Items meant where letters O, I and l stand for digits beside digits: '2O26-O412'."""
    spelt = [place for place, word in enumerate(words) if _SPELT.fullmatch(word)]
    if spelt:
        for kept in ((), spelt[:1]):
            key = "".join(
                word if place in kept or place not in spelt else word.translate(_ALIKE)
                for place, word in enumerate(words)
            )
            if items := numbers.find(key):
                return items
    head = words[0]
    tail = len(head.rstrip("oil"))
    if len(words) > 1 and 0 < tail < len(head):
        # The prefix and a zero behind it are one run of letters: 'INVO412'.
        for cut in range(tail, len(head)):
            if head[:cut] in numbers.heads:
                rest = "".join([head[cut:], *words[1:]]).translate(_ALIKE)
                if items := numbers.find(head[:cut] + rest):
                    return items
    return ()


def restored(numbers: Numbers, words: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Items meant where a run lost zeros in front or has more; and whether it is sure enough."""
    if "".join(word for word in words if word > ":") not in numbers.skeletons:
        return (), False
    if len(words) == 2 and is_month(*words):
        return (), False
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if word > ":":
            continue
        before, bare = "".join(words[:place]), word.lstrip("0")
        after = "".join(words[place + 1 :])
        least = len(before) + len(bare) + len(after)
        found: dict[str, None] = {}
        for length in numbers.lengths:
            if 0 <= length - least <= _MOST_ZEROS and length - least != len(word) - len(bare):
                key = f"{before}{'0' * (length - least)}{bare}{after}"
                found.update(dict.fromkeys(numbers.find(key)))
        if found:
            digits = sum(sign < ":" for sign in f"{before}{bare}{after}")
            lettered = words[0] > ":" and digits >= 3
            return tuple(sorted(found)), lettered or digits >= _FULL
    return (), False

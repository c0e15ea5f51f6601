"""What a text has besides the number that was read in it, and looks like another one of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clerkwork.core.references import Remittance
from clerkwork.core.references.numbering import canonical
from clerkwork.core.references.tokens import masked, overlaps

__all__ = ["remains"]

_WORD = re.compile(r"[^\s,;]+")
_WITH_DIGITS = re.compile(r"[^\s,;0-9]*[0-9][^\s,;]*")
"""The same, of ASCII; one without digits tells nothing."""
_NO_DIGIT = re.compile(r"\D+")
_PERIOD = re.compile(r"(?:19|20)[0-9]{2}(?:[-/.]?[0-9]{1,2})?|[0-9]{1,2}[-/.](?:19|20)[0-9]{2}")
_FEWEST = 4
"""Signs that the beginning of two numbers must share to tell anything."""
_APART = 2
"""Signs by which a spoilt number is longer or shorter than a whole one, at most."""


def remains(text: str, said: Remittance, number: str, others: Sequence[str]) -> str:
    """A word that begins as this number does, or ends one of the payer's `others`; or empty.

    So a second number shows that is cut off, has a digit too much, or lacks its prefix: what is
    paid too much or too little may be meant for that. Dates, amounts and accounts are none, nor
    is what was read.
    """
    places = [mention.place for mention in said.mentions if mention.place != (0, 0)]
    words = (_WITH_DIGITS if text.isascii() else _WORD).finditer(text)
    left = [w for w in words if not any(w.start() < b and a < w.end() for a, b in places)]
    if not left:
        return ""
    whole = canonical(number)
    bare = _NO_DIGIT.sub("", whole)
    ends = [_NO_DIGIT.sub("", other) for other in others]
    for found in left:
        key = canonical(found[0])
        if (
            _begins(key, whole) or _begins(key, bare) or _ends(_NO_DIGIT.sub("", key), ends)
        ) and not _is_else(text, said, found, key):
            return found[0]
    return ""


def _is_else(text: str, said: Remittance, found: re.Match[str], key: str) -> bool:
    """Whether a word is a date, an amount, a debtor's or an order's number and the like."""
    if _PERIOD.fullmatch(found[0].strip(".:()")):
        return True
    if any(canonical(known) == key for known in (*said.debtors, *said.orders)):
        return True
    return overlaps(masked(text), *found.span())


def _begins(key: str, number: str) -> bool:
    if abs(len(key) - len(number)) > _APART or not any(map(str.isdigit, key)):
        return False
    least = max(_FEWEST, len(number) // 2)
    return key[:least] == number[:least]


def _ends(digits: str, others: Sequence[str]) -> bool:
    return len(digits) >= _FEWEST and any(other.endswith(digits) for other in others)

"""What a text has besides the number that was read in it, and looks like another one of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clerkwork.core.references import Remittance
from clerkwork.core.references.numbering import canonical
from clerkwork.core.references.tokens import masked, overlaps

__all__ = ["remains"]

_WORD = re.compile(r"[^\s,;]+")
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
    whole = canonical(number)
    bare = re.sub(r"\D", "", whole)
    places = [mention.place for mention in said.mentions if mention.place != (0, 0)]
    hidden = masked(text)
    known = set(map(canonical, (*said.debtors, *said.orders)))
    ends = [re.sub(r"\D", "", other) for other in others]
    for found in _WORD.finditer(text):
        start, end = found.span()
        if any(start < last and first < end for first, last in places):
            continue
        if overlaps(hidden, start, end) or _PERIOD.fullmatch(found[0].strip(".:()")):
            continue
        key = canonical(found[0])
        if key in known:
            continue
        if _begins(key, whole) or _begins(key, bare) or _ends(re.sub(r"\D", "", key), ends):
            return found[0]
    return ""


def _begins(key: str, number: str) -> bool:
    if abs(len(key) - len(number)) > _APART or not any(map(str.isdigit, key)):
        return False
    least = max(_FEWEST, len(number) // 2)
    return key[:least] == number[:least]


def _ends(digits: str, others: Sequence[str]) -> bool:
    return len(digits) >= _FEWEST and any(other.endswith(digits) for other in others)

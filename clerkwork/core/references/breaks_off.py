"""Lists of numbers that break off at the end of a text: a bank carries 140 signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clerkwork.core.references.lists import FOLLOWS, WITHOUT
from clerkwork.core.references.numbering import canonical
from clerkwork.core.references.remittance import Mention

__all__ = ["list_that_breaks_off"]

_FRAME = (
    r"(?:\s*/[A-Z]{4}/|\s+(?:EREF|KREF|MREF|CRED|ABWA|ABWE|IBAN|BIC|REF|RF)[+:]"
    r"|\s+(?:Valutadatum|EXECUTE LE|Kenmerk)\b).*"
)
"""What banks put behind a payer's text."""
_MOST_SIGNS, _SPARE = 140, 3
"""Of a remittance in SEPA (EPC125-05: 140 signs), and how many fewer a full one may have."""
_MORE = r"\s*(?:\.{2,3}|\u2026)?\s*"
_TAIL = re.compile(
    r"(?:\s*[,;+&/|]|\s+(?:en|and|et|und|plus)(?![^\W\d_]))\s*"
    r"(?:[^\W\d_]{2,12}\.?[ :]+)?(?P<begun>[0-9A-Z](?:[0-9A-Z.\n-]|/(?![A-Z]{4}))*)?"
    rf"{_MORE}(?:{_FRAME})?$",
    re.IGNORECASE | re.DOTALL,
)
_BEGUN = re.compile(
    rf"(?P<begun>[0-9A-Z][0-9A-Z.\n-]*){_MORE}(?:{_FRAME})?$", re.IGNORECASE | re.DOTALL
)


def list_that_breaks_off(
    text: str, mentions: Sequence[Mention]
) -> tuple[tuple[Mention, ...], str] | None:
    """The mentions that stand whole, and what is left of the number at which the list breaks off.

    That is empty where the text ends with the sign for one more, or is as long as it may be. None
    if it ends otherwise.
    """
    if not mentions or any(mention.place == (0, 0) for mention in mentions):
        return None
    whole = tuple(sorted(mentions, key=lambda mention: mention.place))
    last = whole[-1]
    if last.how in {FOLLOWS, WITHOUT} and len(whole) > 1:
        # The beginning of a number was taken for a shortened one.
        rest = _BEGUN.match(text, last.place[0])
        return (whole[:-1], canonical(rest["begun"])) if rest else None
    if _MOST_SIGNS - _SPARE <= len(text) <= _MOST_SIGNS and len(text) - last.place[1] <= 1:
        return whole, ""
    found = _TAIL.match(text, last.place[1])
    return (whole, canonical(found["begun"] or "")) if found else None

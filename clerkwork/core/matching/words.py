"""Words in a line's text that the rules declare."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["said_in"]


def said_in(text: str, words: Iterable[str]) -> str:
    """The first of the words that the text has, whatever its capitals and accents; or empty."""
    if not text:
        return ""
    plain = _plain(text)
    return next((word for word in words if word in plain), "")


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))

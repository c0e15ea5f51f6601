"""Turns of phrase that give a reply away, in Dutch and English, each with a name to tell it by."""

from __future__ import annotations

import re
import unicodedata

from clerkwork.core.replies.cues_owing import OWING
from clerkwork.core.replies.cues_rest import REST

__all__ = ["cues_in", "folded"]

_COMPILED = {name: re.compile(pattern) for name, pattern in {**OWING, **REST}.items()}


def folded(text: str) -> str:
    """Lower case, without accents, straight apostrophes, one space: for comparing."""
    plain = text.replace("\u2019", "'").replace("\u2018", "'").lower()
    split = unicodedata.normalize("NFKD", plain)
    return " ".join("".join(c for c in split if not unicodedata.combining(c)).split())


def cues_in(text: str) -> tuple[str, ...]:
    """The names of the cues in a text; what comes before the colon is the label it speaks for."""
    plain = folded(text)
    return tuple(name for name, pattern in _COMPILED.items() if pattern.search(plain))

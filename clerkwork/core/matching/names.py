"""Names of payers and debtors: folded for comparing, and looked up where they are only alike."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

__all__ = ["NameIndex", "folded_names", "folded_text", "whole_name"]

_FORMS = frozenset(
    re.findall(
        r"\w+",
        "bv nv vof cv srl sarl sas sa sprl gmbh mbh kg ag ek ohg ug ltd llc llp plc inc co se eurl"
        " snc bvba cvba commv comm stichting stg",
    )
)

# What statements in a poorer character set write instead.
_ALIKE = str.maketrans(
    {"ł": "l", "ß": "ss", "\u0131": "i", "ø": "o", "+": "&", "æ": "ae", "œ": "oe"}
)
_TITLES = frozenset(re.findall(r"\w+", "hr dhr mw mevr mr mrs ms herr frau mme m dr en eo"))

_ASCII = frozenset(map(chr, range(128)))
_SIGNS = {
    **{ord(sign): None for sign in _ASCII if not sign.isalnum()},
    **dict.fromkeys(map(ord, "\t\n\v\f\r /,;:-"), " "),
    ord("&"): "&",
    ord("+"): "&",
}
"""What parts words, and what falls away: 'B.V.' is 'bv', 'Bakker-Smit' two words."""
_PARTING = bytes(ord(str(_SIGNS.get(sign) or chr(sign))) for sign in range(128)) + bytes(128)
_FALLING = bytes(sign for sign, becomes in _SIGNS.items() if becomes is None)

_SHORTLIST = 40
"""Debtors that share a word with the payer and are compared with him letter by letter."""


@lru_cache(maxsize=65_536)
def folded_names(name: str) -> tuple[str, ...]:
    """Letters and digits of a name without accents and case: whole, and without legal form."""
    words = _words(name)
    bare = [word for word in words if word not in _FORMS]
    if not any(map(str.isalnum, bare)):
        # 'B.V.' is nobody's name.
        return ()
    return tuple(dict.fromkeys(("".join(words), "".join(bare))))


def whole_name(name: str) -> str:
    """The first and strictest of `folded_names`; empty for a name without letters."""
    return next(iter(folded_names(name)), "")


def folded_text(text: str) -> str:
    """A line's text by which it is recognised: words without case, accents and signs."""
    return " ".join(_words(text))


def _words(text: str) -> list[str]:
    if text.isascii():
        # Of all debtors' names, nearly all: as bytes three times as fast.
        return text.lower().encode().translate(_PARTING, _FALLING).decode().split()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    return "".join(filter(_is_said, plain)).translate(_SIGNS).split()


def _is_said(sign: str) -> bool:
    """Letters, digits and what parts them; no accents."""
    return sign.isalnum() or sign in _ASCII


class NameIndex:
    """Debtors by the words of their names, for payers whose name is written otherwise."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names` are pairs of debtor number and name."""
        self._words: dict[str, tuple[str, ...]] = {}
        self._with: dict[str, list[str]] = defaultdict(list)
        for number, name in names:
            own = tuple(w for w in _words(name) if w not in _FORMS and w not in _TITLES)
            self._words[number] = own
            for word in set(own):
                self._with[word].append(number)

    def similar(self, name: str, *, least: float, margin: float) -> tuple[str, float]:
        """The one debtor whose name is like this one, and how like: 0 to 100.

        At least `least`, and `margin` more than the next; else an empty number. Only debtors that
        share a rare word with the payer are compared.
        """
        # Imported here, because most runs of the command line never compare names.
        from rapidfuzz.fuzz import token_sort_ratio

        own = [w for w in _words(name) if w not in _FORMS and w not in _TITLES]
        said = " ".join(own)
        if len(said) < 5:
            return "", 0.0
        scores: Mapping[str, float] = {
            number: token_sort_ratio(said, " ".join(self._words[number]))
            for number in self._shortlist(own)
        }
        ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
        if not ranked or ranked[0][1] < least:
            return "", 0.0
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < margin:
            return "", 0.0
        return ranked[0]

    def _shortlist(self, words: list[str]) -> list[str]:
        """Those who share the rarest words, in the order of the debtors; none shares a common one.

        A word that more debtors have than the list is long tells nobody from another.
        """
        found: dict[str, None] = {}
        for word in sorted(set(words), key=lambda w: (len(self._with.get(w, ())), w)):
            having = self._with.get(word, ())
            if len(having) <= _SHORTLIST:
                found.update(dict.fromkeys(having))
            if len(found) >= _SHORTLIST:
                break
        return list(found)[:_SHORTLIST]

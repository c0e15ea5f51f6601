"""Numbers that words announce as no invoice's: of taxes, registers, meters, places."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["announces_identity", "identities"]

_VAT = r"(?:btw|tva|vat|ust|mwst|uid|iva|moms|nif|cif)"
_STATES = (
    r"(?:AT ?U|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE"
    r"|SI|SK|XI)"
)
_COUNTED = (
    r"[-. ]*(?:id)?[-. ]*(?:nr|no|n[\u00b0\u00ba]|num(?:mer|ber|ero|\u00e9ro)?)?[.: \u00b0#]*"
)
_ENDS = r"(?![0-9A-Za-z])"

# By what is announced: what its number looks like. Of digits in groups, so many as there must be,
# for an invoice's number may follow right behind.
_KINDS = (
    # European VAT numbers begin with the country (Directive 2006/112/EC, article 215); in
    # Switzerland with CHE.
    (_VAT, rf"{_STATES}[- ]?(?:[0-9][ .\n-]?){8, 12}(?:B[0-9]{2})?"),
    (r"siret", r"(?:[0-9][ .\n]?){14}"),
    (r"siren", r"(?:[0-9][ .\n]?){9}"),
    (
        r"(?:gln|iln|ean|gtin|upc)",
        r"[0-9]{13,18}|(?=(?:[0-9]\n?){13,18}(?![0-9]))[0-9]{1,12}\n[0-9]+|[0-9]{8,12}",
    ),
    (
        r"(?:st(?=\.?[- ]?n)|steuer|finanzamt|tax|fiscaal|fiscal)",
        r"[0-9]{2,3}\n?/\n?[0-9]{3,4}\n?/\n?[0-9]{4,5}|[0-9]{9,13}",
    ),
    (
        r"(?:kvk|hrb|hra|rcs|kbo|bce|cvr|coc|ondernemings|handelsregister|registre|ide)",
        r"(?:[0-9]{1,4}[ .])?[0-9]{3}[ .][0-9]{3}|[0-9]{4,10}",
    ),
    (
        r"(?:meter|compteur|z\u00e4hler|zaehler|z\u00e4hlpunkt|counter|lot|batch|serie|serial|term|terminal"
        r"|pas|badge|police|polis|kenteken)",
        r"[0-9]{1,3}(?:[ \n][0-9]{3})+|(?:[0-9]{1,2})?[A-Z]{0,4}[0-9]{3,14}(?:[-/][0-9]{1,4})?",
    ),
    (
        r"(?:filiale?|filiaal|kst|kostenstelle|kostenplaats|afd|abt|agence|branch|dept|site)",
        r"[0-9]{1,6}(?:[/-][0-9]{1,4})?",
    ),
    (
        r"(?:vertr|vertrag|contract|contrat|kontrakt|polis|police)",
        r"[0-9]{1,6}(?:\n?[0-9])*(?:/\n?[0-9]{1,6})+",
    ),
)
_WORD = re.compile("(?:" + "|".join(word for word, _ in _KINDS) + r")(?:n[ro]|id)?|st")
_EACH = tuple(re.compile(rf"(?:{number}){_ENDS}", re.IGNORECASE) for _, number in _KINDS)
_WORDS = re.compile(
    r"(?<![^\W\d_])(?:" + "|".join(f"({word})" for word, _ in _KINDS) + rf"){_COUNTED}",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_BEGINS = re.compile(
    "|".join(word for word, _ in _KINDS if "(?=" not in word) + "|st|finanz|tax|fisc"
)


@lru_cache(maxsize=65_536)
def _may_announce(word: str) -> bool:
    return _BEGINS.match(word) is not None


def identities(text: str) -> list[tuple[int, int]]:
    """Places of the numbers, without the words that announce them."""
    if not any(map(_may_announce, _LETTERS.findall(text.lower()))):
        return []
    found = []
    for word in _WORDS.finditer(text):
        place = _EACH[(word.lastindex or 1) - 1].match(text, word.end())
        if place:
            found.append((place.start(), place.start() + len(place[0].rstrip(" .\n-"))))
    return found


def announces_identity(word: str) -> bool:
    """Whether a word in lower case may be one that announces such a number."""
    return _WORD.fullmatch(word) is not None

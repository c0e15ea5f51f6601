"""What an auditor looks for, and whether a text holds it however it is written there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

__all__ = ["FOLDING", "Query", "excerpt", "folded", "holds", "query_of"]

FOLDING = "1"
"""Changes whenever `folded` does, so that what was folded before is folded anew."""

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_ALIKE = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1", "!": "1", "s": "5", "b": "8"})
"""Signs that a reader of pictures takes for digits, and digits for them."""
_WITH_DIGIT = re.compile(r"\S*\d\S*")
# A blank before the dash alone is a sum below zero.
_TORN_DASH = re.compile(r"(?<=\d)\s?-\s(?=\d)")
_DATE = re.compile(r"(?<![\d.,/-])(\d{1,4})([-./])(\d{1,2})\2(\d{4}|\d{1,2})(?![\d/-]|[.,]\d)")
_AMOUNT = re.compile(r"(?<![\d.,-])(\d{1,3}(?:[.,']\d{3})+|\d+)(?:[.,](\d{2}))?(?![\d-]|[.,]\d)")
_APART = re.compile(r"(?<![\d.,-])\d{1,3}(?: \d{3})+(?:[.,]\d{2})?(?![\d-]|[.,]\d)")
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: each term in any of its forms, in plain texts and in those of pictures.

    A term that ends in `*` is the beginning of a word.
    """

    words: str
    terms: tuple[tuple[str, ...], ...]
    seen: tuple[tuple[str, ...], ...]


def query_of(words: str) -> Query:
    """Terms between blanks, all of which have to be there; raises `ValueError` for too little.

    An amount may be written with any separators, and a date in any order of its parts: of one that
    can be read in two ways, both are looked for.
    """
    plain = " ".join(_plain(words).split())
    parts = [plain] if _APART.fullmatch(plain) else plain.split(" ")
    terms = tuple(tuple(_forms(part, seen=False)) for part in parts)
    if any(len(form.rstrip("*")) < _SHORTEST for term in terms for form in term):
        raise ValueError(
            f"{words!r}; expected terms of {_SHORTEST} characters or more: a number, an amount, a "
            "date, a name, or the beginning of a word with * at its end"
        )
    return Query(words, terms, tuple(tuple(_forms(part, seen=True)) for part in parts))


def folded(text: str, *, seen: bool = False) -> str:
    """A text in which the same thing is written in the same way; `seen` by a reader of pictures.

    Lower case without accents; amounts as 1234.56, dates as 2026-03-31, and one that can be read in
    two ways as both. What is folded is for looking into, not for showing.
    """
    plain = _plain(text)
    if seen:
        plain = _WITH_DIGIT.sub(lambda found: found[0].translate(_ALIKE), plain)
        plain = _TORN_DASH.sub("-", plain)
    apart = [_amounts(found[0].replace(" ", "")) for found in _APART.finditer(plain)]
    whole = _amounts(_DATE.sub(_dates, plain))
    return "\n".join([whole, *apart])


def holds(query: Query, text: str, *, seen: bool = False) -> bool:
    """Whether a folded text holds every term, with no digit more before or behind it."""
    terms = query.seen if seen else query.terms
    return all(any(_stands(form, text) for form in forms) for forms in terms)


def excerpt(query: Query, text: str, *, seen: bool = False, longest: int = 120) -> str:
    """The line of a text in which most of what was looked for stands, cut to a length."""
    terms = query.seen if seen else query.terms
    best, most = "", 0
    for line in text.splitlines():
        told = folded(line, seen=seen)
        count = sum(any(_stands(form, told) for form in forms) for forms in terms)
        if count > most:
            best, most = " ".join(line.split()), count
    return best if len(best) <= longest else f"{best[: longest - 1]}…"


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_DASHES))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def _forms(part: str, *, seen: bool) -> Iterator[str]:
    body, star = part.removesuffix("*"), "*" if part.endswith("*") else ""
    joined = body.replace(" ", "") if _APART.fullmatch(body) else body
    told = folded(joined, seen=seen)
    # A date that can be read in two ways is folded into both, with a blank between.
    forms = told.split() or [joined]
    yield from dict.fromkeys(f"{form}{star}" for form in forms)


def _stands(form: str, text: str) -> bool:
    body = form.removesuffix("*")
    start = text.find(body)
    while start >= 0:
        end = start + len(body)
        before, behind = text[start - 1 : start], text[end : end + 1]
        whole = not (body[0].isdigit() and before.isdigit())
        if whole and (form != body or not (body[-1].isdigit() and behind.isdigit())):
            return True
        start = text.find(body, start + 1)
    return False


def _dates(found: re.Match[str]) -> str:
    first, _, second, third = found.groups()
    if len(first) > 2:
        readings = [(first, second, third)]
    else:
        year = third if len(third) == 4 else f"20{third:0>2}"
        readings = [(year, second, first), (year, first, second)]
    told = list(dict.fromkeys(_known(readings)))
    return " ".join(told) or found[0]


def _known(readings: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    for year, month, day in readings:
        try:
            yield date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue


def _amounts(text: str) -> str:
    def told(found: re.Match[str]) -> str:
        whole = re.sub(r"\D", "", found[1])
        return f"{whole}.{found[2]}" if found[2] else whole

    return _AMOUNT.sub(told, text)

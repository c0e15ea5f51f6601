"""How easily a text reads, by the formula published for its language: a yardstick, no more.

A formula counts lengths. It knows nothing of whether a text is clear, true or kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clerkwork.core.wording.syllables import syllables

__all__ = ["B1", "LONGEST", "Ease", "ease", "sentences"]

B1 = 60.0
"""Least ease that is taken for B1: from here on Flesch calls a text 'standard', plain English
(1948, table 5); nobody published a border between his scale and the European levels."""
LONGEST = 25
"""Words from which on one sentence is too long for whoever reads at B1."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_END = re.compile(r"(?<=[.!?])[\"')\u2019]*\s+|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Formula:
    base: float
    sentence: float
    """For each word of the mean sentence."""
    word: float
    """For each syllable of the mean word."""


_FORMULAS: Mapping[str, _Formula] = {
    # Flesch, A new readability yardstick, Journal of Applied Psychology 32 (1948), 221-233.
    "en": _Formula(base=206.835, sentence=1.015, word=84.6),
    # Douma, De leesbaarheid van landbouwbladen, Landbouwhogeschool Wageningen (1960).
    "nl": _Formula(base=206.84, sentence=0.93, word=77.0),
    # Amstad, Wie verstaendlich sind unsere Zeitungen? Universitaet Zuerich (1978).
    "de": _Formula(base=180.0, sentence=1.0, word=58.5),
    # Kandel and Moles, Application de l'indice de Flesch a la langue francaise, Cahiers Etudes de
    # Radio-Television 19 (1958), 253-274.
    "fr": _Formula(base=207.0, sentence=1.015, word=73.6),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ease:
    """How a text reads: about 0 for a law, 100 for a comic."""

    score: float
    words: int
    sentences: int
    hardest: str
    """The sentence that reads worst."""


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text; a line's end ends one."""
    return tuple(one.strip() for one in _END.split(text) if _WORD.search(one))


def ease(text: str, language: str) -> Ease | None:
    """By the language's formula; None without words, or in a language that has none here.

    Figures and amounts count as no words: a formula of 1948 does not say how they are read.
    """
    formula = _FORMULAS.get(language)
    found = sentences(text)
    if formula is None or not found:
        return None
    words = [_WORD.findall(one) for one in found]
    hardest = min(zip(words, found, strict=True), key=lambda p: _score(formula, [p[0]], language))
    return Ease(
        score=_score(formula, words, language),
        words=sum(map(len, words)),
        sentences=len(found),
        hardest=hardest[1],
    )


def words_of(sentence: str) -> tuple[str, ...]:
    """Its words, without figures."""
    return tuple(_WORD.findall(sentence))


def _score(formula: _Formula, said: Iterable[list[str]], language: str) -> float:
    parts = list(said)
    words = [word for part in parts for word in part]
    spoken = sum(syllables(word, language) for word in words)
    return (
        formula.base
        - formula.sentence * len(words) / len(parts)
        - formula.word * spoken / len(words)
    )

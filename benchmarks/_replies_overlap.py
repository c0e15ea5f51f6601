"""Whether held-out replies are made from the templates of the examples that the reader learns from.

A template shows by the words that stay when what is put into it is taken out: names, figures, days,
months and addresses. So those are made alike, and of each held-out reply it is told how many of its
runs of four words one single example has, too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from clerkwork.adapters.replies.views import worded
from clerkwork.core.replies.own_words import own_words

__all__ = ["LIKE", "Overlap", "overlaps"]

LIKE = 0.5
"""Share of its runs from which on a reply is taken to be of the same template as an example."""
_RUN = 4
_FEWEST = 8
"""Runs of a reply of which it can be told at all: everybody says 'I paid this last week'."""
_IN_FIGURES = ("wkday", "mnth", "eur", "euro", "euros")
"""What stands beside the figures of a date or an amount."""
_MAIL = re.compile(r"\S+@\S+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """One held-out reply beside the example that is most like it."""

    held_out: int
    example: int
    """Their places in what was compared, from 0."""
    share: float
    """Of the reply's runs, those that the example has, too; from 0 to 1."""


def overlaps(held_out: Sequence[str], examples: Sequence[str]) -> list[Overlap]:
    """Every held-out reply that is long enough to tell, the likest first."""
    common = _common((*held_out, *examples))
    having: Mapping[tuple[str, ...], list[int]] = defaultdict(list)
    for number, text in enumerate(examples):
        for run in _runs(text, common):
            having[run].append(number)
    found = []
    for number, text in enumerate(held_out):
        runs = _runs(text, common)
        if len(runs) < _FEWEST:
            continue
        shared = Counter(example for run in runs for example in having.get(run, ()))
        example, count = shared.most_common(1)[0] if shared else (0, 0)
        found.append(Overlap(number, example, count / len(runs)))
    return sorted(found, key=lambda one: -one.share)


def _common(texts: Iterable[str]) -> frozenset[str]:
    """Words that somebody writes small: what is only ever written large is a name."""
    return frozenset(word for text in texts for word in _WORD.findall(text) if word.islower())


def _runs(text: str, common: frozenset[str]) -> frozenset[tuple[str, ...]]:
    words: list[str] = []
    for word in _WORD.findall(_MAIL.sub(" Mailaddr ", own_words(text))):
        alike = _alike(word, common)
        # A name of three words, or an amount with its cents, is one thing that is put in.
        if not words or alike != words[-1]:
            words.append(alike)
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _alike(word: str, common: frozenset[str]) -> str:
    if any(sign.isdigit() for sign in word):
        return "0"
    plain = _plain(word)
    if plain in _IN_FIGURES:
        return "0"
    return "name" if word[0].isupper() and word.lower() not in common else plain


@cache
def _plain(word: str) -> str:
    return worded(word)

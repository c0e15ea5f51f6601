"""How the creditor numbers, learned from the open items themselves, and the indexes made of it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clerkwork.core.ledger import Debtor, OpenItem

__all__ = ["Numbers", "canonical", "learn", "shape_of"]

_SHORTEST = 3
"""Digits that a number without its prefix must have to be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The open items' numbers by the ways in which people write them."""

    exact: Mapping[str, tuple[str, ...]]
    """Letters and digits of the number, case folded, to the numbers that have them."""
    short: Mapping[str, tuple[str, ...]]
    """The number without prefix, year or leading zeros, to all numbers it may stand for."""
    digits: Mapping[str, tuple[str, ...]]
    """Digits without leading zeros, as a structured reference carries them."""
    shapes: frozenset[str]
    """The shapes in use, as 'inv7': letters as they are, digits as their count."""
    customers: Mapping[str, str]
    """Number to its debtor."""
    debtors: frozenset[str]
    longest: int
    """Letters and digits of the longest number."""
    letters: frozenset[str] = frozenset()
    """The runs of letters that stand in numbers: prefixes, suffixes and what is between."""

    def near_shape(self, key: str) -> bool:
        """Whether letters and digits look like one of our numbers, give or take one digit."""
        shape = re.fullmatch(r"(\D*)(\d+)(\D*)", shape_of(key))
        if shape is None:
            return shape_of(key) in self.shapes
        lengths = (int(shape[2]) + step for step in (-1, 0, 1))
        return any(f"{shape[1]}{length}{shape[3]}" in self.shapes for length in lengths)


def canonical(text: str) -> str:
    """Letters and digits only, case folded: 'C2026-031' gives 'c2026031'."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def shape_of(key: str) -> str:
    """Shape of letters and digits: 'inv2600123' gives 'inv7'."""
    return re.sub(r"\d+", lambda run: str(len(run[0])), key)


def learn(items: Iterable[OpenItem], debtors: Iterable[Debtor]) -> Numbers:
    """The indexes over all open items; nothing in them is particular to one way of numbering."""
    exact: dict[str, set[str]] = defaultdict(set)
    short: dict[str, set[str]] = defaultdict(set)
    digits: dict[str, set[str]] = defaultdict(set)
    shapes: set[str] = set()
    customers: dict[str, str] = {}
    for item in items:
        key = canonical(item.number)
        exact[key].add(item.number)
        customers[item.number] = item.customer
        bare = re.sub(r"\D", "", item.number)
        if bare:
            digits[bare.lstrip("0")].add(item.number)
            shapes |= {shape_of(key), str(len(bare))}
        for form in _short_forms(item.number) - {key}:
            short[form].add(item.number)
    return Numbers(
        exact=_settled(exact),
        short=_settled(short),
        digits=_settled(digits),
        shapes=frozenset(shapes),
        customers=customers,
        debtors=frozenset(debtor.number for debtor in debtors),
        longest=max(map(len, exact), default=0),
        letters=frozenset(run for shape in shapes for run in re.findall(r"[^\W\d_]+", shape)),
    )


def _short_forms(number: str) -> set[str]:
    """What is left when people drop letters, the first parts, or zeros in front."""
    runs = re.findall(r"\d+", number)
    tails = {"".join(runs[start:]) for start in range(len(runs))}
    forms = tails | {tail.lstrip("0") for tail in tails}
    return {form for form in forms if len(form) >= _SHORTEST}


def _settled(index: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(numbers)) for key, numbers in index.items()}

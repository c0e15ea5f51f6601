"""References with check digits in texts that are read in bulk, and what all such reading knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clerkwork.core.matching.plain_runs import Hits, KeyTable, Runs
from clerkwork.core.references.structured import found_in

__all__ = ["Known", "References"]

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked for: keys of all items and debtors."""

    table: KeyTable
    numbers: pl.Series
    """As they are written on the invoices, place by place."""
    odd: _Flags
    """Keys that are too short, too like a year or a debtor's number to be sure of."""
    bare: _Ints
    """Digits of all items without their zeros, sorted."""
    debtors: KeyTable
    heads: frozenset[str]
    """Letters that numbers begin with."""
    letters: frozenset[str]
    """Letters that stand anywhere in numbers, run by run."""
    foreign: frozenset[str]
    """Codes of currencies that are not the lines' own, in lower case."""
    items_of: Callable[[str], Sequence[int]]
    """Places of the items that a reference with check digits may stand for."""


class References:
    """References with check digits that stand in texts, each for one item."""

    def __init__(self, runs: Runs, texts: pl.Series, rows: _Ints, known: Known) -> None:
        begins = np.flatnonzero(runs.data == 0)[rows] + 1
        hits: list[tuple[int, int, int, int]] = []
        self.unclear: list[int] = []
        self.signed: _Ints = np.zeros(len(texts), np.int64)
        """Of each text, how many of its references stand between signs: '+++090/9337/55493+++'."""
        for row, begin, text in zip(rows, begins, texts.gather(rows), strict=True):
            for start, end, readings in found_in(text, text.lower()):
                self.signed[row] += text[start] in "+*"
                items = {item for one in readings for item in known.items_of(one.body)}
                begins_at, ends_at = (begin + _bytes(text, place) for place in (start, end))
                first = int(np.searchsorted(runs.start, begins_at))
                last = int(np.searchsorted(runs.end, ends_at)) - 1
                inside = first <= last < len(runs)
                whole = inside and runs.start[first] >= begin and runs.end[last] <= ends_at
                indent = begin + _bytes(text, _indent(text, start))
                if len(items) == 1 and whole and runs.start[first] == indent:
                    hits.append((int(row), first, min(last, len(runs) - 1), items.pop()))
                else:
                    self.unclear.append(int(row))
        columns = np.array(hits, np.int64).reshape(-1, 4).T
        self.hits = Hits(*columns)
        self.used: _Flags = np.zeros(len(runs), bool)
        """Runs that are part of a reference."""
        for first, last in zip(self.hits.first, self.hits.last, strict=True):
            self.used[first : last + 1] = True

    def outside(self, hits: Hits) -> Hits:
        """The numbers that are no part of a reference."""
        used = np.append(0, np.cumsum(self.used))
        return hits.at(used[hits.last + 1] == used[hits.first])


def _bytes(text: str, place: int) -> int:
    """A place in a text as one in its bytes."""
    return place if text.isascii() else len(text[:place].encode())


def _indent(text: str, start: int) -> int:
    """The first letter or digit from a place on."""
    while start < len(text) and not text[start].isalnum():
        start += 1
    return start

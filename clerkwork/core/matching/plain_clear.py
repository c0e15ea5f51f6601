"""What was read in bulk of lines that are decided with care: it is not read once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clerkwork.core.payments import BankLine
from clerkwork.core.references import Certainty, Mention, Numbers, Remittance, read_remittance
from clerkwork.core.references.remittance import Later

__all__ = ["Clear"]

_Place = tuple[int, int, int]
"""Row of an item, and where its number begins and ends in the bytes of the text."""


@dataclass(frozen=True, slots=True)
class Clear:
    """Lines that name complete numbers as on the invoice in a text that says nothing else of items,
    by row: the places of the numbers, and whether the text has other digits."""

    items: pl.Series
    """The numbers of all items, row by row."""
    places: dict[int, tuple[bool, list[_Place]]]
    bare: NDArray[np.bool_]
    """Of each line, whether it is known that its text has no complete number and no debtor's."""

    @staticmethod
    def of(items: pl.Series, mentions: pl.DataFrame, bare: NDArray[np.bool_]) -> Clear:
        """`mentions` has row, item, begin, end, more (whether the text has other digits)."""
        rows = mentions.sort("row", "begin").select("row", "more", "item", "begin", "end")
        places: dict[int, tuple[bool, list[_Place]]] = {}
        for row, more, item, begin, end in rows.iter_rows():
            places.setdefault(row, (more, []))[1].append((item, begin, end))
        return Clear(items, places, bare)

    def read(
        self, row: int, line: BankLine, numbers: Numbers, payers: frozenset[str]
    ) -> Remittance:
        """What a line names, read with care as far as that was not done in bulk."""
        known = self.places.get(row)
        if known is None:
            return read_remittance(line, numbers, payers, whole=not self.bare[row])
        more, places = known
        mentions: dict[tuple[str, ...], Mention] = {}
        for mention in self._mentions(line.text, places):
            mentions.setdefault(mention.items, mention)
        owners = {numbers.customers[item] for (item,) in mentions}
        # Digits besides may be another number; somebody else's may be a slip of the payer's.
        later = partial(_later, line, numbers, payers) if more or not owners <= payers else None
        return Remittance(tuple(mentions.values()), later=later)

    def _mentions(self, text: str, places: list[_Place]) -> Iterator[Mention]:
        whole = text.encode()
        plain = len(whole) == len(text)
        for item, begin, end in places:
            if not plain:
                begin, end = (len(whole[:place].decode()) for place in (begin, end))
            yield Mention(
                items=(self.items[item],),
                certainty=Certainty.WRITTEN,
                written=" ".join(text[begin:end].split()),
                place=(begin, end),
            )


def _later(line: BankLine, numbers: Numbers, payers: frozenset[str]) -> Later:
    said = read_remittance(line, numbers, payers)
    return said.strangers, said.typos

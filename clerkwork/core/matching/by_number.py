"""What a ledger knows by an item's number, read like a dictionary and kept in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, overload

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ByNumber", "Minor", "Shared", "places"]

_T = TypeVar("_T")


class ByNumber(Mapping[str, _T], Generic[_T]):
    """Number to what is told of the item when it is asked for."""

    __slots__ = ("_row", "_told")

    def __init__(self, row: Mapping[str, int], told: Callable[[str], _T]) -> None:
        self._row, self._told = row, told

    def __getitem__(self, number: str) -> _T:
        return self._told(number)

    def __iter__(self) -> Iterator[str]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)


class Minor(Mapping[str, int]):
    """Number to what is left of the item, in minor units."""

    __slots__ = ("_left", "_row")

    def __init__(self, row: Mapping[str, int], left: Sequence[int]) -> None:
        self._row, self._left = row, left

    def __getitem__(self, number: str) -> int:
        return self._left[self._row[number]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)


class Shared(Sequence[str]):
    """A column of few different words, each of which is there but once."""

    __slots__ = ("_places", "_words")

    def __init__(self, places: Sequence[int], words: Sequence[str]) -> None:
        """The n-th of them is `words[places[n]]`."""
        self._places, self._words = places, words

    @property
    def only(self) -> str:
        """The one word that all rows have; empty if they differ."""
        return self._words[0] if len(self._words) == 1 else ""

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self._words[place] for place in self._places[row]]
        return self._words[self._places[row]]

    def __len__(self) -> int:
        return len(self._places)


def places(column: pl.Series, words: pl.Series) -> Sequence[int]:
    """The place of each word of a column among `words`, where all of them are, once each."""
    import numpy as np

    known = words.alias("word").to_frame().with_row_index("place")
    found = column.alias("word").to_frame()
    found = found.join(known, on="word", how="left", maintain_order="left")
    return found["place"].to_numpy().astype(np.int32).data

"""What a ledger knows by an item's number, read like a dictionary and kept in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ByNumber", "Minor", "Shared"]

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


class Shared:
    """A column of few different words, each of which is there but once."""

    __slots__ = ("_rows", "only")

    def __init__(self, column: pl.Series) -> None:
        words = column.unique().to_list()
        self.only = words[0] if len(words) == 1 else ""
        """The one word that all rows have; empty if they differ."""
        one = {word: word for word in words}
        self._rows = [] if self.only else [one[word] for word in column]

    def __getitem__(self, row: int) -> str:
        return self.only or self._rows[row]

"""Items by what was open of them: whose amount is just what came, of a million, in a few steps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["ByAmount"]


class ByAmount:
    """Asked for an amount, tells the rows of which just that was open and still is.

    A popular amount has thousands of rows, most of them settled soon. So each is passed over but
    once: it is kept of an amount which rows were found open, and from where to look on.
    """

    __slots__ = ("_amounts", "_currency", "_left", "_rows", "_seen")

    def __init__(
        self,
        opened: Sequence[int],
        left: Sequence[int],
        currency: Sequence[str],
        order: Iterable[int],
    ) -> None:
        """Minor units open of each row at first and now, and their currency; `order` is that in
        which rows are told."""
        import numpy as np

        rows = np.fromiter(order, np.int32)
        amounts = np.asarray(opened, np.int64)[rows]
        places = np.argsort(amounts, kind="stable")
        self._amounts: Sequence[int] = amounts[places].data
        self._rows: Sequence[int] = rows[places].data
        self._left, self._currency = left, currency
        self._seen: dict[tuple[int, str], tuple[list[int], int]] = {}

    def rows(self, minor: int, currency: str) -> Iterator[int]:
        """The rows in their order; nothing may be taken or given back before the last of them."""
        left, rows, amounts = self._left, self._rows, self._amounts
        key = minor, currency
        kept, place = self._seen.get(key) or ([], bisect_left(amounts, minor))
        still = [row for row in kept if left[row] == minor]
        self._seen[key] = still, place
        yield from tuple(still)
        while place < len(amounts) and amounts[place] == minor:
            row = rows[place]
            place += 1
            if left[row] == minor and self._currency[row] == currency:
                still.append(row)
                self._seen[key] = still, place
                yield row
        self._seen[key] = still, place

    def again(self, row: int, minor: int) -> None:
        """Something that was settled is open again of this row, of which that was open at first."""
        self._seen.pop((minor, self._currency[row]), None)

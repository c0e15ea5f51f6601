"""Items by what was open of them: whose amount is just what came, of a million, in a few steps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ByAmount"]


class ByAmount:
    """Asked for an amount, tells the rows of which just that was open and still is.

    A popular amount has thousands of rows, most of them settled soon. So each is passed over but
    once: it is kept of an amount which rows were found open, and from where to look on.
    """

    __slots__ = ("_amounts", "_left", "_rows", "_seen")

    def __init__(self, opened: Sequence[int], left: Sequence[int], order: np.ndarray) -> None:
        """Minor units open of each row at first and now; `order` is that in which rows are told."""
        import numpy as np

        amounts = np.asarray(opened, np.int64)[order]
        places = np.argsort(amounts, kind="stable")
        self._amounts: Sequence[int] = amounts[places].data
        self._rows: Sequence[int] = order[places].astype(np.int32).data
        self._left = left
        self._seen: dict[int, tuple[list[int], int]] = {}

    def rows(self, minor: int) -> Iterator[int]:
        """The rows in their order; nothing may be taken or given back before the last of them."""
        left, rows, amounts = self._left, self._rows, self._amounts
        kept, place = self._seen.get(minor) or ([], bisect_left(amounts, minor))
        still = [row for row in kept if left[row] == minor]
        self._seen[minor] = still, place
        yield from tuple(still)
        while place < len(amounts) and amounts[place] == minor:
            row = rows[place]
            place += 1
            if left[row] == minor:
                still.append(row)
                self._seen[minor] = still, place
                yield row
        self._seen[minor] = still, place

    def again(self, minor: int) -> None:
        """Something that was settled is open again of a row that had this amount."""
        self._seen.pop(minor, None)

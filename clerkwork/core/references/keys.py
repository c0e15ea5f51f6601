"""Keys to the numbers that have them, in twelve bytes an entry: for ledgers of a million items."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Keys"]

_SLOTS = 8
"""Places of the first, coarse table for each entry: seven of eight misses end there."""
_TOGETHER = 4
"""Entries that are looked through for a key, on average: hashes are spread evenly."""


class Keys(Mapping[str, tuple[str, ...]]):
    """A mapping of key to numbers that keeps hashes of the keys only.

    Two different keys are taken for one if all 64 bits of their hashes agree, which among a
    million keys happens once in ten million million look-ups. It cannot tell its keys.
    """

    __slots__ = (
        "_coarse",
        "_half",
        "_hashes",
        "_mask",
        "_numbers",
        "_parts",
        "_rows",
        "_shift",
    )

    def __init__(
        self, keys: Iterable[str], rows: Iterable[int], numbers: Sequence[str], *, most: int = 0
    ) -> None:
        """The n-th of `keys` stands for `numbers[rows[n]]`; the same key may come more than once.

        A key that comes more than `most` times is left out, unless that is zero.
        Raises `ValueError` if there are not as many rows as keys.
        """
        import numpy as np

        hashes = np.fromiter(map(hash, keys), np.int64)
        places = np.fromiter(rows, np.int32)
        if len(hashes) != len(places):
            raise ValueError(f"{len(hashes)} keys for {len(places)} rows")
        if most:
            _, one, times = np.unique(hashes, return_inverse=True, return_counts=True)
            rare = times[one] <= most
            hashes, places = hashes[rare], places[rare]
        size = 1 << max(4, (_SLOTS * len(hashes)).bit_length())
        self._mask = size - 1
        coarse = np.zeros(size, np.uint8)
        coarse[hashes & self._mask] = 1
        self._coarse = coarse.tobytes()
        order = np.lexsort((places, hashes))
        hashes = hashes[order]
        self._hashes: Sequence[int] = hashes.data
        bits = max(1, (len(hashes) // _TOGETHER).bit_length())
        self._shift, self._half = 64 - bits, 1 << (bits - 1)
        firsts = np.arange(-self._half, self._half, dtype=np.int64) << self._shift
        parts = np.append(np.searchsorted(hashes, firsts), len(hashes)).astype(np.int32)
        self._parts: Sequence[int] = parts.data
        """Where the hashes of each first bits begin, and behind the last of them all."""
        self._rows: Sequence[int] = places[order].data
        self._numbers = numbers

    def get(self, key: str, default: object = ()) -> tuple[str, ...]:
        """The numbers with that key, sorted; `default` if there is none."""
        wanted = hash(key)
        if not self._coarse[wanted & self._mask]:
            return default  # type: ignore[return-value]
        hashes, size = self._hashes, len(self._hashes)
        part = (wanted >> self._shift) + self._half
        place = bisect_left(hashes, wanted, self._parts[part], self._parts[part + 1])
        if place == size or hashes[place] != wanted:
            return default  # type: ignore[return-value]
        first = place
        place += 1
        while place < size and hashes[place] == wanted:
            place += 1
        if place == first + 1:
            return (self._numbers[self._rows[first]],)
        return tuple(sorted({self._numbers[self._rows[one]] for one in range(first, place)}))

    def __getitem__(self, key: str) -> tuple[str, ...]:
        found = self.get(key)
        if not found:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return bool(self.get(key))  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._hashes)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("an index of hashes cannot tell its keys")

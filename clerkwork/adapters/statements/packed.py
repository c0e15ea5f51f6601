"""Lines of a very large file, held packed and made into `BankLine` where they are looked at."""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, overload

from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

__all__ = ["PackedLines"]

_TOGETHER = 500
_Row = tuple[Any, ...]


class PackedLines(Sequence[BankLine]):
    """A sequence of lines that takes a tenth of the memory; equal to any sequence of the same.

    Lines are added one after the other, then read. Looking at one unpacks its neighbours too, so
    they are best read in order.
    """

    __slots__ = ("_at", "_blocks", "_last", "_open")

    def __init__(self, lines: Iterable[BankLine] = ()) -> None:
        self._blocks: list[bytes] = []
        self._open: list[_Row] = []
        self._at = -1
        self._last: list[_Row] = []
        self.extend(lines)

    def extend(self, lines: Iterable[BankLine]) -> None:
        for line in lines:
            self._open.append(_row(line))
            if len(self._open) == _TOGETHER:
                self._blocks.append(zlib.compress(marshal.dumps(self._open), 1))
                self._open = []

    def __len__(self) -> int:
        return len(self._blocks) * _TOGETHER + len(self._open)

    def __iter__(self) -> Iterator[BankLine]:
        for block in self._blocks:
            yield from map(_line, _unpacked(block))
        yield from map(_line, self._open)

    @overload
    def __getitem__(self, place: int) -> BankLine: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[BankLine, ...]: ...
    def __getitem__(self, place: int | slice) -> BankLine | tuple[BankLine, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        found = place + len(self) if place < 0 else place
        if not 0 <= found < len(self):
            raise IndexError(place)
        block, within = divmod(found, _TOGETHER)
        return _line(self._block(block)[within])

    def _block(self, number: int) -> list[_Row]:
        if number == len(self._blocks):
            return self._open
        if number != self._at:
            self._at, self._last = number, _unpacked(self._blocks[number])
        return self._last

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(ours == theirs for ours, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


def _unpacked(block: bytes) -> list[_Row]:
    rows: list[_Row] = marshal.loads(zlib.decompress(block))  # noqa: S302 (made in this process)
    return rows


def _row(line: BankLine) -> _Row:
    return (
        line.account,
        line.booked.toordinal(),
        line.valued.toordinal(),
        line.amount.minor,
        line.amount.currency,
        line.payer,
        line.payer_iban,
        line.text,
        line.structured,
        line.end_to_end,
        line.bank_ref,
        line.code,
        line.id,
        line.raw,
    )


def _line(row: _Row) -> BankLine:
    return BankLine(
        account=row[0],
        booked=date.fromordinal(row[1]),
        valued=date.fromordinal(row[2]),
        amount=Money(row[3], row[4]),
        payer=row[5],
        payer_iban=row[6],
        text=row[7],
        structured=row[8],
        end_to_end=row[9],
        bank_ref=row[10],
        code=row[11],
        id=row[12],
        raw=row[13],
    )

"""The verdicts over all lines: columns for machines, matches one by one for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from clerkwork.core.matching.confidence import confidence_of
from clerkwork.core.matching.decide import decide
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.matching.packed import Packed
from clerkwork.core.matching.tables import Tables, in_order, lines_at
from clerkwork.core.matching.verdict import Case, Run

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from clerkwork.core.matching.plain import Plain

__all__ = ["Reader", "Verdicts"]

_AT_ONCE = 1_000
_SLICE = 50_000
"""Lines that are told at once: what that needs of memory does not grow with all lines."""


class Reader(Protocol):
    """Makes cases of the rows of lines."""

    @property
    def tables(self) -> Tables: ...

    @property
    def run(self) -> Run: ...

    def cases(self, rows: np.ndarray) -> list[Case]: ...


class Verdicts:
    """One verdict a line, in the order in which they are to be keyed.

    Matches of plain lines are made when they are asked for, by the rules that decide all others.
    """

    def __init__(
        self, reader: Reader, plain: Plain, first: Sequence[Packed], others: Sequence[Packed]
    ) -> None:
        """`first` are as plain as those that were settled in bulk, and go among them."""
        self._reader, self._plain, self._first, self._others = reader, plain, first, others

    def __len__(self) -> int:
        return self._plain.lines.height + sum(map(len, (*self._first, *self._others)))

    @property
    def in_bulk(self) -> int:
        """How many lines were settled in bulk."""
        return self._plain.lines.height

    def __iter__(self) -> Iterator[Match]:
        import numpy as np

        bulk, first = self._in_bulk(), self._unpacked(self._first)
        rows = self._plain.lines["row"].to_numpy()
        for is_bulk in np.isin(self._plain_rows(), rows).tolist():
            yield next(bulk if is_bulk else first)
        yield from self._unpacked(self._others)

    def _plain_rows(self) -> np.ndarray:
        """Rows of the lines that are settled first, in their order."""
        import numpy as np

        rows = [self._plain.lines["row"].to_numpy(), *(one.rows for one in self._first)]
        return in_order(self._reader.tables, np.concatenate(rows).astype(np.int64))

    def _in_bulk(self) -> Iterator[Match]:
        rows = self._plain.lines["row"]
        for first in range(0, len(rows), _AT_ONCE):
            yield from self._made(rows[first : first + _AT_ONCE].to_numpy())

    def _unpacked(self, some: Sequence[Packed]) -> Iterator[Match]:
        for packed in some:
            yield from packed.matches(lines_at(self._reader.tables, packed.rows))

    def _made(self, rows: np.ndarray) -> list[Match]:
        """Matches of plain lines, decided once more as if what they pay were open still."""
        import polars as pl

        run = self._reader.run
        theirs = self._plain.items.filter(pl.col("row").is_in(rows.tolist()))["item"]
        run.ledger.reopen(theirs.to_numpy())
        return decide(run, self._reader.cases(rows))

    def to_frame(self) -> pl.DataFrame:
        """Columns line, outcome, rule, confidence, customer, allocations, reverses.

        Allocations read 'number=minor' or 'number=minor/discount', joined by ';' and by number.
        """
        import polars as pl

        return pl.concat([*self._plain_frames(), *(packed.frame for packed in self._others)])

    def _plain_frames(self) -> Iterator[pl.DataFrame]:
        """The same of the lines that are settled first, slice by slice."""
        import numpy as np
        import polars as pl

        every = self._plain.lines
        is_bulk = np.isin(self._plain_rows(), every["row"].to_numpy())
        first = pl.concat([self._bulk_frame(every[:0]), *(one.frame for one in self._first)])
        bulk = one_by_one = 0
        for at in range(0, max(1, len(is_bulk)), _SLICE):
            here = is_bulk[at : at + _SLICE]
            many = int(here.sum())
            frame = self._bulk_frame(every[bulk : bulk + many])
            if rest := len(here) - many:
                frame = pl.concat([frame, first[one_by_one : one_by_one + rest]])
                # Each has its own place: those in bulk stand in front now, and behind the others.
                frame = frame[np.argsort(np.argsort(~here, kind="stable"), kind="stable")]
            bulk, one_by_one = bulk + many, one_by_one + rest
            yield frame

    def _bulk_frame(self, lines: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        tables = self._reader.tables
        sure = pl.lit(0.0)
        for strand in lines.select("rule", "by", "certainty").unique().iter_rows():
            rule, by, certainty = strand
            meant = (pl.col("rule") == rule) & (pl.col("by") == by)
            meant &= pl.col("certainty") == certainty
            sure = pl.when(meant).then(confidence_of(*strand)).otherwise(sure)
        items = self._plain.items.join(lines.select("row"), on="row", how="semi")
        told = lines.select("row").join(
            _told(tables, items), on="row", how="left", maintain_order="left"
        )
        return lines.select(
            tables.lines["id"].gather(lines["row"]).alias("line"),
            pl.lit(str(Outcome.SETTLED)).alias("outcome"),
            "rule",
            sure.alias("confidence"),
            "customer",
            told["allocations"],
            pl.lit("").alias("reverses"),
        )


def _told(tables: Tables, items: pl.DataFrame) -> pl.DataFrame:
    """What plain lines pay, in words: row, allocations."""
    import polars as pl

    several = items["row"].is_duplicated()
    parts = items.with_columns(
        tables.items["number"].gather(items["item"]),
        tables.items["open_minor"].gather(items["item"]).alias("minor"),
    ).with_columns(
        pl.when(pl.col("discount") > 0)
        .then(pl.format("{}={}/{}", "number", pl.col("minor") - pl.col("discount"), "discount"))
        .otherwise(pl.format("{}={}", "number", "minor"))
        .alias("allocations")
    )
    lists = parts.filter(several).sort("row", "number").group_by("row", maintain_order=True)
    return pl.concat(
        [
            parts.filter(~several).select("row", "allocations"),
            lists.agg(pl.col("allocations").str.join(";")),
        ]
    )

"""The verdicts over all lines: columns for machines, matches one by one for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clerkwork.core.matching.model import Match

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Verdicts"]


class Verdicts:
    """One verdict a line, in the order in which they are to be keyed."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self._matches = matches

    def __len__(self) -> int:
        return len(self._matches)

    def __iter__(self) -> Iterator[Match]:
        return iter(self._matches)

    def to_frame(self) -> pl.DataFrame:
        """Columns line, outcome, rule, confidence, customer, allocations, reverses.

        Allocations read 'number=minor' or 'number=minor/discount', joined by ';' and by number.
        """
        import polars as pl

        rows = [
            (
                m.line.id,
                str(m.outcome),
                m.rule,
                m.confidence,
                m.customer,
                ";".join(
                    f"{a.item}={a.amount.minor}"
                    + (f"/{a.discount.minor}" if a.discount.minor else "")
                    for a in m.allocations
                ),
                m.reverses,
            )
            for m in self._matches
        ]
        names = ("line", "outcome", "rule", "confidence", "customer", "allocations", "reverses")
        schema = {name: pl.Float64 if name == "confidence" else pl.String for name in names}
        return pl.DataFrame(rows, schema=schema, orient="row")

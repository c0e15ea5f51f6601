"""Matches put away in little room: what each line was found to be, without the line itself."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from typing import Any

from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation

__all__ = ["COLUMNS", "Packed"]

COLUMNS = ("line", "outcome", "rule", "confidence", "customer", "allocations", "reverses")

_Parts = tuple[tuple[str, int, int, int, str], ...]


class Packed:
    """Some matches in their order: columns for machines, and the rest folded up for people."""

    __slots__ = ("_folded", "frame", "rows")

    def __init__(self, matches: Sequence[Match], rows: Sequence[int]) -> None:
        """`rows` are the lines' own, in the table of lines."""
        import polars as pl

        columns = zip(*map(_columns, matches), strict=True) if matches else [()] * len(COLUMNS)
        schema = {name: pl.Float64 if name == "confidence" else pl.String for name in COLUMNS}
        self.frame = pl.DataFrame(
            dict(zip(COLUMNS, map(list, columns), strict=True)), schema=schema
        )
        """Columns line, outcome, rule, confidence, customer, allocations, reverses."""
        self.rows = pl.Series(rows, dtype=pl.UInt32).to_numpy()
        self._folded = marshal.dumps([_folded(match) for match in matches])

    def __len__(self) -> int:
        return len(self.rows)

    def matches(self, lines: Iterator[BankLine]) -> Iterator[Match]:
        """The matches again; `lines` are those of `rows`."""
        told = self.frame.select("outcome", "rule", "confidence", "customer", "reverses")
        rest = marshal.loads(self._folded)  # noqa: S302 - our own, of this very process
        for line, row, more in zip(lines, told.iter_rows(), rest, strict=True):
            outcome, rule, confidence, customer, reverses = row
            reasons, parts, candidates, by, certainty, residual = more
            yield Match(
                line=line,
                outcome=Outcome(outcome),
                rule=rule,
                reasons=reasons,
                customer=customer,
                allocations=_unfolded(parts),
                candidates=tuple(_candidate(*one) for one in candidates),
                confidence=confidence,
                by=by,
                certainty=certainty,
                residual=residual,
                reverses=reverses,
            )


def _columns(match: Match) -> tuple[Any, ...]:
    parts = match.allocations
    return (
        match.line.id,
        match.outcome.value,
        match.rule,
        match.confidence,
        match.customer,
        ";".join(map(_told, parts)) if parts else "",
        match.reverses,
    )


def _told(part: Allocation) -> str:
    off = part.discount.minor
    return f"{part.item}={part.amount.minor}/{off}" if off else f"{part.item}={part.amount.minor}"


def _folded(match: Match) -> tuple[Any, ...]:
    candidates = tuple(
        (one.customer, _parts(one.allocations), one.reasons, one.confidence)
        for one in match.candidates
    )
    return (
        match.reasons,
        _parts(match.allocations),
        candidates,
        match.by,
        int(match.certainty),
        match.residual,
    )


def _parts(allocations: Sequence[Allocation]) -> _Parts:
    return tuple(
        (one.item, one.amount.minor, one.discount.minor, one.open_before.minor, one.amount.currency)
        for one in allocations
    )


def _unfolded(parts: _Parts) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(
            item=item,
            amount=Money(amount, currency),
            discount=Money(discount, currency),
            open_before=Money(before, currency),
        )
        for item, amount, discount, before, currency in parts
    )


def _candidate(
    customer: str, parts: _Parts, reasons: tuple[str, ...], confidence: float
) -> Candidate:
    return Candidate(
        customer=customer,
        allocations=_unfolded(parts),
        reasons=reasons,
        confidence=confidence,
    )

"""Which things of a page are which of another, all of them together, by likeness and by place."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

__all__ = ["likelihoods"]

_PLACE = 2.3
"""Log odds that a neighbour adds on either side, where it surely is the neighbour it was."""
_EDGE = 0.8
"""How much the beginning or end of a page is worth as a neighbour."""
_SKIPPED = 0.55
"""How much a neighbour but one is worth."""
_MOST = 25.0

Matrix = list[list[float]]


def likelihoods(odds: Sequence[Sequence[float]], *, nothing: float = 0.0) -> Matrix:
    """For each old thing (row) the likelihood of each new one (column); what lacks to 1: gone.

    `odds` are log odds of the pairs by themselves, `nothing` those of being gone or being new.
    """
    rows, columns = len(odds), len(odds[0]) if odds else 0
    likely = _balanced(odds, nothing)
    for _ in range(5):
        placed = [
            [odds[i][j] + _support(likely, i, j, rows, columns) for j in range(columns)]
            for i in range(rows)
        ]
        likely = _balanced(placed, nothing)
    return likely


def _support(likely: Matrix, i: int, j: int, rows: int, columns: int) -> float:
    def at(k: int, m: int) -> float:
        return likely[k][m] if 0 <= k < rows and 0 <= m < columns else 0.0

    before = (
        _EDGE
        if i == j == 0
        else max(at(i - 1, j - 1), _SKIPPED * at(i - 2, j - 1), _SKIPPED * at(i - 1, j - 2))
    )
    after = (
        _EDGE
        if i == rows - 1 and j == columns - 1
        else max(at(i + 1, j + 1), _SKIPPED * at(i + 2, j + 1), _SKIPPED * at(i + 1, j + 2))
    )
    return _PLACE * (before + after)


def _balanced(odds: Sequence[Sequence[float]], nothing: float) -> Matrix:
    """Each old thing is at most one new one, and the other way round (Sinkhorn's iteration)."""
    weights = [[exp(max(-_MOST, min(_MOST, each))) for each in row] for row in odds]
    columns = len(weights[0]) if weights else 0
    gone = exp(nothing)
    by_column = [1.0] * columns
    by_row = [1.0] * len(weights)
    for _ in range(12):
        for i, row in enumerate(weights):
            by_row[i] = 1 / (gone + sum(w * f for w, f in zip(row, by_column, strict=True)))
        for j in range(columns):
            by_column[j] = 1 / (
                1.0 + sum(row[j] * f for row, f in zip(weights, by_row, strict=True))
            )
    for i, row in enumerate(weights):
        by_row[i] = 1 / (gone + sum(w * f for w, f in zip(row, by_column, strict=True)))
    return [
        [w * by_row[i] * f for w, f in zip(row, by_column, strict=True)]
        for i, row in enumerate(weights)
    ]

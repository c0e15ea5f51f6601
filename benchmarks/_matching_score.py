"""What a matcher's answers are worth beside the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks._matching_tables import read_table

__all__ = ["ANSWERS", "Score", "by_case", "misses", "outcomes", "score"]

ANSWERS = {
    "line": pl.String(),
    "outcome": pl.String(),
    "customer": pl.String(),
    "allocations": pl.String(),
    "confidence": pl.Float64(),
    "rule": pl.String(),
}
"""A matcher's answers: one row a line, written as the truth is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of lines."""

    lines: int
    decidable: int
    """That are to be settled."""
    settled: int
    right: int
    stated: int
    """Settled with a confidence of 0.99 or more."""
    stated_right: int

    @property
    def precision(self) -> float:
        return self.right / self.settled if self.settled else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.decidable if self.decidable else 0.0

    @property
    def right_at_099(self) -> float:
        return self.stated_right / self.stated if self.stated else 0.0


def score(folder: Path, answers: Path) -> Score:
    """Every settled line counts: right only if it is decidable, and debtor and amounts agree."""
    table = _judged(folder, answers)
    stated = pl.col("settled") & (pl.col("confidence") >= 0.99)
    counts = table.select(
        lines=pl.len(),
        decidable=pl.col("wanted").sum(),
        settled=pl.col("settled").sum(),
        right=pl.col("right").sum(),
        stated=stated.sum(),
        stated_right=(stated & pl.col("right")).sum(),
    ).row(0, named=True)
    return Score(**counts)


def by_case(folder: Path, answers: Path) -> pl.DataFrame:
    """Counts by case: lines, decidable, found, wrong."""
    return (
        _judged(folder, answers)
        .group_by("case")
        .agg(
            lines=pl.len(),
            decidable=pl.col("wanted").sum(),
            found=pl.col("right").sum(),
            wrong=(pl.col("settled") & ~pl.col("right")).sum(),
        )
        .sort("case")
    )


def outcomes(folder: Path, answers: Path) -> pl.DataFrame:
    """Lines whose outcome is not to be settled, by what became of them."""
    table = _judged(folder, answers).filter(pl.col("outcome") != "settled")
    return (
        table.group_by("outcome")
        .agg(
            lines=pl.len(),
            the_same=(pl.col("given") == pl.col("outcome")).sum(),
            review=(pl.col("given") == "review").sum(),
            settled=pl.col("settled").sum(),
        )
        .sort("outcome")
    )


def misses(folder: Path, answers: Path, each: int = 4) -> Iterator[str]:
    """False positives, then what was missed by case and way of writing, with some examples."""
    table = _judged(folder, answers).join(
        read_table(folder, "lines"), left_on="line", right_on="id", how="left"
    )
    groups = (
        ("WRONG", table.filter(pl.col("settled") & ~pl.col("right"))),
        ("MISSED", table.filter(pl.col("wanted") & ~pl.col("settled"))),
        (
            "OTHERWISE",
            table.filter(
                (pl.col("outcome") != "settled")
                & (pl.col("outcome") != "review")
                & (pl.col("given") != pl.col("outcome"))
                & ~pl.col("settled")
            ),
        ),
    )
    for name, found in groups:
        yield f"== {name}: {len(found)}"
        parts = found.partition_by("case", "variant", "rule", maintain_order=True)
        for part in sorted(parts, key=len, reverse=True)[:60]:
            one = part.row(0, named=True)
            yield f"-- {len(part)} x {one['case']} / {one['variant']}: rule '{one['rule']}'"
            for row in part.head(each).iter_rows(named=True):
                yield (
                    f"   {row['line']} {row['booked']} {row['amount_minor']} {row['currency']} "
                    f"{row['payer']} {row['payer_iban']} {row['text']!r} {row['structured']}"
                    f"\n      truth {row['decidable']} {row['outcome']} {row['customer']} "
                    f"{row['allocations'][:200]}"
                    f"\n      given {row['given']} {row['customer_given']} "
                    f"{row['allocations_given'][:200]} {row['confidence']}"
                )


def _judged(folder: Path, answers: Path) -> pl.DataFrame:
    truth = read_table(folder, "truth")
    given = pl.read_parquet(answers).rename({"outcome": "given"})
    table = truth.join(given, on="line", how="left", suffix="_given").with_columns(
        pl.col("given").fill_null("review"),
        pl.col("confidence").fill_null(0.0),
        pl.col("customer_given", "allocations_given", "rule").fill_null(""),
    )
    wanted = (pl.col("decidable") == 1) & (pl.col("outcome") == "settled")
    settled = pl.col("given") == "settled"
    same = (pl.col("customer") == pl.col("customer_given")) & (
        _sorted("allocations") == _sorted("allocations_given")
    )
    return table.with_columns(wanted=wanted, settled=settled, right=wanted & settled & same)


def _sorted(column: str) -> pl.Expr:
    return pl.col(column).str.split(";").list.sort().list.join(";")

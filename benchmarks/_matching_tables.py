"""The tables that a world is written as and read from: see docs/labelled-data.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks._matching_book import Book
from benchmarks._matching_draft import Draft

__all__ = ["SCHEMAS", "Writer", "read_table"]

_TEXT, _WHOLE, _DAY = pl.String(), pl.Int64(), pl.Date()
SCHEMAS: Mapping[str, Mapping[str, pl.DataType]] = {
    "items": {
        "number": _TEXT,
        "customer": _TEXT,
        "open_minor": _WHOLE,
        "currency": _TEXT,
        "due": _DAY,
        "issued": _DAY,
        "total_minor": _WHOLE,
        "discount_minor": _WHOLE,
        "discount_until": _DAY,
        "disputed": _WHOLE,
    },
    "debtors": {"number": _TEXT, "name": _TEXT, "ibans": _TEXT},
    "known": {"iban": _TEXT, "customer": _TEXT, "times": _WHOLE},
    "lines": {
        "id": _TEXT,
        "account": _TEXT,
        "booked": _DAY,
        "valued": _DAY,
        "amount_minor": _WHOLE,
        "currency": _TEXT,
        "payer": _TEXT,
        "payer_iban": _TEXT,
        "text": _TEXT,
        "structured": _TEXT,
        "end_to_end": _TEXT,
        "code": _TEXT,
    },
    "truth": {
        "line": _TEXT,
        "decidable": _WHOLE,
        "outcome": _TEXT,
        "customer": _TEXT,
        "allocations": _TEXT,
        "case": _TEXT,
        "variant": _TEXT,
        "reverses": _TEXT,
    },
}
OPTIONAL = frozenset(
    {
        "issued",
        "total_minor",
        "discount_minor",
        "discount_until",
        "disputed",
        "case",
        "variant",
        "reverses",
        "valued",
        "payer",
        "structured",
        "end_to_end",
        "code",
    }
)
"""Columns that foreign data may leave out: they are empty then (`valued` is `booked`)."""
_CHUNK = 100_000


class Writer:
    """Writes a world's tables; lines are kept as columns, and written in chunks."""

    def __init__(self, folder: Path, book: Book) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._book = folder, book
        self._chunks: dict[str, list[pl.DataFrame]] = {"lines": [], "truth": []}
        self._rows: dict[str, list[tuple[Any, ...]]] = {"lines": [], "truth": []}
        self._write_book()

    def line(self, draft: Draft, key: str) -> None:
        accounts, items = self._book.accounts, self._book.items
        draft.key = key
        reverses = draft.follows.key if draft.follows and draft.check == "reopens" else ""
        customer = accounts[draft.customer].number if draft.customer >= 0 else ""
        shares = (
            f"{items[item].number}={minor}" + (f"/{discount}" if discount else "")
            for item, minor, discount in draft.items
        )
        self._rows["lines"].append(
            (
                key,
                draft.account,
                draft.booked,
                draft.booked,
                draft.amount,
                draft.currency,
                draft.payer,
                draft.payer_iban,
                draft.text,
                draft.structured,
                draft.end_to_end,
                draft.code,
            )
        )
        self._rows["truth"].append(
            (
                key,
                int(draft.decidable),
                draft.outcome,
                customer,
                ";".join(shares),
                draft.case,
                draft.variant,
                reverses,
            )
        )
        if len(self._rows["lines"]) >= _CHUNK:
            self._flush()

    def close(self) -> None:
        """Write the lines in an order that means nothing."""
        self._flush()
        for name, chunks in self._chunks.items():
            table = pl.concat(chunks).sort("id" if name == "lines" else "line")
            table.write_parquet(self._folder / f"{name}.parquet")

    def _flush(self) -> None:
        for name, rows in self._rows.items():
            self._chunks[name].append(pl.DataFrame(rows, schema=SCHEMAS[name], orient="row"))
            rows.clear()

    def _write_book(self) -> None:
        accounts = self._book.accounts
        rows: dict[str, list[tuple[Any, ...]]] = {"items": [], "debtors": [], "known": []}
        for item in self._book.items:
            rows["items"].append(
                (
                    item.number,
                    accounts[item.customer].number,
                    item.open,
                    item.currency,
                    item.due,
                    item.issued,
                    item.open,
                    item.discount or None,
                    item.until,
                    int(item.disputed),
                )
            )
        for account in accounts:
            rows["debtors"].append((account.number, account.name, " ".join(account.ibans)))
            rows["known"].extend(
                (iban, account.number, times) for iban, times in account.known.items()
            )
        for name, made in rows.items():
            table = pl.DataFrame(made, schema=SCHEMAS[name], orient="row")
            if name == "items":
                table = table.sample(fraction=1.0, shuffle=True, seed=1)
            table.write_parquet(self._folder / f"{name}.parquet")


def read_table(folder: Path, name: str) -> pl.DataFrame:
    """One table of a folder, with every column of its schema.

    Raises `ValueError` where it is missing, lacks a column that it must have, or a value is not
    of its column's kind.
    """
    schema = SCHEMAS[name]
    parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
    if parquet.exists():
        table = pl.read_parquet(parquet)
    elif csv.exists():
        table = pl.read_csv(csv, infer_schema=False)
    else:
        raise ValueError(f"{folder} holds neither {name}.parquet nor {name}.csv")
    for column in schema:
        if column not in table.columns:
            if column not in OPTIONAL:
                raise ValueError(f"{name} in {folder} has no column '{column}'")
            given = pl.col("booked") if column == "valued" else pl.lit(None)
            table = table.with_columns(given.alias(column))
    try:
        table = table.select(_cast(table, column, kind) for column, kind in schema.items())
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{name} in {folder}: {str(error).splitlines()[0]}") from error
    return table.with_columns(
        pl.col(column).fill_null("") for column, kind in schema.items() if kind == _TEXT
    )


def _cast(table: pl.DataFrame, column: str, kind: pl.DataType) -> pl.Expr:
    given = pl.col(column)
    if table[column].dtype == pl.String and kind != _TEXT:
        given = given.replace("", None)
        if kind == _DAY:
            return given.str.to_date("%Y-%m-%d")
    return given.cast(kind, strict=True)

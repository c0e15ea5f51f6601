"""Bank lines, open items and debtors as tables: what matching reads, checked once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from sys import intern
from typing import TYPE_CHECKING

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

__all__ = ["NOBODY", "Tables", "in_order", "lines_at", "tables_of"]

NOBODY: Mapping[str, Mapping[str, int]] = {}

_AT_ONCE = 4_096
_COLUMNS = {
    "lines": {
        "id": "text",
        "account": "text",
        "booked": "date!",
        "valued": "date",
        "amount_minor": "whole!",
        "currency": "text!",
        "payer": "text",
        "payer_iban": "text",
        "text": "text",
        "structured": "text",
        "end_to_end": "text",
        "code": "text",
    },
    "items": {
        "number": "text!",
        "customer": "text!",
        "open_minor": "whole!",
        "currency": "text!",
        "due": "date!",
        "issued": "date",
        "total_minor": "whole",
        "discount_minor": "whole",
        "discount_until": "date",
        "disputed": "flag",
    },
    "debtors": {"number": "text!", "name": "text", "ibans": "text"},
    "known": {"iban": "text!", "customer": "text!", "times": "whole!"},
}
"""Column to kind; '!' marks those that must be there and hold no empty cell."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What is to be matched; each frame has the columns of `docs/matching.md`, in that order.

    `lines`: id, account, booked, valued, amount_minor, currency, payer, payer_iban, text,
    structured, end_to_end, code. `items`: number, customer, open_minor (below zero: credit note),
    currency, due, issued, total_minor, discount_minor, discount_until, disputed. `debtors`: number,
    name, ibans (parted by blanks). `known`: iban, customer, times that it paid for him. Amounts are
    minor units; dates are dates or ISO text. Columns that may be left out: all but the dates
    booked and due, numbers, amounts and currencies. Raises `ValueError` if a column lacks, holds
    something else.
    """

    lines: pl.DataFrame
    items: pl.DataFrame
    debtors: pl.DataFrame
    known: pl.DataFrame
    objects: tuple[Sequence[BankLine], Sequence[OpenItem]] | None = None
    """The lines and items that the first two frames are made of, row by row."""

    def __post_init__(self) -> None:
        for table in _COLUMNS:
            object.__setattr__(self, table, _checked(table, getattr(self, table)))


def _checked(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all its columns, in order and of the right kind."""
    import polars as pl

    kinds = _COLUMNS[table]
    for name, kind in kinds.items():
        if name in frame.columns:
            continue
        if kind.endswith("!"):
            raise ValueError(
                f"{table}: the column '{name}' is missing; expected {', '.join(kinds)}"
            )
        like = pl.col("booked") if name == "valued" else pl.lit(None, _types()[kind])
        frame = frame.with_columns(like.alias(name))
    return pl.DataFrame([_cast(table, frame[name], kind) for name, kind in kinds.items()])


def _cast(table: str, column: pl.Series, kind: str) -> pl.Series:
    import polars as pl

    wanted = _types()[kind.rstrip("!")]
    if column.dtype != wanted:
        before = column.is_null() | (column.cast(pl.String, strict=False) == "")
        column = _converted(column, wanted)
        bad = column.is_null() & ~before
        if bad.any():
            meant = _IN_WORDS[kind.rstrip("!")]
            raise ValueError(f"{table}: row {_first(bad)} has no {meant} in '{column.name}'")
    if kind.endswith("!") and column.null_count():
        raise ValueError(f"{table}: row {_first(column.is_null())} has nothing in '{column.name}'")
    # A column without empty cells stays as it is: large tables are not copied for nothing.
    if not column.null_count() or wanted not in (pl.String, pl.Boolean):
        return column
    return column.fill_null("" if wanted == pl.String else False)


def _types() -> dict[str, type[pl.DataType]]:
    import polars as pl

    return {"text": pl.String, "date": pl.Date, "whole": pl.Int64, "flag": pl.Boolean}


_IN_WORDS = {
    "text": "text",
    "date": "date (2026-03-31)",
    "whole": "whole number",
    "flag": "0 or 1",
}


def _first(where: pl.Series) -> int:
    return (where.arg_max() or 0) + 1


def _converted(column: pl.Series, wanted: type[pl.DataType]) -> pl.Series:
    import polars as pl

    if column.dtype == pl.String:
        column = column.replace("", None)
        if wanted == pl.Boolean:
            meant = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
            return column.str.to_lowercase().replace_strict(
                meant, default=None, return_dtype=pl.Boolean
            )
        if wanted == pl.Date:
            return column.str.to_date("%Y-%m-%d", strict=False)
    return column.cast(wanted, strict=False)


def tables_of(
    lines: Iterable[BankLine],
    items: Iterable[OpenItem],
    debtors: Iterable[Debtor],
    paid_from: Mapping[str, Mapping[str, int]] = NOBODY,
) -> Tables:
    """The tables of objects; `paid_from` says how often an IBAN paid for a debtor."""
    import polars as pl

    some, open_ones, people = tuple(lines), tuple(items), tuple(debtors)
    paid = [(iban, one, n) for iban, often in paid_from.items() for one, n in often.items()]

    def frame(table: str, rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
        schema = {name: _types()[kind.rstrip("!")] for name, kind in _COLUMNS[table].items()}
        return pl.DataFrame(rows, schema=schema, orient="row")

    return Tables(
        lines=frame("lines", [_line_row(line) for line in some]),
        items=frame("items", [_item_row(item) for item in open_ones]),
        debtors=frame(
            "debtors", [(d.number, d.name, " ".join(map(_plain, d.ibans))) for d in people]
        ),
        known=frame("known", paid),
        objects=(some, open_ones),
    )


def _plain(iban: str) -> str:
    return "".join(iban.split())


def _line_row(line: BankLine) -> tuple[object, ...]:
    return (
        line.id,
        line.account,
        line.booked,
        line.valued,
        line.amount.minor,
        line.amount.currency,
        line.payer,
        line.payer_iban,
        line.text,
        line.structured,
        line.end_to_end,
        line.code,
    )


def _item_row(item: OpenItem) -> tuple[object, ...]:
    return (
        item.number,
        item.customer,
        item.open.minor,
        item.open.currency,
        item.due,
        item.issued,
        item.total.minor if item.total else None,
        item.discount.minor if item.discount else None,
        item.discount_until,
        item.disputed,
    )


def in_order(tables: Tables, rows: np.ndarray) -> np.ndarray:
    """The rows by booking date, money in before money out, then by id, amount and text."""
    import polars as pl

    keys = ["booked", "amount_minor", "id"]
    some = tables.lines.select(keys)[rows]
    if some["id"].is_duplicated().any():
        # Texts are many bytes, which are asked only where nothing else differs.
        some = some.with_columns(tables.lines["text"].gather(rows))
        keys.append("text")
    out = pl.col("amount_minor") < 0
    place = some.select(pl.arg_sort_by("booked", out, *reversed(keys[1:3]), *keys[3:]))
    ordered: np.ndarray = rows[place.to_series().to_numpy()]
    return ordered


def lines_at(tables: Tables, rows: np.ndarray) -> Iterator[BankLine]:
    """The bank lines of those rows, in that order."""
    if tables.objects is not None:
        yield from map(tables.objects[0].__getitem__, rows.tolist())
        return
    for at in range(0, len(rows), _AT_ONCE):
        for row in tables.lines[rows[at : at + _AT_ONCE]].iter_rows():
            yield _line(*row)


def _line(
    id_: str, account: str, booked: date, valued: date | None, minor: int, currency: str, *said: str
) -> BankLine:
    payer, payer_iban, text, structured, end_to_end, code = said
    return BankLine(
        account=intern(account),
        booked=booked,
        valued=booked if valued is None or valued == booked else valued,
        amount=Money(minor, intern(currency)),
        payer=payer,
        payer_iban=payer_iban,
        text=text,
        structured=structured,
        end_to_end=end_to_end,
        code=code,
        id=id_,
    )

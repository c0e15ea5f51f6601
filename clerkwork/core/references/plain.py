"""Keys of numbers by the column."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["key_of"]


def key_of(number: pl.Expr) -> pl.Expr:
    """Letters and digits of ASCII numbers in lower case, as `canonical` makes them; else null."""
    import polars as pl

    key = number.str.replace_all(r"[^A-Za-z0-9]", "").str.to_lowercase()
    return pl.when(number.str.contains(r"^[ -~]*$")).then(key)

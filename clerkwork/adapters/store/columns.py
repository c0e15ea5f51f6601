"""Column types: instants in UTC, and words that any database can hold."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = ["Instant", "Words", "spelt"]

_UNFIT = re.compile("[\x00\ud800-\udfff]")


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant; SQLite, which has no type for it, keeps ISO text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> str | dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(dt.UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(
        self, value: str | dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        read = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        return read.astimezone(dt.UTC)


class Words(TypeDecorator[str]):
    """Text from outside; what no database takes (NUL, half a surrogate pair) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _UNFIT.sub("\ufffd", value)


class _Spelt(ColumnElement[str]):
    inherit_cache = True

    def __init__(self, text: ColumnElement[str]) -> None:
        self.text = text


def spelt(text: ColumnElement[str]) -> ColumnElement[str]:
    """A text to order by, sign by sign: in the same order on every database and in every country.

    PostgreSQL would order as its server's language does; SQLite knows no other order.
    """
    return _Spelt(text)


@compiles(_Spelt)
def _as_it_is(element: _Spelt, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.text, **how)


@compiles(_Spelt, "postgresql")
def _by_sign(element: _Spelt, compiler: SQLCompiler, **how: Any) -> str:
    return f'{compiler.process(element.text, **how)} COLLATE "C"'

"""The engine, its transactions, and the one place where a database's error becomes a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Engine, RowMapping, Table, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError

from clerkwork.adapters.store.postgres import (
    is_lost,
    one_writer,
    open_postgres,
    postgres_message,
    reading,
    shown_postgres,
    writing,
)
from clerkwork.adapters.store.sqlite import open_sqlite, sqlite_message
from clerkwork.errors import StoreError

__all__ = [
    "Database",
    "inserted_id",
    "is_on_server",
    "open_database",
    "parsed_address",
    "row_typed",
]

_DIGITS, _LARGEST = 18, 2**31 - 1
"""Of an integer key: how it may be typed, and what its column holds."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine whose every use is one transaction."""

    engine: Engine
    check: Callable[[], None] = lambda: None
    """Raises `StoreGone` once the store is not there any more that was opened; costs next to
    nothing. A server that cannot be reached is known only by asking it."""

    @property
    def at(self) -> str:
        """Where it is, for people; without a password."""
        return _shown(self.engine.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the store; raises `StoreError`."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Committed whole when the block ends, or nothing is; raises `StoreError`.

        One at a time over all processes. Where the connection is lost while it is committed,
        nobody can tell which of both it is, and the error says so.
        """
        with self._transaction(writes=True) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        committing = False
        try:
            with self.engine.connect() as plain:
                connection = self._prepared(plain, writes=writes)
                with connection.begin():
                    if writes and _is_postgres(self.engine.url):
                        one_writer(connection)
                    yield connection
                    committing = writes
        except DBAPIError as error:
            if committing and is_lost(error):
                raise StoreError(
                    f"The connection to the store {self.at} was lost while it was told to keep "
                    "what was written, so it is unknown whether it did: all of that was written, "
                    "or nothing. Start again, and it will be seen."
                ) from error
            raise StoreError(_message(self, error)) from error
        except OverflowError as error:
            raise StoreError(
                "An amount or a count is larger than the store can hold; nothing was written. "
                "Look at the portal's page or file it was read from."
            ) from error

    def _prepared(self, connection: Connection, *, writes: bool) -> Connection:
        if _is_postgres(self.engine.url):
            return writing(connection) if writes else reading(connection)
        return connection.execution_options(clerkwork_writes=writes)

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, password: str = "") -> Database:
    """An engine for a URL such as 'sqlite:////home/clerk/output/clerkwork.db'.

    'sqlite://' is a store in memory. A file's folder is made, and the file
    can be read by its owner alone. Or 'postgresql://clerk@host/clerkwork', with a password that
    is given beside it, or left to libpq's own means. Raises `StoreError`.
    """
    parsed = parsed_address(url)
    if _is_postgres(parsed):
        return Database(open_postgres(parsed, password))
    engine, check = open_sqlite(parsed)
    return Database(engine, check)


def parsed_address(url: str) -> URL:
    """The address of a store in its parts. Raises `StoreError`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _unusable("in the config", str(error)) from error
    if parsed.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
        raise _unusable(_shown(parsed), f"{parsed.drivername!r} is no database of the store")
    return parsed


def is_on_server(url: str) -> bool:
    """Whether the store is reached over a connection, not a file of this machine."""
    return _is_postgres(parsed_address(url))


def _unusable(shown: str, why: str) -> StoreError:
    return StoreError(
        f"The store's address {shown} cannot be used ({why}); it is written like "
        "'sqlite:///output/clerkwork.db' or 'postgresql://clerk@host/clerkwork'."
    )


def inserted_id(done: CursorResult[Any]) -> int:
    """The integer key that the database gave to the one inserted row."""
    key = done.inserted_primary_key
    if key is None:
        raise StoreError("The store gave no key to a new row; nothing was written.")
    return int(key[0])


def row_typed(connection: Connection, table: Table, id: str) -> RowMapping | None:
    """The row of an id that a person typed, which need not be a number at all; None if none is."""
    if not (id.isascii() and id.isdigit() and len(id) <= _DIGITS and int(id) <= _LARGEST):
        return None
    return connection.execute(select(table).where(table.c.id == int(id))).mappings().first()


def _is_postgres(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def _shown(url: URL) -> str:
    if _is_postgres(url):
        return shown_postgres(url)
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.render_as_string(hide_password=True)


def _message(database: Database, error: DBAPIError) -> str:
    engine = database.engine
    known = (
        postgres_message(engine, error)
        if _is_postgres(engine.url)
        else sqlite_message(engine.url, error)
    )
    if known:
        return known
    said = " ".join(str(error.orig).split())
    if isinstance(error, IntegrityError):
        return (
            f"The store {database.at} refused it: {said}. Nothing was written; another "
            "process may have done the same a moment ago. Start again, and it will be seen."
        )
    return (
        f"The store {database.at} does not answer properly: {said}. Nothing was written; "
        "check that the database runs and may be reached, then start again."
    )

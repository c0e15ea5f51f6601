"""The engine, its transactions, and the one place where a database's error becomes a message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from clerkwork.adapters.store.holders import lock_holders
from clerkwork.errors import StoreError

__all__ = ["Database", "inserted_id", "open_database"]

_PATIENCE = 10.0
"""Seconds to wait for another process's transaction."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine whose every use is one transaction."""

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the store; raises `StoreError`."""
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Committed whole when the block ends, or nothing is; raises `StoreError`."""
        with self._transaction("IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[Connection]:
        try:
            with self.engine.connect() as plain:
                connection = plain.execution_options(clerkwork_begin=mode)
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise StoreError(_message(self.engine.url, error)) from error
        except OverflowError as error:
            raise StoreError(
                "An amount or a count is larger than the store can hold; nothing was written. "
                "Look at the portal's page or file it was read from."
            ) from error

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """An engine for a URL such as 'sqlite:////home/clerk/output/clerkwork.db'.

    'sqlite://' is a store in memory. A file's folder is made, and the file
    can be read by its owner alone. Raises `StoreError`.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return Database(create_engine(parsed, isolation_level="SERIALIZABLE"))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            f"The store's address {_shown(url)} cannot be used ({error}); "
            "it is written like 'sqlite:///output/clerkwork.db'."
        ) from error
    if parsed.database in (None, "", ":memory:"):
        engine = create_engine(
            parsed, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        if not str(parsed.database).startswith("file:"):
            _make_private(Path(str(parsed.database)))
        engine = create_engine(parsed, connect_args={"timeout": _PATIENCE})
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)
    return Database(engine)


def inserted_id(done: CursorResult[Any]) -> int:
    """The integer key that the database gave to the one inserted row."""
    key = done.inserted_primary_key
    if key is None:
        raise StoreError("The store gave no key to a new row; nothing was written.")
    return int(key[0])


def _shown(url: str) -> str:
    try:
        return repr(make_url(url).render_as_string(hide_password=True))
    except ArgumentError:
        return "in the config"


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The store {path} cannot be made: {error.strerror}. "
            "Check that the folder exists, may be written to, and that the disk is not full."
        ) from error


def _pragmas(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    # The driver's own idea of when a transaction begins is switched off; `_begin` says it.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={round(_PATIENCE * 1000)}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("clerkwork_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


_SQLITE = {
    "SQLITE_FULL": "The disk of the store {at} is full. Make room and start again.",
    "SQLITE_READONLY": (
        "The store {at} may not be written to. Check the permissions of the file and its folder."
    ),
    "SQLITE_CANTOPEN": (
        "The store {at} cannot be opened. Check that its folder exists and may be written to."
    ),
    "SQLITE_IOERR": (
        "The disk of the store {at} does not read or write properly. Check that it is not full "
        "and is sound, then start again."
    ),
    "SQLITE_NOTADB": "{at} is not a store of Clerkwork. Name another file, or move this one away.",
    "SQLITE_CORRUPT": "The store {at} is damaged. Put back its last copy.",
}


def _message(url: URL, error: DBAPIError) -> str:
    at = url.database if url.database else "in memory"
    if url.get_backend_name() != "sqlite":
        at = url.render_as_string(hide_password=True)
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return (
            f"The store {at} is locked by {lock_holders(str(url.database))} for more than "
            f"{_PATIENCE:.0f} s; nothing was written. Let that end or close it, then start again."
        )
    if isinstance(error, IntegrityError):
        return (
            f"The store {at} refused it: {error.orig}. Nothing was written; another process may "
            "have done the same a moment ago. Start again, and it will be seen."
        )
    for code, message in _SQLITE.items():
        if name.startswith(code):
            return message.format(at=at) + " Nothing was written."
    return (
        f"The store {at} does not answer properly: {error.orig}. Nothing was written; "
        "check that the database runs and may be reached, then start again."
    )

"""The store in SQLite: how a file is opened, and what its errors mean."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from clerkwork.adapters.store.holders import lock_holders
from clerkwork.errors import StoreError

__all__ = ["open_sqlite", "sqlite_message"]

_PATIENCE = 10.0
"""Seconds to wait for another process's transaction."""


def open_sqlite(url: URL) -> Engine:
    """An engine for a file, which is made for its owner alone, or for a store in memory."""
    if url.database in (None, "", ":memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        if not str(url.database).startswith("file:"):
            _make_private(Path(str(url.database)))
        engine = create_engine(url, connect_args={"timeout": _PATIENCE})
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin)
    return engine


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
    writes = connection.get_execution_options().get("clerkwork_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


_MESSAGES = {
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


def sqlite_message(url: URL, error: DBAPIError) -> str | None:
    """What SQLite's own errors mean; None for the others."""
    at = url.database or "in memory"
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return (
            f"The store {at} is locked by {lock_holders(str(url.database))} for more than "
            f"{_PATIENCE:.0f} s; nothing was written. Let that end or close it, then start again."
        )
    for code, message in _MESSAGES.items():
        if name.startswith(code):
            return message.format(at=at) + " Nothing was written."
    return None

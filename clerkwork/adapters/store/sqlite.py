"""The store in SQLite: how a file is opened, and what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from clerkwork.adapters.store.holders import lock_holders
from clerkwork.errors import StoreError, StoreGone

__all__ = ["open_sqlite", "sqlite_message"]

_PATIENCE = 10.0
"""Seconds to wait for another process's transaction."""


def open_sqlite(url: URL) -> tuple[Engine, Callable[[], None]]:
    """An engine for a file, which is made for its owner alone, or for a store in memory.

    And what raises `StoreGone` once another file, or none, lies where it was opened. Each
    transaction asks it as it begins and before it is committed: SQLite itself would go on in a
    file that nobody else can see, or make a new one.
    """
    if url.database in (None, "", ":memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        check = _nothing
    elif str(url.database).startswith("file:"):
        engine = create_engine(url, connect_args={"timeout": _PATIENCE})
        check = _nothing
    else:
        file = Path(str(url.database))
        _make_private(file)
        engine = create_engine(url, connect_args={"timeout": _PATIENCE})
        check = _same_file(file)
        event.listen(engine, "do_connect", lambda *_: check())
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", lambda connection: _begin(connection, check))
    event.listen(engine, "commit", lambda _: check())
    return engine, check


def _nothing() -> None:
    """Nobody can take away a store in memory."""


def _same_file(file: Path) -> Callable[[], None]:
    """What raises `StoreGone` unless that file is still the one that it is now."""

    def identity() -> tuple[int, int] | None:
        # Never opened for it: closing it would let go of every lock that this process has on it.
        try:
            found = file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"The store {file} cannot be looked at: {error.strerror}.") from error
        return found.st_dev, found.st_ino

    own = identity()

    def check() -> None:
        if (now := identity()) != own:
            what = "is gone" if now is None else "is another file now"
            raise StoreGone(
                f"The store {file} {what}: it was removed or replaced while this process worked "
                "with it. Nothing more is written. End every process of Clerkwork here, put back "
                "the file or the last backup (`clerkwork store restore FILE`), then start again."
            )

    return check


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


def _begin(connection: Connection, check: Callable[[], None]) -> None:
    check()
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

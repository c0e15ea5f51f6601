"""A store's rows carried over to another one: to try things on, or because it was outgrown."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Integer, Table, delete, false, func, insert, select

from clerkwork.adapters.store.database import Database, open_database, parsed_address
from clerkwork.adapters.store.schema import metadata
from clerkwork.adapters.store.upgrade import upgrade
from clerkwork.errors import StoreError

__all__ = ["carry_over", "copy_file", "copy_store", "exists", "file_of", "is_sound", "rows_in"]

_TOGETHER = 1000


def exists(url: str) -> bool:
    """Whether there is a store: only a file can be missing."""
    file = file_of(url)
    return file is None or file.is_file()


def file_of(url: str) -> Path | None:
    """The file that a store is in; None on a server, in memory, or under SQLite's own 'file:'."""
    parsed = parsed_address(url)
    path = parsed.database or ""
    if (
        parsed.get_backend_name() != "sqlite"
        or path in ("", ":memory:")
        or path.startswith("file:")
    ):
        return None
    return Path(path)


def copy_store(url: str, folder: Path, password: str = "") -> str:
    """Copy a store as it stands into a file of SQLite in a folder; the copy's URL.

    Raises `StoreError`, also where there is no room.
    """
    parsed, target = parsed_address(url), folder / "copy.db"
    copied = f"sqlite:///{target}"
    if parsed.get_backend_name() == "sqlite":
        # A store in memory is one in which nothing was ever done.
        if (file := file_of(url)) is not None:
            copy_file(file, target)
        return copied
    with closing(open_database(url, password)) as store, closing(open_database(copied)) as copy:
        upgrade(store)
        upgrade(copy)
        carry_over(store, copy)
    return copied


def copy_file(source: Path, target: Path) -> None:
    """Copy a store's file while it is in use, as it stands at one moment, if it is there."""
    if source.exists():
        try:
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
                old.backup(new)
        except sqlite3.Error as error:
            raise StoreError(f"{source} could not be copied to {target}: {error}") from error


def carry_over(source: Database, target: Database, *, replace: bool = False) -> Mapping[str, int]:
    """Copy every row of a store into another one of the same release; how many, by table.

    One view of the one, one transaction in the other: all or nothing. What is there must be
    nothing, or goes if it is to be replaced. Raises `StoreError`.
    """
    with source.read() as old, target.write() as new:
        if replace:
            for table in reversed(metadata.sorted_tables):
                new.execute(delete(table))
        elif there := {name: count for name, count in rows_in(new).items() if count}:
            raise StoreError(
                f"The store {target.at} holds something already ({_first(there)}); nothing was "
                "written. Name an empty one."
            )
        counted = rows_in(old)
        for table in metadata.sorted_tables:
            _copy_table(old, new, table)
        if (arrived := rows_in(new)) != counted:
            differing = next(name for name in counted if counted[name] != arrived[name])
            raise StoreError(
                f"{counted[differing]} rows of {differing} are in {source.at}, but "
                f"{arrived[differing]} arrived in {target.at}; nothing was written. Start again."
            )
        if new.dialect.name == "postgresql":
            _go_on_counting(new)
    return counted


def rows_in(connection: Connection) -> Mapping[str, int]:
    """How many rows each table of a store holds."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in metadata.sorted_tables
    }


def _first(counts: Mapping[str, int]) -> str:
    name, count = next(iter(counts.items()))
    return f"{count} rows of {name}"


def _copy_table(old: Connection, new: Connection, table: Table) -> None:
    query = select(table).order_by(*table.primary_key.columns)
    found = old.execute(query.execution_options(yield_per=_TOGETHER))
    for some in found.mappings().partitions():
        new.execute(insert(table), [dict(row) for row in some])


def _go_on_counting(connection: Connection) -> None:
    """The keys that the database gives out begin after those that were carried over."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and isinstance(column.type, Integer):
            sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
            last = select(func.coalesce(func.max(column), 0)).scalar_subquery()
            connection.execute(select(func.setval(sequence, last + 1, false())))


def is_sound(file: Path) -> bool:
    """Whether a file of SQLite can be read to its last page; True where there is none."""
    if not file.exists():
        return True
    try:
        with closing(sqlite3.connect(file)) as opened:
            return bool(opened.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise StoreError(f"{file} cannot be looked at: {error}. Start again.") from error
        return False

"""A copy of the store to try things on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from clerkwork.errors import StoreError

__all__ = ["copy_store"]


def copy_store(url: str, folder: Path) -> str:
    """Copy an SQLite store as it stands into a folder; the copy's URL.

    Raises `StoreError` for another database, and where there is no room.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StoreError(f"only a store in SQLite can be copied, not {parsed.get_backend_name()}")
    source, target = Path(parsed.database), folder / "copy.db"
    if source.exists():
        try:
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
                old.backup(new)
        except sqlite3.Error as error:
            raise StoreError(f"{source} could not be copied to {folder}: {error}") from error
    return f"sqlite:///{target}"

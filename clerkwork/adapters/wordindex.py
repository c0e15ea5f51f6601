"""The words of pictures in a file of their own, which can be thrown away and made anew."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from clerkwork.core.seeking import FOLDING, Query, folded, holds
from clerkwork.errors import StoreError

__all__ = ["WordIndex"]

_PATIENCE = 10.0
"""Seconds to wait for another process's transaction."""
_TRIGRAM = 3
"""Characters from which on the index of trigrams helps."""
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (run TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS pictures (
    id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, words TEXT NOT NULL, at TEXT NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS looks USING fts5 (folded, tokenize = 'trigram');
"""


class WordIndex:
    """Fulfils `clerkwork.ports.PictureWords` with SQLite and its full text search.

    Made for its owner alone at first use: words of pictures are personal data. Words are kept as
    they were read; what is looked into is folded, and folded anew by a release that folds
    otherwise.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None

    def known(self, pictures: Collection[str]) -> frozenset[str]:
        with self._told() as database:
            every = database.execute("SELECT sha256 FROM pictures")
            return frozenset(pictures) & {sha256 for (sha256,) in every}

    def keep(self, sha256: str, words: str, at: dt.datetime) -> None:
        with self._told() as database:
            kept = database.execute(
                "INSERT OR IGNORE INTO pictures (sha256, words, at) VALUES (?, ?, ?)",
                (sha256, words, at.isoformat()),
            )
            if kept.rowcount:
                database.execute(
                    "INSERT INTO looks (rowid, folded) VALUES (?, ?)",
                    (kept.lastrowid, folded(words, seen=True)),
                )

    def with_words(self, query: Query) -> dict[str, str]:
        if not self._path.exists():
            return {}
        asked = _asked(query)
        narrowed = "AND looks MATCH ?" if asked else ""
        with self._told() as database:
            rows = database.execute(
                "SELECT sha256, words, folded FROM looks JOIN pictures ON id = looks.rowid "  # noqa: S608
                f"WHERE true {narrowed}",
                (asked,) if asked else (),
            )
            return {sha256: words for sha256, words, told in rows if holds(query, told, seen=True)}

    def looked_through(self) -> frozenset[str]:
        if not self._path.exists():
            return frozenset()
        with self._told() as database:
            return frozenset(run for (run,) in database.execute("SELECT run FROM runs"))

    def close_run(self, run: str) -> None:
        with self._told() as database:
            database.execute("INSERT OR IGNORE INTO runs VALUES (?)", (run,))

    def keep_only(self, pictures: Collection[str], runs: Collection[str]) -> int:
        if not self._path.exists():
            return 0
        with self._told() as database:
            rows = list(database.execute("SELECT id, sha256 FROM pictures"))
            gone = [(id,) for id, sha256 in rows if sha256 not in pictures]
            database.executemany("DELETE FROM looks WHERE rowid = ?", gone)
            database.executemany("DELETE FROM pictures WHERE id = ?", gone)
            over = [(run,) for (run,) in database.execute("SELECT run FROM runs")]
            database.executemany(
                "DELETE FROM runs WHERE run = ?", [r for r in over if r[0] not in runs]
            )
            if gone:
                # What was deleted stays in the index's older segments until they are merged.
                database.execute("INSERT INTO looks (looks) VALUES ('optimize')")
        if gone and self._database is not None:
            with self._named():
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(gone)

    def all(self) -> Sequence[str]:
        if not self._path.exists():
            return ()
        with self._told() as database:
            return tuple(sha256 for (sha256,) in database.execute("SELECT sha256 FROM pictures"))

    def forget(self) -> None:
        """Throw everything away; it is made anew from the pictures."""
        self.close()
        with self._named():
            for end in ("-shm", "-wal", ""):
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    @contextmanager
    def _told(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        with self._named():
            if self._database is None:
                self._database = _opened(self._path)
            with self._database:
                yield self._database

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"The words of the pictures in {self._path} cannot be read or kept ({error}). "
                "Nothing of the evidence is in it alone: take the file away, and "
                "`clerkwork audit index` makes it anew."
            ) from error


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    database = sqlite3.connect(path, timeout=_PATIENCE)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        # What is forgotten is overwritten: it may have been personal data.
        database.execute("PRAGMA secure_delete = ON")
        database.executescript(_TABLES)
        _fold_anew(database)
    except BaseException:
        database.close()
        raise
    return database


def _fold_anew(database: sqlite3.Connection) -> None:
    with closing(database.execute("SELECT value FROM meta WHERE name = 'folding'")) as told:
        if told.fetchone() == (FOLDING,):
            return
    with database:
        database.execute("DELETE FROM looks")
        rows = database.execute("SELECT id, words FROM pictures").fetchall()
        database.executemany(
            "INSERT INTO looks (rowid, folded) VALUES (?, ?)",
            ((id, folded(words, seen=True)) for id, words in rows),
        )
        database.execute("INSERT OR REPLACE INTO meta VALUES ('folding', ?)", (FOLDING,))


def _asked(query: Query) -> str:
    """What the index of trigrams narrows it down to; empty if it cannot."""
    terms = []
    for forms in query.seen:
        bodies = [form.removesuffix("*") for form in forms]
        if all(len(body) >= _TRIGRAM for body in bodies):
            quoted = (f'"{body.replace(chr(34), chr(34) * 2)}"' for body in bodies)
            terms.append(f"({' OR '.join(quoted)})")
    return " AND ".join(terms)

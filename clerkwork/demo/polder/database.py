"""Polder Bank's SQLite database: accounts, entries, and who may still sign in."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from clerkwork.demo.book import Book
from clerkwork.demo.polder.calendar import statement_days
from clerkwork.demo.polder.entries import Entry, Statement, daily, entries_of

__all__ = ["accounts", "create_database", "entries_before", "open_database", "statements_between"]

WRONG_PINS = 3

_SCHEMA = """
CREATE TABLE account (
    id INTEGER PRIMARY KEY, iban TEXT NOT NULL UNIQUE, bic TEXT NOT NULL, name TEXT NOT NULL,
    opening INTEGER NOT NULL
);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account (id),
    booked TEXT NOT NULL, valued TEXT NOT NULL, cents INTEGER NOT NULL, balance INTEGER NOT NULL,
    name TEXT NOT NULL, iban TEXT NOT NULL, text TEXT NOT NULL, structured TEXT NOT NULL,
    end_to_end TEXT NOT NULL, bank_ref TEXT NOT NULL UNIQUE, code TEXT NOT NULL
);
CREATE INDEX entry_of_account ON entry (account, id);
CREATE TABLE wrong_pin (user TEXT PRIMARY KEY, times INTEGER NOT NULL);
"""
_INSERT = """INSERT INTO entry
    (account, booked, valued, cents, balance, name, iban, text, structured, end_to_end, bank_ref,
     code)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def create_database(path: Path, book: Book) -> None:
    """Write a new database at `path` with the accounts and lines of `book`, not their truth.

    Raises FileExistsError when there is one already.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists: remove it to seed the bank anew")
    connection = sqlite3.connect(path)
    with connection:
        connection.executescript(_SCHEMA)
        for place, account in enumerate(book.accounts, 1):
            connection.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?, ?)",
                (place, account.iban, account.bic, account.name, account.opening),
            )
            connection.executemany(
                _INSERT,
                [(place, *_row(entry)) for entry in entries_of(book, account)],
            )
    connection.close()


def open_database(path: Path) -> sqlite3.Connection:
    """Raises FileNotFoundError when `create_database` has not made it."""
    if not path.exists():
        raise FileNotFoundError(f"no bank database at {path}: make it with create_database")
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def accounts(connection: sqlite3.Connection, today: date) -> list[sqlite3.Row]:
    """id, iban, bic, name, opening, and the balance of all that is booked by `today`."""
    return connection.execute(
        """SELECT account.*, opening + coalesce(
               (SELECT sum(cents) FROM entry WHERE entry.account = account.id AND booked <= ?), 0
           ) AS balance
           FROM account ORDER BY id""",
        (today.isoformat(),),
    ).fetchall()


def entries_before(
    connection: sqlite3.Connection, account: int, before: int, today: date, number: int
) -> list[sqlite3.Row]:
    """The `number` newest entries of an account whose id is below `before`, newest first."""
    return connection.execute(
        """SELECT * FROM entry WHERE account = ? AND id < ? AND booked <= ?
           ORDER BY id DESC LIMIT ?""",
        (account, before, today.isoformat(), number),
    ).fetchall()


def statements_between(
    connection: sqlite3.Connection, wanted: Sequence[int], first: date, last: date, today: date
) -> list[Statement]:
    """The statements of the wanted accounts in a range of days, those that are out on `today`."""
    start = connection.execute("SELECT min(booked) FROM entry").fetchone()[0]
    if start is None:
        return []
    days = list(statement_days(max(first, date.fromisoformat(start)), last, today))
    found = [row for row in accounts(connection, today) if row["id"] in wanted]
    return [
        statement
        for row in found
        for statement in daily(
            iban=row["iban"],
            bic=row["bic"],
            name=row["name"],
            opening=row["opening"],
            entries=_entries(connection, row["id"]),
            days=days,
        )
    ]


def wrong_pins(connection: sqlite3.Connection, user: str) -> int:
    row = connection.execute("SELECT times FROM wrong_pin WHERE user = ?", (user,)).fetchone()
    return row["times"] if row else 0


def is_locked(connection: sqlite3.Connection, user: str) -> bool:
    return wrong_pins(connection, user) >= WRONG_PINS


def count_wrong_pin(connection: sqlite3.Connection, user: str) -> None:
    with connection:
        connection.execute(
            """INSERT INTO wrong_pin VALUES (?, 1)
               ON CONFLICT (user) DO UPDATE SET times = times + 1""",
            (user,),
        )


def forget_wrong_pins(connection: sqlite3.Connection, user: str) -> None:
    with connection:
        connection.execute("DELETE FROM wrong_pin WHERE user = ?", (user,))


def _entries(connection: sqlite3.Connection, account: int) -> tuple[Entry, ...]:
    rows = connection.execute(
        "SELECT * FROM entry WHERE account = ? ORDER BY id", (account,)
    ).fetchall()
    return tuple(_entry(row) for row in rows)


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.booked.isoformat(),
        entry.valued.isoformat(),
        entry.cents,
        entry.balance,
        entry.name,
        entry.iban,
        entry.text,
        entry.structured,
        entry.end_to_end,
        entry.bank_ref,
        entry.code,
    )


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        booked=date.fromisoformat(row["booked"]),
        valued=date.fromisoformat(row["valued"]),
        cents=row["cents"],
        balance=row["balance"],
        name=row["name"],
        iban=row["iban"],
        text=row["text"],
        structured=row["structured"],
        end_to_end=row["end_to_end"],
        bank_ref=row["bank_ref"],
        code=row["code"],
    )

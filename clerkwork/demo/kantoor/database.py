"""Kantoor ERP's SQLite database: its tables, and filling them from the seeded book.

Amounts are integer cents of a euro, dates ISO texts (the creditor's days), instants
ISO texts in UTC. Tables:

- debtors(number, name, kind, country, language, street, postcode, city, email, iban,
  credit_limit, terms, paper, block, block_reason)
- items(number, debtor, issued, due, total, open, discount, discount_until, disputed)
- receipts(id, number, day, debtor, ledger, cents, unallocated, reference, description,
  keyed_by, keyed_at, reversed_by, reversed_at): the last two are NULL unless reversed
- receipt_lines(receipt, item, paid, discount): `receipt` is receipts.number
- ledger_accounts(number, name, kind, iban, opening): kind is bank, debtors or discount
- ledger_entries(id, account, day, document, text, reference, cents, keyed_by, keyed_at):
  debit above zero, credit below; each document sums to zero
- orders(number, debtor, placed, cents, description, state, reason, decided_by, decided_at):
  state is wacht, vrijgegeven or geblokkeerd
- writes(id, at, keyed_by, action, detail): the audit log; `detail` is JSON
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from clerkwork.demo.book import Book, Item

__all__ = ["DEBTORS_LEDGER", "DISCOUNT_LEDGER", "create_database", "open_database", "writing"]

DEBTORS_LEDGER = "1300"
DISCOUNT_LEDGER = "8090"

_SCHEMA = """
CREATE TABLE debtors (
    number TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL,
    language TEXT NOT NULL, street TEXT NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL,
    email TEXT NOT NULL, iban TEXT NOT NULL, credit_limit INTEGER NOT NULL,
    terms INTEGER NOT NULL, paper INTEGER NOT NULL, block TEXT NOT NULL,
    block_reason TEXT NOT NULL DEFAULT '');
CREATE TABLE items (
    number TEXT PRIMARY KEY, debtor TEXT NOT NULL REFERENCES debtors, issued TEXT NOT NULL,
    due TEXT NOT NULL, total INTEGER NOT NULL, open INTEGER NOT NULL, discount INTEGER NOT NULL,
    discount_until TEXT, disputed INTEGER NOT NULL);
CREATE INDEX items_by_debtor ON items (debtor);
CREATE TABLE ledger_accounts (
    number TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, iban TEXT NOT NULL,
    opening INTEGER NOT NULL);
CREATE TABLE receipts (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, day TEXT NOT NULL,
    debtor TEXT NOT NULL REFERENCES debtors, ledger TEXT NOT NULL REFERENCES ledger_accounts,
    cents INTEGER NOT NULL, unallocated INTEGER NOT NULL, reference TEXT NOT NULL,
    description TEXT NOT NULL, keyed_by TEXT NOT NULL, keyed_at TEXT NOT NULL,
    reversed_by TEXT, reversed_at TEXT);
CREATE INDEX receipts_by_reference ON receipts (reference);
CREATE TABLE receipt_lines (
    receipt TEXT NOT NULL REFERENCES receipts (number), item TEXT NOT NULL REFERENCES items,
    paid INTEGER NOT NULL, discount INTEGER NOT NULL);
CREATE INDEX lines_by_receipt ON receipt_lines (receipt);
CREATE TABLE ledger_entries (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL REFERENCES ledger_accounts, day TEXT NOT NULL,
    document TEXT NOT NULL, text TEXT NOT NULL, reference TEXT NOT NULL, cents INTEGER NOT NULL,
    keyed_by TEXT NOT NULL, keyed_at TEXT NOT NULL);
CREATE INDEX entries_by_account ON ledger_entries (account, day, id);
CREATE TABLE orders (
    number TEXT PRIMARY KEY, debtor TEXT NOT NULL REFERENCES debtors, placed TEXT NOT NULL,
    cents INTEGER NOT NULL, description TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'wacht',
    reason TEXT NOT NULL DEFAULT '', decided_by TEXT, decided_at TEXT);
CREATE TABLE writes (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, keyed_by TEXT NOT NULL, action TEXT NOT NULL,
    detail TEXT NOT NULL);
"""


def create_database(path: Path, book: Book) -> None:
    """Make the ERP's database at `path`, which must not exist yet, from `book`.

    The truth of the book's lines and the expected end of its orders stay behind.
    Raises FileExistsError.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already: remove it or choose another place")
    with closing(open_database(path)) as connection:
        connection.executescript(_SCHEMA)
        with writing(connection):
            _fill(connection, book)


def open_database(path: Path) -> sqlite3.Connection:
    """A connection in autocommit, rows by column name, foreign keys held."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction: committed at the end, rolled back on any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _fill(connection: sqlite3.Connection, book: Book) -> None:
    connection.executemany(
        "INSERT INTO debtors (number, name, kind, country, language, street, postcode, city,"
        " email, iban, credit_limit, terms, paper, block) VALUES (:number, :name, :kind,"
        " :country, :language, :street, :postcode, :city, :email, :iban, :credit_limit, :terms,"
        " :paper, :block)",
        [asdict(debtor) for debtor in book.debtors],
    )
    connection.executemany(
        "INSERT INTO items VALUES (:number, :debtor, :issued, :due, :total, :open, :discount,"
        " :discount_until, :disputed)",
        [_item(item) for item in book.items],
    )
    owed = sum(item.open for item in book.items)
    connection.executemany(
        "INSERT INTO ledger_accounts VALUES (?,?,?,?,?)",
        [(a.ledger, a.name, "bank", a.iban, a.opening) for a in book.accounts]
        + [
            (DEBTORS_LEDGER, "Debiteuren", "debtors", "", owed),
            (DISCOUNT_LEDGER, "Verleende betalingskorting", "discount", "", 0),
        ],
    )
    connection.executemany(
        "INSERT INTO orders (number, debtor, placed, cents, description) VALUES (?,?,?,?,?)",
        [(o.number, o.debtor, o.placed.isoformat(), o.cents, o.description) for o in book.orders],
    )


def _item(item: Item) -> dict[str, object]:
    until = item.discount_until
    return {
        **asdict(item),
        "issued": item.issued.isoformat(),
        "due": item.due.isoformat(),
        "discount_until": until.isoformat() if until else None,
    }

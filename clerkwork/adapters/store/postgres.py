"""The store in PostgreSQL: how it is reached, one writer at a time, and what its errors mean."""

from __future__ import annotations

import os
import re
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from clerkwork.errors import ClerkworkError, StoreError

if TYPE_CHECKING:
    from psycopg import Connection as Connected

__all__ = [
    "is_lost",
    "one_writer",
    "open_postgres",
    "postgres_message",
    "reading",
    "shown_postgres",
    "writing",
]

_LOCK = int.from_bytes(b"clerkwrk")
"""Key of the advisory lock that a writing transaction holds: one at a time, as SQLite has it.

Half of what the store promises (a chain of statements, one outcome a line, ids that only grow)
is read before it is written; under this lock what was read still holds when it is written.
"""

_SESSION = """
SELECT set_config(name, value, false) FROM (VALUES
    ('lock_timeout', '10s'),
    ('statement_timeout', '120s'),
    ('idle_in_transaction_session_timeout', '30s')
) AS wanted (name, value) WHERE current_setting(name) = '0'
UNION ALL
SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off'
"""
"""How long to wait, where nobody said otherwise (for the role, or in the address), and that what
was committed is on the disk. A process that stopped in the middle of a transaction holds up the
others for half a minute, and has then written nothing."""

_REACH = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "client_encoding": "UTF8",
}
"""libpq's parameters where the address does not say otherwise: a dead host is noticed."""


def open_postgres(url: URL, password: str) -> Engine:
    """An engine for an address without a password; that may also be libpq's affair (~/.pgpass)."""
    if password:
        url = url.set(password=password)
    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _as_the_server_says)
    return engine


def _as_the_server_says(connection: Connected | None, record: ConnectionPoolEntry) -> None:
    """After a transaction that only read, SQLAlchemy would insist on writing: a standby refuses."""
    if connection is not None and not connection.closed:
        connection.read_only = None


def _connect(
    dialect: Dialect, record: ConnectionPoolEntry, arguments: list[Any], parameters: dict[str, Any]
) -> Connected:
    """A connection that knows our patience, and shows in the server's lists who it is."""
    import psycopg

    asked: dict[str, Any] = {"application_name": _who(), **_REACH} | parameters
    connection = psycopg.connect(*arguments, **asked)
    try:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreError(
                f"The database {connection.info.dbname} keeps its text in {encoding}, which lacks "
                "letters that debtors' names have. Make one for the store with CREATE DATABASE "
                "... ENCODING 'UTF8' TEMPLATE template0, and name that."
            )
        connection.execute(_SESSION)
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _who() -> str:
    return f"clerkwork on {socket.gethostname()[:30]}, process {os.getpid()}"


def reading(connection: Connection) -> Connection:
    """The same for a transaction with one consistent view, which cannot write."""
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(connection: Connection) -> Connection:
    """The same for a transaction whose every statement sees what was committed before it."""
    return connection.execution_options(isolation_level="READ COMMITTED")


def one_writer(connection: Connection) -> None:
    """Wait for our turn to write; it ends with the transaction."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def shown_postgres(url: URL) -> str:
    """The address as people know it: without a password and without the driver."""
    plain = url._replace(drivername="postgresql", password=None)
    return unquote(plain.difference_update_query(("password", "sslpassword")).render_as_string())


_NOTHING = " Nothing was written."
_WHERE = "check that it runs and that this machine may reach it, then start again."
_MESSAGES = {
    "53100": "The disk of the store {at} is full. Make room and start again.",
    "53300": (
        "The store {at} takes no more connections. Let other programs end, or raise its "
        "max_connections."
    ),
    "53": "The store {at} has too little of what it needs ({said}). Mend that and start again.",
    "25006": (
        "The store {at} may only be read: it is a standby, or set read-only. Name the server that "
        "takes writes."
    ),
    "25P03": (
        "The store {at} waited too long for this process in the middle of a transaction and ended "
        "it. Start again."
    ),
    "22003": (
        "An amount or a count is larger than the store can hold. Look at the portal's page or file "
        "it was read from."
    ),
    "22001": (
        "A text is longer than its place in the store ({said}). Look at the portal's page or file "
        "it was read from."
    ),
    "22": (
        "The store {at} cannot hold what was to be written ({said}). Look at the portal's page or "
        "file it was read from."
    ),
    "42501": (
        "The store {at} does not allow this account to do that ({said}). Let the account that it "
        "names own the store's database."
    ),
    "42P01": "The store {at} lacks a table ({said}). Put back its last backup.",
    "57014": (
        "The store {at} did not finish in the time that it may take ({said}). See what else it is "
        "doing, then start again."
    ),
    "58": (
        "The disk of the store {at} does not read or write properly ({said}). Check that it is not "
        "full and is sound, then start again."
    ),
    "XX001": "The store {at} is damaged ({said}). Put back its last backup.",
    "XX002": "The store {at} is damaged ({said}). Put back its last backup.",
    "28": (
        "The store {at} refuses this account ({said}). Keep the password with `clerkwork vault set "
        "clerkwork.store`, or in a file that PGPASSFILE names, and check the user in the address."
    ),
    "3D000": (
        "There is no database for the store at {at} ({said}). Make it (createdb --encoding=UTF8), "
        "or correct its name in config/workspace.toml."
    ),
    "40": (
        "The store {at} let another process go first ({said}). Start again, and what that did will "
        "be seen."
    ),
    "08": "The store {at} cannot be reached ({said}); " + _WHERE,
    "57": "The store {at} cannot be reached ({said}); " + _WHERE,
}
"""By SQLSTATE, the whole code before its class."""

_SAID = {
    "password authentication failed|no password supplied|no pg_hba.conf entry": "28P01",
    'role ".*" does not exist|authentication failed': "28000",
    'database ".*" does not exist': "3D000",
    "too many clients|too many connections|connection slots are reserved": "53300",
    "cannot contain NUL": "22021",
}
"""What comes without a code: a refused connection, and what the driver itself refuses."""


def postgres_message(engine: Engine, error: DBAPIError) -> str | None:
    """What PostgreSQL's errors mean; None for those that say only that a row was refused."""
    at, said = shown_postgres(engine.url), " ".join(str(error.orig).split())
    code = _code(error)
    if code == "55P03":
        return _locked(engine, at)
    if code.startswith("23"):
        return None
    for key in (code, code[:2]):
        if key in _MESSAGES:
            return _MESSAGES[key].format(at=at, said=said) + _NOTHING
    if is_lost(error) or not code:
        return _MESSAGES["08"].format(at=at, said=said) + _NOTHING
    return None


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection went with it."""
    return error.connection_invalidated


def _code(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlstate", None)
    said = str(error.orig)
    known = (of for words, of in _SAID.items() if re.search(words, said))
    return str(code or next(known, ""))


_HOLDERS = """
SELECT DISTINCT a.application_name, a.usename, a.pid
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.granted AND l.pid <> pg_backend_pid() AND a.datname = current_database()
    AND (l.locktype = 'advisory' OR l.locktype = 'relation' AND l.mode <> 'AccessShareLock')
ORDER BY a.pid
"""


def _locked(engine: Engine, at: str) -> str:
    """Asked after the wait was given up, so it may be over by now."""
    patience, named = "it may be waited for", "another program"
    try:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(_HOLDERS).all()
            patience = str(connection.exec_driver_sql("SHOW lock_timeout").scalar())
    except (DBAPIError, ClerkworkError):
        rows = []
    if rows:
        named = " and ".join(
            f"{row.application_name or 'a program'} (user {row.usename}, server process {row.pid})"
            for row in rows
        )
    return (
        f"The store {at} is locked by {named} for more than {patience}; nothing was written. "
        "Let that end or close it, then start again."
    )

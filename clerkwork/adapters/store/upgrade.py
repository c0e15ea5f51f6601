"""Brings a store's tables to what this release needs, or says that it cannot."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.schema import KNOWN
from clerkwork.errors import StoreError, StoreTooNew

__all__ = ["run_migrations", "upgrade"]

_MIGRATIONS = str(Path(__file__).parent / "migrations").replace("%", "%%")
_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))


def upgrade(database: Database) -> None:
    """Upgrade in one transaction, all or nothing. Raises `StoreError` for a newer store."""
    with database.read() as connection:
        if _is_current(database, connection):
            return
    with database.write() as connection:
        # Another process may have done it while this one waited for its turn.
        if not _is_current(database, connection):
            run_migrations(connection)


def _is_current(database: Database, connection: Connection) -> bool:
    at = database.at
    if not inspect(connection).has_table(_VERSION.name):
        if tables := inspect(connection).get_table_names():
            raise StoreError(
                f"{at} is another program's database (it has a table {tables[0]!r}). "
                "Name another file for the store."
            )
        return False
    version = connection.scalar(select(_VERSION.c.version_num))
    if version is not None and version not in KNOWN:
        raise StoreTooNew(
            f"The store {at} is of a newer release (schema {version}; this one knows up to "
            f"{KNOWN[-1]}). Upgrade Clerkwork on this machine to the release that wrote it."
        )
    return version == KNOWN[-1]


def run_migrations(connection: Connection, to: str = KNOWN[-1]) -> None:
    """Bring the tables to a schema revision, in the transaction of `connection`."""
    # Alembic takes a second to import, and is hardly ever needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _MIGRATIONS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)

"""The database's own clock, by which leases and heartbeats are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection, func, select

__all__ = ["Now", "database_now"]

Now = Callable[[Connection], dt.datetime]


def database_now(connection: Connection) -> dt.datetime:
    """UTC. SQLite has no clock but that of its machine; PostgreSQL's goes on in a transaction."""
    if connection.dialect.name == "sqlite":
        return dt.datetime.now(dt.UTC)
    told: dt.datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return told.astimezone(dt.UTC)

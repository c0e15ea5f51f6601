"""The port `Stops` on the store: one standing stop a scope, and all that ever stood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.ports import Clock, Stop

__all__ = ["StoredStops", "standing"]

_TABLE = schema.stops
_SCOPE = re.compile(r"writes|(robot|task) \S+")


@dataclass(frozen=True, slots=True)
class StoredStops:
    """Fulfils `clerkwork.ports.Stops`, where the methods are described."""

    database: Database
    clock: Clock

    def pull(self, scope: str, by: str, why: str) -> bool:
        """Raises `ValueError` where nobody says who he is or why, or the scope is none."""
        if not _SCOPE.fullmatch(scope):
            raise ValueError(f"{scope!r} is none of 'writes', 'robot NAME' and 'task NAME'")
        if not by.strip() or not why.strip():
            raise ValueError("a stop names who pulled it, and why")
        since = self.clock.now()
        with self.database.write() as connection:
            if standing(connection, scope):
                return False
            connection.execute(
                insert(_TABLE).values(scope=scope, by=by.strip(), why=why.strip(), since=since)
            )
            return True

    def lift(self, scope: str, by: str) -> bool:
        at = self.clock.now()
        with self.database.write() as connection:
            done = connection.execute(
                update(_TABLE)
                .where(_TABLE.c.scope == scope)
                .where(_TABLE.c.lifted.is_(None))
                .values(lifted=at, lifted_by=by.strip())
            )
            return done.rowcount == 1

    def standing(self) -> tuple[Stop, ...]:
        with self.database.read() as connection:
            query = select(_TABLE).where(_TABLE.c.lifted.is_(None)).order_by(_TABLE.c.id)
            return tuple(_stop(row) for row in connection.execute(query).mappings())

    def all(self) -> tuple[Stop, ...]:
        with self.database.read() as connection:
            query = select(_TABLE).order_by(_TABLE.c.id.desc())
            return tuple(_stop(row) for row in connection.execute(query).mappings())


def standing(connection: Connection, *scopes: str) -> Stop | None:
    """The oldest stop that stands over any of these."""
    query = (
        select(_TABLE)
        .where(_TABLE.c.scope.in_(scopes))
        .where(_TABLE.c.lifted.is_(None))
        .order_by(_TABLE.c.id)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else _stop(row)


def _stop(row: RowMapping) -> Stop:
    return Stop(
        scope=row["scope"],
        by=row["by"],
        why=row["why"],
        since=row["since"],
        lifted=row["lifted"],
        lifted_by=row["lifted_by"],
    )

"""The port `Alerts` on the store."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.columns import spelt
from clerkwork.adapters.store.database import Database
from clerkwork.core.alerts import OVER, Alert, Cause

__all__ = ["StoredAlerts"]

_TABLE = schema.alerts
_FIELDS = tuple(field.name for field in dataclasses.fields(Alert))


@dataclass(frozen=True, slots=True)
class StoredAlerts:
    """Fulfils `clerkwork.ports.Alerts`, where the methods are described."""

    database: Database

    def see(self, cause: Cause, at: dt.datetime) -> Alert:
        with self.database.write() as connection:
            before = _find(connection, cause.cause)
            values = {"kind": cause.kind, "text": cause.text, "run": cause.run, "last": at}
            fresh = {"first": at, "times": 1, "told": None, "told_by": {}, "over": None}
            if before is None:
                connection.execute(insert(_TABLE).values(cause=cause.cause, **values, **fresh))
            elif before.over is not None:
                _change(connection, cause.cause, **values, **fresh)
            else:
                times = before.times + (before.run != cause.run)
                _change(connection, cause.cause, **values, times=times)
            found = _find(connection, cause.cause)
            if found is None:
                raise ValueError(f"the alert {cause.cause!r} was not kept")
            return found

    def settle(self, causes: Collection[str], at: dt.datetime) -> None:
        with self.database.write() as connection:
            still = select(_TABLE.c.cause).where(_TABLE.c.over.is_(None))
            for cause in set(connection.scalars(still)) & set(causes):
                _change(connection, cause, over=at)

    def told(self, cause: str, channel: str, what: str, at: dt.datetime) -> None:
        """Raises `ValueError` if there is no such alert."""
        with self.database.write() as connection:
            before = _find(connection, cause)
            if before is None:
                raise ValueError(f"there is no alert {cause!r}")
            told_by = {**before.told_by, channel: what}
            _change(connection, cause, told_by=told_by, told=before.told or at)

    def open(self) -> tuple[Alert, ...]:
        query = select(_TABLE).where(_TABLE.c.over.is_(None))
        with self.database.read() as connection:
            rows = connection.execute(
                query.order_by(_TABLE.c.first, spelt(_TABLE.c.cause))
            ).mappings()
            return tuple(_alert(row) for row in rows)

    def owed(self) -> tuple[Alert, ...]:
        query = select(_TABLE).where(_TABLE.c.over.is_(None) | _TABLE.c.told.is_not(None))
        with self.database.read() as connection:
            rows = connection.execute(
                query.order_by(_TABLE.c.first, spelt(_TABLE.c.cause))
            ).mappings()
            found = [_alert(row) for row in rows]
        return tuple(
            alert
            for alert in found
            if alert.over is None or any(what != OVER for what in alert.told_by.values())
        )

    def all(self, last: int | None = None) -> tuple[Alert, ...]:
        query = select(_TABLE).order_by(_TABLE.c.first.desc(), spelt(_TABLE.c.cause)).limit(last)
        with self.database.read() as connection:
            return tuple(_alert(row) for row in connection.execute(query).mappings())


def _find(connection: Connection, cause: str) -> Alert | None:
    row = connection.execute(select(_TABLE).where(_TABLE.c.cause == cause)).mappings().first()
    return None if row is None else _alert(row)


def _change(connection: Connection, cause: str, **values: object) -> None:
    connection.execute(update(_TABLE).where(_TABLE.c.cause == cause).values(**values))


def _alert(row: RowMapping) -> Alert:
    return Alert(**{name: row[name] for name in _FIELDS})

"""The port `Leases` on the store: held once over all machines, with an epoch that only grows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.columns import spelt
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.instants import Now, database_now
from clerkwork.ports import Lease

__all__ = ["StoredLeases"]

_TABLE = schema.leases


@dataclass(frozen=True, slots=True)
class StoredLeases:
    """Fulfils `clerkwork.ports.Leases`, where the methods are described."""

    database: Database
    now: Now = database_now

    def take(
        self, name: str, *, shown: str, holder: str, worker: str, seconds: float
    ) -> int | None:
        with self.database.write() as connection:
            now = self.now(connection)
            row = _row(connection, name)
            if row is not None and _is_held(row, now):
                return None
            epoch = 1 if row is None else int(row["epoch"]) + 1
            values = {
                "shown": shown,
                "holder": holder,
                "worker": worker,
                "epoch": epoch,
                "taken": now,
                "until": now + dt.timedelta(seconds=seconds),
            }
            if row is None:
                connection.execute(insert(_TABLE).values(name=name, **values))
            else:
                connection.execute(update(_TABLE).where(_TABLE.c.name == name).values(values))
            return epoch

    def renew(self, name: str, epoch: int, seconds: float) -> bool:
        with self.database.write() as connection:
            until = self.now(connection) + dt.timedelta(seconds=seconds)
            done = connection.execute(
                update(_TABLE)
                .where(_TABLE.c.name == name)
                .where(_TABLE.c.epoch == epoch)
                .where(_TABLE.c.until.is_not(None))
                .values(until=until)
            )
            return done.rowcount == 1

    def release(self, name: str, epoch: int) -> bool:
        with self.database.write() as connection:
            now = self.now(connection)
            done = connection.execute(
                update(_TABLE)
                .where(_TABLE.c.name == name)
                .where(_TABLE.c.epoch == epoch)
                .where(_TABLE.c.until.is_not(None))
                .values(taken=now, until=None)
            )
            return done.rowcount == 1

    def seize(self, name: str, epoch: int, *, dead: bool) -> bool:
        with self.database.write() as connection:
            now = self.now(connection)
            row = _row(connection, name)
            if row is None or row["epoch"] != epoch:
                return False
            if _is_held(row, now) and not dead:
                return False
            ended = {"taken": now, "until": None} if dead else {}
            connection.execute(
                update(_TABLE).where(_TABLE.c.name == name).values(epoch=epoch + 1, **ended)
            )
            return True

    def get(self, name: str) -> Lease | None:
        with self.database.read() as connection:
            row = _row(connection, name)
            return None if row is None else _lease(row, self.now(connection))

    def all(self) -> tuple[Lease, ...]:
        with self.database.read() as connection:
            now = self.now(connection)
            rows = connection.execute(select(_TABLE).order_by(spelt(_TABLE.c.name))).mappings()
            return tuple(_lease(row, now) for row in rows)


def _row(connection: Connection, name: str) -> RowMapping | None:
    return connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()


def _is_held(row: RowMapping, now: dt.datetime) -> bool:
    return row["until"] is not None and row["until"] > now


def _lease(row: RowMapping, now: dt.datetime) -> Lease:
    return Lease(
        name=row["name"],
        shown=row["shown"],
        holder=row["holder"],
        worker=row["worker"],
        epoch=row["epoch"],
        taken=row["taken"],
        until=row["until"],
        held=_is_held(row, now),
        idle=max(0.0, (now - row["taken"]).total_seconds()) if row["until"] is None else 0.0,
    )

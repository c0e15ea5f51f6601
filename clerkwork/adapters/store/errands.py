"""The ports `Errands` and `Workers` on the store."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.columns import spelt
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.instants import database_now
from clerkwork.errors import StoreGone
from clerkwork.ports import Clock, Errand, WorkerRow

__all__ = ["StoredErrands", "StoredWorkers", "ask", "errand_of"]

_ERRANDS = schema.errands
_WORKERS = schema.workers
_NEWEST_FIRST = select(_WORKERS).order_by(_WORKERS.c.started.desc(), spelt(_WORKERS.c.id))


@dataclass(frozen=True, slots=True)
class StoredErrands:
    """Fulfils `clerkwork.ports.Errands`, where the methods are described."""

    database: Database
    clock: Clock

    def ask(self, errand: Errand) -> bool:
        with self.database.write() as connection:
            return ask(connection, errand)

    def get(self, id: str) -> Errand | None:
        with self.database.read() as connection:
            return _get(connection, id)

    def waiting(self) -> tuple[Errand, ...]:
        query = select(_ERRANDS).where(_ERRANDS.c.state == "queued")
        with self.database.read() as connection:
            found = connection.execute(query.order_by(_ERRANDS.c.priority, _ERRANDS.c.seq))
            return tuple(errand_of(row) for row in found.mappings())

    def running(self) -> tuple[Errand, ...]:
        return self._in("running")

    def under_way(self) -> tuple[Errand, ...]:
        return self._in("queued", "running")

    def _in(self, *states: str) -> tuple[Errand, ...]:
        query = select(_ERRANDS).where(_ERRANDS.c.state.in_(states)).order_by(_ERRANDS.c.seq)
        with self.database.read() as connection:
            return tuple(errand_of(row) for row in connection.execute(query).mappings())

    def ended(self, task: str, last: int) -> tuple[Errand, ...]:
        query = (
            select(_ERRANDS)
            .where(_ERRANDS.c.task == task, _ERRANDS.c.ended.is_not(None))
            .order_by(_ERRANDS.c.ended.desc(), _ERRANDS.c.seq.desc())
            .limit(last)
        )
        with self.database.read() as connection:
            return tuple(errand_of(row) for row in connection.execute(query).mappings())

    def all(self, last: int | None = None) -> tuple[Errand, ...]:
        query = select(_ERRANDS).order_by(_ERRANDS.c.seq.desc()).limit(last)
        with self.database.read() as connection:
            return tuple(errand_of(row) for row in connection.execute(query).mappings())

    def begin(self, id: str, attempt: int) -> None:
        with self.database.write() as connection:
            _open(connection, id)
            _change(connection, id, state="running", attempts=attempt, not_before=None)

    def again(self, id: str, not_before: dt.datetime, note: str) -> Errand:
        with self.database.write() as connection:
            _open(connection, id)
            _change(connection, id, state="queued", not_before=not_before, note=note)
            return _open(connection, id)

    def number(self, errand: Errand, attempts: int) -> bool:
        as_it_was = (
            _ERRANDS.c.id == errand.id,
            _ERRANDS.c.state == errand.state,
            _ERRANDS.c.attempts == errand.attempts,
        )
        with self.database.write() as connection:
            done = connection.execute(update(_ERRANDS).where(*as_it_was).values(attempts=attempts))
            return done.rowcount == 1

    def end(self, id: str, state: str, note: str) -> None:
        """Raises `ValueError` if there is no such errand."""
        with self.database.write() as connection:
            found = _get(connection, id)
            if found is None:
                raise ValueError(f"there is no errand {id!r}")
            if found.ended is None:
                _change(connection, id, state=state, note=note, ended=self.clock.now())


def ask(connection: Connection, errand: Errand) -> bool:
    """Write an errand in a transaction that holds more; False if its id is there already."""
    if _get(connection, errand.id) is not None:
        return False
    connection.execute(insert(_ERRANDS).values(dataclasses.asdict(errand)))
    return True


def _get(connection: Connection, id: str) -> Errand | None:
    row = connection.execute(select(_ERRANDS).where(_ERRANDS.c.id == id)).mappings().first()
    return None if row is None else errand_of(row)


def _open(connection: Connection, id: str) -> Errand:
    found = _get(connection, id)
    if found is None or found.ended is not None:
        raise ValueError(f"errand {id!r} is {'over' if found else 'not known'}")
    return found


def _change(connection: Connection, id: str, **values: object) -> None:
    connection.execute(update(_ERRANDS).where(_ERRANDS.c.id == id).values(**values))


def errand_of(row: RowMapping, prefix: str = "") -> Errand:
    """The errand in a row of a query that may hold more, its columns under a prefix then."""
    return Errand(**{name: row[f"{prefix}{name}"] for name in _FIELDS})


_FIELDS = tuple(field.name for field in dataclasses.fields(Errand))


@dataclass(frozen=True, slots=True)
class StoredWorkers:
    """Fulfils `clerkwork.ports.Workers`, where the methods are described."""

    database: Database

    def enrol(self, worker: WorkerRow) -> None:
        with self.database.write() as connection:
            now = database_now(connection)
            values = dataclasses.asdict(worker) | {"started": now, "seen": now}
            connection.execute(insert(_WORKERS).values(**values | {"queues": list(worker.queues)}))

    def seen(self, id: str) -> WorkerRow:
        with self.database.write() as connection:
            try:
                return _mark(connection, id, seen=database_now(connection))
            except ValueError as error:
                raise StoreGone(
                    f"The store {self.database.at} was replaced while this process worked with it: "
                    f"it knows no worker {id}. Nothing more is written by it; what the store that "
                    "is there now says counts. Start again."
                ) from error

    def drain(self, id: str) -> WorkerRow:
        begins = func.substr(_WORKERS.c.id, 1, len(id)) == id
        with self.database.write() as connection:
            query = select(_WORKERS.c.id).where(begins, _WORKERS.c.ended.is_(None))
            found = connection.scalars(query).all()
            if not id or not found:
                raise ValueError(f"there is no worker {id!r} at work")
            if len(found) > 1 and id not in found:
                raise ValueError(
                    f"{id!r} is the beginning of several workers: {', '.join(found[:5])}"
                )
            return _mark(connection, id if id in found else found[0], draining=True)

    def retire(self, id: str) -> bool:
        with self.database.write() as connection:
            done = connection.execute(
                update(_WORKERS)
                .where(_WORKERS.c.id == id, _WORKERS.c.ended.is_(None))
                .values(ended=database_now(connection))
            )
            return done.rowcount == 1

    def silent(self, seconds: float) -> tuple[WorkerRow, ...]:
        with self.database.read() as connection:
            long_ago = database_now(connection) - dt.timedelta(seconds=seconds)
            query = select(_WORKERS).where(_WORKERS.c.ended.is_(None), _WORKERS.c.seen < long_ago)
            return tuple(_worker(row) for row in connection.execute(query).mappings())

    def at_work(self) -> tuple[WorkerRow, ...]:
        return self._found(_NEWEST_FIRST.where(_WORKERS.c.ended.is_(None)))

    def all(self) -> tuple[WorkerRow, ...]:
        return self._found(_NEWEST_FIRST)

    def _found(self, query: Select[Any]) -> tuple[WorkerRow, ...]:
        with self.database.read() as connection:
            return tuple(_worker(row) for row in connection.execute(query).mappings())


def _mark(connection: Connection, id: str, **values: object) -> WorkerRow:
    connection.execute(update(_WORKERS).where(_WORKERS.c.id == id).values(**values))
    row = connection.execute(select(_WORKERS).where(_WORKERS.c.id == id)).mappings().first()
    if row is None:
        raise ValueError(f"there is no worker {id!r}")
    return _worker(row)


def _worker(row: RowMapping) -> WorkerRow:
    return WorkerRow(**{**row, "queues": tuple(row["queues"])})

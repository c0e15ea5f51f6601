"""The port `Slots` on the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.columns import spelt
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.errands import ask, errand_of
from clerkwork.ports import BEGUN, Accounted, SlotRow

__all__ = ["StoredSlots"]

_SLOTS, _ERRANDS = schema.slots, schema.errands


@dataclass(frozen=True, slots=True)
class StoredSlots:
    """Fulfils `clerkwork.ports.Slots`, where the methods are described."""

    database: Database

    def account(self, task: str, rows: Sequence[SlotRow], after: dt.datetime | None = None) -> bool:
        with self.database.write() as connection:
            if _last(connection, task) != after:
                return False
            for row in rows:
                if row.errand is not None:
                    ask(connection, row.errand)
            if rows:
                connection.execute(
                    insert(_SLOTS),
                    [
                        {
                            "task": row.task,
                            "due": row.due,
                            "state": row.state,
                            "why": row.why,
                            "errand": row.errand.id if row.errand else None,
                            "at": row.at,
                        }
                        for row in rows
                    ],
                )
            return True

    def accounted(self, task: str) -> Accounted | None:
        begun = (
            select(_SLOTS.c.why)
            .where(_SLOTS.c.task == task, _SLOTS.c.state == BEGUN)
            .order_by(_SLOTS.c.due.desc())
            .limit(1)
        )
        with self.database.read() as connection:
            until = _last(connection, task)
            if until is None:
                return None
            return Accounted(until=until, schedule=connection.scalar(begun) or "")

    def last(self) -> dt.datetime | None:
        with self.database.read() as connection:
            found: dt.datetime | None = connection.scalar(select(func.max(_SLOTS.c.at)))
            return found

    def all(self, task: str = "", since: dt.datetime | None = None) -> tuple[SlotRow, ...]:
        asked = (column.label(f"errand_{column.name}") for column in _ERRANDS.columns)
        query = select(_SLOTS, *asked).outerjoin_from(_SLOTS, _ERRANDS)
        if task:
            query = query.where(_SLOTS.c.task == task)
        if since is not None:
            query = query.where(_SLOTS.c.due >= since)
        with self.database.read() as connection:
            found = connection.execute(
                query.order_by(_SLOTS.c.due, spelt(_SLOTS.c.task))
            ).mappings()
            return tuple(
                SlotRow(
                    task=row["task"],
                    due=row["due"],
                    state=row["state"],
                    why=row["why"],
                    at=row["at"],
                    errand=errand_of(row, "errand_") if row["errand"] else None,
                )
                for row in found
            )


def _last(connection: Connection, task: str) -> dt.datetime | None:
    query = select(_SLOTS.c.due).where(_SLOTS.c.task == task).order_by(_SLOTS.c.due.desc()).limit(1)
    return connection.scalar(query)

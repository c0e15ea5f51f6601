"""The port `Lessons` on the store: what people's decisions taught, and what was forgotten."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import RowMapping, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database, inserted_id, row_typed
from clerkwork.core.remembered import Lesson, Remembered
from clerkwork.ports import Clock

__all__ = ["StoredLessons"]

_TABLE = schema.remembered


@dataclass(frozen=True, slots=True)
class StoredLessons:
    """Fulfils `clerkwork.ports.Lessons`, where the methods are described."""

    database: Database
    clock: Clock

    def remember(self, one: Remembered) -> Remembered:
        with self.database.write() as connection:
            there = connection.execute(
                select(_TABLE)
                .where(_TABLE.c.kind == one.lesson.value)
                .where(_TABLE.c.what == one.what)
                .where(_TABLE.c.customer == one.customer)
                .where(_TABLE.c.forgotten.is_(None))
            )
            if (row := there.mappings().first()) is not None:
                return _remembered(row)
            done = connection.execute(
                insert(_TABLE).values(
                    kind=one.lesson.value,
                    what=one.what,
                    customer=one.customer,
                    line=one.line,
                    item=one.item,
                    by=one.by,
                    at=one.at,
                    forgotten_by="",
                )
            )
            return replace(one, id=str(inserted_id(done)))

    def all(self) -> tuple[Remembered, ...]:
        with self.database.read() as connection:
            rows = connection.execute(select(_TABLE).order_by(_TABLE.c.id))
            return tuple(_remembered(row) for row in rows.mappings())

    def forget(self, id: str, *, by: str) -> Remembered:
        at = self.clock.now()
        with self.database.write() as connection:
            row = row_typed(connection, _TABLE, id)
            if row is None:
                raise ValueError(f"nothing is remembered under {id!r}")
            if row["forgotten"] is not None:
                raise ValueError(f"{id} was forgotten already, by {row['forgotten_by']}")
            connection.execute(
                update(_TABLE).where(_TABLE.c.id == row["id"]).values(forgotten_by=by, forgotten=at)
            )
            return replace(_remembered(row), forgotten_by=by, forgotten=at)


def _remembered(row: RowMapping) -> Remembered:
    return Remembered(
        id=str(row["id"]),
        lesson=Lesson(row["kind"]),
        what=row["what"],
        customer=row["customer"],
        line=row["line"],
        item=row["item"],
        by=row["by"],
        at=row["at"],
        forgotten_by=row["forgotten_by"],
        forgotten=row["forgotten"],
    )

"""The port `Handovers` on the store: one that stands for each debtor, its block claimed first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, RowMapping, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database, inserted_id
from clerkwork.adapters.store.gate import Gate
from clerkwork.core.collection import Handover, HandoverState
from clerkwork.ports import Clock

__all__ = ["StoredHandovers"]

_TABLE = schema.handovers


@dataclass(frozen=True, slots=True)
class StoredHandovers:
    """Fulfils `clerkwork.ports.Handovers`, where the methods are described."""

    database: Database
    clock: Clock
    gate: Gate = field(default_factory=Gate)

    def approve(self, one: Handover) -> Handover:
        with self.database.write() as connection:
            there = (
                select(_TABLE.c.id)
                .where(_TABLE.c.debtor == one.debtor)
                .where(_TABLE.c.state != HandoverState.RECALLED.value)
            )
            if connection.scalar(there) is not None:
                raise ValueError(f"debtor {one.debtor} is in collection already")
            done = connection.execute(
                insert(_TABLE).values(
                    debtor=one.debtor,
                    cycle=one.cycle,
                    items=list(one.items),
                    by=one.by,
                    at=one.at,
                    state=one.state.value,
                    sha256="",
                    note=one.note,
                )
            )
            return replace(one, id=str(inserted_id(done)))

    def all(self, *states: HandoverState) -> tuple[Handover, ...]:
        query = select(_TABLE).order_by(_TABLE.c.id)
        if states:
            query = query.where(_TABLE.c.state.in_([state.value for state in states]))
        with self.database.read() as connection:
            return tuple(_handover(row) for row in connection.execute(query).mappings())

    def submitting(self, id: str, *, run: str, robot: str) -> None:
        at = self.clock.now()
        with self.database.write() as connection:
            self.gate.claim(connection, run=run, robot=robot)
            _approved(connection, id)
            connection.execute(
                update(_TABLE).where(_TABLE.c.id == int(id)).values(run=run, submitted=at)
            )

    def filed(self, id: str, *, dossier: str, sha256: str) -> None:
        with self.database.write() as connection:
            _existing(connection, id)
            connection.execute(
                update(_TABLE).where(_TABLE.c.id == int(id)).values(dossier=dossier, sha256=sha256)
            )

    def blocked(self, id: str, *, run: str, note: str) -> None:
        with self.database.write() as connection:
            self.gate.settle(connection, run=run)
            _approved(connection, id)
            connection.execute(
                update(_TABLE)
                .where(_TABLE.c.id == int(id))
                .values(state=HandoverState.BLOCKED.value, note=note)
            )

    def recall(self, id: str, *, by: str, note: str = "") -> Handover:
        with self.database.write() as connection:
            one = _existing(connection, id)
            if one.state is HandoverState.RECALLED:
                raise ValueError(f"handover {id} was taken back already")
            told = f"taken back by {by}" + (f": {note}" if note else "")
            connection.execute(
                update(_TABLE)
                .where(_TABLE.c.id == int(id))
                .values(state=HandoverState.RECALLED.value, note=told)
            )
            return replace(one, state=HandoverState.RECALLED, note=told)


def _existing(connection: Connection, id: str) -> Handover:
    row = connection.execute(select(_TABLE).where(_TABLE.c.id == int(id))).mappings().first()
    if row is None:
        raise ValueError(f"there is no handover {id!r}")
    return _handover(row)


def _approved(connection: Connection, id: str) -> None:
    one = _existing(connection, id)
    if one.state is not HandoverState.APPROVED:
        raise ValueError(f"handover {id} is {one.state}, so its block is not keyed")


def _handover(row: RowMapping) -> Handover:
    return Handover(
        id=str(row["id"]),
        debtor=row["debtor"],
        cycle=row["cycle"],
        items=tuple(row["items"]),
        by=row["by"],
        at=row["at"],
        state=HandoverState(row["state"]),
        run=row["run"],
        submitted=row["submitted"],
        dossier=row["dossier"],
        sha256=row["sha256"],
        note=row["note"],
    )

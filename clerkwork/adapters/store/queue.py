"""The port `Queue` on the store: work items, decided once, with every decision kept."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Clock

__all__ = ["StoredQueue", "item_of"]

_WITHDRAWN = "withdrawn"
_TABLE = schema.work_items


@dataclass(frozen=True, slots=True)
class StoredQueue:
    """Fulfils `clerkwork.ports.Queue`, where the methods are described."""

    database: Database
    clock: Clock

    def put(self, item: WorkItem) -> bool:
        """An empty id is filled with a short one, made from the key.

        An item that was withdrawn, not decided, is opened again with its new facts.
        """
        with self.database.write() as connection:
            there = _by_key(connection, item.key)
            if there is None:
                connection.execute(
                    insert(_TABLE).values(
                        id=item.id or _short(connection, item.key), **_values(item)
                    )
                )
                return True
            if there["decision"] != _WITHDRAWN:
                return False
            connection.execute(
                update(_TABLE).where(_TABLE.c.seq == there["seq"]).values(**_values(item))
            )
            _note(connection, there["seq"], "", "", self.clock.now(), "came up again")
            return True

    def open(self, debtor: str = "") -> tuple[WorkItem, ...]:
        query = select(_TABLE).where(_TABLE.c.decision == "").order_by(_TABLE.c.seq)
        if debtor:
            query = query.where(_TABLE.c.debtor == debtor)
        with self.database.read() as connection:
            return tuple(item_of(row) for row in connection.execute(query).mappings())

    def get(self, id: str) -> WorkItem | None:
        """Raises `ValueError` where several begin like that."""
        with self.database.read() as connection:
            return _found(connection, id)

    def close(self, id: str, *, decision: str, by: str, note: str = "") -> WorkItem:
        at = self.clock.now()
        with self.database.write() as connection:
            item = _existing(connection, id)
            if item.decision:
                raise ValueError(f"{item.id} ({item.title}) is decided already: {item.decision}")
            if decision in ("", _WITHDRAWN):
                raise ValueError(f"{decision!r} is no decision about {item.id}")
            _decide(connection, item.id, decision, by, at, note)
            return _existing(connection, item.id)

    def reopen(self, id: str, *, by: str) -> WorkItem:
        at = self.clock.now()
        with self.database.write() as connection:
            item = _existing(connection, id)
            if not item.decision:
                raise ValueError(f"{item.id} ({item.title}) is open")
            _decide(connection, item.id, "", by, at, "")
            return _existing(connection, item.id)

    def withdraw(self, key: str, note: str) -> None:
        at = self.clock.now()
        with self.database.write() as connection:
            there = _by_key(connection, key)
            if there is not None and not there["decision"]:
                _decide(connection, there["id"], _WITHDRAWN, "clerkwork", at, note)

    def of_kind(self, kind: str) -> tuple[WorkItem, ...]:
        with self.database.read() as connection:
            query = select(_TABLE).where(_TABLE.c.kind == kind).order_by(_TABLE.c.seq)
            return tuple(item_of(row) for row in connection.execute(query).mappings())

    def holds(self, key: str) -> bool:
        with self.database.read() as connection:
            return _by_key(connection, key) is not None

    def beginning(self, key: str) -> tuple[WorkItem, ...]:
        begins = func.substr(_TABLE.c.key, 1, len(key)) == key
        with self.database.read() as connection:
            query = select(_TABLE).where(begins).order_by(_TABLE.c.seq)
            return tuple(item_of(row) for row in connection.execute(query).mappings())


def _short(connection: Connection, key: str) -> str:
    """Letters and digits that can be typed; longer in the rare case that it is taken."""
    digest = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().lower()
    taken = select(_TABLE.c.seq)
    return next(
        digest[:length]
        for length in range(6, len(digest))
        if connection.scalar(taken.where(_TABLE.c.id == digest[:length])) is None
    )


def _by_key(connection: Connection, key: str) -> RowMapping | None:
    return connection.execute(select(_TABLE).where(_TABLE.c.key == key)).mappings().first()


def _found(connection: Connection, id: str) -> WorkItem | None:
    if not id:
        return None
    begins = func.substr(_TABLE.c.id, 1, len(id)) == id
    query = select(_TABLE).where(or_(_TABLE.c.id == id, begins)).order_by(_TABLE.c.seq)
    rows = connection.execute(query).mappings().all()
    exact = [row for row in rows if row["id"] == id]
    if len(rows) > 1 and not exact:
        some = ", ".join(row["id"] for row in rows[:5])
        raise ValueError(f"{id!r} is the beginning of several: {some}; give more of it")
    return item_of((exact or rows)[0]) if rows else None


def _existing(connection: Connection, id: str) -> WorkItem:
    item = _found(connection, id)
    if item is None:
        raise ValueError(f"there is no work item {id!r}")
    return item


def _decide(
    connection: Connection, id: str, decision: str, by: str, at: dt.datetime, note: str
) -> None:
    connection.execute(
        update(_TABLE)
        .where(_TABLE.c.id == id)
        .values(
            decision=decision,
            by=by if decision else "",
            decided=at if decision else None,
            note=note,
        )
    )
    seq = connection.scalar(select(_TABLE.c.seq).where(_TABLE.c.id == id))
    _note(connection, seq, decision, by, at, note)


def _note(
    connection: Connection, seq: int | None, decision: str, by: str, at: dt.datetime, note: str
) -> None:
    connection.execute(
        insert(schema.work_decisions).values(item=seq, decision=decision, by=by, at=at, note=note)
    )


def _values(item: WorkItem) -> dict[str, object]:
    return {
        "key": item.key,
        "kind": item.kind,
        "title": item.title,
        "created": item.created,
        "facts": [[name, fact] for name, fact in item.facts.items()],
        "choices": [list(choice) for choice in item.choices],
        "evidence": item.evidence,
        "decision": item.decision,
        "by": item.by,
        "decided": item.decided,
        "note": item.note,
        "debtor": item.debtor,
    }


def item_of(row: RowMapping) -> WorkItem:
    return WorkItem(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        title=row["title"],
        created=row["created"],
        facts=dict(row["facts"]),
        choices=tuple((choice, meaning) for choice, meaning in row["choices"]),
        evidence=row["evidence"],
        decision=row["decision"],
        by=row["by"],
        decided=row["decided"],
        note=row["note"],
        debtor=row["debtor"],
    )

"""The port `History` on the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.queue import item_of
from clerkwork.ports import Decided, Moved, Passed

__all__ = ["StoredHistory"]


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """Fulfils `clerkwork.ports.History`, where the methods are described."""

    database: Database

    def decisions(self) -> tuple[Decided, ...]:
        items, decided = schema.work_items, schema.work_decisions
        with self.database.read() as connection:
            rows = connection.execute(select(items)).mappings()
            known = {row["seq"]: item_of(row) for row in rows}
            query = select(decided).order_by(decided.c.id)
            return tuple(
                Decided(
                    item=known[row["item"]],
                    decision=row["decision"],
                    by=row["by"],
                    at=row["at"],
                    note=row["note"],
                )
                for row in connection.execute(query).mappings()
            )

    def moves(self, since: dt.datetime | None = None) -> tuple[Moved, ...]:
        table = schema.posting_moves
        query = select(table).order_by(table.c.id)
        if since is not None:
            query = query.where(table.c.at >= since)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings()
            return tuple(
                Moved(
                    reference=row["reference"],
                    was=row["was"],
                    state=row["state"],
                    at=row["at"],
                    run=row["run"],
                    note=row["note"],
                )
                for row in rows
            )

    def passed(self, debtor: str) -> tuple[Passed, ...]:
        moves, messages = schema.message_moves, schema.messages
        query = (
            select(moves, messages.c.key)
            .join_from(moves, messages, moves.c.message == messages.c.seq)
            .where(messages.c.debtor == debtor)
            .order_by(moves.c.id)
        )
        with self.database.read() as connection:
            return tuple(
                Passed(
                    message=row["key"],
                    state=row["state"],
                    at=row["at"],
                    run=row["run"],
                    note=row["note"],
                    proof=row["proof"],
                )
                for row in connection.execute(query).mappings()
            )

"""The port `Census` on the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.columns import spelt
from clerkwork.adapters.store.database import Database
from clerkwork.adapters.store.instants import database_now
from clerkwork.adapters.store.runs import run_of
from clerkwork.ports import RunRow, RunTally
from clerkwork.ports.slots import BEGUN

__all__ = ["StoredCensus"]


@dataclass(frozen=True, slots=True)
class StoredCensus:
    """Fulfils `clerkwork.ports.Census`, where the methods are described."""

    database: Database

    def runs(self) -> tuple[RunTally, ...]:
        table = schema.runs
        query = select(table.c.task, table.c.outcome, table.c.started, table.c.ended)
        count: dict[tuple[str, str], int] = defaultdict(int)
        seconds: dict[tuple[str, str], float] = defaultdict(float)
        with self.database.read() as connection:
            # Each database takes the difference of two instants in its own way; Python in one.
            for task, outcome, started, ended in connection.execute(query):
                count[task, outcome] += 1
                seconds[task, outcome] += (ended - started).total_seconds() if ended else 0.0
        return tuple(
            RunTally(task=task, outcome=outcome, runs=number, seconds=seconds[task, outcome])
            for (task, outcome), number in sorted(count.items())
        )

    def latest(self) -> tuple[RunRow, ...]:
        table = schema.runs
        newest = select(func.max(table.c.seq)).group_by(table.c.task)
        query = select(table).where(table.c.seq.in_(newest)).order_by(spelt(table.c.task))
        with self.database.read() as connection:
            return tuple(run_of(row) for row in connection.execute(query).mappings())

    def slots(self) -> Mapping[tuple[str, str], int]:
        table, errands = schema.slots, schema.errands
        state = case((table.c.errand.is_(None), table.c.state), else_=errands.c.state)
        query = (
            select(table.c.task, state, func.count())
            .select_from(table.outerjoin(errands, table.c.errand == errands.c.id))
            .where(table.c.state != BEGUN)
            .group_by(table.c.task, state)
        )
        with self.database.read() as connection:
            return {(task, one): number for task, one, number in connection.execute(query)}

    def postings(self) -> Mapping[str, int]:
        table = schema.postings
        query = select(table.c.state, func.count()).group_by(table.c.state)
        with self.database.read() as connection:
            return {str(state): number for state, number in connection.execute(query)}

    def work_items(self) -> Mapping[str, int]:
        table = schema.work_items
        query = select(table.c.kind, func.count()).where(table.c.decision == "")
        with self.database.read() as connection:
            found = connection.execute(query.group_by(table.c.kind)).all()
            return {str(kind): number for kind, number in found}

    def heartbeats(self) -> Mapping[str, float]:
        table = schema.workers
        query = select(table.c.id, table.c.seen).where(table.c.ended.is_(None))
        with self.database.read() as connection:
            now = database_now(connection)
            return {id: (now - seen).total_seconds() for id, seen in connection.execute(query)}

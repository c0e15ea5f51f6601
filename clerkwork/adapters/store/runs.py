"""The port `Runs` on the store: the journal of runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.ports import RunRow

__all__ = ["StoredRuns", "run_of"]

_TABLE = schema.runs


@dataclass(frozen=True, slots=True)
class StoredRuns:
    """Fulfils `clerkwork.ports.Runs`, where the methods are described."""

    database: Database

    def begin(
        self,
        run: str,
        task: str,
        at: dt.datetime,
        *,
        errand: str | None = None,
        worker: str = "",
        attempt: int = 1,
    ) -> None:
        """Raises `ValueError` if there is a run of that id."""
        with self.database.write() as connection:
            if connection.scalar(select(_TABLE.c.seq).where(_TABLE.c.run == run)) is not None:
                raise ValueError(f"there is a run {run} already")
            connection.execute(
                insert(_TABLE).values(
                    run=run,
                    task=task,
                    started=at,
                    outcome="running",
                    figures={},
                    errand=errand,
                    worker=worker,
                    attempt=attempt,
                )
            )

    def end(
        self, run: str, at: dt.datetime, outcome: str, figures: Mapping[str, int], note: str
    ) -> None:
        """Raises `ValueError` if there is no such run."""
        with self.database.write() as connection:
            done = connection.execute(
                update(_TABLE)
                .where(_TABLE.c.run == run)
                .values(ended=at, outcome=outcome, figures=dict(figures), note=note)
            )
            if done.rowcount != 1:
                raise ValueError(f"there is no run {run!r}")

    def find(self, run: str) -> RunRow | None:
        """Raises `ValueError` where several begin like that."""
        if not run:
            return None
        query = select(_TABLE).order_by(_TABLE.c.seq.desc())
        if run == "last":
            query = query.limit(1)
        else:
            query = query.where(func.substr(_TABLE.c.run, 1, len(run)) == run)
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        exact = [row for row in rows if row["run"] == run]
        if len(rows) > 1 and not exact:
            some = ", ".join(row["run"] for row in rows[:5])
            raise ValueError(f"{run!r} is the beginning of several runs: {some}; give more of it")
        return run_of((exact or rows)[0]) if rows else None

    def running(self) -> tuple[RunRow, ...]:
        query = select(_TABLE).where(_TABLE.c.outcome == "running").order_by(_TABLE.c.seq)
        with self.database.read() as connection:
            return tuple(run_of(row) for row in connection.execute(query).mappings())

    def of(self, errand: str) -> tuple[RunRow, ...]:
        query = select(_TABLE).where(_TABLE.c.errand == errand).order_by(_TABLE.c.seq.desc())
        with self.database.read() as connection:
            return tuple(run_of(row) for row in connection.execute(query).mappings())

    def all(self, last: int | None = None) -> tuple[RunRow, ...]:
        query = select(_TABLE).order_by(_TABLE.c.seq.desc()).limit(last)
        with self.database.read() as connection:
            return tuple(run_of(row) for row in connection.execute(query).mappings())


def run_of(row: RowMapping) -> RunRow:
    """A row of the journal."""
    return RunRow(
        run=row["run"],
        task=row["task"],
        started=row["started"],
        ended=row["ended"],
        outcome=row["outcome"],
        figures=dict(row["figures"]),
        note=row["note"],
        errand=row["errand"],
        worker=row["worker"],
        attempt=row["attempt"],
    )

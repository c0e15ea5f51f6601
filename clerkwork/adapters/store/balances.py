"""What was open day by day, summed by due date: noted with each fetch, read for reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.core.aging import Balance
from clerkwork.core.money import Money

__all__ = ["StoredBalances", "note_balances"]

_TABLE = schema.due_balances


def note_balances(
    connection: Connection, source: str, rows: Sequence[Mapping[str, Any]], day: dt.date
) -> None:
    """Put what a source shows now in the place of what it showed earlier on the same day.

    Where nothing is open one row says so, for a day without a row is one that was not looked at.
    """
    sums: dict[tuple[str, dt.date], dict[str, int]] = {}
    for row in rows:
        found = sums.setdefault((row["currency"], row["due"]), {"open": 0, "credit": 0, "items": 0})
        found["open" if row["open"] > 0 else "credit"] += row["open"]
        found["items"] += row["open"] != 0
    if not sums:
        sums[_NOTHING, day] = {"open": 0, "credit": 0, "items": 0}
    connection.execute(delete(_TABLE).where(_TABLE.c.source == source).where(_TABLE.c.day == day))
    connection.execute(
        insert(_TABLE),
        [
            {"source": source, "day": day, "currency": currency, "due": due, **found}
            for (currency, due), found in sums.items()
        ],
    )


_NOTHING = "XXX"
"""No currency (ISO 4217)."""


@dataclass(frozen=True, slots=True)
class StoredBalances:
    """Fulfils `clerkwork.ports.Balances`, where the methods are described."""

    database: Database

    def since(self) -> dt.date | None:
        query = select(func.min(_TABLE.c.day)).group_by(_TABLE.c.source)
        with self.database.read() as connection:
            return max(connection.scalars(query), default=None)

    def days(self, since: dt.date, until: dt.date) -> tuple[dt.date, ...]:
        first = self.since()
        query = (
            select(_TABLE.c.day)
            .where(_TABLE.c.day >= max(since, first or since))
            .where(_TABLE.c.day <= until)
            .distinct()
            .order_by(_TABLE.c.day)
        )
        with self.database.read() as connection:
            return tuple(connection.scalars(query))

    def on(self, day: dt.date) -> tuple[Balance, ...]:
        first = self.since()
        if first is None or day < first:
            return ()
        last = (
            select(_TABLE.c.source, func.max(_TABLE.c.day).label("day"))
            .where(_TABLE.c.day <= day)
            .group_by(_TABLE.c.source)
            .subquery()
        )
        query = (
            select(_TABLE)
            .join(last, (_TABLE.c.source == last.c.source) & (_TABLE.c.day == last.c.day))
            .where(_TABLE.c.currency != _NOTHING)
            .order_by(_TABLE.c.currency, _TABLE.c.due, _TABLE.c.source)
        )
        with self.database.read() as connection:
            return tuple(
                Balance(
                    day=row["day"],
                    due=row["due"],
                    open=Money(row["open"], row["currency"]),
                    credit=Money(row["credit"], row["currency"]),
                    items=row["items"],
                )
                for row in connection.execute(query).mappings()
            )

"""The gate that every claim of a write passes, in the claim's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.instants import Now, database_now
from clerkwork.adapters.store.stops import standing
from clerkwork.errors import LeaseLost, WritesStopped
from clerkwork.ports import Stop

__all__ = ["Gate"]


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets a claim pass while nothing is stopped, and all that its run holds is still held."""

    held: Mapping[str, int] | None = None
    """Lease → epoch, as it stands when a claim is made; None where nobody else can be at work."""
    now: Now = database_now
    shut: bool = True
    """Whether a stop counts; not in the copy of the store that a dry run works on."""

    def claim(self, connection: Connection, *, run: str, robot: str = "") -> None:
        """Raises `WritesStopped` or `LeaseLost`; the transaction is then to be given up.

        `robot` is the one that will write; none where a channel sends.
        """
        if not run:
            raise ValueError("a write is claimed by a run")
        if self.shut:
            stop = standing(connection, "writes", *([f"robot {robot}"] if robot else []))
            if stop is not None:
                raise WritesStopped(_told(stop))
        self.settle(connection, run=run)

    def settle(self, connection: Connection, *, run: str) -> None:
        """The same without a look at the stops: for what a run says of its claim afterwards.

        What it claimed may be another's by now. Raises `LeaseLost`. A person (no `run`) passes.
        """
        if self.held is not None and run:
            self._check_held(connection, run, dict(self.held))

    def _check_held(self, connection: Connection, run: str, held: Mapping[str, int]) -> None:
        if f"run {run}" not in held:
            raise LeaseLost(f"run {run} holds no lease, so it may write nothing")
        table = schema.leases
        now = self.now(connection)
        rows = connection.execute(
            select(table.c.name, table.c.shown, table.c.epoch, table.c.until, table.c.holder)
            .where(table.c.name.in_(list(held)))
            # PostgreSQL: nobody takes one of them before this claim is committed.
            .with_for_update(read=True)
        ).all()
        found = {row.name: row for row in rows}
        for name, epoch in held.items():
            row = found.get(name)
            if row is None or row.epoch != epoch or row.until is None or row.until <= now:
                by = f": {row.holder} has it" if row is not None and row.epoch != epoch else ""
                raise LeaseLost(
                    f"{row.shown if row else name} is not held any more{by}. Nothing was written; "
                    "run the task again, it goes on from what the store and the portal say"
                )


def _told(stop: Stop) -> str:
    scope = {"writes": "all writes are"}.get(stop.scope, f"the writes of {stop.scope} are")
    name = stop.scope.partition(" ")[2]
    lift = f"clerkwork resume --robot {name}" if name else "clerkwork resume"
    return (
        f"{stop.by} has stopped it: {scope} stopped since {stop.since:%Y-%m-%d %H:%M} UTC, because "
        f"{stop.why!r}. Nothing was written; when it may go on: {lift}"
    )

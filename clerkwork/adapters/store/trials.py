"""The port `Trials` on the store: what is kept of experiments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from clerkwork.adapters.store import schema
from clerkwork.adapters.store.database import Database
from clerkwork.core.experiments import Arm, Count, Entry, Look, Trial
from clerkwork.ports import Clock

__all__ = ["StoredTrials"]

_TRIALS, _ENTRIES, _LOOKS = (
    schema.experiments,
    schema.experiment_entries,
    schema.experiment_looks,
)


@dataclass(frozen=True, slots=True)
class StoredTrials:
    """Fulfils `clerkwork.ports.Trials`, where the methods are described."""

    database: Database
    clock: Clock

    def all(self) -> tuple[Trial, ...]:
        with self.database.read() as connection:
            return _trials(connection)

    def entries(self) -> tuple[Entry, ...]:
        with self.database.read() as connection:
            query = select(_ENTRIES).order_by(_ENTRIES.c.id)
            return tuple(_entry(row) for row in connection.execute(query).mappings())

    def enter(self, entries: Iterable[Entry], designs: Mapping[str, str]) -> int:
        at = self.clock.now()
        with self.database.write() as connection:
            begun = set(connection.scalars(select(_TRIALS.c.name)))
            there = {
                (experiment, debtor)
                for experiment, debtor in connection.execute(
                    select(_ENTRIES.c.experiment, _ENTRIES.c.debtor)
                )
            }
            fresh: dict[tuple[str, str], dict[str, object]] = {}
            for entry in entries:
                key = (entry.experiment, entry.debtor)
                if key not in there:
                    fresh.setdefault(key, _values(entry) | {"at": at})
                if entry.experiment not in begun:
                    begun.add(entry.experiment)
                    _begin(connection, entry.experiment, designs[entry.experiment], at)
            if fresh:
                connection.execute(insert(_ENTRIES), list(fresh.values()))
            return len(fresh)

    def look(self, name: str, look: Look) -> bool:
        at = self.clock.now()
        with self.database.write() as connection:
            if connection.scalar(select(_TRIALS.c.name).where(_TRIALS.c.name == name)) is None:
                raise ValueError(f"experiment {name!r} did not begin")
            there = (
                select(_LOOKS.c.number)
                .where(_LOOKS.c.experiment == name)
                .where(_LOOKS.c.number == look.number)
            )
            if connection.scalar(there) is not None:
                return False
            connection.execute(
                insert(_LOOKS).values(
                    experiment=name,
                    number=look.number,
                    control=look.control.arm,
                    control_paid=look.control.paid,
                    control_of=look.control.of,
                    arm=look.arm.arm,
                    arm_paid=look.arm.paid,
                    arm_of=look.arm.of,
                    critical=look.critical,
                    verdict=look.verdict,
                    at=at,
                )
            )
            return True

    def stop(self, name: str, design: str, *, by: str, note: str = "") -> Trial:
        at = self.clock.now()
        with self.database.write() as connection:
            found = next((one for one in _trials(connection) if one.name == name), None)
            if found is None:
                _begin(connection, name, design, at)
                found = Trial(name=name, design=design, begun=at)
            if found.stopped is not None:
                raise ValueError(f"experiment {name!r} was stopped already, by {found.stopped_by}")
            change = update(_TRIALS).where(_TRIALS.c.name == name)
            connection.execute(change.values(stopped=at, stopped_by=by, note=note))
            return replace(found, stopped=at, stopped_by=by, note=note)

    def count(self, before: dt.date) -> int:
        with self.database.read() as connection:
            query = select(func.count()).select_from(_ENTRIES).where(_ENTRIES.c.since < before)
            return connection.scalar(query) or 0

    def forget(self, before: dt.date) -> int:
        with self.database.write() as connection:
            return connection.execute(delete(_ENTRIES).where(_ENTRIES.c.since < before)).rowcount


def _begin(connection: Connection, name: str, design: str, at: dt.datetime) -> None:
    connection.execute(insert(_TRIALS).values(name=name, design=design, begun=at))


def _trials(connection: Connection) -> tuple[Trial, ...]:
    looks: dict[str, list[Look]] = {}
    query = select(_LOOKS).order_by(_LOOKS.c.experiment, _LOOKS.c.number)
    for row in connection.execute(query).mappings():
        looks.setdefault(row["experiment"], []).append(_look(row))
    rows = connection.execute(select(_TRIALS)).mappings()
    found = (
        Trial(
            name=row["name"],
            design=row["design"],
            begun=row["begun"],
            looks=tuple(looks.get(row["name"], ())),
            stopped=row["stopped"],
            stopped_by=row["stopped_by"],
            note=row["note"],
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: (one.begun, one.name)))


def _look(row: RowMapping) -> Look:
    return Look(
        number=row["number"],
        control=Count(arm=row["control"], paid=row["control_paid"], of=row["control_of"]),
        arm=Count(arm=row["arm"], paid=row["arm_paid"], of=row["arm_of"]),
        critical=row["critical"],
        verdict=row["verdict"],
        at=row["at"],
    )


def _values(entry: Entry) -> dict[str, object]:
    return {
        "experiment": entry.experiment,
        "debtor": entry.debtor,
        "arm": {"name": entry.arm.name, **entry.arm.changes},
        "segment": entry.segment,
        "steps": list(entry.steps),
        "since": entry.since,
        "items": list(entry.items),
    }


def _entry(row: RowMapping) -> Entry:
    arm = row["arm"]
    offers = arm.get("offers")
    return Entry(
        experiment=row["experiment"],
        debtor=row["debtor"],
        arm=Arm(
            name=arm["name"],
            tone=arm.get("tone", ""),
            channels=tuple(arm.get("channels", ())),
            after=arm.get("after"),
            gap=arm.get("gap"),
            offers=None if offers is None else tuple(offers),
        ),
        segment=row["segment"],
        steps=tuple(row["steps"]),
        since=row["since"],
        items=tuple(row["items"]),
    )

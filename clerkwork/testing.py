"""The fakes, shipped: what a test of a robot, a task or a use case needs and no more."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from math import inf
from typing import cast
from zoneinfo import ZoneInfo

from clerkwork.adapters.store import Gate, Store, open_store, store_in
from clerkwork.adapters.store.database import open_database
from clerkwork.adapters.store.instants import database_now
from clerkwork.core.dossier import Document, Dossier
from clerkwork.core.messages import Message
from clerkwork.errors import (
    ClerkworkError,
    HeldElsewhere,
    LeaseLost,
    SecretMissing,
    SetupError,
)
from clerkwork.ports import Clock, Ending, Filed, Secret
from clerkwork.testing_screen import FakeRow, FakeScreen

__all__ = [
    "MORNING",
    "FakeRow",
    "FakeScreen",
    "FixedClock",
    "MemoryDossiers",
    "MemoryHolding",
    "MemoryPapers",
    "MemorySessions",
    "MemoryVault",
    "RecordingChannel",
    "memory_store",
]

MORNING = dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
"""A Tuesday, nine o'clock in Amsterdam."""


@dataclass(slots=True)
class FixedClock:
    """A clock that stands until it is moved."""

    instant: dt.datetime = MORNING
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))

    def now(self) -> dt.datetime:
        return self.instant.astimezone(dt.UTC)

    def today(self) -> dt.date:
        return self.instant.astimezone(self.zone).date()

    def advance(self, by: dt.timedelta) -> None:
        self.instant += by


@dataclass(frozen=True, slots=True)
class MemoryVault:
    """A vault that holds just these secrets."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> Secret:
        if name not in self.values:
            raise SecretMissing(f"The vault of this test holds no {name!r}.", name)
        return Secret(name, self.values[name])


@dataclass(slots=True)
class RecordingChannel:
    """A channel that keeps what it is given, and can be asked for it as an archive.

    While `fault` is set, sending raises it; with `took_it` the message was
    taken nevertheless, as by a server that fell silent.
    """

    name: str = "mail"
    sent: list[Message] = field(default_factory=list)
    fault: ClerkworkError | None = None
    took_it: bool = False

    def send(self, message: Message) -> str:
        if self.fault is None or self.took_it:
            self.sent.append(message)
        if self.fault is not None:
            raise self.fault
        return f"{self.name}-{len(self.sent)}"

    def holds(self, message_id: str, age: float = inf) -> bool | None:
        return any(message.message_id == message_id for message in self.sent)


@dataclass(slots=True)
class MemorySessions:
    """Kept sessions, in memory, by address and user."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def get(self, address: str, user: str) -> str:
        return self.kept.get((address, user), "")

    def keep(self, address: str, user: str, session: str) -> None:
        self.kept[address, user] = session

    def drop(self, address: str, user: str) -> None:
        self.kept.pop((address, user), None)


@dataclass(slots=True)
class MemoryPapers:
    """Papers of claims, in memory, by debtor; no letter is there any more."""

    held: dict[str, tuple[Document, ...]] = field(default_factory=dict)

    def of(self, debtor: str, items: Sequence[str]) -> tuple[Document, ...]:
        return self.held.get(debtor, ())

    def printed(self, letter: Message) -> bytes:
        return b""


@dataclass(slots=True)
class MemoryDossiers:
    """Dossiers that were written, in memory."""

    written: list[Dossier] = field(default_factory=list)

    def write(self, dossier: Dossier) -> Filed:
        self.written.append(dossier)
        name = f"{dossier.debtor.number}-{len(self.written)}.zip"
        return Filed(name=name, sha256="0" * 64, pages=1, unbound=())


@dataclass(slots=True)
class MemoryHolding:
    """What one process holds, in memory; every other run has ended unless it is among `alive`.

    While `lost` says why, it holds nothing surely any more.
    """

    held: dict[str, int] = field(default_factory=dict)
    alive: set[str] = field(default_factory=set)
    """Runs that are at work, or fell silent: nobody knows that they are dead."""
    taken: dict[str, str] = field(default_factory=dict)
    """What others hold, with who."""
    lost: str = ""
    waits: bool = False
    """Whether nobody sits at a desk, so that what is taken may be tried again."""
    known: float = inf
    """Seconds for which it is known of other runs that they have ended."""
    when_asked: dict[str, Callable[[], object]] = field(default_factory=dict)
    when_held: dict[str, Callable[[], object]] = field(default_factory=dict)
    """By name: what happens elsewhere once it was asked for, and until it was held."""

    @contextmanager
    def hold(self, name: str, shown: str, *, patience: float = 0.0) -> Iterator[None]:
        self.sure()
        held_by = self.taken.get(name, "this run" if name in self.held else "")
        self.when_asked.pop(name, lambda: None)()
        if held_by:
            kind = HeldElsewhere if self.waits else SetupError
            raise kind(f"{shown} is in use by {held_by}.")
        self.when_held.pop(name, lambda: None)()
        self.held[name] = 1
        try:
            yield
        finally:
            del self.held[name]

    def sure(self) -> None:
        if self.lost:
            raise LeaseLost(self.lost)

    def is_at_work(self, run: str) -> bool:
        return run in self.alive

    def ending(self, run: str) -> Ending:
        return Ending(sure=run not in self.alive, seconds=self.known)

    def is_over(self, run: str) -> bool:
        return run not in self.alive


def memory_store(
    clock: Clock | None = None, ticks: Clock | None = None, held: Mapping[str, int] | None = None
) -> Store:
    """The real store, in memory; gone when it is closed.

    `ticks` stands for the database's own clock, by which leases are counted; that of this
    machine without it. With `held` (lease → epoch) claims need what stands there when they are
    made; without it they need no lease.
    """
    database = open_database("sqlite://")
    with closing(database.engine.raw_connection()) as empty:
        cast(sqlite3.Connection, empty.driver_connection).deserialize(_migrated())
    now = database_now if ticks is None else lambda _: ticks.now()
    return store_in(database, clock or FixedClock(), Gate(held, now), now)


@cache
def _migrated() -> bytes:
    """A store without a row: making its tables takes longer than most tests do."""
    with (
        closing(open_store("sqlite://", FixedClock())) as store,
        closing(store.database.engine.raw_connection()) as made,
    ):
        return cast(sqlite3.Connection, made.driver_connection).serialize()

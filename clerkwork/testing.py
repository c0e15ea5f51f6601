"""The fakes, shipped: what a test of a robot, a task or a use case needs and no more."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from math import inf
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from clerkwork.adapters.store import Gate, Store, open_store, store_in
from clerkwork.adapters.store.database import open_database
from clerkwork.adapters.store.instants import database_now
from clerkwork.core.messages import Message
from clerkwork.core.money import Money, format_amount, parse_amount
from clerkwork.core.portals import Portal
from clerkwork.errors import (
    BusinessError,
    ClerkworkError,
    HeldElsewhere,
    LeaseLost,
    PageTimeout,
    ReadBackError,
    SecretMissing,
    SelectorLost,
    SelectorStopped,
    SetupError,
)
from clerkwork.ports import Clock, Ending, Picture, Secret

__all__ = [
    "MORNING",
    "FakeRow",
    "FakeScreen",
    "FixedClock",
    "MemoryHolding",
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

    def holds(self, message_id: str) -> bool | None:
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


@dataclass(frozen=True, slots=True)
class FakeRow:
    """A row of a scripted table, in the portal's own format."""

    cells: Mapping[str, str]
    portal: Portal

    @property
    def columns(self) -> Collection[str]:
        return self.cells.keys()

    def text(self, column: str) -> str:
        if column not in self.cells:
            raise SelectorLost(f"the scripted table has no column {column!r}")
        return " ".join(self.cells[column].split())

    def money(self, column: str) -> Money:
        return _money(self.text(column), column, self.portal)

    def date(self, column: str) -> dt.date:
        return _date(self.text(column), column, self.portal)

    def maybe_money(self, column: str) -> Money | None:
        return self.money(column) if self.text(column) else None

    def maybe_date(self, column: str) -> dt.date | None:
        return self.date(column) if self.text(column) else None


@dataclass(slots=True, kw_only=True)
class FakeScreen:
    """A portal from a script, without a browser: what it shows, and what an act changes.

    `shown` holds texts and fields by 'section.name', with the values of the
    placeholders behind a blank, as in 'receipt.paid item=2026-1'; `tables` the
    rows of each section; `files` what a download brings. A click calls its
    entry in `reactions`, which may change the screen or raise. `acts` keeps
    what was done, in order, with secrets as '<name>'.
    """

    portal: Portal = field(default_factory=lambda: Portal(name="fake", address="http://127.0.0.1"))
    shown: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    reactions: dict[str, Callable[[FakeScreen], None]] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    closed: bool = False
    declared: frozenset[str] = frozenset()
    """Entries of the selectors file besides those that are shown."""
    inside: bool = False
    """Whether signing in is over."""
    kept: str = ""
    """What `session` gives."""
    _writing: bool = False
    _typed: dict[str, str] = field(default_factory=dict)
    _used: list[str] = field(default_factory=list)
    _pictures: list[Picture] = field(default_factory=list)

    def open(self, path: str = "") -> None:
        self._act("open", path or "/")

    def click(self, name: str, **values: str) -> None:
        self._act("click", self._there(name, values))

    def fill(self, name: str, value: str | Secret | Money | dt.date, **values: str) -> None:
        self._type("fill", self._there(name, values), value)

    def choose(self, name: str, option: str, **values: str) -> None:
        self._type("choose", self._there(name, values), option)

    def check(self, name: str, on: bool = True, **values: str) -> None:
        self._type("check", self._there(name, values), "on" if on else "")

    def text(self, name: str, **values: str) -> str:
        return " ".join(self.value(name, **values).split())

    def value(self, name: str, **values: str) -> str:
        return self.shown[self._there(name, values)]

    def money(self, name: str, **values: str) -> Money:
        return _money(self.text(name, **values), name, self.portal)

    def date(self, name: str, **values: str) -> dt.date:
        return _date(self.text(name, **values), name, self.portal)

    def knows(self, name: str) -> bool:
        return name in self.shown or name in self.declared

    def shows(self, name: str, **values: str) -> bool:
        return _key(name, values) in self.shown

    def wait_for(self, *names: str, **values: str) -> str:
        for name in names:
            if self.shows(name, **values):
                return name
        raise PageTimeout(f"none of {', '.join(names)} came")

    def rows(self, section: str, **values: str) -> Iterator[FakeRow]:
        key = _key(section, values)
        if key not in self.tables:
            raise SelectorLost(f"the script has no table {key!r}")
        self._used.append(key)
        for cells in self.tables[key]:
            yield FakeRow(cells, self.portal)

    def download(self, name: str, **values: str) -> Path:
        key = _key(name, values)
        if key not in self.files:
            raise PageTimeout(f"no file came from {key!r}")
        self._act("download", key)
        return self.files[key]

    def upload(self, name: str, path: Path, **values: str) -> None:
        key = self._there(name, values)
        self.shown[key] = path.name
        self._act("upload", f"{key} = {path.name}", key)

    def pin(self, section: str, pin: Secret) -> None:
        self._act("pin", f"{section} = {pin}")

    def one_time_code(self, name: str, secret: Secret) -> None:
        self._type("one-time code", self._there(name, {}), secret)

    def entered(self) -> None:
        self.inside = True

    def session(self) -> str:
        return self.kept

    @contextmanager
    def writing(self) -> Iterator[None]:
        self._writing, before = True, self._writing
        self._typed.clear()
        try:
            yield
        finally:
            self._writing = before

    def read_back(self) -> None:
        for key, typed in self._typed.items():
            holds = self.shown.get(key, "")
            if holds != typed:
                raise ReadBackError(f"{key}: typed was {typed!r}, it holds {holds!r}")

    def picture(self, label: str) -> None:
        self._pictures.append(Picture(label=label, image=b"", gap="a scripted screen"))

    def drain(self) -> tuple[tuple[str, ...], tuple[Picture, ...]]:
        found = tuple(self._used), tuple(self._pictures)
        self._used.clear()
        self._pictures.clear()
        return found

    def close(self) -> None:
        self.closed = True

    def _there(self, name: str, values: Mapping[str, str]) -> str:
        key = _key(name, values)
        if key not in self.shown:
            lost = SelectorStopped if self._writing else SelectorLost
            raise lost(f"the script shows no {key!r}")
        self._used.append(name)
        return key

    def _type(self, act: str, key: str, value: str | Secret | Money | dt.date) -> None:
        written = self._written(value)
        self.shown[key] = written
        if self._writing:
            self._typed[key] = written
        self._act(act, f"{key} = {value if isinstance(value, Secret) else written}", key)

    def _written(self, value: str | Secret | Money | dt.date) -> str:
        match value:
            case Secret():
                return value.value
            case Money():
                return format_amount(value, decimal=self.portal.decimal)
            case dt.date():
                return value.strftime(self.portal.dates)
            case str():
                return value

    def _act(self, act: str, told: str, key: str = "") -> None:
        self.acts.append(f"{act} {told}")
        if react := self.reactions.get(key or told):
            react(self)


def _key(name: str, values: Mapping[str, str]) -> str:
    return " ".join([name, *(f"{key}={value}" for key, value in sorted(values.items()))])


def _money(text: str, where: str, portal: Portal) -> Money:
    try:
        return parse_amount(text, portal.currency, decimal=portal.decimal)
    except ValueError as error:
        raise BusinessError(f"{where}: {error}") from error


def _date(text: str, where: str, portal: Portal) -> dt.date:
    try:
        return dt.datetime.strptime(text, portal.dates).replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise BusinessError(f"{where}: {text!r} is no date like {portal.dates}") from error

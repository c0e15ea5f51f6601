"""A portal from a script: the fake screen that tests of robots and tasks drive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from clerkwork.core.evidence import SelectorUse
from clerkwork.core.money import Money, format_amount, parse_amount
from clerkwork.core.portals import Portal
from clerkwork.errors import (
    BusinessError,
    PageTimeout,
    ReadBackError,
    SelectorLost,
    SelectorStopped,
)
from clerkwork.ports import Picture, Secret, Seen

__all__ = ["FakeRow", "FakeScreen"]


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
    _used: list[SelectorUse] = field(default_factory=list)
    _entered: dict[str, str] = field(default_factory=dict)
    _read: dict[str, str] = field(default_factory=dict)
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
        key = self._there(name, values)
        self._read[key] = self.shown[key]
        return self.shown[key]

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
        self._used.append(SelectorUse(name=key))
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

    def drain(self) -> Seen:
        seen = Seen(
            selectors=tuple(self._used),
            pictures=tuple(self._pictures),
            page=self.portal.address,
            typed=dict(self._entered),
            read=dict(self._read),
        )
        for noted in (self._used, self._pictures, self._entered, self._read):
            noted.clear()
        return seen

    def close(self) -> None:
        self.closed = True

    def _there(self, name: str, values: Mapping[str, str]) -> str:
        key = _key(name, values)
        if key not in self.shown:
            lost = SelectorStopped if self._writing else SelectorLost
            raise lost(f"the script shows no {key!r}")
        self._used.append(SelectorUse(name=name))
        return key

    def _type(self, act: str, key: str, value: str | Secret | Money | dt.date) -> None:
        written = self._written(value)
        self.shown[key] = written
        if self._writing:
            self._typed[key] = written
        told = str(value) if isinstance(value, Secret) else written
        self._entered[key] = told
        self._act(act, f"{key} = {told}", key)

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

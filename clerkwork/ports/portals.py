"""A portal through a browser: its pages, its tables, its sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from clerkwork.core.evidence import SelectorUse
from clerkwork.core.money import Money
from clerkwork.core.portals import Portal
from clerkwork.ports.desk import Secret

__all__ = [
    "Browser",
    "Entrance",
    "KeptSessions",
    "Picture",
    "Row",
    "Screen",
    "Seen",
]


class Row(Protocol):
    """One row of a table, as it was read; values are in the portal's own format."""

    @property
    def columns(self) -> Collection[str]:
        """Names of the columns that the section declares."""

    def text(self, column: str) -> str:
        """White space folded; raises `SelectorLost` if the table has no such column."""

    def money(self, column: str) -> Money:
        """In the portal's currency; raises `BusinessError` with the place if it is no amount."""

    def date(self, column: str) -> dt.date:
        """Raises `BusinessError` with the place if it is no date."""

    def maybe_money(self, column: str) -> Money | None:
        """None where the cell is empty."""

    def maybe_date(self, column: str) -> dt.date | None:
        """None where the cell is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the portal, secrets masked; `gap` says why there is none."""

    label: str
    image: bytes
    """JPEG, or empty if there is a gap."""
    gap: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a screen did and saw, for the evidence; no secret is in it."""

    selectors: Sequence[SelectorUse] = ()
    pictures: Sequence[Picture] = ()
    page: str = ""
    """The address of the page that shows, without query, fragment and what may be a secret."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """By name, with the values of its placeholders: what was typed, chosen or handed over."""
    read: Mapping[str, str] = field(default_factory=dict)
    """By name: what was read."""
    totals: Mapping[str, str] = field(default_factory=dict)
    """What tables were tied out to: their rows, and the portal's own count and total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What a visit to a portal begins with, before any page of it is asked for."""

    kept: str = field(default="", repr=False)
    """The session of an earlier visit, as `Screen.session` gave it."""
    certificate: bytes = field(default=b"", repr=False)
    """Shown to the portal, as PKCS #12."""
    passphrase: Secret | None = None


class KeptSessions(Protocol):
    """Sessions that outlive a run, encrypted; one of each user at an address."""

    def get(self, address: str, user: str) -> str:
        """Empty if there is none, or none that can be read: that one is forgotten and told."""

    def keep(self, address: str, user: str, session: str) -> None: ...

    def drop(self, address: str, user: str) -> None:
        """Nothing if there is none."""


class Screen(Protocol):
    """A portal's pages, by the names of `selectors/<portal>.toml`: 'section.name'.

    A keyword argument fills `{name}` in the selector, as in
    `screen.fill("receipt.paid", amount, item="2026-0412")`.
    Everything waits for its element and for the page that an act brings; what
    does not come raises `PageTimeout`, what is not there or is there twice
    `SelectorLost`, and `SelectorStopped` inside a writing step. A dialog that
    is not declared under `[dialogs]` is dismissed and stops the step. Expired
    sessions, maintenance pages and server errors raise `SessionLost` or
    `PortalUnreachable` from whatever was called.
    """

    def open(self, path: str = "") -> None:
        """Go to the portal's address, or a path below it."""

    def click(self, name: str, **values: str) -> None: ...

    def fill(self, name: str, value: str | Secret | Money | dt.date, **values: str) -> None:
        """Type into a field in the portal's format and read it back (`ReadBackError`)."""

    def choose(self, name: str, option: str, **values: str) -> None:
        """Choose an option by its visible text; read back.

        Of a `<select>`, or of a list that is declared with its `options`.
        """

    def check(self, name: str, on: bool = True, **values: str) -> None:
        """Tick or untick a box; read back."""

    def text(self, name: str, **values: str) -> str:
        """What an element says, white space folded."""

    def value(self, name: str, **values: str) -> str:
        """What a field holds now."""

    def money(self, name: str, **values: str) -> Money:
        """An amount on the page or in a field, in the portal's format."""

    def date(self, name: str, **values: str) -> dt.date: ...

    def knows(self, name: str) -> bool:
        """Whether the selectors file has an entry of that name."""

    def shows(self, name: str, **values: str) -> bool:
        """Whether it is on the page now; never waits longer than a page needs to settle."""

    def wait_for(self, *names: str, **values: str) -> str:
        """Wait until one of these is there; which one."""

    def rows(self, section: str, **values: str) -> Iterator[Row]:
        """All rows over all pages of a table, checked against the section's `total` or `count`.

        The check comes after the last row: `ControlTotalError` from the
        iterator, so whoever consumes it whole has nothing when it does not tie.
        """

    def download(self, name: str, **values: str) -> Path:
        """Click, and the file that comes; bounded in time and size, under a safe name.

        What the section declares as `files` is checked by the file's own bytes: `BusinessError`.
        """

    def upload(self, name: str, path: Path, **values: str) -> None:
        """Put a file into a file field, or the dialog that a button opens; its name is read back.

        Raises `ReadBackError` if the field holds another one afterwards.
        """

    def pin(self, section: str, pin: Secret) -> None:
        """Press a scrambled pad of pictures, each digit read and checked, never guessed."""

    def one_time_code(self, name: str, secret: Secret) -> None:
        """Type the TOTP (RFC 6238) of a secret at the clock's time."""

    def entered(self) -> None:
        """Signing in is over: a page that asks for the password now is a `SessionLost`."""

    def session(self) -> str:
        """The session as it stands, for `Entrance.kept`; as secret as the password."""

    def writing(self) -> AbstractContextManager[None]:
        """Inside, a selector that is lost stops for a person instead of being retried."""

    def read_back(self) -> None:
        """Read again every field filled inside `writing()`: a postback may have wiped one.

        Raises `ReadBackError` naming the field, what was typed and what it holds.
        """

    def picture(self, label: str) -> None:
        """Take a picture for the evidence."""

    def drain(self) -> Seen:
        """What was done and seen since the last call.

        Of many pictures each is read only when it is asked for; go through them once.
        """

    def close(self) -> None: ...


class Browser(Protocol):
    """Opens portals, each in a context of its own."""

    def open(self, portal: Portal, entrance: Entrance | None = None) -> Screen:
        """A session at a portal; raises `PortalUnreachable`, `ProgramMissing`.

        A fresh one, unless `entrance` has one to go on in: then `SessionLost` if it is over.
        """

    def print_pdf(self, html: str, to: Path) -> None:
        """Print an HTML page as a PDF (A4), written whole or not at all."""

    def close(self) -> None: ...

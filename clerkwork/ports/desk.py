"""What everything asks: the clock, the vault, and whoever watches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

__all__ = [
    "Clock",
    "Progress",
    "Secret",
    "Vault",
]


class Clock(Protocol):
    """The one clock that everything asks."""

    def now(self) -> dt.datetime:
        """The instant, in UTC."""

    def today(self) -> dt.date:
        """The date in the creditor's time zone."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value of the vault that does not show itself in a log, a picture or an exception."""

    name: str
    value: str = field(repr=False)

    def __str__(self) -> str:
        return f"<{self.name}>"


class Vault(Protocol):
    def get(self, name: str) -> Secret:
        """The secret of that name, e.g. 'polder_bank.pin'; raises `SecretMissing`."""


Progress = Callable[[str, int, int | None], None]
"""Called with what is going on, how far it is, and how far it goes (None if unknown)."""

"""The fakes, shipped: what a test of a robot, a task or a use case needs and no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from clerkwork.adapters.store import Store, open_store
from clerkwork.core.messages import Message
from clerkwork.errors import ClerkworkError, SecretMissing
from clerkwork.ports import Clock, Secret

__all__ = ["MORNING", "FixedClock", "MemoryVault", "RecordingChannel", "memory_store"]

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
            raise SecretMissing(f"The vault of this test holds no {name!r}.")
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


def memory_store(clock: Clock | None = None) -> Store:
    """The real store, in memory; gone when it is closed."""
    return open_store("sqlite://", clock or FixedClock())

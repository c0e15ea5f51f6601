"""What the debtors of a simulation share, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys import CHANNELS, Law, Payday
from clerkwork.core.lots import Lots
from clerkwork.core.simulation.dutch import Confirmed
from clerkwork.core.simulation.people import Person

__all__ = ["NEVER", "Contact", "HandedOver", "Lived", "Named", "Year"]

NEVER = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What all debtors of a simulation share."""

    seed: int
    begin: date
    days: int
    calendar: Calendar
    paydays: Mapping[str, Payday] = field(default_factory=dict)
    law: Law | None = None
    channels: frozenset[str] = CHANNELS
    """Ways to reach debtors that there are."""
    rates: tuple[Confirmed, ...] = ()
    """Rates of interest that the house confirmed, for whoever checks what was asked."""

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.begin + timedelta(days=self.days)

    def run_at(self, day: date) -> datetime:
        """When that day's run sends (UTC): at half past ten, on some days whenever it could."""
        lots = Lots(self.seed, "run", day)
        minute = 10 * 60 + 30 if lots.falls(0.85) else lots.among(5 * 60, 23 * 60)
        wall = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(self.calendar.zone))
        return wall.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Named:
    """An item as a message, or a handover, names it."""

    number: str
    due: date
    open: int
    """Cents."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One message that went to him."""

    at: datetime
    """UTC."""
    channel: str
    step: str
    owed: int
    """What it asks of its items, in cents."""
    items: tuple[Named, ...]
    announced: int = 0
    """Costs that it announces, in cents."""
    last_day: date | None = None
    """The last day without them."""
    costs: int = 0
    """Costs that it asks, in cents."""
    interest: int = 0
    """Interest that it asks, in cents."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """To collection, after a person agreed."""

    on: date
    amount: int
    items: tuple[Named, ...]


@dataclass(slots=True)
class Lived:
    """All that became of one debtor."""

    person: Person
    segment: str
    contacts: list[Contact] = field(default_factory=list)
    handed_over: list[HandedOver] = field(default_factory=list)
    billed: int = 0
    """Cents."""
    owed_days: int = 0
    """Cents times days, over the year."""
    late_days: int = 0
    """The part of it past the due date."""
    written_off: int = 0
    disputed: list[tuple[str, date, date]] = field(default_factory=list)
    """Item, from and to: while somebody looked at what he did not agree with."""
    promised: list[tuple[str, date, date]] = field(default_factory=list)
    """Item, made on, and until."""
    insolvent: date = NEVER
    """From when on it is known."""

"""The report on receivables: everything it says, as values; how it looks is an adapter's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clerkwork.core.aging import Roll
from clerkwork.core.effort import Collected, Effect, Effort, Kept
from clerkwork.core.forecast import Calibration, Outlook
from clerkwork.core.money import Money
from clerkwork.core.turnover import Turnover

__all__ = ["DayAgeing", "Inflow", "Receivables", "RollSpan", "inflow_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAgeing:
    """What was open on one day."""

    day: date
    buckets: Mapping[str, Mapping[str, Money]]
    """Currency → bucket → amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollSpan:
    """What became of the buckets of one day by another."""

    first: date
    last: date
    rolls: Mapping[str, tuple[Roll, ...]]
    """By currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """What is expected in a week, in one currency."""

    week: date
    """Its Monday."""
    amount: Money
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivables:
    """How the receivables stand and what collecting them took, from one day to another."""

    creditor: str
    zone: ZoneInfo
    made: datetime
    """UTC."""
    since: date
    until: date
    """Counted in."""
    kept_since: date | None
    """The first day whose balances are kept; None before the first fetch."""
    effort: Effort
    ageing: Mapping[str, Mapping[str, Money]] = field(default_factory=dict)
    """Currency → bucket → open amount, on `aged_on`."""
    aged_on: date | None = None
    history: tuple[DayAgeing, ...] = ()
    turnovers: tuple[Turnover, ...] = ()
    late: Mapping[str, float] = field(default_factory=dict)
    """Currency → days late of what was paid in the period, weighed by amount."""
    collected: tuple[Collected, ...] = ()
    promises: tuple[Kept, ...] = ()
    rolls: tuple[RollSpan, ...] = ()
    """Oldest first."""
    effects: tuple[Effect, ...] = ()
    outlook: tuple[Outlook, ...] = ()
    calibration: tuple[Calibration, ...] = ()
    notes: tuple[str, ...] = ()
    """What cannot be told, and from when on it can; what a figure leaves out."""
    locale: str = "en_GB"

    @property
    def inflow(self) -> tuple[Inflow, ...]:
        return inflow_of(self.outlook)


def inflow_of(outlook: Iterable[Outlook]) -> tuple[Inflow, ...]:
    """What is expected, week by week and currency by currency; what is not told is in none."""
    sums: dict[tuple[date, str], tuple[int, int]] = {}
    for one in outlook:
        if one.expected is None:
            continue
        on = one.expected.on
        key = (on - timedelta(days=on.weekday()), one.open.currency)
        minor, items = sums.get(key, (0, 0))
        sums[key] = (minor + one.open.minor, items + 1)
    return tuple(
        Inflow(week=week, amount=Money(minor, currency), items=items)
        for (week, currency), (minor, items) in sorted(sums.items())
    )

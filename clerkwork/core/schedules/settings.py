"""What the back office sets of schedules, as it is written in `config/schedules.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Closed", "Dark", "Schedules", "TaskSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettings:
    """Of one task; what is left out is as its function declares it."""

    schedule: str | None = None
    """As in `clerkwork.core.schedules.words`; empty: only on demand."""
    calendar: str | None = None
    """Names joined by '+': countries, TARGET, company; empty: none."""
    missed: str | None = None
    """One of `clerkwork.core.schedules.plan.MISSED`."""
    late_after: str | None = None
    """A span such as '15 min', as is the jitter."""
    jitter: str | None = None
    on: bool = True
    why: str = ""
    """Why it is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Days on which the company is closed."""

    days: str
    """Whole days, as in `clerkwork.core.schedules.windows.read_span`."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dark:
    """When nothing runs, or none of some tasks."""

    time: str
    """Days or moments, as in `clerkwork.core.schedules.windows.read_span`."""
    why: str
    tasks: tuple[str, ...] = ()
    """Of no task: of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """`config/schedules.toml`."""

    tasks: Mapping[str, TaskSettings] = field(default_factory=dict)
    dates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Lists of dates by the name under which a schedule speaks of them, e.g. debit."""
    closed: tuple[Closed, ...] = ()
    blackout: tuple[Dark, ...] = ()

"""A task's plan: every moment at which it is due, and what becomes of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from clerkwork.core.schedules.days import BusinessDays, Days
from clerkwork.core.schedules.windows import Blackout, Window, closed_until
from clerkwork.core.schedules.zone import place, wall

__all__ = ["MISSED", "WHEN_CLOSED", "Plan", "Slot", "opened", "slots"]

MISSED = ("catch up", "latest", "skip")
"""What is done with slots that were missed: run each, run only the last one, or none."""

WHEN_CLOSED = ("wait", "skip")
"""What becomes of a slot that falls into a closed window of a portal of its task."""

_MARGIN = timedelta(days=2)
"""More than any zone's clock was ever moved at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One due moment."""

    due: datetime
    """UTC; what identifies it, together with its task."""
    start: datetime
    """UTC; the earliest moment at which it may begin: after a closed window, and after jitter."""
    why: str = ""
    """Why it does not run; empty if it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When a task runs, as its function and the back office say together."""

    task: str
    said: str
    """Its schedule as it is written, with its calendar."""
    times: tuple[time, ...]
    """Of the wall clock, in order; on each of its days."""
    days: Days
    zone: ZoneInfo
    business: BusinessDays = field(default_factory=BusinessDays)
    """Whose holidays it keeps; of no calendar, it runs on all of its days."""
    missed: str = "latest"
    """One of `MISSED`."""
    overlap: bool = False
    """Whether it begins while its run before has not ended."""
    late_after: timedelta = timedelta(minutes=15)
    """How long after its start a slot still counts as in time."""
    jitter: timedelta = timedelta(0)
    """Most by which a slot begins later, so that not everybody comes at once."""
    priority: int = 100
    """Lower comes first."""
    queue: str = "clerks"
    off: str = ""
    """Why it is switched off; empty if it is on."""
    blackouts: tuple[Blackout, ...] = ()
    windows: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    """Portal → when it may not be touched; of the portals that the task declares."""
    when_closed: str = "wait"
    """One of `WHEN_CLOSED`."""


def slots(plan: Plan, after: datetime, until: datetime) -> Iterator[Slot]:
    """Every slot after an instant up to and including another, in order.

    Each moment of the wall clock is due once: one that the clock leaves out at the first instant
    after the gap, where several of them are one; one that it shows twice, at the first time.
    """
    for due, shown in groupby(_moments(plan, after, until), key=lambda found: found[0]):
        yield _slot(plan, due, [moment for _, moment in shown])


def _moments(plan: Plan, after: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Instants with what the wall clock is meant to show."""
    if until <= after or not plan.times:
        return
    first, last = wall(after, plan.zone) - _MARGIN, wall(until, plan.zone) + _MARGIN
    for day in plan.days(first.date(), last.date()):
        for at in plan.times:
            shown = datetime.combine(day, at)
            due = place(shown, plan.zone)
            if after < due <= until:
                yield due, shown


def _slot(plan: Plan, due: datetime, shown: list[datetime]) -> Slot:
    # Of several moments that fall on one instant, one that runs is enough.
    reasons = [plan.business.off(day) for day in {moment.date(): 0 for moment in shown}]
    why = plan.off or ("" if "" in reasons else reasons[0]) or _dark(plan, due)
    if why:
        return Slot(due=due, start=due, why=why)
    start, portal = opened(plan, due)
    if portal and plan.when_closed == "skip":
        told = f"{wall(start, plan.zone):%Y-%m-%d %H:%M}"
        return Slot(due=due, start=due, why=f"closed window: {portal} is closed until {told}")
    dark = _dark(plan, start)
    if dark:
        return Slot(due=due, start=due, why=dark)
    return Slot(due=due, start=_jittered(plan, due, start))


def _dark(plan: Plan, instant: datetime) -> str:
    for blackout in plan.blackouts:
        if blackout.span.holds(instant, plan.zone):
            return f"blackout: {blackout.why}"
    return ""


def opened(plan: Plan, instant: datetime) -> tuple[datetime, str]:
    """When all of its portals are open, and the first that was not; empty if all are."""
    every = [window for windows in plan.windows.values() for window in windows]
    until = closed_until(every, instant, plan.zone)
    if until is None:
        return instant, ""
    return until, next(
        name
        for name, windows in plan.windows.items()
        if any(window.around(instant, plan.zone) for window in windows)
    )


def _jittered(plan: Plan, due: datetime, start: datetime) -> datetime:
    """Later by a share of the jitter that the task and the slot alone decide."""
    if not plan.jitter:
        return start
    digest = hashlib.sha256(f"{plan.task}/{due.isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    seconds = min(plan.jitter, plan.late_after).total_seconds()
    later = start + timedelta(seconds=int(share * seconds))
    # It never carries a slot to where it may not run.
    return start if _dark(plan, later) or opened(plan, later)[1] else later

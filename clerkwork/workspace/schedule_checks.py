"""What `config/schedules.toml` and closed windows must be beyond their shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from babel.core import Locale

from clerkwork.core.calendar import TARGET
from clerkwork.core.portals import PortalSettings
from clerkwork.core.schedules.days import COMPANY, calendar_names
from clerkwork.core.schedules.durations import duration
from clerkwork.core.schedules.plan import MISSED
from clerkwork.core.schedules.windows import never_open, read_span, read_windows
from clerkwork.core.schedules.words import Cron, read_schedule
from clerkwork.workspace.toml import meant

if TYPE_CHECKING:
    from clerkwork.workspace.config import Config

__all__ = [
    "calendar_problem",
    "dates_problem",
    "is_country",
    "schedule_problems",
    "window_problems",
]

_FILE = "schedules.toml"
_NAME = re.compile("[a-z][a-z0-9_]*")

Problem = tuple[str, Sequence[str | int], str]
"""As in `clerkwork.workspace.checks`."""


def is_country(code: str) -> bool:
    """Whether it is a country of ISO 3166 alpha-2."""
    return bool(re.fullmatch("[A-Z]{2}", code)) and code in Locale("en").territories


def schedule_problems(config: Config, root: Path) -> Iterator[Problem]:
    """What is wrong in the file itself; whether its tasks exist is another question."""
    yield from _tasks(config)
    for name, dates in config.schedules.dates.items():
        if not _NAME.fullmatch(name):
            wrong = f"the name {name!r}; expected one small word such as debit"
            yield _FILE, ("dates", name), wrong
        for written in dates:
            try:
                date.fromisoformat(written)
            except ValueError:
                wrong = f"{written!r} in a list of dates; expected dates such as 2026-12-28"
                yield _FILE, ("dates", name), wrong
    for number, closed in enumerate(config.schedules.closed):
        for wrong in _told(read_span, closed.days):
            yield _FILE, ("closed", number, "days"), wrong
        if ":" in closed.days:
            wrong = f"{closed.days!r}; expected whole days. Hours belong into [[blackout]]"
            yield _FILE, ("closed", number, "days"), wrong
        if not closed.why.strip():
            yield _FILE, ("closed", number, "why"), "empty; expected why the company is closed"
    for number, dark in enumerate(config.schedules.blackout):
        for wrong in _told(read_span, dark.time):
            yield _FILE, ("blackout", number, "time"), wrong
        if not dark.why.strip():
            yield _FILE, ("blackout", number, "why"), "empty; expected why nothing may run then"


def _tasks(config: Config) -> Iterator[Problem]:
    for name, settings in config.schedules.tasks.items():
        at = ("tasks", name)
        if settings.schedule:
            for wrong in _told(read_schedule, settings.schedule):
                yield _FILE, (*at, "schedule"), f"wrong: {wrong}"
            wrong = dates_problem(settings.schedule, config.schedules.dates)
            if wrong:
                yield _FILE, (*at, "schedule"), wrong
        if wrong := calendar_problem(settings.calendar or ""):
            yield _FILE, (*at, "calendar"), wrong
        if settings.missed is not None and settings.missed not in MISSED:
            yield _FILE, (*at, "missed"), f"{settings.missed!r}. {meant(settings.missed, MISSED)}"
        for key in ("late_after", "jitter"):
            for wrong in _told(duration, getattr(settings, key) or "0 s"):
                yield _FILE, (*at, key), wrong
        if settings.why and settings.on:
            wrong = "given, but the task is on; it says why a task is off: add on = false"
            yield _FILE, (*at, "why"), wrong


def window_problems(name: str, portal: PortalSettings) -> Iterator[Problem]:
    """What is wrong with when a portal may not be touched."""
    wrong = [*_told(read_windows, portal.closed)]
    if not wrong and never_open(read_windows(portal.closed)):
        wrong = ["every hour of the week; expected windows that leave the portal open at times"]
    for one in wrong:
        yield "portals.toml", (name, "closed"), one


def calendar_problem(text: str) -> str:
    """What is wrong with a calendar such as 'NL+TARGET'; empty if nothing is."""
    for name in calendar_names(text):
        country = name.partition("-")[0]
        part = re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", name)
        if name not in (TARGET, COMPANY) and not (part and is_country(country)):
            return (
                f"{text!r}; expected a country's two letters such as NL, a part of one such as "
                f"DE-BY, {TARGET} or {COMPANY}, or several as in NL+{TARGET}"
            )
    return ""


def dates_problem(schedule: str, known: Iterable[str]) -> str:
    """What is wrong with the list of dates that a schedule names; empty if nothing is."""
    try:
        said = read_schedule(schedule)
    except ValueError:
        return ""  # Told by whoever reads it.
    named = "" if isinstance(said, Cron) or said.anchor is None else said.anchor.dates
    if not named or named in known:
        return ""
    guess = f"{meant(named, [*known])} ".lstrip()
    return (
        f"{schedule!r}, and there is no list of dates {named!r}. {guess}Declare "
        'it in config/schedules.toml, under [dates], as in debit = ["2026-12-28"]'
    )


def _told(read: Callable[..., object], written: object) -> Iterator[str]:
    try:
        read(written)
    except ValueError as error:
        yield str(error)

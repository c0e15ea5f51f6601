"""Tasks with what the back office sets of them, and their timetable."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from clerkwork.adapters.schedule import cron_days, cron_times
from clerkwork.app.slots import Timetable
from clerkwork.app.task import Task
from clerkwork.core.schedules.days import read_calendar, rule_days
from clerkwork.core.schedules.durations import duration, said_duration
from clerkwork.core.schedules.plan import Plan
from clerkwork.core.schedules.settings import Schedules, TaskSettings
from clerkwork.core.schedules.windows import (
    Blackout,
    Window,
    never_open,
    read_span,
    read_windows,
)
from clerkwork.core.schedules.words import Cron, read_schedule
from clerkwork.errors import ConfigError
from clerkwork.workspace.config import Config
from clerkwork.workspace.schedule_checks import calendar_problem, dates_problem
from clerkwork.workspace.toml import meant, read_text, where

__all__ = ["make_timetable", "set_schedules"]

_FILE = "config/schedules.toml"
_WITH_CALENDAR = re.compile(r"(.*?)(?: \(([^()]*)\))?")


def set_schedules(
    tasks: Mapping[str, Task], config: Config, robots: Collection[str], root: Path
) -> Mapping[str, Task]:
    """The tasks as the back office has set them; raises `ConfigError` where that cannot be."""
    schedules = config.schedules
    _check_names(schedules, tasks, root)
    done = {name: _set(task, schedules.tasks.get(name)) for name, task in tasks.items()}
    for name, task in done.items():
        wrong = next(_problems(task, schedules, config, robots), "")
        if wrong:
            raise ConfigError(f"{_place(tasks[name], schedules, root)}: task {name}: {wrong}")
    return done


def _set(task: Task, settings: TaskSettings | None) -> Task:
    if settings is None:
        return task
    off = "" if settings.on else f"switched off{f': {settings.why}' if settings.why else ''}"
    return replace(
        task,
        schedule=task.schedule if settings.schedule is None else settings.schedule,
        calendar=task.calendar if settings.calendar is None else settings.calendar,
        missed=settings.missed or task.missed,
        late_after=duration(settings.late_after) if settings.late_after else task.late_after,
        jitter=duration(settings.jitter) if settings.jitter else task.jitter,
        off=off,
    )


def _check_names(schedules: Schedules, tasks: Collection[str], root: Path) -> None:
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("tasks", name), name) for name in schedules.tasks
    ]
    for number, dark in enumerate(schedules.blackout):
        named += [(("blackout", number, "tasks"), name) for name in dark.tasks]
    for path, name in named:
        if name not in tasks:
            place = where(_FILE, read_text(root / _FILE, _FILE), path)
            raise ConfigError(
                f"{place}: there is no task {name!r} in tasks/. {meant(name, sorted(tasks))} "
                "Correct the name, or remove it"
            )


def _problems(
    task: Task, schedules: Schedules, config: Config, robots: Collection[str]
) -> Iterator[str]:
    if wrong := calendar_problem(task.calendar):
        yield f"calendar is {wrong}"
    if task.schedule and (wrong := dates_problem(task.schedule, schedules.dates)):
        yield f"schedule is {wrong}"
    if task.jitter > task.late_after:
        yield (
            f"jitter is {said_duration(task.jitter)}, but after {said_duration(task.late_after)} "
            "a slot is late; expected no more than late_after"
        )
    for portal in task.portals:
        if portal not in robots:
            yield f"portals names {portal!r}. {meant(portal, sorted(robots))}"
    if never_open(window for windows in _windows(task, config).values() for window in windows):
        yield "its portals are never all open together; expected an hour of the week that is"


def _place(task: Task, schedules: Schedules, root: Path) -> str:
    """Where a task's settings stand: in the back office's file, or with its function."""
    if task.name in schedules.tasks:
        return where(_FILE, read_text(root / _FILE, _FILE), ("tasks", task.name))
    code = task.work.__code__
    file = Path(code.co_filename)
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    return f"{shown}, line {code.co_firstlineno}"


def make_timetable(tasks: Mapping[str, Task], config: Config) -> Timetable:
    """The plans of all tasks; raises `ConfigError` for a calendar of which nothing is known."""

    def planned(task: Task) -> Plan:
        try:
            return _plan(task, config)
        except ValueError as error:
            raise ConfigError(f"task {task.name}: its calendar is {error}") from None

    def former(plan: Plan, said: str) -> Plan | None:
        found = _WITH_CALENDAR.fullmatch(said)
        schedule, calendar = found.groups() if found else ("", "")
        task = replace(tasks[plan.task], schedule=schedule, calendar=calendar or "")
        if calendar_problem(task.calendar) or dates_problem(schedule, config.schedules.dates):
            return None
        try:
            return _plan(task, config)
        except ValueError:
            return None

    return Timetable(plans={name: planned(task) for name, task in tasks.items()}, former=former)


def _plan(task: Task, config: Config) -> Plan:
    schedules = config.schedules
    closed = {day: one.why for one in schedules.closed for day in read_span(one.days).days()}
    plan = Plan(
        task=task.name,
        said="",
        times=(),
        days=_no_days,
        zone=ZoneInfo(config.calendar.zone),
        business=read_calendar(task.calendar, closed),
        missed=task.missed,
        overlap=task.overlap,
        late_after=task.late_after,
        jitter=task.jitter,
        priority=task.priority,
        queue=task.queue,
        off=task.off,
        blackouts=_blackouts(task, schedules),
        windows=_windows(task, config),
        when_closed=task.when_closed,
    )
    if not task.schedule:
        return plan
    said = f"{task.schedule} ({task.calendar})" if task.calendar else task.schedule
    read = read_schedule(task.schedule)
    if isinstance(read, Cron):
        return replace(plan, said=said, times=cron_times(read), days=cron_days(read))
    business = plan.business
    if read.needs_calendar and not task.calendar:
        business = read_calendar(config.calendar.country, closed)
    days = rule_days(read, business, _dates(schedules))
    return replace(plan, said=said, times=read.times, days=days, business=business)


def _no_days(first: date, last: date) -> tuple[date, ...]:
    return ()


def _dates(schedules: Schedules) -> Mapping[str, tuple[date, ...]]:
    return {
        name: tuple(date.fromisoformat(written) for written in dates)
        for name, dates in schedules.dates.items()
    }


def _blackouts(task: Task, schedules: Schedules) -> tuple[Blackout, ...]:
    return tuple(
        Blackout(span=read_span(one.time), why=one.why)
        for one in schedules.blackout
        if not one.tasks or task.name in one.tasks
    )


def _windows(task: Task, config: Config) -> Mapping[str, tuple[Window, ...]]:
    return {
        name: read_windows(config.portals[name].closed)
        for name in task.portals
        if name in config.portals
    }

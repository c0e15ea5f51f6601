"""What a task is: a plain function of a run, with the moment it is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from clerkwork.core.schedules.durations import duration
from clerkwork.core.schedules.plan import MISSED, WHEN_CLOSED
from clerkwork.core.schedules.words import read_schedule
from clerkwork.errors import ConfigError
from clerkwork.ports import NORMAL, QUEUE

if TYPE_CHECKING:
    from clerkwork.app.run import Run

__all__ = ["Task", "task"]

_IN_TIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as `clerkwork list` shows it and `clerkwork run` runs it."""

    name: str
    work: Callable[[Run], None]
    about: str = ""
    """First line of the function's docstring."""
    after: str = ""
    """What it is run after by itself: 'approval', once an approver has answered; 'link', once a
    debtor asked for a payment link."""
    schedule: str = ""
    """Cron with day names, or plain words, in the creditor's time zone; empty: only on demand."""
    calendar: str = ""
    """Whose holidays it skips, joined by '+': countries (ISO 3166), TARGET; empty: none."""
    missed: str = "latest"
    """What is done with slots that nobody ran in time: 'catch up', 'latest' or 'skip'."""
    overlap: bool = False
    """Whether it may begin while its run before has not ended."""
    late_after: timedelta = _IN_TIME
    """How long after its moment a slot still counts as in time."""
    deadline: timedelta | None = None
    """After which a run of it is ended; None: the engine's own."""
    jitter: timedelta = timedelta(0)
    """Most by which a slot begins later than said."""
    priority: int = NORMAL
    """Lower comes first."""
    queue: str = QUEUE
    portals: tuple[str, ...] = ()
    """Robots whose portals it opens: their closed windows are waited for."""
    when_closed: str = "wait"
    """What becomes of a slot in a closed window: 'wait' for its end, or 'skip'."""
    off: str = ""
    """Why its schedule is switched off, as the back office says; empty if it is on."""


def task(
    *,
    schedule: str = "",
    calendar: str = "",
    after: str = "",
    missed: str = "latest",
    overlap: bool = False,
    late_after: str = "15 min",
    deadline: str = "",
    jitter: str = "",
    priority: int = NORMAL,
    queue: str = QUEUE,
    portals: Sequence[str] = (),
    when_closed: str = "wait",
) -> Callable[[Callable[[Run], None]], Task]:
    """Make a function of a run into a task.

    `schedule` is 'minute hour day month weekday' with weekdays as names, or words such as
    '06:00 on business days'; spans are written like '15 min'. What each may say stands in
    docs/schedules.md. Raises `ConfigError` with what was expected.
    """

    def declare(work: Callable[[Run], None]) -> Task:
        name = work.__name__
        try:
            if schedule:
                read_schedule(schedule)
            made = Task(
                name=name,
                work=work,
                about=(work.__doc__ or "").strip().partition("\n")[0],
                schedule=schedule,
                calendar=calendar,
                after=after,
                missed=_one_of("missed", missed, MISSED),
                overlap=overlap,
                late_after=_span("late_after", late_after),
                deadline=_span("deadline", deadline) if deadline else None,
                jitter=_span("jitter", jitter) if jitter else timedelta(0),
                priority=priority,
                queue=queue,
                portals=_names(portals),
                when_closed=_one_of("when_closed", when_closed, WHEN_CLOSED),
            )
        except ValueError as error:
            raise ConfigError(f"task {name}: {error}") from None
        if priority < 1:
            raise ConfigError(f"task {name}: priority is {priority}; expected 1 or more")
        return made

    return declare


def _span(key: str, text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError as error:
        raise ValueError(f"{key} is {error}") from None


def _one_of(key: str, word: str, known: Sequence[str]) -> str:
    if word in known:
        return word
    close = get_close_matches(word, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"{key} is {word!r}; expected one of {', '.join(map(repr, known))}{hint}")


def _names(portals: Sequence[str]) -> tuple[str, ...]:
    if isinstance(portals, str):
        raise ValueError(f"portals is {portals!r}; expected a list of robots' names in brackets")
    return tuple(portals)

"""Foresee: which contacts would go on the coming days, and what comes next for one debtor."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from clerkwork.app.remind_facts import Glance, Known, look
from clerkwork.app.walk import Walks
from clerkwork.core.behaviour import Habit, habit
from clerkwork.core.journeys import (
    Journey,
    Plan,
    as_sent,
    contacts_had,
    journey_of,
    late_of,
    oldest_due,
    reached,
    stop_reasons,
)
from clerkwork.core.ledger import Debtor
from clerkwork.core.messages import Message
from clerkwork.core.segments import Assignment
from clerkwork.errors import BusinessError
from clerkwork.ports import Clock, Outbox

__all__ = ["Ahead", "Foreseen", "Whereabouts", "find_debtor", "foresee"]

_AHEAD = 92
"""Days that are looked ahead for what comes next for one debtor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """Contacts of one kind on one day."""

    day: dt.date
    channel: str
    segment: str
    journey: str
    step: str
    count: int


@dataclass(slots=True, kw_only=True)
class Foreseen:
    """What would go, as if nobody paid, wrote or promised meanwhile."""

    ahead: tuple[Ahead, ...] = ()
    held: Counter[str] = field(default_factory=Counter)
    """Debtors who are due and left alone, by the rule that holds them back."""
    to_collection: int = 0
    """Debtors of whom a person would be asked about collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where one debtor stands."""

    debtor: Debtor
    """With what he declared."""
    assigned: Assignment | None
    journey: Journey
    manner: str
    """How he pays, of `clerkwork.core.behaviour.MANNERS`."""
    habit: Habit | None
    level: int
    """Of the furthest reminder that he had of what is overdue now; 0 before the first."""
    had: tuple[Message, ...]
    """Contacts as his journey counts them: about what is overdue longest, oldest first."""
    next: Plan | None
    """The next contact, `today` being its day; None where nothing comes. Where something is at the
    end of his journey by that day, the question about collection."""
    stops: tuple[str, ...]
    """What would hold it back as things stand now."""


def foresee(
    *,
    known: Known,
    walks: Walks,
    outbox: Outbox,
    clock: Clock,
    accounts: Sequence[str],
    channels: Collection[str],
    days: int,
) -> Foreseen:
    """The contacts of so many days, today the first; nothing is written.

    It is taken that statements and open items come every morning; what holds a debtor back now
    (money, a dispute, a block, an open question) holds him back until then.
    """
    glance = look(known, accounts, clock)
    history = {number: list(had) for number, had in outbox.histories().items()}
    owing = [number for number in glance.debtors if number in glance.items]
    counted: Counter[tuple[dt.date, str, str, str, str]] = Counter()
    held: dict[str, str] = {}
    asked: set[str] = set()
    for day in _coming(clock.today(), days):
        books = _on(glance, day, walks)
        _let_in(walks, books, owing, history, day, channels)
        for due in walks.plan(books, owing, history, day, channels):
            number = due.debtor.number
            if due.stops:
                held.setdefault(number, due.stops[0].partition(":")[0])
            elif due.step is None:
                asked.add(number)
            else:
                held.pop(number, None)
                counted[day, due.channel, due.segment, due.journey, due.step.name] += 1
                history.setdefault(number, []).append(as_sent(due))
    return Foreseen(
        ahead=tuple(
            Ahead(day=day, channel=channel, segment=segment, journey=journey, step=step, count=n)
            for (day, channel, segment, journey, step), n in sorted(counted.items())
        ),
        held=Counter(held.values()),
        to_collection=len(asked),
    )


def find_debtor(
    number: str,
    *,
    known: Known,
    walks: Walks,
    outbox: Outbox,
    clock: Clock,
    accounts: Sequence[str],
    channels: Collection[str],
) -> Whereabouts:
    """Where he stands on which journey, and why; raises `BusinessError` if there is no such one."""
    glance = look(known, accounts, clock)
    debtor = glance.debtors.get(number)
    if debtor is None:
        raise BusinessError(
            f"there is no debtor {number!r} in what was fetched from the ERP. Look the number up "
            "there, or run the task that fetches debtors"
        )
    history = outbox.histories(number)
    own, today = glance.items.get(number, ()), clock.today()
    segments = walks.sorted([debtor], glance.items, channels)
    grounds, taken = walks.in_arms(segments, glance.items)
    assigned = grounds.get(number)
    journey = taken.get(number) or journey_of(debtor, assigned, walks.journeys)
    following = _next(glance, number, history, walks, today, channels) if own else None
    asked = following.items if following else ()
    # What comes next may be about a part of what is late: the rest is promised.
    about = asked if any(item.days_overdue(today) > 0 for item in asked) else own
    had = contacts_had(about, history.get(number, ()), today)
    # As it stands now: what a later day brings nobody knows.
    stops = (
        stop_reasons(
            replace(following, today=today),
            history.get(number, ()),
            glance.stops,
            journey,
            walks.calendar,
            walks.law,
        )
        if following
        else ()
    )
    if following and following.today != today:
        # At what hour it is asked says nothing of another day.
        stops = tuple(reason for reason in stops if not reason.startswith("quiet hours"))
    habits = walks.habits
    paid = habits.paid.get(number, ()) if habits else ()
    return Whereabouts(
        debtor=debtor,
        assigned=assigned,
        journey=journey,
        manner=habits.manner(number) if habits else "",
        habit=habit(paid),
        level=reached(had, journey, oldest_due(late_of(about, today))),
        had=had,
        next=following,
        stops=stops,
    )


def _next(
    glance: Glance,
    number: str,
    history: Mapping[str, Sequence[Message]],
    walks: Walks,
    today: dt.date,
    channels: Collection[str],
) -> Plan | None:
    for day in _coming(today, _AHEAD):
        books = _on(glance, day, walks)
        _let_in(walks, books, [number], history, day, channels)
        # On a Sunday nothing goes, and on Monday it is due as well.
        found = [
            due
            for due in walks.plan(books, [number], history, day, channels)
            if not any(reason.startswith("quiet hours") for reason in due.stops)
        ]
        if found:
            return next((due for due in found if due.step is None), found[0])
    return None


def _let_in(
    walks: Walks,
    books: Glance,
    numbers: Collection[str],
    history: Mapping[str, Sequence[Message]],
    day: dt.date,
    channels: Collection[str],
) -> None:
    """Who comes into an experiment on that day, as far as whoever looks ahead is concerned."""
    if walks.laboratory is not None:
        walks.laboratory.let_in(walks.arrivals(books, numbers, history, day, channels))


def _coming(today: dt.date, days: int) -> Iterator[dt.date]:
    return (today + dt.timedelta(days=n) for n in range(days))


def _on(glance: Glance, day: dt.date, walks: Walks) -> Glance:
    """The books as they would stand on a day whose morning went as mornings go."""
    start = max(journey.hours.start for journey in walks.journeys)
    now = dt.datetime.combine(day, start, tzinfo=ZoneInfo(walks.calendar.zone))
    stops = replace(
        glance.stops,
        now=now.astimezone(dt.UTC),
        statements=dict.fromkeys(glance.stops.statements, day),
        items_fetched=True,
        keyed_since_fetch=False,
        fetched={},
    )
    return replace(glance, stops=stops)

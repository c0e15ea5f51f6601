"""A journey walked through days that are over, on what was open on each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys.due import Plan, as_sent, due_on, next_contact
from clerkwork.core.journeys.journey import CHANNELS, Journey, Payday
from clerkwork.core.journeys.law import Law
from clerkwork.core.journeys.plan import with_claim
from clerkwork.core.journeys.stops import Stops, stop_reasons
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message

__all__ = ["Was", "replayed"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Was:
    """An item as it was open for a while."""

    item: OpenItem
    since: date
    """The first day on which it was open."""
    until: date = date.max
    """The first day on which it was not open any more."""


def replayed(
    debtor: Debtor,
    items: Sequence[Was],
    history: Sequence[Message],
    journey: Journey,
    begin: date,
    end: date,
    calendar: Calendar,
    paydays: Mapping[str, Payday],
    channels: Collection[str] = CHANNELS,
    law: Law | None = None,
) -> Iterator[Plan]:
    """The contacts that he would have had from `begin` until before `end`, in their order.

    `history` is what he really had before `begin`, oldest first. He pays when he really paid,
    whatever is sent; what held reminders back on those days (a promise, money in review, a block)
    is not known any more. After the question about collection, which comes as a plan without a
    step, nothing more is asked of what it was about.
    """
    free, had = replace(debtor, block=""), list(history)
    given: set[str] = set()
    today = begin
    while today < end:
        there = [was for was in items if was.item.number not in given]
        standing = [was.item for was in there if was.since <= today < was.until]
        turns = (d for was in there for d in (was.since, was.until) if d > today)
        changes = min((end, *turns))
        found = (
            next_contact(free, standing, had, journey, today, calendar, paydays, law)
            if standing
            else None
        )
        if found is None or found >= changes:
            today = changes
            continue
        today = found
        due = due_on(free, standing, had, journey, today, calendar, paydays, channels, law).first
        # A notice that announced no costs would be none, and come again.
        due = with_claim(due, had, law) if due else None
        morning = _morning(today, journey, calendar)
        if due and not stop_reasons(due, had, morning, journey, calendar, law):
            yield due
            if due.step is None:
                given |= {item.number for item in due.items}
                continue
            had.append(as_sent(due))
        today += _DAY


def _morning(day: date, journey: Journey, calendar: Calendar) -> Stops:
    """A morning that went as mornings go: statements and open items came."""
    now = datetime.combine(day, journey.hours.start, tzinfo=ZoneInfo(calendar.zone))
    return Stops(now=now.astimezone(UTC), statements={"": day})

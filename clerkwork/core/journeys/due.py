"""The one contact that a debtor is due on a day, if he is due one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys.claims import Claim, costs_from
from clerkwork.core.journeys.journey import CHANNELS, UNTOLD, Journey, Payday, Step
from clerkwork.core.journeys.law import Law
from clerkwork.core.journeys.reach import chosen, ways_to
from clerkwork.core.journeys.standing import (
    contacts,
    contacts_about,
    ends_of,
    going_of,
    gone,
    in_these,
    late_of,
    owed_of,
    steps_ahead,
)
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, total

__all__ = [
    "Due",
    "Plan",
    "as_sent",
    "contacts_had",
    "due_on",
    "next_contact",
]

_NEVER = 9
_NO_PAYDAYS: Mapping[str, Payday] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The one contact a debtor is due today; it goes only if nothing stops it."""

    debtor: Debtor
    journey: str
    step: Step | None
    """None when all contacts were had: a person is asked about collection."""
    items: tuple[OpenItem, ...]
    """What it is about, oldest first: his overdue items without the disputed ones, and his credit
    notes, each with what is left of it for these; before the due date, what falls due soon."""
    amounts: tuple[Money, ...]
    """What he owes of them, net, per currency; each above zero."""
    channel: str
    """One of `CHANNELS`, or empty if he cannot be reached."""
    to: str
    today: date
    had: tuple[str, ...] = ()
    """Channels of the reminders he had of this cycle, in their order."""
    segment: str = ""
    """Why he takes this journey: the name of his segment, empty if his kind alone says so."""
    ground: tuple[str, ...] = ()
    """Why he is in that segment, in words."""
    attempt: int = 1
    claim: Claim | None = None
    """What it asks beyond the items; None where nothing."""
    stops: tuple[str, ...] = field(default=())
    """Why it does not go, in words; empty if it goes."""

    @property
    def cycle(self) -> date:
        """Due date of the oldest item: contacts are counted from here."""
        return min(item.due for item in self.items if item.open.minor > 0)

    @property
    def asked(self) -> tuple[Money, ...]:
        """What is to be paid, per currency: the items, and what is claimed beyond them."""
        beyond = [m for m in (self.claim.costs, self.claim.interest) if m] if self.claim else []
        return tuple(
            total((amount, *(m for m in beyond if m.currency == amount.currency)), amount.currency)
            for amount in self.amounts
        )

    @property
    def key(self) -> str:
        """One message has one key, for ever."""
        step = self.step.name if self.step else "hand over"
        parts = (self.debtor.number, self.journey, step, self.cycle.isoformat(), self.channel)
        return "/".join((*parts, str(self.attempt)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What comes of a debtor on one day."""

    contact: Plan | None
    """What he is sent."""
    question: Plan | None
    """About collection of what is at the end of his journey. It goes to a person, so it waits for
    nothing that the debtor is sent about other items."""

    @property
    def first(self) -> Plan | None:
        """A message goes before the question."""
        return self.contact or self.question


def as_sent(due: Plan) -> Message:
    """The contact as it would stand in the outbox once it went, for who only looks ahead."""
    return Message(
        key=due.key,
        channel=due.channel,
        to=due.to,
        subject="",
        text="",
        html="",
        debtor=due.debtor.number,
        step=due.step.name if due.step else "",
        items=tuple(item.number for item in due.items),
        on=due.today,
        state=MessageState.SENT,
        journey=due.journey,
        announced=due.claim.announced if due.claim else None,
    )


def contacts_had(
    items: Iterable[OpenItem], history: Iterable[Message], today: date
) -> tuple[Message, ...]:
    """The contacts that count on a journey, oldest first: those about what is owed longest.

    `items` are all of one debtor. Who owes nothing that is overdue and undisputed had none.
    """
    overdue = late_of(items, today)
    amounts = owed_of(overdue)
    return contacts_about(history, in_these(overdue, amounts)) if amounts else ()


def due_on(
    debtor: Debtor,
    items: Iterable[OpenItem],
    history: Sequence[Message],
    journey: Journey,
    today: date,
    calendar: Calendar,
    paydays: Mapping[str, Payday] = _NO_PAYDAYS,
    channels: Collection[str] = CHANNELS,
    law: Law | None = None,
) -> Due:
    """What comes today on his journey. `items` are all of his, `history` oldest first.

    `channels` are those that are set up; by another nobody is reached. `law` says whether a notice
    of costs comes before the end. Overdue items come before those that fall due soon. Nothing is
    asked in a currency in which his credit notes outweigh his invoices. What is at the end of its
    journey is apart from the rest.
    """
    own = sorted(items, key=lambda item: (item.due, item.number))
    late = late_of(own, today)
    ends = ends_of(late, history, journey, debtor.kind, law, calendar)
    found = None
    if not _is_early(history, journey, today, calendar):
        going = going_of(own, ends)
        ways = _open_ways(debtor, history, channels)
        overdue = late_of(going, today)
        if amounts := owed_of(overdue):
            asked = in_these(overdue, amounts)
            found = _reminder(debtor, asked, history, journey, today, calendar, paydays, ways, law)
        else:
            found = _notice(debtor, going, history, journey, today, calendar, paydays, ways)
    ripe = [i for i in late if i.open.minor < 0 or ends.get(i.number, date.max) <= today]
    return Due(contact=found, question=_question(debtor, ripe, history, journey, today))


def _question(
    debtor: Debtor,
    ripe: Sequence[OpenItem],
    history: Sequence[Message],
    journey: Journey,
    today: date,
) -> Plan | None:
    """Of what is at the end of his journey, with his credit notes."""
    amounts = owed_of(ripe)
    if not amounts:
        return None
    asked = in_these(ripe, amounts)
    due = Plan(
        debtor=debtor,
        journey=journey.name,
        step=None,
        items=tuple(asked),
        amounts=amounts,
        channel="",
        to="",
        today=today,
        had=tuple(m.channel for m in contacts_about(history, asked)),
    )
    return _next_attempt(due, history)


def next_contact(
    debtor: Debtor,
    items: Iterable[OpenItem],
    history: Sequence[Message],
    journey: Journey,
    since: date,
    calendar: Calendar,
    paydays: Mapping[str, Payday] = _NO_PAYDAYS,
    law: Law | None = None,
) -> date | None:
    """No contact is due before this day, from `since` on, if nothing changes; None if none is ever.

    On the day itself one may still be held back: ask `due_on` then.
    """
    own = tuple(items)
    ends = ends_of(late_of(own, since), history, journey, debtor.kind, law, calendar)
    going = going_of(own, ends)
    days = list(ends.values())
    overdue = late_of(going, since)
    if amounts := owed_of(overdue):
        asked = in_these(overdue, amounts)
        following = _next_reminder(asked, history, journey, calendar, paydays, debtor.kind, law)
        days.append(following.on)
    else:
        coming = _coming(going, since)
        days += [i.due + timedelta(days=1) for i in coming]
        for step in _notices_to(debtor, journey):
            told = {n for m in history if m.step == step.name for n in m.items}
            days += [step.day(i.due, calendar, paydays) for i in coming if i.number not in told]
    return max(since, min(days)) if days else None


def _notices_to(debtor: Debtor, journey: Journey) -> tuple[Step, ...]:
    """The steps before the due date, which he may decline."""
    return () if UNTOLD in debtor.needs else journey.notices


def _coming(items: Iterable[OpenItem], day: date) -> list[OpenItem]:
    """What falls due on a day or later."""
    return [i for i in items if i.open.minor > 0 and i.due >= day and not i.disputed]


def _is_early(
    history: Sequence[Message], journey: Journey, today: date, calendar: Calendar
) -> bool:
    ago = [(today - gone(m, calendar)).days for m in contacts(history, date.min)]
    return 0 in ago or sum(days < 7 for days in ago) >= journey.week


@dataclass(frozen=True, slots=True)
class _Next:
    """The reminder that comes next, whenever it does."""

    step: Step | None
    on: date
    """The first day on which it may come."""
    had: tuple[Message, ...]
    left: int
    """Contacts to come, with this one; many where their number does not matter."""


def _next_reminder(
    items: Sequence[OpenItem],
    history: Sequence[Message],
    journey: Journey,
    calendar: Calendar,
    paydays: Mapping[str, Payday],
    kind: str,
    law: Law | None,
) -> _Next:
    oldest = min(item.due for item in items if item.open.minor > 0)
    had = contacts_about(history, items)
    first = [item for item in items if item.open.minor > 0 and item.due == oldest]
    to_come = steps_ahead(had, first, owed_of(items), journey, kind, law)
    step = to_come[0] if to_come else None
    on = step.day(oldest, calendar, paydays) if step else oldest
    gap = step.gap if step else journey.hand_over
    asked = {item.number for item in items}
    for one in contacts(history, date.min):
        about = not one.items or not asked.isdisjoint(one.items)
        rest = journey.rest(one.step, gap) if about else gap
        on = max(on, gone(one, calendar) + timedelta(days=rest))
    if step is not None and step.costs and law is not None:
        on = max(on, costs_from(law, kind, first, history) or on)
    short = journey.fewest - len(had)
    left = max(len(to_come), short) if journey.fewest > 1 else _NEVER
    return _Next(step, on, had, left)


def _reminder(
    debtor: Debtor,
    items: Sequence[OpenItem],
    history: Sequence[Message],
    journey: Journey,
    today: date,
    calendar: Calendar,
    paydays: Mapping[str, Payday],
    ways: Mapping[str, str],
    law: Law | None,
) -> Plan | None:
    following = _next_reminder(items, history, journey, calendar, paydays, debtor.kind, law)
    if today < following.on:
        return None
    used = tuple(m.channel for m in following.had)
    channel, to = "", ""
    if following.step is not None:
        channel = chosen(debtor, following.step, ways, used, following.left)
        to = ways.get(channel, "")
    due = Plan(
        debtor=debtor,
        journey=journey.name,
        step=following.step,
        items=tuple(items),
        amounts=owed_of(items),
        channel=channel,
        to=to,
        today=today,
        had=used,
    )
    return _next_attempt(due, history)


def _notice(
    debtor: Debtor,
    items: Sequence[OpenItem],
    history: Sequence[Message],
    journey: Journey,
    today: date,
    calendar: Calendar,
    paydays: Mapping[str, Payday],
    ways: Mapping[str, str],
) -> Plan | None:
    """Before the due date: once for each item, several at once where they are due together."""
    coming = _coming(items, today)
    credits = [i for i in items if i.open.minor < 0]
    told: set[str] = set()
    for step in reversed(_notices_to(debtor, journey)):
        # Who was told of it by a later step is not told by an earlier one any more.
        told |= {n for m in contacts(history, date.min) if m.step == step.name for n in m.items}
        own = [
            i
            for i in coming
            if i.number not in told and today >= step.day(i.due, calendar, paydays)
        ]
        owed = owed_of((*own, *credits))
        if not owed or not step.fits(owed):
            continue
        channel = chosen(debtor, step, ways)
        due = Plan(
            debtor=debtor,
            journey=journey.name,
            step=step,
            items=tuple(in_these((*own, *credits), owed)),
            amounts=owed,
            channel=channel,
            to=ways.get(channel, ""),
            today=today,
        )
        # Who cannot be reached is looked for once something is overdue.
        return _next_attempt(due, history) if channel else None
    return None


def _open_ways(
    debtor: Debtor, history: Sequence[Message], channels: Collection[str]
) -> dict[str, str]:
    """Where he is reached, without the addresses that refused a message."""
    refused = {(m.channel, m.to) for m in history if m.state is MessageState.FAILED}
    ways = ways_to(debtor).items()
    return {c: to for c, to in ways if c in channels and (c, to) not in refused}


def _next_attempt(due: Plan, history: Sequence[Message]) -> Plan:
    used = {message.key for message in history}
    while due.key in used:
        due = replace(due, attempt=due.attempt + 1)
    return due

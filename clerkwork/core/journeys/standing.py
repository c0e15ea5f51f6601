"""Where an item stands on a journey: the contacts that it had, and the steps still ahead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys.journey import Journey, Step
from clerkwork.core.journeys.law import Law, notice_asked
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import LINK, Message, MessageState
from clerkwork.core.money import Money, by_currency
from clerkwork.errors import ConfigError

__all__ = [
    "contacts",
    "contacts_about",
    "ends_of",
    "going_of",
    "gone",
    "in_these",
    "late_of",
    "oldest_due",
    "owed_of",
    "reached",
    "steps_ahead",
]

_CONTACT = frozenset(
    {
        MessageState.SENT,
        MessageState.SENDING,
        MessageState.DOUBTFUL,
        MessageState.PRINTED,
        MessageState.HANDING,
    }
)
"""States in which a message reached the debtor, or may have."""


def contacts(history: Iterable[Message], since: date) -> tuple[Message, ...]:
    """The messages on or after a date that reached the debtor, or may have."""
    return tuple(
        m
        for m in history
        if m.state in _CONTACT and m.on is not None and m.on >= since and m.step != LINK
    )


def gone(message: Message, calendar: Calendar) -> date:
    """The day on which it surely was on its way, from which all that follows it is counted.

    A letter may lie printed for days: then it is the day on which it left the house.
    """
    on = message.on or date.max
    return on if message.left is None else max(on, calendar.local(message.left).date())


def reached(had: Iterable[Message], journey: Journey, due: date | None = None) -> int:
    """The level that these contacts, oldest first, led to for an item due on a day.

    A journey that was changed meanwhile, or another one, leaves a debtor where he is: what it
    does not know counts as one level each. A contact that was written for an older item, and
    named this one beside it, takes it one step on and no further: an invoice is not at the end
    of a journey because another one was.
    """
    level = 0
    for message in had:
        known = journey.levels.get(message.step, level + 1)
        if due is not None and message.cycle is not None and message.cycle < due:
            after = (at for at in journey.levels.values() if at > level)
            known = min(known, min(after, default=level + 1))
        level = max(level, known)
    return level


def oldest_due(items: Iterable[OpenItem]) -> date | None:
    """Due date of the invoice that is owed longest; None where there is none."""
    return min((item.due for item in items if item.open.minor > 0), default=None)


def steps_ahead(
    had: Sequence[Message],
    of: Sequence[OpenItem],
    owed: tuple[Money, ...],
    journey: Journey,
    kind: str,
    law: Law | None,
) -> tuple[Step, ...]:
    """The steps still ahead of invoices, due on one day, that had these contacts; none at the end.

    The notice that the law asks of a debtor of this kind before costs is among them until a
    message announced the costs, whatever came after it meanwhile: its step alone says nothing, for
    it may have gone on another journey, under a law that was not known yet, or to another kind of
    debtor. Where the law asks none, or one of today would announce nothing, none is missing.
    """
    level = reached(had, journey, of[0].due)
    told = {message.step for message in had}
    fitting = [step for step in journey.reminders if step.fits(owed)]
    again = [step for step in fitting if step.notice and journey.levels[step.name] <= level]
    if again and not _is_missing(had, of, owed, kind, law):
        again = []
    ahead = tuple(step for step in fitting if journey.levels[step.name] > level or step in again)
    if ahead or len(had) >= journey.fewest:
        return ahead
    # Who came here from another journey may be at its end before he was contacted often enough.
    lacking = tuple(step for step in fitting if step.name not in told)
    return lacking[: journey.fewest - len(had)] or journey.reminders[-1:]


def _is_missing(
    had: Iterable[Message],
    of: Iterable[OpenItem],
    owed: Iterable[Money],
    kind: str,
    law: Law | None,
) -> bool:
    """Whether a notice is asked of him, would announce costs today, and none did yet."""
    if law is None or any(message.announced for message in had):
        return False
    currencies = {item.open.currency for item in of}
    try:
        return any(notice_asked(law, kind, m) for m in owed if m.currency in currencies)
    except ConfigError:
        # A notice under a law that is not known announces nothing; who asks about collection is
        # told that it is not.
        return False


def contacts_about(history: Iterable[Message], items: Sequence[OpenItem]) -> tuple[Message, ...]:
    """Contacts after the due date that named what is owed longest, or nothing at all.

    Of what was disputed or promised then, none did. Where several invoices are owed as long it is
    the one that was named most: one by one they have to have had their contacts.
    """
    oldest = min(item.due for item in items if item.open.minor > 0)
    named = {item.number for item in items if item.due == oldest and item.open.minor > 0}
    had = [m for m in contacts(history, oldest) if m.on != oldest]
    if len(named) > 1:
        counted = Counter(number for m in had for number in named.intersection(m.items))
        named = {max(named, key=lambda number: (counted[number], number))}
    return tuple(m for m in had if not m.items or named.intersection(m.items))


def ends_of(
    late: Iterable[OpenItem],
    history: Iterable[Message],
    journey: Journey,
    kind: str,
    law: Law | None,
    calendar: Calendar,
) -> dict[str, date]:
    """Invoice at the end of its journey → the day from which a person is asked about it.

    `late` is what is asked now of a debtor of a kind. Each stands by itself: what was said about
    another brings none to its end, and one that is there does not hold the others, nor counts with
    them where a step asks how much is owed.
    """
    had = contacts(history, date.min)
    if len(had) < journey.fewest:
        return {}
    own = list(late)
    found: dict[str, date] = {}
    while ended := _ended(own, had, journey, kind, law, calendar):
        found |= ended
        own = going_of(own, ended)
    return found


def _ended(
    own: Sequence[OpenItem],
    had: Iterable[Message],
    journey: Journey,
    kind: str,
    law: Law | None,
    calendar: Calendar,
) -> dict[str, date]:
    owed = owed_of(own)
    found: dict[str, date] = {}
    for item in own:
        about = [
            m for m in had if m.on and m.on > item.due and (not m.items or item.number in m.items)
        ]
        if item.open.minor <= 0 or len(about) < journey.fewest:
            continue
        if not steps_ahead(about, [item], owed, journey, kind, law):
            rests = (
                gone(m, calendar) + timedelta(days=journey.rest(m.step, journey.hand_over))
                for m in about
            )
            found[item.number] = max(rests, default=item.due)
    return found


def going_of(items: Iterable[OpenItem], ends: Collection[str]) -> list[OpenItem]:
    """What is not at the end of its journey, and what is left of the credit notes for it.

    They lower what is at its end first, as what is owed longest. The question about that asks the
    difference, so that what they take off there is not taken off the rest as well.
    """
    own = list(items)
    ended = {m.currency: m.minor for m in by_currency(i.open for i in own if i.number in ends)}
    found = []
    for item in own:
        minor, currency = item.open.minor, item.open.currency
        if item.number in ends:
            continue
        if minor < 0 and (spent := min(-minor, ended.get(currency, 0))):
            ended[currency] -= spent
            if not minor + spent:
                continue
            item = replace(item, open=Money(minor + spent, currency))
        found.append(item)
    return found


def late_of(items: Iterable[OpenItem], day: date) -> list[OpenItem]:
    """What is asked for on a day, and what lowers it."""
    return [i for i in items if i.open.minor < 0 or (i.days_overdue(day) > 0 and not i.disputed)]


def in_these(items: Iterable[OpenItem], amounts: Sequence[Money]) -> list[OpenItem]:
    """The items in the currencies of these amounts."""
    currencies = {amount.currency for amount in amounts}
    return [item for item in items if item.open.currency in currencies]


def owed_of(items: Iterable[OpenItem]) -> tuple[Money, ...]:
    """What they come to net, per currency; each above zero."""
    return tuple(amount for amount in by_currency(i.open for i in items) if amount.minor > 0)

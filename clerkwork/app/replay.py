"""Replay: which contacts the journeys of today would have made in a period that is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clerkwork.app.foresee import Ahead
from clerkwork.app.remind_facts import Known, look
from clerkwork.app.walk import Walks
from clerkwork.core.journeys import Was, journey_of, replayed
from clerkwork.core.ledger import Debtor, OpenItem, PaidItem, by_debtor
from clerkwork.core.messages import Message, MessageState
from clerkwork.ports import Clock, Outbox, PaidItems, Progress

__all__ = ["Replayed", "replay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What would have gone, and what really went."""

    ahead: tuple[Ahead, ...] = ()
    to_collection: int = 0
    """Debtors of whom a person would have been asked about collection."""
    really: Mapping[str, int]
    """Channel → reminders that were sent in the period."""
    known_since: date | None
    """Payments are known from this day on: of before it, what was paid is not in the replay."""


def replay(
    *,
    known: Known,
    walks: Walks,
    outbox: Outbox,
    paid_items: PaidItems,
    clock: Clock,
    accounts: Sequence[str],
    channels: Collection[str],
    begin: date,
    end: date,
    progress: Progress = lambda _what, _done, _of: None,
) -> Replayed:
    """The contacts from `begin` until before `end`; nothing is written.

    Debtors are taken as they are declared, and sorted into segments, today.
    """
    glance = look(known, accounts, clock)
    paid = paid_items.all()
    gone = by_debtor(paid)
    assigned = walks.sorted(glance.debtors.values(), glance.items, channels)
    histories = outbox.histories()
    counted: Counter[tuple[date, str, str, str, str]] = Counter()
    asked = 0
    for done, (number, debtor) in enumerate(glance.debtors.items()):
        progress("debtors", done, len(glance.debtors))
        was = tuple(_was(debtor, glance.items.get(number, ()), gone.get(number, ())))
        mine = assigned.get(number)
        journey = journey_of(debtor, mine, walks.journeys)
        before = [m for m in histories.get(number, ()) if m.on is not None and m.on < begin]
        collected = False
        for due in replayed(
            debtor,
            was,
            before,
            journey,
            begin,
            end,
            walks.calendar,
            walks.paydays,
            channels,
            walks.law,
        ):
            if due.step is None:
                collected = True
                continue
            segment = mine.segment if mine else ""
            counted[due.today, due.channel, segment, due.journey, due.step.name] += 1
        asked += collected
    progress("debtors", len(glance.debtors), len(glance.debtors))
    return Replayed(
        ahead=tuple(
            Ahead(day=day, channel=channel, segment=segment, journey=journey, step=step, count=n)
            for (day, channel, segment, journey, step), n in sorted(counted.items())
        ),
        to_collection=asked,
        really=_sent(histories, begin, end),
        known_since=min((item.on for item in paid), default=None),
    )


def _was(debtor: Debtor, items: Sequence[OpenItem], paid: Sequence[PaidItem]) -> Iterator[Was]:
    # Where the ERP does not say when an invoice was made, the terms of the debtor do.
    terms = timedelta(days=debtor.terms)
    for item in items:
        yield Was(item=item, since=item.issued or item.due - terms)
    for one in paid:
        item = OpenItem(number=one.number, customer=one.customer, open=one.amount, due=one.due)
        yield Was(item=item, since=min(one.due - terms, one.on), until=one.on)


def _sent(histories: Mapping[str, Sequence[Message]], begin: date, end: date) -> dict[str, int]:
    sent = Counter(
        message.channel
        for had in histories.values()
        for message in had
        if message.state is MessageState.SENT and message.on and begin <= message.on < end
    )
    return dict(sorted(sent.items()))

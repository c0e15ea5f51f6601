"""The contacts of a day: at most one for each debtor, with what holds it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys.claims import claimed
from clerkwork.core.journeys.due import Plan, due_on
from clerkwork.core.journeys.journey import CHANNELS, Journey, Payday
from clerkwork.core.journeys.law import Law
from clerkwork.core.journeys.stops import Promised, Stops, stop_reasons
from clerkwork.core.ledger import Debtor, OpenItem, PaidItem, by_debtor
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.segments import Assignment

__all__ = ["apart", "journey_of", "plan", "with_claim"]


def plan(
    debtors: Iterable[Debtor],
    items: Iterable[OpenItem],
    history: Mapping[str, Sequence[Message]],
    stops: Stops,
    journeys: Sequence[Journey],
    today: date,
    calendar: Calendar,
    *,
    paydays: Mapping[str, Payday] | None = None,
    segments: Mapping[str, Assignment] | None = None,
    varied: Mapping[str, Journey] | None = None,
    law: Law | None = None,
    paid: Mapping[str, Sequence[PaidItem]] | None = None,
    channels: Collection[str] = CHANNELS,
) -> tuple[Plan, ...]:
    """At most one contact per debtor, for all his overdue items; longest overdue first.

    What is at the end of his journey is apart: the question about it, which goes to a person,
    comes as a plan of its own without a step, beside the contact about the rest.

    `history` is debtor → his messages, oldest first, and `segments` debtor → his segment; who has
    none takes the journey of his kind. `varied` is debtor → his journey as an experiment's arm has
    it, under the same name. `channels` are those that are set up. Without `law` nothing is asked
    beyond the items, and no hours are kept but the journey's; `paid` is debtor → his paid invoices,
    of which interest may be left. Who owes nothing net, or is not due for a contact yet, has no
    plan; who is held back has one with its reasons. A promise holds back what it is about, and the
    rest of what he owes goes its way.
    """
    owing = by_debtor(items)
    found = []
    for debtor in debtors:
        if debtor.number not in owing:
            continue
        had = history.get(debtor.number, ())
        assigned = (segments or {}).get(debtor.number)
        journey = (varied or {}).get(debtor.number) or journey_of(debtor, assigned, journeys)
        due = asked = None
        for own in apart(owing[debtor.number], stops.promised.get(debtor.number, ()), today):
            look = due_on(debtor, own, had, journey, today, calendar, paydays or {}, channels, law)
            due = due or look.first
            asked = asked or look.question
        both = (asked, due) if due is None or due.step else (due,)
        for one in both:
            if one is None:
                continue
            lying = stops.on_account.get(debtor.number, ())
            own_paid = (paid or {}).get(debtor.number, ())
            one = with_claim(one, had, law, own_paid, lying)
            reasons = stop_reasons(one, had, stops, journey, calendar, law)
            if assigned:
                one = replace(one, segment=assigned.segment, ground=assigned.ground)
            found.append(replace(one, stops=reasons))
    found.sort(key=lambda p: (p.cycle, p.debtor.number, p.step is not None))
    return tuple(_capped(found, journeys))


def apart(
    items: Sequence[OpenItem], promised: Iterable[Promised], today: date
) -> Iterator[Sequence[OpenItem]]:
    """What no promise holds back, where some of it is held; then all of it."""
    held = {number for one in promised if one.holds(today) for number in one.items}
    if held:
        yield [item for item in items if item.number not in held]
    yield items


def with_claim(
    due: Plan,
    had: Sequence[Message],
    law: Law | None,
    paid: Sequence[PaidItem] = (),
    on_account: Sequence[Money] = (),
) -> Plan:
    """The same contact with what it may ask beyond the items."""
    if law is None or due.step is None:
        return due
    claim = claimed(
        law,
        due.step,
        due.debtor.kind,
        due.items,
        had,
        due.today,
        due.channel,
        paid=paid,
        beyond=next((m for m in on_account if m.currency == law.pack.currency), None),
    )
    return replace(due, claim=claim)


def journey_of(debtor: Debtor, assigned: Assignment | None, journeys: Sequence[Journey]) -> Journey:
    """That of his segment, or else of his kind; of an unknown kind the last, the gentlest."""
    if assigned is not None:
        return next(j for j in journeys if j.name == assigned.journey)
    return next((j for j in journeys if debtor.kind in j.kinds), journeys[-1])


def _capped(plans: Iterable[Plan], journeys: Sequence[Journey]) -> Iterator[Plan]:
    """Each journey has a cap of its own: what is due on another takes nothing from it."""
    caps = {journey.name: journey.cap for journey in journeys}
    going: Counter[str] = Counter()
    for one in plans:
        if not one.stops and one.step:
            going[one.journey] += 1
            cap = caps[one.journey]
            if going[one.journey] > cap:
                told = f"cap: a run may send {cap} messages of the journey {one.journey!r}"
                one = replace(one, stops=(told,))
        yield one

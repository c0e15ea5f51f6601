"""One debtor's days: invoices come, he pays or forgets, is reached or not, for a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from clerkwork.core.collection import readiness
from clerkwork.core.journeys import (
    FEWEST,
    Journey,
    Payday,
    Plan,
    Promised,
    Stops,
    apart,
    as_sent,
    next_contact,
    plan,
)
from clerkwork.core.ledger import OpenItem
from clerkwork.core.lots import Lots
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.simulation.bills import Invoice, invoices
from clerkwork.core.simulation.lived import NEVER, Contact, HandedOver, Lived, Named, Year
from clerkwork.core.simulation.people import Person

__all__ = ["live"]


_PAYS_AT_ONCE = 4
"""Days within which who decides to pay does."""
_RICH = 6
"""Days after a payday in which there is money."""
_RECOVERED, _LONG = 0.55, 90
"""Share of what collection brings in, and the days that it takes."""


class _Life:
    """A debtor's state on the way through the year."""

    def __init__(self, who: Person, segment: str, journey: Journey, year: Year) -> None:
        self.who, self.journey, self.year = who, journey, year
        self.lived = Lived(who, segment)
        self.open: list[Invoice] = []
        self.history: list[Message] = []
        self.promises: list[Promised] = []
        self.broke = date.max
        lots = Lots(year.seed, "life", who.debtor.number)
        if lots.falls(who.people.insolvent):
            self.broke = year.begin + timedelta(days=lots.among(0, year.days))
            # A court's register tells it three weeks later.
            self.lived.insolvent = self.broke + timedelta(days=21)
        self.coming = invoices(who, year)
        self.lots = Lots(year.seed, "answers", who.debtor.number)

    def items(self, today: date) -> list[OpenItem]:
        """What the ERP shows of him."""
        return [
            replace(one.item, disputed=True) if today < one.disputed_until else one.item
            for one in self.open
            if not one.given_away
        ]

    def has_money(self, day: date) -> bool:
        """Whether it is a time of the month at which he can pay."""
        people = self.who.people
        if day >= self.broke:
            return False
        short = Lots(self.year.seed, "short", self.who.debtor.number, day.year, day.month)
        if not short.falls(people.short):
            return True
        return self._since_payday(day) < _RICH

    def _since_payday(self, day: date) -> int:
        money = Payday(day=self.who.people.payday)
        this = money.on(day.year, day.month, self.year.calendar)
        if this > day:
            before = day.replace(day=1) - timedelta(days=1)
            this = money.on(before.year, before.month, self.year.calendar)
        return (day - this).days


def live(who: Person, segment: str, journey: Journey, year: Year) -> Lived:
    """Walk one debtor through the year on one journey.

    What he is like and which invoices he gets depend on the seed alone, so that two journeys meet
    the same people; what he does depends on what reaches him.
    """
    life = _Life(who, segment, journey, year)
    today, asked = _earliest(life, year.begin)
    while today < year.end:
        changed = _bill(life, today) + _settle(life, today)
        if changed or asked <= today:
            _reach(life, today)
        today, asked = _earliest(life, today + timedelta(days=1))
    for one in life.open:
        _count(life, one, year.end)
    return life.lived


def _earliest(life: _Life, since: date) -> tuple[date, date]:
    """The next day on which something may happen, and on which he may be contacted."""
    days = [life.coming[0].item.issued or since] if life.coming else []
    for one in life.open:
        days.append(one.agency if one.given_away else min(one.pays, life.year.end))
    asked = _asked_next(life, since) if life.open else NEVER
    return max(since, min([*days, asked])), asked


def _asked_next(life: _Life, since: date) -> date:
    if away := [one.agency for one in life.open if one.given_away]:
        return max(away)
    found = [
        next_contact(
            life.who.debtor,
            own,
            life.history,
            life.journey,
            since,
            life.year.calendar,
            life.year.paydays,
            life.year.law,
        )
        for own in apart(life.items(since), life.promises, since)
    ]
    ends = [one.disputed_until for one in life.open if one.disputed_until >= since]
    return min((day for day in (*found, *ends) if day is not None), default=NEVER)


def _bill(life: _Life, today: date) -> int:
    """Send what is to be sent; how many invoices."""
    before = len(life.open)
    while life.coming and (life.coming[0].item.issued or today) <= today:
        one = life.coming.pop(0)
        life.open.append(one)
        if (one.item.issued or today) >= life.year.begin:
            life.lived.billed += one.item.open.minor
        if one.disputed_until > today:
            life.lived.disputed.append((one.item.number, today, one.disputed_until))
    return len(life.open) - before


def _settle(life: _Life, today: date) -> int:
    """Take in what is paid; how many invoices."""
    before = len(life.open)
    for one in life.open:
        if one.given_away:
            if one.agency <= today:
                one.paid = True
                _count(life, one, today)
                if not life.lots.falls(_RECOVERED):
                    life.lived.written_off += one.item.open.minor
        elif one.pays <= today:
            if today < one.disputed_until:
                one.pays = one.disputed_until
            elif life.has_money(today):
                one.paid = True
                _count(life, one, today)
            elif today >= life.broke:
                one.pays = NEVER
            else:
                one.pays = today + timedelta(days=1)
    life.open = [one for one in life.open if not one.paid]
    return before - len(life.open)


def _count(life: _Life, one: Invoice, until: date) -> None:
    """Add the days that it was open to what it cost."""
    minor, year = one.item.open.minor, life.year
    since = max(one.item.issued or year.begin, year.begin)
    life.lived.owed_days += minor * max(0, (min(until, year.end) - since).days)
    life.lived.late_days += minor * max(0, (min(until, year.end) - one.item.due).days)


def _reach(life: _Life, today: date) -> None:
    """What the house's own planner has for him today, unless something holds it back."""
    year, debtor = life.year, life.who.debtor
    at = year.run_at(today)
    given = life.lived.handed_over[-1].on if any(one.given_away for one in life.open) else None
    stops = Stops(
        now=at,
        statements={"": today},
        promised={debtor.number: tuple(life.promises)},
        handed_over={debtor.number: f"on {given}"} if given else {},
        waiting={debtor.number: ("a court's register",)} if today >= life.lived.insolvent else {},
    )
    plans = plan(
        [debtor],
        life.items(today),
        {debtor.number: life.history},
        stops,
        [life.journey],
        today,
        year.calendar,
        paydays=year.paydays,
        law=year.law,
        channels=year.channels,
    )
    for due in plans:
        if due.stops:
            continue
        if due.step is not None:
            _send(life, due, at)
        elif _hand_over(life, due, today):
            # From now on nothing more goes to him.
            return


def _send(life: _Life, due: Plan, at: datetime) -> None:
    claim = due.claim
    life.history.append(as_sent(due))
    life.lived.contacts.append(
        Contact(
            at,
            due.channel,
            due.step.name if due.step else "",
            due.amounts[0].minor,
            _named(due.items),
            announced=_minor(claim.announced if claim else None),
            last_day=claim.last_day if claim else None,
            costs=_minor(claim.costs if claim else None),
            interest=_minor(claim.interest if claim else None),
        )
    )
    _answer(life, due, due.today)


def _minor(amount: Money | None) -> int:
    return amount.minor if amount else 0


def _named(items: Iterable[OpenItem]) -> tuple[Named, ...]:
    return tuple(Named(item.number, item.due, item.open.minor) for item in items)


def _hand_over(life: _Life, due: Plan, today: date) -> bool:
    """A person agrees to all that may be handed over; whether anything was."""
    numbers = _ready(life, due, today)
    given = [one for one in life.open if one.item.number in numbers and not one.given_away]
    if not given:
        return False
    for one in given:
        one.agency = today + timedelta(days=_LONG)
    amount = sum(one.item.open.minor for one in given)
    life.lived.handed_over.append(HandedOver(today, amount, _named(one.item for one in given)))
    return True


def _ready(life: _Life, due: Plan, today: date) -> set[str]:
    """Numbers of what is handed over; of a shorter ladder than journeys may be, all of it."""
    law, journey = life.year.law, life.journey
    if law is None or journey.fewest < FEWEST:
        return {item.number for item in due.items}
    kind = life.who.debtor.kind
    found = readiness(kind, due.items, life.history, journey, law, today)
    return set() if found.unmet else {item.number for item, _ in found.items}


def _answer(life: _Life, due: Plan, today: date) -> None:
    """What he does about a message, if he notices it."""
    people, lots = life.who.people, life.lots
    noticed = lots.falls(people.hears.get(due.channel, 0.3))
    acts, promises, keeps = lots.share(), lots.share(), lots.falls(people.keeps)
    delay = lots.among(0, _PAYS_AT_ONCE)
    if not noticed or today >= life.broke or due.step is None:
        return
    numbers = {item.number for item in due.items}
    about = [one for one in life.open if one.item.number in numbers]
    level = life.journey.levels[due.step.name]
    if level == 0:
        # A notice is a knot in the handkerchief: who read it does not forget.
        if acts < people.acts[0]:
            for one in about:
                one.pays = min(one.pays, one.item.due + timedelta(days=delay - 1))
        return
    chance = people.acts[min(level, len(people.acts)) - 1]
    if acts < chance and life.has_money(today + timedelta(days=delay)):
        for one in about:
            one.pays = min(one.pays, today + timedelta(days=delay))
    elif promises < people.promises:
        until = today + timedelta(days=14)
        items = tuple(one.item.number for one in about)
        standing = [one for one in life.promises if one.holds(today)]
        life.promises = [*standing, Promised(until=until, items=items)]
        life.lived.promised += [(number, today, until) for number in items]
        if keeps:
            for one in about:
                one.pays = min(one.pays, until - timedelta(days=1))

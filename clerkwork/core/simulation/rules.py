"""Whether what was sent kept the rules, told from the messages alone.

Whoever plans is not asked: nothing here comes from `clerkwork.core.journeys`, and what the Dutch
law has to say of amounts and terms is reckoned anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from clerkwork.core.calendar import Hours, holidays_of
from clerkwork.core.simulation.dutch import Confirmed, costs_of, interest_of, last_day_of
from clerkwork.core.simulation.lived import Contact, HandedOver, Lived, Named

__all__ = ["Measure", "broken"]

_WEEK = 7
_FEWEST, _WAYS = 5, 2
"""Contacts before collection, and the channels over which they went."""
_SUNDAY = 6
_NOTICES = frozenset({"mail", "letter", "whatsapp"})
"""Channels by which costs and a term are told so that it can be shown; a call tells nothing."""

_HOURS = Hours(start=time(7), end=time(20), sundays=False, holidays=False)
"""Of the Dutch quality rules for collection (Bki, 2024): outside them nobody is contacted."""

Broken = Iterator[tuple[str, str]]
"""A rule, and what broke it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the house declares, as far as messages are held against it."""

    zone: str
    country: str
    """Whose public holidays count."""
    hours: Hours = _HOURS
    law: str = "nl"
    """Whose law the claims are under; costs, terms and interest are known of the Dutch alone."""
    vat: Fraction = Fraction(0)
    """Per cent on costs, where the house cannot deduct it."""
    rates: tuple[Confirmed, ...] = ()


def broken(lived: Lived, measure: Measure, week: int = 2) -> Iterator[str]:
    """Each breach in words, its rule first. `week` is how many contacts may go within a week."""
    who, wall = lived.person.debtor, ZoneInfo(measure.zone)
    had: list[tuple[date, Contact]] = []
    for contact in lived.contacts:
        local = contact.at.astimezone(wall)
        rules = [
            *_moment(local, [day for day, _ in had], measure, week),
            *_debt(lived, contact, local.date()),
        ]
        if measure.law == "nl":
            rules += _claim(contact, local.date(), had, who.kind, measure)
        for rule, what in rules:
            said = f", {what}" if what else ""
            yield f"{rule}: debtor {who.number}, {local:%a %d %b %Y %H:%M}{said}"
        had.append((local.date(), contact))
    for given in lived.handed_over:
        for rule, what in _collection(given, had):
            yield f"{rule}: debtor {who.number}, {given.on}, {what}"


def _moment(local: datetime, days: Collection[date], measure: Measure, week: int) -> Broken:
    day, hours = local.date(), measure.hours
    if not hours.start <= local.time() < hours.end:
        yield "quiet hours", ""
    if day.weekday() == _SUNDAY and not hours.sundays:
        yield "Sunday", ""
    holiday = holidays_of(measure.country, day.year).get(day)
    if holiday and not hours.holidays:
        yield "holiday", holiday
    if sum((day - other).days < _WEEK for other in days) >= week:
        yield "too often", f"more than {week} within a week"
    if day in days:
        yield "twice a day", ""


def _debt(lived: Lived, contact: Contact, day: date) -> Broken:
    numbers = _numbers(contact.items)
    if contact.owed <= 0:
        yield "nothing owed", ""
    if contact.owed > sum(item.open for item in contact.items):
        yield "asks too much", f"{contact.owed} cents, more than the items that it names"
    for item, since, until in lived.disputed:
        if item in numbers and since <= day < until:
            yield "disputed", f"{item} is"
    for item, made, until in lived.promised:
        if item in numbers and made < day <= until:
            yield "promised", f"although he had promised to pay {item} by {until}"
    if day >= lived.insolvent:
        yield "insolvent", ""
    for given in lived.handed_over:
        if given.on < day and numbers & _numbers(given.items):
            yield "in collection", f"handed over on {given.on}"


def _claim(
    contact: Contact,
    day: date,
    had: Sequence[tuple[date, Contact]],
    kind: str,
    measure: Measure,
) -> Broken:
    """What it asks or announces beyond its items, against the Dutch law."""
    if contact.announced:
        right = costs_of(sum(item.open for item in contact.items), measure.vat)
        if contact.announced != right:
            yield "wrong costs announced", f"{contact.announced} cents, and not {right}"
        if not _lasts(contact, day):
            yield "term too short", f"up to {contact.last_day}, and not {last_day_of(day)}"
    if contact.costs:
        named = [item for item in contact.items if _noticed(item, day, had, kind)]
        most = costs_of(sum(item.open for item in named), measure.vat)
        if not named:
            yield "costs too soon", "no notice of its items has run out"
        elif contact.costs > most:
            yield "costs too high", f"{contact.costs} cents, and not {most}"
    if contact.interest:
        grown = [
            interest_of(item.open, item.due, day, kind, measure.rates) for item in contact.items
        ]
        known = [part for part in grown if part is not None]
        if len(known) < len(grown):
            yield "interest at no known rate", ""
        elif contact.interest > sum(known):
            yield "interest too high", f"{contact.interest} cents, and not {sum(known)}"


def _lasts(notice: Contact, sent: date) -> bool:
    """Whether the term that a notice gives is no shorter than the law's: else it is void."""
    return notice.last_day is not None and notice.last_day >= last_day_of(sent)


def _noticed(item: Named, day: date, had: Sequence[tuple[date, Contact]], kind: str) -> bool:
    """Whether costs over an item may be asked by now: a consumer had a notice that named it."""
    if kind != "consumer":
        return item.due < day
    return any(
        notice.announced
        and notice.channel in _NOTICES
        and item.number in _numbers(notice.items)
        and item.due < sent
        and _lasts(notice, sent)
        and last_day_of(sent) < day
        for sent, notice in had
    )


def _collection(given: HandedOver, had: Sequence[tuple[date, Contact]]) -> Broken:
    """Each item by itself: who was asked for one invoice was not asked for another."""
    for item in given.items:
        about = [
            contact
            for day, contact in had
            if item.due < day <= given.on and item.number in _numbers(contact.items)
        ]
        if len(about) < _FEWEST:
            yield "collection too soon", f"{item.number} after {len(about)} contacts"
        if len({contact.channel for contact in about}) < _WAYS:
            yield "collection over one channel", item.number
        if any(contact.last_day and contact.last_day >= given.on for contact in about):
            yield "collection before a deadline", item.number


def _numbers(items: Sequence[Named]) -> set[str]:
    return {item.number for item in items}

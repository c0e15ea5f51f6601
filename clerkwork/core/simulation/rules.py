"""Whether what was sent kept the rules, told from the messages alone.

Whoever plans is not asked: nothing here comes from `clerkwork.core.journeys`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clerkwork.core.calendar import holidays_of
from clerkwork.core.simulation.lived import Contact, Lived

__all__ = ["broken"]

_FROM, _UNTIL = 7, 20
"""Hours of the Dutch quality rules for collection (Bki, 2024): outside them nobody is contacted."""
_WEEK, _MOST = 7, 2
_FEWEST = 5
_SUNDAY = 6
_TERM = timedelta(days=16)
"""From a notice of costs to their asking: fourteen days after it arrived (art. 6:96 BW)."""


def broken(lived: Lived, zone: str, country: str) -> Iterator[str]:
    """Each breach in words, its rule first."""
    who, wall = lived.person.debtor.number, ZoneInfo(zone)
    days: list[date] = []
    for contact in lived.contacts:
        local = contact.at.astimezone(wall)
        day = local.date()
        told = f"debtor {who}, {local:%a %d %b %Y %H:%M}"
        if not _FROM <= local.hour < _UNTIL:
            yield f"quiet hours: {told}"
        if day.weekday() == _SUNDAY:
            yield f"Sunday: {told}"
        if holiday := holidays_of(country, day.year).get(day):
            yield f"holiday: {told}, {holiday}"
        if sum((day - other).days < _WEEK for other in days) >= _MOST:
            yield f"too often: {told}, the third within a week"
        if day in days:
            yield f"twice a day: {told}"
        if contact.owed <= 0:
            yield f"nothing owed: {told}"
        for item, since, until in lived.disputed:
            if item in contact.items and since <= day < until:
                yield f"disputed: {told}, {item} is"
        if any(made < day <= until for made, until in lived.promised):
            yield f"promised: {told}, although he had promised to pay by a later day"
        if contact.costs and not _noticed(lived, contact, wall):
            yield f"costs too soon: {told}"
        if day >= lived.insolvent:
            yield f"insolvent: {told}"
        days.append(day)
    for given in lived.handed_over:
        had = _since(lived.contacts, given.oldest, given.on, wall)
        if len(had) < _FEWEST:
            yield f"collection too soon: debtor {who} after {len(had)} contacts"
        if len({contact.channel for contact in had}) < 2:
            yield f"collection over one channel: debtor {who}"


def _noticed(lived: Lived, asking: Contact, wall: ZoneInfo) -> bool:
    """Whether a consumer had a notice of costs, 16 days before at least, of something it names."""
    if lived.person.debtor.kind != "consumer":
        return True
    day = asking.at.astimezone(wall).date()
    return any(
        contact.announced
        and contact.at.astimezone(wall).date() + _TERM <= day
        and set(contact.items) & set(asking.items)
        for contact in lived.contacts
    )


def _since(contacts: Sequence[Contact], due: date, until: date, wall: ZoneInfo) -> list[Contact]:
    """Contacts after the due date, up to a day."""
    return [
        contact
        for contact in contacts
        if due + timedelta(days=1) <= contact.at.astimezone(wall).date() <= until
    ]

"""The invoices that a debtor of a simulation gets, and when he would pay each by himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clerkwork.core.ledger import OpenItem
from clerkwork.core.lots import Lots
from clerkwork.core.money import Money
from clerkwork.core.simulation.lived import NEVER, Year
from clerkwork.core.simulation.people import Person

__all__ = ["Invoice", "invoices"]


@dataclass(slots=True)
class Invoice:
    item: OpenItem
    pays: date
    """When he pays it, as things stand; `date.max` if never by himself."""
    disputed_until: date = date.min
    agency: date = NEVER
    """When collection ends it."""
    paid: bool = False

    @property
    def given_away(self) -> bool:
        return self.agency != NEVER


def invoices(who: Person, year: Year) -> list[Invoice]:
    """All of the year and of the two months before it, by the day they are sent."""
    people = who.people
    lots = Lots(year.seed, "invoices", who.debtor.number)
    found, serial = [], 0
    every = 365 / people.invoices
    at = -60.0 + lots.share() * every
    while at < year.days:
        issued = year.begin + timedelta(days=int(at))
        serial += 1
        one = _invoice(who, issued, serial, lots)
        # What was paid before the year began is none of its business.
        if one.pays >= year.begin:
            found.append(one)
        at += every * (0.6 + 0.8 * lots.share())
    return found


def _invoice(who: Person, issued: date, serial: int, lots: Lots) -> Invoice:
    people, number = who.people, who.debtor.number
    due = issued + timedelta(days=people.terms)
    minor = max(500, int(lots.skewed(people.amount * 100, 0.7)))
    forgotten, late = lots.falls(people.forgets), lots.skewed(people.late, 0.8)
    early, disputed, looked_into = (
        lots.among(0, 10),
        lots.falls(people.disputes),
        lots.among(10, 30),
    )
    recalled, after = lots.falls(people.recalls), lots.among(10, 60)
    if forgotten:
        pays = due + timedelta(days=after) if recalled else NEVER
    else:
        pays = due + timedelta(days=int(late) - (early if late < 3 else 0))
    return Invoice(
        item=OpenItem(
            number=f"{number}-{serial:03}",
            customer=number,
            open=Money(minor, "EUR"),
            due=due,
            issued=issued,
        ),
        pays=max(pays, issued),
        disputed_until=due + timedelta(days=looked_into) if disputed else date.min,
    )

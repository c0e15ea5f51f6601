"""The people of a simulation: what they are, when they pay by themselves, and what they hear.

Assumptions, each of them, and no findings: they are there to compare journeys among the same
people, not to foretell what somebody's own debtors do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from clerkwork.core.behaviour import Paid, habit, manner
from clerkwork.core.journeys import facts_of
from clerkwork.core.ledger import Debtor
from clerkwork.core.lots import Lots
from clerkwork.core.money import Money
from clerkwork.core.segments import Facts

__all__ = ["PEOPLE", "People", "Person", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One sort of debtor. Chances are from 0 to 1, amounts in euros."""

    name: str
    share: float
    """Of all debtors, in any measure."""
    kind: str = "consumer"
    occupation: str = ""
    age: str = ""
    needs: tuple[tuple[float, tuple[str, ...]], ...] = ((1.0, ()),)
    """What is declared of them, weighed: not all declare what they need."""
    wishes: tuple[tuple[float, str], ...] = ((1.0, ""),)
    """Channels asked for, weighed."""
    invoices: float = 12
    """A year."""
    amount: float = 80
    """Median of an invoice."""
    terms: int = 30
    """Days from an invoice to its due date."""
    forgets: float = 0.2
    """Chance that an invoice is forgotten when it is due."""
    recalls: float = 0.5
    """Chance that he thinks of it himself within two months."""
    late: float = 3
    """Median days late of what is paid unasked."""
    short: float = 0.1
    """Chance, in a month, of having no money but in the days after a payday."""
    payday: int = 25
    hears: Mapping[str, float] = field(default_factory=dict)
    """Channel → chance that a message is noticed."""
    acts: tuple[float, ...] = (0.7, 0.7, 0.7, 0.75, 0.8)
    """By level of the reminder: chance that who noticed it pays within days."""
    promises: float = 0.1
    """Chance that who noticed it and does not pay promises to, by a day."""
    keeps: float = 0.7
    """Chance that a promise is kept."""
    disputes: float = 0.01
    """Chance, for an invoice, that he does not agree with it."""
    insolvent: float = 0.002
    """Chance, in the year, of paying nothing any more."""


_BEFORE = date(2001, 1, 1)
"""Any day: of the year before it counts how late each invoice was paid, and in which order."""
_DIGITAL = {"mail": 0.65, "letter": 0.6, "sms": 0.85, "whatsapp": 0.9, "call": 0.5}
_PAPER = {"mail": 0.2, "letter": 0.92, "sms": 0.4, "whatsapp": 0.1, "call": 0.75}
_OFFICE = {"mail": 0.8, "letter": 0.75, "sms": 0.4, "whatsapp": 0.3, "call": 0.7}

PEOPLE: tuple[People, ...] = (
    People(
        name="students",
        share=0.15,
        occupation="student",
        age="18-26",
        wishes=((0.6, "whatsapp"), (0.2, "sms"), (0.2, "")),
        amount=45,
        forgets=0.3,
        late=4,
        short=0.5,
        payday=24,
        hears={**_DIGITAL, "mail": 0.35, "letter": 0.35},
        acts=(0.75, 0.7, 0.65, 0.65, 0.65),
    ),
    People(
        name="mobile first",
        share=0.2,
        age="27-39",
        wishes=((0.4, "whatsapp"), (0.3, "sms"), (0.3, "")),
        amount=70,
        forgets=0.2,
        hears=_DIGITAL,
    ),
    People(
        name="not at ease with computers",
        share=0.12,
        age="70+",
        needs=((0.6, ("paper", "plain language")), (0.4, ())),
        wishes=((0.5, "letter"), (0.5, "")),
        amount=60,
        forgets=0.12,
        late=2,
        hears=_PAPER,
        acts=(0.8, 0.8, 0.75, 0.7, 0.7),
        disputes=0.015,
    ),
    People(
        name="at risk",
        share=0.08,
        age="27-39",
        needs=((0.3, ("plain language",)), (0.3, ("more time",)), (0.4, ())),
        amount=90,
        forgets=0.4,
        recalls=0.3,
        late=12,
        short=0.8,
        hears={**_DIGITAL, "mail": 0.4, "letter": 0.35},
        acts=(0.4, 0.4, 0.4, 0.45, 0.45),
        promises=0.25,
        keeps=0.5,
        insolvent=0.03,
    ),
    People(
        name="other consumers",
        share=0.25,
        amount=75,
        forgets=0.14,
        hears={**_DIGITAL, "whatsapp": 0.6, "sms": 0.7},
    ),
    People(
        name="businesses",
        share=0.13,
        kind="business",
        invoices=24,
        amount=600,
        forgets=0.2,
        late=8,
        short=0.05,
        hears=_OFFICE,
        acts=(0.65, 0.65, 0.7, 0.75, 0.75),
        disputes=0.03,
        insolvent=0.006,
    ),
    People(
        name="businesses short of money",
        share=0.04,
        kind="business",
        invoices=24,
        amount=450,
        forgets=0.25,
        recalls=0.4,
        late=20,
        short=0.4,
        hears=_OFFICE,
        acts=(0.45, 0.5, 0.55, 0.6, 0.65),
        promises=0.3,
        keeps=0.5,
        disputes=0.03,
        insolvent=0.03,
    ),
    People(
        name="key accounts",
        share=0.03,
        kind="business",
        invoices=60,
        amount=6_000,
        forgets=0.1,
        late=9,
        short=0.02,
        hears=_OFFICE,
        acts=(0.7, 0.7, 0.75, 0.75, 0.75),
        disputes=0.06,
        insolvent=0.001,
    ),
)
"""Shares of all debtors that add up to one."""


@dataclass(frozen=True, slots=True)
class Person:
    """A debtor of a simulation, and how he is inside."""

    debtor: Debtor
    people: People
    owes: int
    """Most of what he owed at one time, in cents, as far as anybody can tell beforehand."""
    manner: str = "new"
    """How he paid in the year before, of `clerkwork.core.behaviour.MANNERS`."""

    def facts(self, channels: Collection[str]) -> Facts:
        """What the house knows of him; `channels` are those that are set up."""
        return facts_of(self.debtor, [Money(self.owes, "EUR")], self.manner, channels)


def person(seed: int, number: int, people: tuple[People, ...] = PEOPLE) -> Person:
    """The same debtor at each call with the same seed and number."""
    lots = Lots(seed, "person", number)
    kind = lots.one_of([(one.share, one) for one in people])
    key = f"{number + 1:06}"
    # Most have a mobile number and a mail address; those at ease with paper seldom do.
    digital = kind.hears.get("mail", 0.5)
    debtor = Debtor(
        number=key,
        name=f"Debtor {key}",
        kind=kind.kind,
        address=(f"Laan {number % 400 + 1}", "1000 AA Stad"),
        email=f"d{key}@mail.example" if lots.falls(0.5 + digital / 2) else "",
        mobile=f"+316{number + 10_000_000:08}" if lots.falls(0.92) else "",
        preferred=lots.one_of(kind.wishes),
        # Not all declare what they are, and nobody is asked to.
        age=kind.age if lots.falls(0.7) else "",
        occupation=kind.occupation if lots.falls(0.8) else "",
        needs=lots.one_of(kind.needs),
        terms=kind.terms,
    )
    yearly = kind.invoices * kind.amount * 100
    paid = _paid_before(kind, Lots(seed, "before", number))
    return Person(debtor, kind, int(yearly / 12 * 2), manner(habit(paid)))


def _paid_before(kind: People, lots: Lots) -> Iterator[Paid]:
    """The invoices of the year before, each paid when he thought of it and had the money."""
    for nth in range(int(kind.invoices)):
        due = _BEFORE + timedelta(days=int(nth * 365 / kind.invoices))
        late = int(lots.skewed(kind.late, 0.8))
        forgotten, reminded = lots.falls(kind.forgets), lots.among(4, 24)
        waits, for_money = lots.falls(kind.short), lots.among(0, 24)
        days = (reminded if forgotten else late) + (for_money if waits else 0)
        yield Paid(due=due, on=due + timedelta(days=days))

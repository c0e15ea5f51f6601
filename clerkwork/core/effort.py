"""What collecting took and brought: contacts, their cost, money that came in, promises kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from clerkwork.core.ledger import PaidItem
from clerkwork.core.messages import Message, MessageEvent, MessageState
from clerkwork.core.money import Money
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.core.thresholds import Reached, reached_by

__all__ = [
    "Collected",
    "ContactCosts",
    "Effect",
    "Effort",
    "Kept",
    "collected",
    "effects",
    "effort_of",
    "promises_kept",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCosts:
    """What a contact costs by its channel, as `config/reports.toml` declares it."""

    currency: str = "EUR"
    channels: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, cost in self.channels.items():
            if cost < 0:
                raise ValueError(f"a contact by {name} costs {cost}; expected 0 or more")

    def of(self, contacts: Mapping[str, int]) -> Decimal:
        """What contacts by each channel cost; one that is not declared counts as nothing."""
        return sum(
            (self.channels.get(name, Decimal(0)) * count for name, count in contacts.items()),
            Decimal(0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Money of invoices that were paid in a period, in one currency."""

    paid: Money
    late: Money
    """Of it, what was paid after the due date."""
    unproven: Money
    """Of it, what only was not open any more: no receipt was keyed for it."""
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The contacts of a period and what they cost."""

    contacts: Mapping[str, int]
    """By channel: those that were sent."""
    cost: Decimal
    currency: str
    unpriced: tuple[str, ...]
    """Channels of which nobody declared what a contact costs: they count as nothing."""
    late: Money
    """Collected after the due date, in the currency of the costs."""

    @property
    def total(self) -> int:
        return sum(self.contacts.values())

    @property
    def per_thousand(self) -> float | None:
        """Contacts for 1,000 that was collected late; None where nothing was."""
        return self.total / float(self.late.decimal) * 1000 if self.late else None

    @property
    def cost_per_unit(self) -> Decimal | None:
        """What it cost to collect 1.00 late; None where nothing was, or a cost is not declared."""
        return self.cost / self.late.decimal if self.late and not self.unpriced else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Promises whose day lay in a period, in one currency."""

    made: int
    kept: int
    broken: int
    open: int
    """Their day came, and no statement or payment tells yet."""
    promised: Money
    """Of those that were kept or broken."""
    held: Money
    """Of it, of those that were kept."""

    @property
    def share(self) -> float | None:
        """Of those of which it is known; None of none."""
        known = self.kept + self.broken
        return self.kept / known if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What came of the contacts of one journey in one segment."""

    journey: str
    segment: str
    stages: tuple[Reached, ...]
    contacts: int
    cost: Decimal

    @property
    def paid(self) -> Reached:
        """How many were followed by the payment of all that they asked."""
        return self.stages[-1]


def collected(paid: Iterable[PaidItem], since: date, until: date) -> tuple[Collected, ...]:
    """Each currency by its code; both days are counted in."""
    held: dict[str, list[PaidItem]] = {}
    for one in paid:
        if since <= one.on <= until:
            held.setdefault(one.amount.currency, []).append(one)

    def summed(items: Iterable[PaidItem], currency: str) -> Money:
        return Money(sum(one.amount.minor for one in items), currency)

    return tuple(
        Collected(
            paid=summed(own, currency),
            late=summed((one for one in own if one.on > one.due), currency),
            unproven=summed((one for one in own if one.by_fetch), currency),
            items=len(own),
        )
        for currency, own in sorted(held.items())
    )


def effort_of(
    messages: Iterable[Message],
    came_in: Iterable[Collected],
    costs: ContactCosts,
    since: date,
    until: date,
) -> Effort:
    """The contacts to debtors that were sent from one day to another."""
    contacts = Counter(one.channel for one in _sent(messages, since, until))
    late = [one.late for one in came_in if one.late.currency == costs.currency]
    return Effort(
        contacts=dict(sorted(contacts.items())),
        cost=costs.of(contacts),
        currency=costs.currency,
        unpriced=tuple(sorted(name for name in contacts if name not in costs.channels)),
        late=late[0] if late else Money(0, costs.currency),
    )


def effects(
    messages: Iterable[Message],
    events: Iterable[MessageEvent],
    paid: Iterable[PaidItem],
    open_now: Collection[tuple[str, str]],
    costs: ContactCosts,
    today: date,
    since: date,
    until: date,
) -> tuple[Effect, ...]:
    """What came of the contacts of a period, by journey and segment.

    A contact is followed by a payment as `clerkwork.core.thresholds` has it. That the one is the
    cause of the other is not said: who would have paid anyway pays after a contact as well.
    """
    had = tuple(messages)
    counted: dict[tuple[str, str], Counter[str]] = {}
    for one in _sent(had, since, until):
        counted.setdefault((one.journey, one.segment), Counter())[one.channel] += 1
    told = reached_by(
        lambda m: (m.journey, m.segment),
        had,
        events,
        paid,
        open_now,
        today,
        since=since,
        until=until,
    )
    return tuple(
        Effect(
            journey=journey,
            segment=segment,
            stages=told[journey, segment],
            contacts=contacts.total(),
            cost=costs.of(contacts),
        )
        for (journey, segment), contacts in sorted(counted.items())
    )


def promises_kept(promises: Iterable[Promise], since: date, until: date) -> tuple[Kept, ...]:
    """Each currency by its code; those that were withdrawn do not count."""
    held: dict[str, list[Promise]] = {}
    for one in promises:
        if since <= one.until <= until and one.state is not PromiseState.WITHDRAWN:
            held.setdefault(one.amount.currency, []).append(one)
    found = []
    for currency, own in sorted(held.items()):
        states = Counter(one.state for one in own)
        known = [one for one in own if one.state is not PromiseState.OPEN]
        kept = sum(one.amount.minor for one in known if one.state is PromiseState.KEPT)
        found.append(
            Kept(
                made=len(own),
                kept=states[PromiseState.KEPT],
                broken=states[PromiseState.BROKEN],
                open=states[PromiseState.OPEN],
                promised=Money(sum(one.amount.minor for one in known), currency),
                held=Money(kept, currency),
            )
        )
    return tuple(found)


def _sent(messages: Iterable[Message], since: date, until: date) -> Iterable[Message]:
    return (
        one
        for one in messages
        if one.state is MessageState.SENT
        and one.debtor
        and one.on is not None
        and since <= one.on <= until
    )

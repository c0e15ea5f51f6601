"""Walk: who takes which journey, and which contact each debtor is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from clerkwork.app.observe import Habits
from clerkwork.app.remind_facts import Glance
from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys import Journey, Law, Payday, Plan, plan, ways_to
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.money import Money, total
from clerkwork.core.segments import Assignment, Facts, Segment, assign

__all__ = ["Walks", "facts_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """The journeys as the back office set them, and how debtors come to them."""

    journeys: Sequence[Journey]
    calendar: Calendar
    paydays: Mapping[str, Payday] = field(default_factory=dict)
    segments: Sequence[Segment] = ()
    law: Law | None = None
    """Without it nothing is asked beyond the items."""
    habits: Habits | None = None
    """Needed where a segment asks for behaviour."""

    def plan(
        self,
        books: Glance,
        numbers: Collection[str],
        history: Mapping[str, Sequence[Message]],
        today: date,
        channels: Collection[str],
    ) -> tuple[Plan, ...]:
        """What these debtors are due; `channels` are those that are set up."""
        debtors = [books.debtors[number] for number in numbers]
        return plan(
            debtors,
            [item for number in numbers for item in books.items.get(number, ())],
            history,
            books.stops,
            self.journeys,
            today,
            self.calendar,
            paydays=self.paydays,
            segments=self.sorted(debtors, books.items, channels),
            channels=channels,
            law=self.law,
        )

    def sorted(
        self,
        debtors: Iterable[Debtor],
        items: Mapping[str, Sequence[OpenItem]],
        channels: Collection[str],
    ) -> dict[str, Assignment]:
        """Debtor → his segment; nobody is in one where there are none."""
        if not self.segments:
            return {}
        asked = any(segment.when.behaviour for segment in self.segments)
        found = {}
        for debtor in debtors:
            own = items.get(debtor.number, ())
            how = self.habits.manner(debtor.number) if asked and self.habits else ""
            assigned = assign(facts_of(debtor, own, how, channels), self.segments)
            if assigned is not None:
                found[debtor.number] = assigned
        return found


def facts_of(
    debtor: Debtor, items: Iterable[OpenItem], behaviour: str, channels: Collection[str]
) -> Facts:
    """What segments may ask about a debtor."""
    owed: dict[str, list[Money]] = {}
    for item in items:
        owed.setdefault(item.open.currency, []).append(item.open)
    return Facts(
        kind=debtor.kind,
        language=debtor.language,
        country=debtor.country,
        age=debtor.age,
        occupation=debtor.occupation,
        preferred=debtor.preferred,
        needs=debtor.needs,
        behaviour=behaviour,
        reachable=tuple(channel for channel in ways_to(debtor) if channel in channels),
        owed=tuple(total(amounts, currency) for currency, amounts in sorted(owed.items())),
    )

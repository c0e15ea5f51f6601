"""Walk: who takes which journey, and which contact each debtor is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from clerkwork.app.observe import Habits
from clerkwork.app.remind_facts import Glance
from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys import Journey, Law, Payday, Plan, facts_of, plan
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.segments import Assignment, Segment, assign

__all__ = ["Walks"]


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
            facts = facts_of(debtor, (item.open for item in own), how, channels)
            assigned = assign(facts, self.segments)
            if assigned is not None:
                found[debtor.number] = assigned
        return found

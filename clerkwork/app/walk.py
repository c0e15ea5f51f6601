"""Walk: who takes which journey, and which contact each debtor is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from clerkwork.app.experiment import Laboratory
from clerkwork.app.observe import Habits
from clerkwork.app.remind_facts import Glance
from clerkwork.core.calendar import Calendar
from clerkwork.core.experiments import Entry, Experiment, varied
from clerkwork.core.journeys import Journey, Law, Payday, Plan, facts_of, plan
from clerkwork.core.ledger import Debtor, OpenItem, PaidItem
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
    laboratory: Laboratory | None = None
    """Without it nobody is in an experiment."""

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
        segments = self.sorted(debtors, books.items, channels)
        assigned, taken = self.in_arms(segments, books.items)
        return self._planned(books, debtors, history, today, channels, assigned, taken)

    def _planned(
        self,
        books: Glance,
        debtors: Sequence[Debtor],
        history: Mapping[str, Sequence[Message]],
        today: date,
        channels: Collection[str],
        segments: Mapping[str, Assignment],
        taken: Mapping[str, Journey],
    ) -> tuple[Plan, ...]:
        return plan(
            debtors,
            [item for one in debtors for item in books.items.get(one.number, ())],
            history,
            books.stops,
            self.journeys,
            today,
            self.calendar,
            paydays=self.paydays,
            segments=segments,
            varied=taken,
            channels=channels,
            law=self.law,
            paid=self._paid(),
        )

    def _paid(self) -> Mapping[str, Sequence[PaidItem]]:
        """Needed where a step asks more than the items: interest may be left of a paid invoice, and
        costs may have been paid with it."""
        steps = [step for journey in self.journeys for step in journey.steps]
        asks = any(step.interest or step.costs for step in steps)
        return self.habits.items if asks and self.law and self.habits else {}

    def in_arms(
        self, segments: Mapping[str, Assignment], items: Mapping[str, Sequence[OpenItem]]
    ) -> tuple[Mapping[str, Assignment], Mapping[str, Journey]]:
        """The same segments with the experiment of whoever is in one among their grounds, and his
        journey as his arm has it."""
        if self.laboratory is None:
            return segments, {}
        found, taken = dict(segments), {}
        for number, assigned in segments.items():
            entry = self.laboratory.of(number, items.get(number, ()))
            if entry is None:
                continue
            journey = self._of_segment(assigned)
            arm = self.laboratory.journey(entry, assigned.segment, journey)
            if arm is not None:
                taken[number] = arm
                found[number] = replace(assigned, ground=(*assigned.ground, entry.ground))
        return found, taken

    def _of_segment(self, assigned: Assignment) -> Journey:
        return next(one for one in self.journeys if one.name == assigned.journey)

    def arrivals(
        self,
        books: Glance,
        numbers: Collection[str],
        history: Mapping[str, Sequence[Message]],
        today: date,
        channels: Collection[str],
    ) -> tuple[Entry, ...]:
        """Who of these comes into an experiment today, with his arm; nobody is let in by this.

        He comes in on the first day on which one of its arms, whichever is his, would write to him
        and nothing held that back. So those who are compared are alike, also where an arm writes
        later, or by another channel.
        """
        laboratory = self.laboratory
        if laboratory is None or not laboratory.open:
            return ()
        debtors = [books.debtors[number] for number in numbers]
        segments = self.sorted(debtors, books.items, channels)
        found: dict[str, Entry] = {}
        for experiment in laboratory.open:
            able = [
                debtor
                for debtor in debtors
                if debtor.number in segments
                and segments[debtor.number].segment == experiment.segment
                and debtor.number not in found
                and laboratory.of(debtor.number, books.items.get(debtor.number, ())) is None
                and not laboratory.was_in(experiment, debtor.number)
            ]
            plans = self._in_each_arm(experiment, able, books, history, today, channels, segments)
            for debtor in able:
                due = [p[debtor.number] for p in plans if debtor.number in p]
                if due and not any(_holds(reason) for one in due for reason in one.stops):
                    found[debtor.number] = Entry(
                        experiment=experiment.name,
                        debtor=debtor.number,
                        arm=laboratory.draw(experiment, debtor.number),
                        segment=experiment.segment,
                        steps=experiment.steps,
                        since=today,
                        items=tuple(i.number for i in due[0].items if i.open.minor > 0),
                    )
        return tuple(found.values())

    def _in_each_arm(
        self,
        experiment: Experiment,
        able: Sequence[Debtor],
        books: Glance,
        history: Mapping[str, Sequence[Message]],
        today: date,
        channels: Collection[str],
        segments: Mapping[str, Assignment],
    ) -> list[dict[str, Plan]]:
        """Of each arm, the debtors who would be due for its first step today if it were theirs."""
        if not able:
            return []
        journey = self._of_segment(segments[able[0].number])
        found = []
        for arm in experiment.arms:
            taken = varied(journey, experiment.steps, arm)
            plans = self._planned(
                books,
                able,
                history,
                today,
                channels,
                segments,
                {debtor.number: taken for debtor in able},
            )
            found.append(
                {
                    one.debtor.number: one
                    for one in plans
                    if one.step and one.step.name == experiment.steps[0]
                }
            )
        return found

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


def _holds(reason: str) -> bool:
    """Whether it holds back this debtor: what a run may send has no part in who is compared."""
    return not reason.startswith("cap:")

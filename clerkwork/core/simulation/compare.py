"""The same debtors on several policies, side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from clerkwork.core.journeys import Journey, Step, journey_of
from clerkwork.core.segments import Segment, assign
from clerkwork.core.simulation.lived import Year
from clerkwork.core.simulation.people import PEOPLE, People, Person, person
from clerkwork.core.simulation.rules import Measure, broken
from clerkwork.core.simulation.tally import Tally, tallied
from clerkwork.core.simulation.year import live

__all__ = ["LADDER", "Policy", "Town", "simulated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which journey each debtor takes."""

    name: str
    journeys: tuple[Journey, ...]
    segments: tuple[Segment, ...] = ()
    """None for one journey by the kind of debtor alone, or the only one."""

    def journey_of(self, who: Person, channels: Collection[str]) -> Journey:
        """As whoever plans contacts would choose it."""
        return journey_of(who.debtor, assign(who.facts(channels), self.segments), self.journeys)


LADDER = Policy(
    name="three letters",
    journeys=(
        Journey(
            name="three letters",
            fewest=1,
            hand_over=14,
            steps=tuple(
                Step(name=name, after=after, tone=tone, channels=("letter", "mail"), gap=13)
                for name, after, tone in (
                    ("first letter", 14, "friendly"),
                    ("second letter", 28, "formal"),
                    ("third letter", 42, "last"),
                )
            ),
        ),
    ),
)
"""What many houses do: a letter every two weeks, the same to everybody, then collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Debtors who do not exist: so many, by these shares, told apart by these segments."""

    debtors: int
    segments: tuple[Segment, ...]
    people: tuple[People, ...] = PEOPLE

    def segment_of(self, who: Person, channels: Collection[str]) -> str:
        """The segment that the house would put him in; that of his people where there is none."""
        found = assign(who.facts(channels), self.segments)
        return found.segment if found else who.people.name


def simulated(
    town: Town, year: Year, policies: Sequence[Policy], numbers: Iterable[int]
) -> dict[str, dict[str, Tally]]:
    """Policy → segment → sums, for some of the town's debtors, by their numbers from 0."""
    chosen = [person(year.seed, number, town.people) for number in numbers]
    found = {}
    measure = _measure(year)
    for policy in policies:
        lives, rules = [], {}
        for who in chosen:
            journey = policy.journey_of(who, year.channels)
            lived = live(who, town.segment_of(who, year.channels), journey, year)
            lives.append(lived)
            rules[who.debtor.number] = tuple(broken(lived, measure, journey.week))
        found[policy.name] = tallied(lives, rules)
    return found


def _measure(year: Year) -> Measure:
    zone, country, law = year.calendar.zone, year.calendar.country, year.law
    if law is None:
        return Measure(zone=zone, country=country, law="")
    if law.pack.country != "nl":
        return Measure(zone=zone, country=country, law=law.pack.country, hours=law.pack.hours)
    percent = law.vat.percent if law.vat and law.vat.cannot_deduct else 0
    return Measure(zone=zone, country=country, vat=Fraction(percent), rates=year.rates)

"""A year of debtors who do not exist, and whether the rules were kept in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys import Journey, Payday, Step
from clerkwork.core.lots import Lots
from clerkwork.core.segments import Persona, Rule, Segment
from clerkwork.core.simulation import (
    LADDER,
    PEOPLE,
    Policy,
    Tally,
    Town,
    Year,
    broken,
    live,
    person,
    simulated,
)
from clerkwork.core.simulation.lived import Contact, HandedOver, Lived

YEAR = Year(
    seed=7,
    begin=date(2026, 1, 1),
    days=365,
    calendar=Calendar(),
    paydays={"student finance": Payday(day=24)},
)


def journey(name: str, *channels: str, payday: str = "") -> Journey:
    days = (
        ("friendly", 3, 5),
        ("second", 10, 5),
        ("third", 20, 5),
        ("formal", 30, 7),
        ("last", 45, 9),
    )
    steps = (
        Step(name=step, after=after, tone=step, channels=channels, gap=gap, payday=payday)
        for step, after, gap in days
    )
    return Journey(name=name, kinds=(), hand_over=14, steps=tuple(steps))


PERSONA = Persona(name="anybody", does="owes", complexity=1, digital=3)
SEGMENTS = (
    Segment(
        name="students",
        persona="anybody",
        journey="students",
        ground="declared",
        when=Rule(occupation=("student",)),
    ),
    Segment(name="others", persona="anybody", journey="standard", ground="contract"),
)
MINE = Policy(
    name="journeys",
    journeys=(
        journey("standard", "mail", "letter"),
        journey("students", "whatsapp", "sms", "mail", "letter", payday="student finance"),
    ),
    segments=SEGMENTS,
)
TOWN = Town(debtors=150, segments=SEGMENTS)


def test_lots_are_those_that_were_published_and_fair() -> None:
    published = Lots(state=1234567)
    assert [published.number() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]
    lots = Lots(7, "dice")
    thrown = [lots.share() for _ in range(4000)]
    assert 0.47 < sum(thrown) / 4000 < 0.53
    assert min(thrown) >= 0
    assert max(thrown) < 1


def test_the_shares_of_the_people_are_all_debtors() -> None:
    assert sum(one.share for one in PEOPLE) == pytest.approx(1)


def test_the_same_seed_plays_the_same_year_and_another_seed_another() -> None:
    first = simulated(TOWN, YEAR, [MINE], range(30))
    assert simulated(TOWN, YEAR, [MINE], range(30)) == first
    assert simulated(TOWN, replace(YEAR, seed=8), [MINE], range(30)) != first


def test_it_does_not_matter_who_simulates_which_debtors() -> None:
    whole = simulated(TOWN, YEAR, [MINE], range(20))["journeys"]
    parts = [simulated(TOWN, YEAR, [MINE], part)["journeys"] for part in (range(8), range(8, 20))]
    for segment, tally in whole.items():
        found = Tally()
        for part in parts:
            found.add(part.get(segment, Tally()))
        assert found == tally


def test_both_policies_meet_the_same_debtors_and_bills() -> None:
    found = simulated(TOWN, YEAR, [MINE, LADDER], range(60))
    mine, ladder = found["journeys"], found["three letters"]
    assert {name: (one.debtors, one.billed) for name, one in mine.items()} == {
        name: (one.debtors, one.billed) for name, one in ladder.items()
    }


def test_journeys_break_no_rule_and_three_letters_go_to_collection_too_soon() -> None:
    found = simulated(TOWN, YEAR, [MINE, LADDER], range(150))
    assert sum((one.breaches for one in found["journeys"].values()), start=Tally().breaches) == {}
    ladder = sum((one.breaches for one in found["three letters"].values()), start=Tally().breaches)
    assert set(ladder) == {"collection too soon", "collection over one channel"}


def test_who_owes_nothing_hears_nothing() -> None:
    punctual = replace(PEOPLE[4], forgets=0.0, late=0.0, short=0.0, disputes=0.0, insolvent=0.0)
    who = person(7, 1, (replace(punctual, share=1.0),))
    lived = live(who, "others", MINE.journeys[0], YEAR)
    assert lived.billed > 0
    assert (lived.contacts, lived.handed_over) == ([], [])


def test_students_are_written_to_in_the_days_after_their_money_came() -> None:
    who = person(7, 3, (replace(PEOPLE[0], share=1.0, forgets=0.9, recalls=0.0),))
    lived = live(who, "students", MINE.journeys[1], YEAR)
    firsts = [contact for contact in lived.contacts if contact.step == "friendly"]
    assert firsts
    assert all(22 <= c.at.day <= 31 or c.at.day <= 2 for c in firsts)


def contact(at: datetime, **more: object) -> Contact:
    given = {
        "channel": "mail",
        "step": "x",
        "owed": 100,
        "oldest": date(2026, 2, 1),
        "items": ("1",),
    }
    return Contact(at, **{**given, **more})  # type: ignore[arg-type]


NOON = datetime(2026, 3, 3, 11, tzinfo=UTC)
WHO = person(7, 1)


@pytest.mark.parametrize(
    ("contacts", "rule"),
    [
        ([NOON], ""),
        ([NOON.replace(hour=5, minute=59)], "quiet hours"),
        ([NOON.replace(hour=6)], ""),
        ([NOON.replace(hour=19)], "quiet hours"),
        ([NOON.replace(day=1)], "Sunday"),
        # King's day, in summer time.
        ([NOON.replace(month=4, day=27)], "holiday"),
        ([NOON, NOON.replace(hour=12)], "twice a day"),
        ([NOON, NOON.replace(day=5), NOON.replace(day=9)], "too often"),
        ([NOON, NOON.replace(day=5), NOON.replace(day=10)], ""),
    ],
)
def test_a_message_at_the_wrong_time_is_seen(contacts: list[datetime], rule: str) -> None:
    lived = Lived(WHO, "others", contacts=[contact(at) for at in contacts])
    found = [words.partition(":")[0] for words in broken(lived, "Europe/Amsterdam", "NL")]
    assert found == ([rule] if rule else [])


def test_a_message_to_whom_it_should_not_go_is_seen() -> None:
    def rules(lived: Lived) -> list[str]:
        return [words.partition(":")[0] for words in broken(lived, "Europe/Amsterdam", "NL")]

    day = NOON.date()
    assert rules(Lived(WHO, "x", [contact(NOON, owed=0)])) == ["nothing owed"]
    disputed = [("1", date(2026, 3, 1), date(2026, 3, 9))]
    assert rules(Lived(WHO, "x", [contact(NOON)], disputed=disputed)) == ["disputed"]
    assert rules(Lived(WHO, "x", [contact(NOON, items=("2",))], disputed=disputed)) == []
    promised = [(date(2026, 3, 1), day)]
    assert rules(Lived(WHO, "x", [contact(NOON)], promised=promised)) == ["promised"]
    assert rules(Lived(WHO, "x", [contact(NOON)], insolvent=day)) == ["insolvent"]


def test_collection_after_four_contacts_or_over_one_channel_is_seen() -> None:
    days = (3, 10, 17, 24, 31)
    given = [HandedOver(date(2026, 4, 10), 100, date(2026, 2, 1))]

    def rules(channels: str) -> list[str]:
        had = [
            contact(NOON.replace(day=day), channel=channel)
            for day, channel in zip(days, channels, strict=False)
        ]
        lived = Lived(WHO, "x", had, handed_over=given)
        return [words.partition(":")[0] for words in broken(lived, "Europe/Amsterdam", "NL")]

    assert rules("mmmml") == []
    assert rules("mmml") == ["collection too soon"]
    assert rules("mmmmm") == ["collection over one channel"]

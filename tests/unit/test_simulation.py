"""A year of debtors who do not exist, and whether the rules were kept in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.core.calendar import Calendar
from clerkwork.core.journeys import Journey, Law, Payday, Step
from clerkwork.core.law.costs import Vat, costs
from clerkwork.core.law.interest import interest
from clerkwork.core.law.nl import NL
from clerkwork.core.law.term import notice_term
from clerkwork.core.lots import Lots
from clerkwork.core.money import Money
from clerkwork.core.segments import Persona, Rule, Segment
from clerkwork.core.simulation import (
    LADDER,
    PEOPLE,
    Confirmed,
    Measure,
    Policy,
    Tally,
    Town,
    Year,
    broken,
    live,
    person,
    simulated,
)
from clerkwork.core.simulation.dutch import costs_of, interest_of, last_day_of
from clerkwork.core.simulation.lived import Contact, HandedOver, Lived, Named

YEAR = Year(
    seed=7,
    begin=date(2026, 1, 1),
    days=365,
    calendar=Calendar(),
    paydays={"student finance": Payday(day=24)},
    law=Law(pack=NL),
)


def journey(name: str, *channels: str, payday: str = "") -> Journey:
    days = (
        ("friendly", 3, 5),
        ("second", 10, 5),
        ("third", 20, 5),
        ("formal", 30, 7),
        ("last", 52, 21),
    )
    steps = (
        Step(
            name=step,
            after=after,
            tone=step,
            channels=tuple(c for c in channels if c != "sms" or step != "formal"),
            gap=gap,
            payday=payday if step != "formal" else "",
            notice=step == "formal",
            costs=step == "last",
        )
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
    # What waits while somebody is in collection comes on whatever day that ends.
    given = min((one.on for one in lived.handed_over), default=YEAR.end)
    firsts = [c for c in lived.contacts if c.step == "friendly" and c.at.date() < given]
    assert len(firsts) > 2
    assert all(22 <= c.at.day <= 31 or c.at.day <= 2 for c in firsts)


def test_only_channels_that_are_set_up_are_played() -> None:
    def used(channels: frozenset[str]) -> set[str]:
        found = simulated(TOWN, replace(YEAR, channels=channels), [MINE], range(40))["journeys"]
        return {name for tally in found.values() for name in tally.contacts}

    assert used(frozenset({"mail", "letter"})) == {"mail", "letter"}
    assert {"whatsapp", "mail"} <= used(YEAR.channels)


def test_while_somebody_is_in_collection_nothing_goes_to_him() -> None:
    deaf = replace(PEOPLE[4], forgets=1.0, recalls=0.0, acts=(0.0,), promises=0.0, insolvent=0.0)
    lives = [
        live(person(7, n, (replace(deaf, share=1.0),)), "others", MINE.journeys[0], YEAR)
        for n in range(8)
    ]
    ends = [(lived, given.on) for lived in lives for given in lived.handed_over]
    assert ends
    for lived, on in ends:
        later = [contact.at.date() for contact in lived.contacts if contact.at.date() > on]
        assert all(day >= on + timedelta(days=90) for day in later)


def test_a_promise_holds_what_it_is_about_and_the_rest_goes_its_way() -> None:
    promising = replace(
        PEOPLE[4], share=1.0, invoices=36, forgets=1.0, recalls=0.0, acts=(0.0,), promises=1.0,
        keeps=0.0, disputes=0.0, insolvent=0.0, hears={"mail": 1.0, "letter": 1.0},
    )  # fmt: skip
    lived = live(person(7, 1, (promising,)), "others", MINE.journeys[0], YEAR)
    meanwhile = [
        one
        for one in lived.contacts
        if any(made < one.at.date() <= until for _, made, until in lived.promised)
    ]
    assert meanwhile, "of what he did not promise he hears"
    assert [words for words in broken(lived, DUTCH) if words.startswith("promised")] == []


ITEM = Named("1", date(2026, 2, 1), 100_00)
"""100.00, for which costs are 40.00."""
DUTCH = Measure(zone="Europe/Amsterdam", country="NL")
NOON = datetime(2026, 3, 3, 11, tzinfo=UTC)
WHO = person(7, 1)
WHO = replace(WHO, debtor=replace(WHO.debtor, kind="consumer"))


def contact(at: datetime, **more: object) -> Contact:
    given = {"channel": "mail", "step": "x", "owed": 100_00, "items": (ITEM,)}
    return Contact(at, **{**given, **more})  # type: ignore[arg-type]


def rules(lived: Lived, measure: Measure = DUTCH, week: int = 2) -> list[str]:
    return [words.partition(":")[0] for words in broken(lived, measure, week)]


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
    assert rules(lived) == ([rule] if rule else [])


def test_how_often_is_too_often_says_the_journey() -> None:
    days = [NOON, NOON.replace(day=5), NOON.replace(day=9)]
    lived = Lived(WHO, "others", contacts=[contact(at) for at in days])
    assert rules(lived, week=3) == []
    assert rules(lived, week=1) == ["too often", "too often"]


def test_a_message_to_whom_it_should_not_go_is_seen() -> None:
    day = NOON.date()
    assert rules(Lived(WHO, "x", [contact(NOON, owed=0)])) == ["nothing owed"]
    assert rules(Lived(WHO, "x", [contact(NOON, owed=100_01)])) == ["asks too much"]
    disputed = [("1", date(2026, 3, 1), date(2026, 3, 9))]
    assert rules(Lived(WHO, "x", [contact(NOON)], disputed=disputed)) == ["disputed"]
    other = (replace(ITEM, number="2"),)
    assert rules(Lived(WHO, "x", [contact(NOON, items=other)], disputed=disputed)) == []
    promised = [("1", date(2026, 3, 1), day)]
    assert rules(Lived(WHO, "x", [contact(NOON)], promised=promised)) == ["promised"]
    assert rules(Lived(WHO, "x", [contact(NOON, items=other)], promised=promised)) == []
    over = [("1", date(2026, 3, 1), date(2026, 3, 2))]
    assert rules(Lived(WHO, "x", [contact(NOON)], promised=over)) == []
    assert rules(Lived(WHO, "x", [contact(NOON)], insolvent=day)) == ["insolvent"]


NOTICE = contact(datetime(2026, 3, 5, 11, tzinfo=UTC), announced=40_00, last_day=date(2026, 3, 23))
"""Of Thursday: on Saturday it arrives, and the fifteenth day from then is a Sunday."""
LAST = datetime(2026, 3, 24, 11, tzinfo=UTC)
YOUNGER = Named("2", date(2026, 2, 20), 1000_00)


@pytest.mark.parametrize(
    ("contacts", "found"),
    [
        ([NOTICE, contact(LAST, costs=40_00)], []),
        ([contact(LAST, costs=40_00)], ["costs too soon"]),
        ([NOTICE, contact(LAST.replace(day=23), costs=40_00)], ["costs too soon"]),
        ([NOTICE, contact(LAST, costs=40_01)], ["costs too high"]),
        # A term that is told a day too short voids the notice.
        (
            [replace(NOTICE, last_day=date(2026, 3, 22)), contact(LAST, costs=40_00)],
            ["term too short", "costs too soon"],
        ),
        ([replace(NOTICE, last_day=None)], ["term too short"]),
        # Nobody was told of costs and term by a call.
        ([replace(NOTICE, channel="call"), contact(LAST, costs=40_00)], ["costs too soon"]),
        ([replace(NOTICE, announced=39_00)], ["wrong costs announced"]),
        # What no notice named is asked, but not its costs: 15 % of 1,100.00 are 165.00.
        (
            [NOTICE, contact(LAST, items=(ITEM, YOUNGER), owed=1100_00, costs=40_00)],
            [],
        ),
        (
            [NOTICE, contact(LAST, items=(ITEM, YOUNGER), owed=1100_00, costs=165_00)],
            ["costs too high"],
        ),
        ([NOTICE, contact(LAST, items=(YOUNGER,), owed=1000_00, costs=150_00)], ["costs too soon"]),
        # Before an item is late, no notice of its costs counts.
        (
            [
                contact(NOTICE.at, items=(replace(ITEM, due=NOTICE.at.date()),), announced=40_00,
                        last_day=NOTICE.last_day),
                contact(LAST, items=(replace(ITEM, due=NOTICE.at.date()),), costs=40_00),
            ],
            ["costs too soon"],
        ),
    ],
)  # fmt: skip
def test_costs_that_the_law_does_not_allow_are_seen(
    contacts: Sequence[Contact], found: list[str]
) -> None:
    assert rules(Lived(WHO, "x", list(contacts))) == found


def test_a_business_needs_no_notice_and_owes_no_more_than_the_scale() -> None:
    firm = replace(WHO, debtor=replace(WHO.debtor, kind="business"))
    assert rules(Lived(firm, "x", [contact(LAST, costs=40_00)])) == []
    assert rules(Lived(firm, "x", [contact(LAST, costs=41_00)])) == ["costs too high"]


def test_vat_on_costs_is_asked_by_who_cannot_deduct_it_alone() -> None:
    taxed = [replace(NOTICE, announced=48_40), contact(LAST, costs=48_40)]
    assert rules(Lived(WHO, "x", taxed), replace(DUTCH, vat=Fraction(21))) == []
    assert rules(Lived(WHO, "x", taxed)) == ["wrong costs announced", "costs too high"]


def test_interest_beyond_the_law_is_seen() -> None:
    old = Named("1", date(2024, 2, 1), 1000_00)
    # 2 February until 28 March are 55 of 366 days: 1,000.00 at 7 % bear 10.52.
    spring = datetime(2024, 3, 28, 11, tzinfo=UTC)

    def asked(at: datetime, cents: int, item: Named = old) -> Lived:
        return Lived(WHO, "x", [contact(at, items=(item,), owed=item.open, interest=cents)])

    assert rules(asked(spring, 10_52)) == []
    assert rules(asked(spring, 10_53)) == ["interest too high"]
    assert rules(asked(NOON, 1, ITEM)) == ["interest at no known rate"]
    confirmed = Confirmed(
        kind="consumer", since=date(2026, 1, 1), until=date(2026, 6, 30), percent=Fraction(4)
    )
    # 29 days at 4 %: 0.32.
    assert rules(asked(NOON, 32, ITEM), replace(DUTCH, rates=(confirmed,))) == []
    assert rules(asked(NOON, 33, ITEM), replace(DUTCH, rates=(confirmed,))) == ["interest too high"]


def test_of_another_law_amounts_and_terms_are_not_told() -> None:
    assert rules(Lived(WHO, "x", [contact(LAST, costs=99_00)]), replace(DUTCH, law="be")) == []


TUESDAYS = (3, 10, 17, 24, 31)
GIVEN = HandedOver(date(2026, 4, 10), 100_00, (ITEM,))


def handed_over(channels: str, given: HandedOver = GIVEN, **more: object) -> list[str]:
    had = [
        contact(NOON.replace(day=day), channel=channel, **more)
        for day, channel in zip(TUESDAYS, channels, strict=False)
    ]
    return rules(Lived(WHO, "x", had, handed_over=[given]))


def test_collection_after_four_contacts_or_over_one_channel_is_seen() -> None:
    assert handed_over("mmmml") == []
    assert handed_over("mmml") == ["collection too soon"]
    assert handed_over("mmmmm") == ["collection over one channel"]


def test_each_item_has_its_own_contacts_before_collection() -> None:
    later = Named("2", date(2026, 3, 20), 50_00)
    both = HandedOver(GIVEN.on, 150_00, (ITEM, later))
    # It fell due after three of them, and four others were about something else.
    assert handed_over("mmlml", both, items=(ITEM, later)) == ["collection too soon"]
    assert handed_over("mmmml", both) == ["collection too soon", "collection over one channel"]


def test_collection_waits_for_the_last_deadline_that_was_told() -> None:
    assert handed_over("mmmml", last_day=date(2026, 4, 9)) == []
    assert handed_over("mmmml", last_day=GIVEN.on) == ["collection before a deadline"]


def test_who_was_handed_over_is_not_asked_for_the_same_again() -> None:
    given = HandedOver(date(2026, 3, 2), 100_00, ())
    assert rules(Lived(WHO, "x", [contact(NOON)], handed_over=[given])) == []
    given = replace(given, items=(ITEM,))
    assert "in collection" in rules(Lived(WHO, "x", [contact(NOON)], handed_over=[given]))


class TestDutchReckoning:
    """The law's worked examples, and the same by the law that messages are made by."""

    @pytest.mark.parametrize(
        ("principal", "costs"),
        [
            (1, 40), (266, 40), (267, "40.05"), (2500, 375), (4000, 525), (5000, 625),
            (10_000, 875), (200_000, 2775), (1_000_000, 6775),
        ],
    )  # fmt: skip
    def test_costs_by_the_scale(self, principal: int, costs: object) -> None:
        assert costs_of(principal * 100) == Decimal(str(costs)) * 100

    @given(st.integers(0, 120_000_000), st.booleans())
    def test_costs_are_those_of_the_law(self, cents: int, taxed: bool) -> None:
        vat = Vat(cannot_deduct=taxed, percent=Decimal(21))
        lawful = costs(NL, "consumer", Money(cents, "EUR"), vat=vat).total.minor
        assert costs_of(cents, Fraction(21 if taxed else 0)) == lawful

    def test_the_letters_term_in_every_season(self) -> None:
        assert last_day_of(date(2026, 12, 18)) == date(2027, 1, 6)
        assert last_day_of(date(2026, 3, 5)) == date(2026, 3, 23)
        for n in range(1200):
            day = date(2024, 1, 1) + timedelta(days=n)
            assert last_day_of(day) == notice_term(NL, "consumer", day).last_day

    @given(
        st.integers(1, 5_000_000),
        st.dates(date(2023, 1, 1), date(2025, 6, 1)),
        st.integers(0, 800),
        st.sampled_from(["consumer", "business"]),
    )
    @settings(max_examples=40, deadline=None)
    def test_interest_is_that_of_the_law(self, cents: int, due: date, days: int, kind: str) -> None:
        since = due + timedelta(days=1)
        until = min(since + timedelta(days=days), date(2025, 7, 1))
        lawful = interest(NL, kind, Money(cents, "EUR"), since, until).amount.minor
        assert interest_of(cents, due, until, kind) == lawful

    def test_of_a_day_without_a_known_rate_there_is_no_interest(self) -> None:
        assert interest_of(100_00, date(2025, 6, 1), date(2025, 7, 2), "consumer") is None

"""Every moment of the wall clock is due once, whatever the clock does: ten years, three zones.

What slots are held against walks through time in UTC and tries every offset that there is; it knows
nothing of how slots are placed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_cases import DAY, YEARS, ZONES, days, due, plan

from clerkwork.core.schedules.plan import Slot, slots
from clerkwork.core.schedules.zone import place, wall

MINUTE = dt.timedelta(minutes=1)


@cache
def changes(zone: str) -> tuple[tuple[dt.datetime, dt.timedelta], ...]:
    """Instants at which the clock is moved within the years, and by how much."""
    here = ZoneInfo(zone)
    at = dt.datetime.combine(YEARS[0], dt.time(), dt.UTC)
    end = dt.datetime.combine(YEARS[1], dt.time(), dt.UTC) + DAY
    found = []
    while at < end:
        before, after = (moment.astimezone(here).utcoffset() for moment in (at, at + MINUTE * 30))
        assert before is not None
        assert after is not None
        if before != after:
            found.append((at + MINUTE * 30, after - before))
        at += MINUTE * 30
    return tuple(found)


def instants(zone: str, moment: dt.datetime) -> list[dt.datetime]:
    """Where a moment of the wall clock lies, by trying every offset that the zone ever has."""
    here = ZoneInfo(zone)
    offsets = {dt.timedelta(minutes=m) for m in range(-12 * 60, 14 * 60 + 1, 30)}
    tried = sorted((moment - offset).replace(tzinfo=dt.UTC) for offset in offsets)
    return [at for at in tried if wall(at, here) == moment]


def expected(zone: str, moment: dt.datetime) -> dt.datetime:
    found = instants(zone, moment)
    if found:
        return found[0]
    # It is left out: the change before which it would have been, and after which it has been.
    here = ZoneInfo(zone)
    return next(
        at
        for at, by in changes(zone)
        if by > by * 0 and wall(at, here) - by <= moment < wall(at, here)
    )


@cache
def dense(zone: str, said: str) -> tuple[dt.datetime, ...]:
    return tuple(slot.due for slot in due(plan(said, zone=zone), *YEARS))


def test_the_zones_change_their_clocks_as_they_should() -> None:
    assert {zone: Counter(by for _, by in changes(zone)) for zone in ZONES} == {
        "Europe/Amsterdam": {dt.timedelta(hours=1): 10, -dt.timedelta(hours=1): 10},
        "America/New_York": {dt.timedelta(hours=1): 10, -dt.timedelta(hours=1): 10},
        "Australia/Lord_Howe": {dt.timedelta(minutes=30): 10, -dt.timedelta(minutes=30): 10},
    }


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "at", ["00:00", "01:30", "01:45", "02:00", "02:15", "02:30", "03:00", "23:59"]
)
def test_a_daily_slot_is_due_once_each_day_of_ten_years(zone: str, at: str) -> None:
    found = [slot.due for slot in due(plan(f"{at} every day", zone=zone), *YEARS)]
    assert len(found) == len([*days(*YEARS)]) == 3652
    assert found == sorted(set(found))
    here = ZoneInfo(zone)
    moved = {wall(instant, here).date() for instant, _ in changes(zone)}
    for day, instant in zip(days(*YEARS), found, strict=True):
        if day in moved:
            assert instant == expected(zone, dt.datetime.combine(day, dt.time.fromisoformat(at)))
        else:
            assert f"{instant.astimezone(here):%Y-%m-%d %H:%M}" == f"{day} {at}"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("said", "every"), [("*/15 * * * *", 15), ("0 * * * *", 60)])
def test_a_dense_schedule_is_due_at_each_moment_that_the_clock_shows_once(
    zone: str, said: str, every: int
) -> None:
    """Days times slots, less the moments that the clock leaves out and that fall on one instant.

    What is shown twice is due at the first time alone: the schedule pauses for the second.
    """
    found = dense(zone, said)
    assert [*found] == sorted(set(found))
    left_out = 0
    for instant, by in changes(zone):
        if by > dt.timedelta(0):
            end = wall(instant, ZoneInfo(zone))
            gap = [end - by + n * MINUTE for n in range(int(by / MINUTE))]
            within = sum(moment.minute % every == 0 for moment in gap)
            # They fall on the first instant after the gap, which is one of the schedule's own, or
            # else takes their place.
            left_out += within - (1 if within and end.minute % every else 0)
    assert len(found) == 3652 * 24 * 60 // every - left_out


@pytest.mark.parametrize("zone", ZONES)
def test_the_doubled_hour_is_due_at_its_first_showing_alone(zone: str) -> None:
    here = ZoneInfo(zone)
    quarters = set(dense(zone, "*/15 * * * *"))
    for instant, by in changes(zone):
        if by < dt.timedelta(0):
            first = [instant + by + n * MINUTE for n in range(0, int(-by / MINUTE), 15)]
            second = [at - by for at in first]
            assert [wall(at, here) for at in first] == [wall(at, here) for at in second]
            assert set(first) <= quarters
            assert not set(second) & quarters


@pytest.mark.parametrize(
    ("zone", "moment", "placed"),
    [
        ("Europe/Amsterdam", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Amsterdam", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),
        # A whole day was left out: 30 December 2011 did not happen there.
        ("Pacific/Apia", "2011-12-30T06:00", "2011-12-30T10:00"),
    ],
)
def test_worked_examples_of_moments_left_out_and_shown_twice(
    zone: str, moment: str, placed: str
) -> None:
    found = place(dt.datetime.fromisoformat(moment), ZoneInfo(zone))
    assert found == dt.datetime.fromisoformat(placed).replace(tzinfo=dt.UTC)


@st.composite
def crons(draw: st.DrawFn) -> str:
    def field(least: int, most: int) -> str:
        first = draw(st.integers(least, most))
        last = draw(st.integers(first, most))
        forms = [str(first), f"{first}-{last}", "*", f"{first},{last}"]
        if last - first > 1:
            forms.append(f"{first}-{last}/{draw(st.integers(1, last - first))}")
            forms.append(f"*/{draw(st.integers(2, most - least))}")
        return draw(st.sampled_from(forms))

    weekday = draw(st.sampled_from(["*", "mon-fri", "sun", "sat,sun", "wed-sun", "tue,thu-sat"]))
    day = draw(st.sampled_from(["*", "*", field(1, 28)]))
    month = draw(st.sampled_from(["*", "*", "oct", "mar-apr", field(1, 12)]))
    return f"{field(0, 59)} {field(0, 23)} {day} {month} {weekday}"


@settings(max_examples=40, deadline=None)
@given(
    said=crons(),
    zone=st.sampled_from(ZONES),
    first=st.dates(*YEARS),
    span=st.integers(0, 50),
)
def test_outside_the_changes_it_is_what_apscheduler_finds(
    said: str, zone: str, first: dt.date, span: int
) -> None:
    here, last = ZoneInfo(zone), first + span * DAY
    moved = {wall(at, here).date() + n * DAY for at, _ in changes(zone) for n in (-1, 0, 1)}
    found = [slot.due for slot in due(plan(said, zone=zone), first, last)]
    assert found == sorted(set(found))
    trigger = CronTrigger.from_crontab(said, timezone=here)
    theirs = []
    for day in days(first, last):
        if day not in moved:
            at = dt.datetime.combine(day, dt.time(), here)
            end = at + DAY
            following = trigger.get_next_fire_time(None, at)
            while following is not None and following < end:
                theirs.append(following.astimezone(dt.UTC))
                following = trigger.get_next_fire_time(following, following)
    assert [at for at in found if wall(at, here).date() not in moved] == theirs


@settings(max_examples=40, deadline=None)
@given(
    said=crons(),
    zone=st.sampled_from(ZONES),
    change=st.integers(0, 19),
    margin=st.integers(0, 2),
)
def test_around_the_changes_each_moment_is_placed_once(
    said: str, zone: str, change: int, margin: int
) -> None:
    """What the wall clock should show is taken from a clock that nobody moves."""
    day = wall(changes(zone)[change][0], ZoneInfo(zone)).date()
    first, last = day - margin * DAY, day + margin * DAY
    unmoved = [wall(slot.due, ZoneInfo("UTC")) for slot in due(plan(said, zone="UTC"), first, last)]
    found = [slot.due for slot in due(plan(said, zone=zone), first, last)]
    assert found == sorted({expected(zone, moment) for moment in unmoved})


@settings(max_examples=40, deadline=None)
@given(
    said=crons(),
    zone=st.sampled_from(ZONES),
    start=st.dates(*YEARS),
    cuts=st.lists(st.integers(0, 60 * 24 * 40), min_size=1, max_size=6),
)
def test_an_interval_that_is_cut_has_the_same_slots(
    said: str, zone: str, start: dt.datetime, cuts: list[int]
) -> None:
    made, begin = plan(said, zone=zone), dt.datetime.combine(start, dt.time(), dt.UTC)
    ends = [begin + MINUTE * cut for cut in sorted(cuts)]
    pieces: list[Slot] = []
    for first, last in zip([begin, *ends], ends, strict=False):
        pieces += slots(made, first, last)
    assert pieces == [*slots(made, begin, ends[-1])]


def test_the_days_are_asked_for_once_however_long_the_interval_is() -> None:
    """No second or minute is looked at that is not due."""
    asked = []
    made = plan("0 6 1 * *")

    def counted(first: dt.date, last: dt.date) -> list[dt.date]:
        asked.append([*made.days(first, last)])
        return asked[-1]

    assert len(due(dataclasses.replace(made, days=counted), *YEARS)) == 120
    assert len(asked) == 1
    assert 120 <= len(asked[0]) <= 122

"""Business days as the back office counts them: holidays, closed days, windows and blackouts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_cases import AMSTERDAM, DAY, YEARS, days, due, plan, shown

from clerkwork.core.calendar import holidays_of
from clerkwork.core.schedules.days import read_calendar
from clerkwork.core.schedules.plan import slots
from clerkwork.core.schedules.windows import (
    Blackout,
    closed_until,
    never_open,
    read_span,
    read_windows,
)

UTC = dt.UTC
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
MINUTE = dt.timedelta(minutes=1)


def runs(said: str, calendar: str = "", year: int = 2026, **more: object) -> list[str]:
    """Days of a year on which it runs, as '23-03'."""
    made = plan(said, calendar, **more)  # type: ignore[arg-type]
    found = due(made, dt.date(year, 1, 1), dt.date(year, 12, 31))
    return [shown(made, slot)[9:14] for slot in found if not slot.why]


class TestWorkedExamples:
    """Held against the calendar of 2026 on the wall."""

    def test_the_last_business_day_of_each_month(self) -> None:
        assert runs("16:00 on the last business day of the month") == [
            *("01-30", "02-27", "03-31", "04-30", "05-29", "06-30"),
            *("07-31", "08-31", "09-30", "10-30", "11-30", "12-31"),
        ]

    def test_two_business_days_before_a_debit_on_the_26th(self) -> None:
        """26 April is a Sunday before King's Day; 26 May follows Whit Monday; Christmas counts."""
        assert runs("06:00 two business days before the 26th") == [
            *("01-22", "02-24", "03-24", "04-23", "05-21", "06-24"),
            *("07-23", "08-24", "09-24", "10-22", "11-24", "12-23"),
        ]

    def test_the_working_day_before_the_24th(self) -> None:
        assert runs("09:00 on the business day before the 24th") == [
            *("01-23", "02-23", "03-23", "04-23", "05-22", "06-23"),
            *("07-23", "08-21", "09-23", "10-23", "11-23", "12-23"),
        ]

    def test_declared_dates_of_a_direct_debit(self) -> None:
        debit = {"debit": [dt.date(2026, 12, 28), dt.date(2026, 4, 28)]}
        said = "06:00 two business days before debit"
        assert runs(said, dates=debit) == ["04-23", "12-23"]
        assert runs(said, "TARGET", dates=debit) == ["04-24", "12-23"]
        assert runs("06:00 on debit", dates=debit) == ["04-28", "12-28"]

    def test_a_date_that_gives_way_to_a_business_day(self) -> None:
        assert runs("07:00 on the 1st or the next business day")[:5] == [
            *("01-02", "02-02", "03-02", "04-01", "05-01"),
        ]
        assert runs("07:00 on the 1st or the next business day", "TARGET")[4] == "05-04"
        assert runs("07:00 on the last day of the month or the business day before")[4] == "05-29"
        assert runs("07:00 on the 1st")[1] == "02-01"

    def test_the_first_of_a_quarter_and_of_a_year(self) -> None:
        said = "07:00 on the first business day of the "
        assert runs(said + "quarter") == ["01-02", "04-01", "07-01", "10-01"]
        assert runs(said + "year") == ["01-02"]
        assert runs("07:00 on the second last business day of the year") == ["12-30"]

    def test_a_month_that_has_fewer_business_days_has_no_such_slot(self) -> None:
        closed = dict.fromkeys(days(dt.date(2026, 11, 12), dt.date(2026, 11, 30)), "moving house")
        said = "07:00 on the twelfth business day of the month"
        assert runs(said, closed=closed)[-2:] == ["10-16", "12-16"]
        assert runs(said)[-2:] == ["11-17", "12-16"]

    def test_a_rule_of_a_month_reaches_into_another(self) -> None:
        assert runs("07:00 three business days before the 1st")[:3] == ["01-28", "02-25", "03-27"]
        assert runs("07:00 two business days after the last day of the month")[-1] == "12-02"

    def test_holidays_among_business_days_are_slots_that_are_skipped_with_their_name(self) -> None:
        made = plan("06:00 on business days")
        skipped = {shown(made, s)[4:14]: s.why for s in due(made, *YEAR) if s.why}
        assert skipped == {
            "2026-01-01": "holiday: New Year's Day (NL)",
            "2026-04-03": "holiday: Good Friday (NL)",
            "2026-04-06": "holiday: Easter Monday (NL)",
            "2026-04-27": "holiday: King's Day (NL)",
            "2026-05-14": "holiday: Ascension Day (NL)",
            "2026-05-25": "holiday: Pentecost Monday (NL)",
            "2026-12-25": "holiday: Christmas Day (NL)",
        }
        assert len(due(made, *YEAR)) == 261


class TestCalendars:
    def test_target_closes_on_six_days(self) -> None:
        assert sorted(f"{day:%m-%d}" for day in holidays_of("TARGET", 2026)) == [
            *("01-01", "04-03", "04-06", "05-01", "12-25", "12-26"),
        ]

    def test_several_are_joined_and_each_is_named(self) -> None:
        both = read_calendar("NL+TARGET", {})
        assert both.off(dt.date(2026, 4, 3)) == "holiday: Good Friday (NL+TARGET)"
        assert both.off(dt.date(2026, 5, 1)) == "holiday: Labour Day (TARGET)"
        assert both.off(dt.date(2026, 4, 27)) == "holiday: King's Day (NL)"
        assert both.off(dt.date(2026, 4, 28)) == ""

    def test_a_part_of_a_country_keeps_its_own(self) -> None:
        assert read_calendar("DE-BY", {}).off(dt.date(2026, 1, 6)) == "holiday: Epiphany (DE-BY)"
        assert read_calendar("DE", {}).off(dt.date(2026, 1, 6)) == ""

    @pytest.mark.parametrize(
        ("calendar", "closed"),
        [("NL", True), ("TARGET+company", True), ("company", True), ("TARGET", False), ("", False)],
    )
    def test_company_days_are_the_peoples_and_not_the_banks(
        self, calendar: str, closed: bool
    ) -> None:
        day = dt.date(2026, 12, 29)
        said = read_calendar(calendar, {day: "works holiday"}).off(day)
        assert said == ("company day: works holiday" if closed else "")

    def test_a_name_of_which_nothing_is_known_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no holidays are known"):
            read_calendar("NL+QQ", {})

    def test_a_company_that_is_closed_for_months_is_taken_for_a_mistake(self) -> None:
        closed = dict.fromkeys(days(*YEAR), "closed")
        with pytest.raises(ValueError, match="no business day within"):
            runs("06:00 two business days before the 26th", closed=closed)


@settings(max_examples=50, deadline=None)
@given(
    count=st.integers(1, 20),
    towards=st.sampled_from(["before", "after"]),
    day=st.integers(1, 28),
    calendar=st.sampled_from(["NL", "TARGET", "NL+TARGET"]),
)
def test_business_days_between_are_counted_one_by_one(
    count: int, towards: str, day: int, calendar: str
) -> None:
    """Ten years of months against a plain count: so many business days lie between."""
    made = plan(f"06:00 {count} business days {towards} the {day}th", calendar)
    found = [slot.due.astimezone(AMSTERDAM).date() for slot in due(made, *YEARS)]
    around = days(YEARS[0] - 90 * DAY, YEARS[1] + 90 * DAY)
    open_days = [one for one in around if made.business.is_open(one)]
    wanted = []
    for year in range(YEARS[0].year - 1, YEARS[1].year + 2):
        for month in range(1, 13):
            anchor = dt.date(year, month, day)
            if towards == "before":
                passed = [one for one in open_days if one < anchor][-count:]
                wanted.append(passed[0] if len(passed) == count else None)
            else:
                coming = [one for one in open_days if one > anchor][:count]
                wanted.append(coming[-1] if len(coming) == count else None)
    assert found == sorted({one for one in wanted if one and YEARS[0] <= one <= YEARS[1]})


@settings(max_examples=50, deadline=None)
@given(
    said=st.sampled_from(
        [
            "06:00 on the last business day of the month",
            "06:00 on the fifth business day of the quarter",
            "06:00 twenty business days after the 28th",
            "06:00 on the first business day of the year",
            "06:00 on the 3rd or the business day before",
        ]
    ),
    first=st.dates(*YEARS),
    cuts=st.lists(st.integers(0, 300), min_size=1, max_size=5),
)
def test_an_interval_that_is_cut_has_the_same_days(
    said: str, first: dt.date, cuts: list[int]
) -> None:
    made, begin = plan(said), dt.datetime.combine(first, dt.time(), UTC)
    ends = [begin + cut * DAY for cut in sorted(cuts)]
    pieces = [
        slot
        for start, end in zip([begin, *ends], ends, strict=False)
        for slot in slots(made, start, end)
    ]
    assert pieces == [*slots(made, begin, ends[-1])]


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


class TestWindows:
    @pytest.mark.parametrize(
        ("window", "at", "until"),
        [
            ("sun 02:00-06:00", "2026-03-01T02:00", "2026-03-01T06:00"),
            ("sun 02:00-06:00", "2026-03-01T06:00", ""),
            ("sun 02:00-06:00", "2026-03-02T03:00", ""),
            ("daily 23:30-00:30", "2026-03-02T23:30", "2026-03-03T00:30"),
            ("daily 23:30-00:30", "2026-03-03T00:29", "2026-03-03T00:30"),
            ("daily 23:30-00:30", "2026-03-03T00:30", ""),
            ("fri 23:30-00:30", "2026-03-07T00:10", "2026-03-07T00:30"),
            ("fri 23:30-00:30", "2026-03-06T00:10", ""),
            ("sat,sun 00:00-24:00", "2026-03-07T12:00", "2026-03-09T00:00"),
            ("fri-mon 22:00-05:00", "2026-03-10T04:00", "2026-03-10T05:00"),
            # The clock shows 02:00 to 03:00 twice that night: closed until its last showing.
            ("sun 02:00-02:30", "2026-10-25T02:00", "2026-10-25T02:30+01:00"),
            # And leaves it out that one: a window within is over before it begins.
            ("sun 02:00-02:30", "2026-03-29T03:00", ""),
        ],
    )
    def test_a_portal_is_closed_until_its_window_ends(
        self, window: str, at: str, until: str
    ) -> None:
        found = closed_until(read_windows((window,)), local(at), AMSTERDAM)
        wanted = None
        if until:
            end = dt.datetime.fromisoformat(until)
            wanted = end.astimezone(UTC) if end.tzinfo else local(until)
        assert found == wanted

    @settings(max_examples=100, deadline=None)
    @given(st.datetimes(dt.datetime(2026, 10, 20), dt.datetime(2026, 11, 1)))  # noqa: DTZ001
    def test_what_is_closed_opens_once_nothing_closes_it(self, at: dt.datetime) -> None:
        windows = read_windows(("sun 02:00-06:00", "daily 05:30-07:00", "sun 01:00-02:30"))
        instant = at.replace(tzinfo=UTC)
        until = closed_until(windows, instant, AMSTERDAM)
        if until is not None:
            assert until > instant
            assert closed_until(windows, until, AMSTERDAM) is None
            assert closed_until(windows, until - MINUTE, AMSTERDAM) == until

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("sunday 02:00-06:00", "expected days and hours such as 'sun 02:00-06:00'"),
            ("sun 2:00-6:00", "expected days and hours"),
            ("sun 02:00", "expected days and hours"),
            ("sun 06:00-06:00", "begins and ends at once"),
            ("", "expected days and hours"),
        ],
    )
    def test_what_is_no_window_is_refused(self, text: str, told: str) -> None:
        with pytest.raises(ValueError, match=told):
            read_windows((text,))

    def test_a_portal_that_never_opens_is_found_out(self) -> None:
        assert never_open(read_windows(("mon-fri 06:00-06:30", "daily 00:00-24:00")))
        assert never_open(read_windows(("daily 12:00-00:30", "daily 00:30-12:00")))
        assert not never_open(read_windows(("daily 12:00-00:30", "daily 00:31-12:00")))
        assert not never_open(())

    def test_a_slot_waits_for_all_portals_of_its_task(self) -> None:
        windows = {
            "bank": read_windows(("tue 05:00-06:30",)),
            "erp": read_windows(("daily 06:15-07:00",)),
        }
        made = plan("06:00 every day", windows=windows)
        (monday, tuesday) = due(made, dt.date(2026, 3, 2), dt.date(2026, 3, 3))
        assert (monday.start, monday.due) == (local("2026-03-02T06:00"), local("2026-03-02T06:00"))
        assert (tuesday.start, tuesday.due) == (
            local("2026-03-03T07:00"),
            local("2026-03-03T06:00"),
        )

    def test_or_is_skipped_where_it_is_so_declared(self) -> None:
        windows = {"bank": read_windows(("tue 05:00-06:30",))}
        made = plan("06:00 every day", windows=windows, when_closed="skip")
        why = [slot.why for slot in due(made, dt.date(2026, 3, 2), dt.date(2026, 3, 3))]
        assert why == ["", "closed window: bank is closed until 2026-03-03 06:30"]


class TestBlackouts:
    @pytest.mark.parametrize(
        ("text", "start", "end"),
        [
            ("2026-12-31", "2026-12-31T00:00", "2027-01-01T00:00"),
            ("2026-12-24 to 2027-01-02", "2026-12-24T00:00", "2027-01-03T00:00"),
            ("2026-12-31 18:00 to 2027-01-01 12:00", "2026-12-31T18:00", "2027-01-01T12:00"),
            ("2026-12-31 18:00 to 2027-01-01", "2026-12-31T18:00", "2027-01-02T00:00"),
        ],
    )
    def test_a_span_is_of_whole_days_or_of_moments(self, text: str, start: str, end: str) -> None:
        span = read_span(text)
        assert (span.start, span.end) == tuple(map(dt.datetime.fromisoformat, (start, end)))

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("31-12-2026", "expected a day such as"),
            ("2026-12-31 18:00", "expected a day such as"),
            ("2026-02-30", "no calendar has"),
            ("2027-01-02 to 2026-12-24", "ends before it begins"),
        ],
    )
    def test_what_is_no_span_is_refused(self, text: str, told: str) -> None:
        with pytest.raises(ValueError, match=told):
            read_span(text)

    def test_nothing_runs_in_it(self) -> None:
        dark = Blackout(span=read_span("2026-03-03 18:00 to 2026-03-05 05:59"), why="closing")
        made = plan("06:00 every day", blackouts=(dark,))
        found = due(made, dt.date(2026, 3, 3), dt.date(2026, 3, 5))
        assert [slot.why for slot in found] == ["", "blackout: closing", ""]

    def test_a_slot_does_not_wait_into_it(self) -> None:
        dark = Blackout(span=read_span("2026-03-03 06:30 to 2026-03-03 08:00"), why="closing")
        windows = {"bank": read_windows(("tue 05:00-06:30",))}
        made = plan("06:00 every day", blackouts=(dark,), windows=windows)
        (slot,) = due(made, dt.date(2026, 3, 3), dt.date(2026, 3, 3))
        assert slot.why == "blackout: closing"


class TestJitter:
    MADE: Mapping[str, object] = {"jitter": 15 * MINUTE, "late_after": 20 * MINUTE}

    def test_it_is_the_tasks_and_the_slots_alone(self) -> None:
        made = plan("06:00 every day", **self.MADE)  # type: ignore[arg-type]
        found = due(made, *YEAR)
        assert found == due(made, *YEAR)
        late = [slot.start - slot.due for slot in found]
        assert all(dt.timedelta(0) <= by < 15 * MINUTE for by in late)
        assert len(set(late)) > 200
        assert sum(late, dt.timedelta(0)) / len(late) > 5 * MINUTE
        other = plan("06:00 every day", task="another", **self.MADE)  # type: ignore[arg-type]
        assert [s.start for s in due(other, *YEAR)] != [s.start for s in found]

    def test_it_carries_no_slot_past_late_after_nor_into_a_window_or_blackout(self) -> None:
        windows = {"bank": read_windows(("daily 06:04-07:00",))}
        dark = Blackout(span=read_span("2026-03-01 06:02 to 2026-12-31"), why="closing")
        early = plan("06:00 every day", jitter=15 * MINUTE, late_after=2 * MINUTE)
        assert all(slot.start - slot.due <= 2 * MINUTE for slot in due(early, *YEAR))
        walled = plan("06:00 every day", windows=windows, **self.MADE)  # type: ignore[arg-type]
        assert all(slot.start - slot.due < 4 * MINUTE for slot in due(walled, *YEAR))
        darkened = plan("06:00 every day", blackouts=(dark,), **self.MADE)  # type: ignore[arg-type]
        (slot,) = due(darkened, dt.date(2026, 3, 1), dt.date(2026, 3, 1))
        assert slot.start - slot.due < 2 * MINUTE


def test_what_is_switched_off_is_skipped_and_says_so() -> None:
    made = plan("06:00 on business days", off="switched off: until the new ERP is live")
    assert {slot.why for slot in due(made, *YEAR)} == {made.off}


def test_a_gap_in_which_one_moment_is_a_holiday_runs_for_the_other() -> None:
    """Apia had no 30 December 2011; its moments fall on the first instant of the 31st."""
    closed = {dt.date(2011, 12, 30): "closed"}
    made = plan("00:00 every day", "company", zone="Pacific/Apia", closed=closed)
    assert made.business.off(dt.date(2011, 12, 30)) == "company day: closed"
    found = due(made, dt.date(2011, 12, 29), dt.date(2011, 12, 31))
    zone = ZoneInfo("Pacific/Apia")
    assert [slot.due.astimezone(zone).day for slot in found] == [29, 31]
    assert [slot.why for slot in found] == ["", ""]

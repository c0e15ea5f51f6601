"""What may be said of a schedule, and how the rest is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.schedules.durations import duration, said_duration
from clerkwork.core.schedules.told import told_schedule
from clerkwork.core.schedules.words import EXAMPLES, Anchor, Rule, read_schedule


def rule(text: str) -> Rule:
    read = read_schedule(text)
    assert isinstance(read, Rule)
    return read


@pytest.mark.parametrize("text", EXAMPLES)
def test_each_example_is_understood_and_can_be_told(text: str) -> None:
    assert read_schedule(text).text == text
    assert told_schedule(text)


@pytest.mark.parametrize(
    ("text", "kind", "fields"),
    [
        ("06:00 every day", "weekdays", {"weekdays": (0, 1, 2, 3, 4, 5, 6)}),
        ("06:00 every mon-fri", "weekdays", {"weekdays": (0, 1, 2, 3, 4)}),
        ("06:00 every Monday to Wednesday and sunday", "weekdays", {"weekdays": (0, 1, 2, 6)}),
        ("06:00 every tuesdays, thu and sat", "weekdays", {"weekdays": (1, 3, 5)}),
        ("06:00 on business days", "business days", {}),
        ("06:00  on Business  Days", "business days", {}),
        ("16:00 on the last business day of the month", "nth", {"nth": -1, "period": "month"}),
        ("16:00 on the second last business day of the year", "nth", {"nth": -2}),
        ("16:00 on the third business day of the quarter", "nth", {"nth": 3, "period": "quarter"}),
        ("09:00 on the business day before the 24th", "anchor", {"step": -1}),
        ("09:00 one business day before the 24th", "anchor", {"step": -1}),
        ("06:00 two business days before the 26th of the month", "anchor", {"step": -2}),
        ("06:00 12 business days after the 1st", "anchor", {"step": 12}),
        ("06:00 two business days before debit", "anchor", {"anchor": Anchor(dates="debit")}),
        ("06:00 on debit or the next business day", "anchor", {"moved": 1}),
        ("06:00 on the 15th, or the business day before", "anchor", {"moved": -1}),
        ("06:00 on the last day of the month", "anchor", {"anchor": Anchor(day=-1)}),
    ],
)
def test_a_rule_means_what_it_says(text: str, kind: str, fields: dict[str, object]) -> None:
    read = rule(text)
    assert (read.kind, read.times) == (kind, (dt.time(int(text[:2])),))
    assert {name: getattr(read, name) for name in fields} == fields


def test_times_stand_in_order_each_once() -> None:
    read = rule("14:00, 06:00 and 14:00 on business days")
    assert read.times == (dt.time(6), dt.time(14))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("06:00 on buisness days", "Did you mean '06:00 on business days'?"),
        ("06:00 two busines days before the 26th", "'06:00 two business days before the 26th'?"),
        ("06:00 two business days before teh 26th", "'06:00 two business days before the 26th'?"),
        ("06:00 every monday and wensday", "Did you mean '06:00 every monday and wednesday'?"),
        (
            "09:30 two days before debit",
            "Did you mean '09:30 two business days before debit'?",
        ),
        ("06:00 on mondays", "Did you mean '06:00 every mondays'?"),
        ("06:00 on the lst business day of the month", "on the last business day of the month'?"),
        ("06:00 on the 31st", "the 1st to the 28th may be named, and 'the last day of the month'"),
        ("06:00 on the 0th", "Not every month has 'the 0th'"),
        ("06:00 30 business days before the 26th", "names no days; expected words such as"),
        ("06:00 on the first last business day of the month", "names no days"),
        ("06:00 on the thirteenth business day of the month", "names no days"),
        ("06:00 every fri-mon", "names no days"),
        ("06:00 on business", "names no days"),
        ("06:00 on day", "names no days"),
        ("06:00", "should begin with times such as '06:00'"),
        ("6:00 every day", "Did you mean '06:00 every day'?"),
        ("24:00 every day", "should begin with times"),
        ("06:60 every day", "should begin with times"),
        ("on business days", "should begin with times"),
        ("0 6 * * 1-5", "the weekday is '1-5'; expected a name such as mon"),
        ("0 6 * * mon-fir", "the weekday is 'mon-fir'"),
        ("0 6 * * fri-mon", "the weekday is 'fri-mon'"),
        ("0 6 * *", "should be 'minute hour day month weekday'"),
        ("0 6 * * mon-fri 2026", "should be 'minute hour day month weekday'"),
        ("", "should be 'minute hour day month weekday'"),
        ("*/70 * * * *", "the minute is '*/70'"),
        ("10-20/15 * * * *", "the minute is '10-20/15'"),
        ("0 6 30 feb *", "is never due: no month of it has such a day"),
        ("0 6 31 apr,jun *", "is never due"),
        ("0 6 * jan-jun/2 *", "the month is 'jan-jun/2'"),
    ],
)
def test_the_rest_is_refused_with_what_was_expected(text: str, told: str) -> None:
    with pytest.raises(ValueError, match="schedule") as caught:
        read_schedule(text)
    assert told in str(caught.value)


@given(st.text(st.sampled_from("0123456789:*/-, abdefhlmnorstuwy"), max_size=40))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    said = ""
    try:
        assert read_schedule(text).text == " ".join(text.lower().split())
    except ValueError as error:
        said = str(error)
    assert not said or said.startswith("schedule ")


@pytest.mark.parametrize(
    ("text", "calendar", "told"),
    [
        ("0 6 * * mon-fri", "NL", "06:00, Monday to Friday, without holidays (NL)"),
        ("30 6,14 * * *", "", "06:30 and 14:30, every day"),
        ("*/15 8-18 * * mon-fri", "", "every 15 minutes, hours 08 to 18, Monday to Friday"),
        ("* * * * *", "", "every minute, every day"),
        ("0 * * * *", "", "on the hour, every hour, every day"),
        ("5 * * * sat,sun", "", "at 05 past, every hour, Saturday and Sunday"),
        ("0 6 1,15 jan-mar *", "", "06:00, on the 1 and 15, in January, February and March"),
        ("0 6 13 * fri", "", "06:00, Friday, if it is the 13"),
        ("06:00 on business days", "NL+TARGET", "06:00 on business days (NL+TARGET)"),
        ("06:00 on business days", "", "06:00 on business days"),
        ("", "NL", ""),
    ],
)
def test_a_schedule_is_told_in_plain_words(text: str, calendar: str, told: str) -> None:
    assert told_schedule(text, calendar) == told


@pytest.mark.parametrize(
    ("text", "seconds", "told"),
    [
        ("90 s", 90, "90 s"),
        ("15 min", 900, "15 min"),
        ("120min", 7200, "2 h"),
        ("2 h", 7200, "2 h"),
        ("1 d", 86400, "1 d"),
        ("0 s", 0, "0 s"),
    ],
)
def test_a_span_of_time(text: str, seconds: int, told: str) -> None:
    assert duration(text) == dt.timedelta(seconds=seconds)
    assert said_duration(duration(text)) == told


@pytest.mark.parametrize("text", ["15", "min", "1.5 h", "-1 h", "15 minutes", "", "1234567 s"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a number and a unit"):
        duration(text)

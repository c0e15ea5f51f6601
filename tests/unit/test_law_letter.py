"""The term of a notice, over holidays: the 14-day letter and Belgium's first reminder."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from clerkwork.core.calendar import Calendar
from clerkwork.core.law.be import BE
from clerkwork.core.law.de import DE
from clerkwork.core.law.nl import NL
from clerkwork.core.law.term import notice_term, why_no_costs, why_no_interest


def day(text: str) -> date:
    return date.fromisoformat(text)


# Art. 6:96(6) BW and HR 25-11-2016, ECLI:NL:HR:2016:2704. A letter counts as delivered on the
# second day after it was sent; Sundays, Mondays and holidays do not count. Fifteen days from the
# day after that.
CALENDARS = [
    # An ordinary week. Mon 2 -> Tue 3 (1), Wed 4 (2). Fifteen days: 5 to 19 March.
    ("2026-03-02", "2026-03-04", "2026-03-19", "2026-03-20"),
    # Before Christmas. Fri 18 -> Sat 19 (1), not Sun, not Mon, Tue 22 (2). 23 December to 6
    # January: nine days in December, six in January.
    ("2026-12-18", "2026-12-22", "2027-01-06", "2027-01-07"),
    # Christmas Eve. Wed 24 -> not the 25th and 26th, Sat 27 (1), not Sun, not Mon, Tue 30 (2).
    # 31 December to 14 January.
    ("2025-12-24", "2025-12-30", "2026-01-14", "2026-01-15"),
    # Over New Year. Tue 30 -> Wed 31 (1), not 1 January, Fri 2 (2). 3 to 17 January, which is a
    # Saturday: Monday the 19th.
    ("2025-12-30", "2026-01-02", "2026-01-19", "2026-01-20"),
    # Before Easter. Thu 2 April -> not Good Friday, Sat 4 (1), not Easter Sunday and Monday, Tue 7
    # (2). 8 to 22 April.
    ("2026-04-02", "2026-04-07", "2026-04-22", "2026-04-23"),
    # It would end on Good Friday. Tue 17 March -> Wed 18 (1), Thu 19 (2). 20 March to 3 April, Good
    # Friday; then Saturday, Easter, Easter Monday: Tuesday 7 April.
    ("2026-03-17", "2026-03-19", "2026-04-07", "2026-04-08"),
    # King's day. Sat 25 April -> not Sun, not Monday 27 (King's day), Tue 28 (1), Wed 29 (2). 30
    # April to 14 May, which is Ascension Day: Friday the 15th.
    ("2026-04-25", "2026-04-29", "2026-05-15", "2026-05-16"),
    # King's day on a Saturday. Fri 26 April 2024 -> not Sat 27, not Sun, not Mon, Tue 30 (1), Wed 1
    # May (2), no holiday in the Netherlands. 2 to 16 May.
    ("2024-04-26", "2024-05-01", "2024-05-16", "2024-05-17"),
    # Liberation Day, each year for the law on terms. Fri 1 May -> Sat 2 (1), not Sun, not Mon, not
    # Tue 5, Wed 6 (2). 7 to 21 May.
    ("2026-05-01", "2026-05-06", "2026-05-21", "2026-05-22"),
    # Ascension. Wed 13 May -> not Thu 14, Fri 15 (1), Sat 16 (2). 17 to 31 May, a Sunday:
    # Monday 1 June.
    ("2026-05-13", "2026-05-16", "2026-06-01", "2026-06-02"),
    # Pentecost. Fri 22 May -> Sat 23 (1), not Sun, not Whit Monday, Tue 26 (2). 27 May to 10 June.
    ("2026-05-22", "2026-05-26", "2026-06-10", "2026-06-11"),
    # It would end on Whit Monday. Wed 6 May -> Thu 7 (1), Fri 8 (2). 9 to 23 May, a Saturday; then
    # Pentecost and Whit Monday: Tuesday 26 May.
    ("2026-05-06", "2026-05-08", "2026-05-26", "2026-05-27"),
    # Posted on a Saturday. Sat 31 January -> not Sun, not Mon, Tue 3 (1), Wed 4 (2). 5 to 19
    # February.
    ("2026-01-31", "2026-02-04", "2026-02-19", "2026-02-20"),
    # A leap day within. Mon 12 February 2024 -> Tue 13 (1), Wed 14 (2). 15 to 29 February.
    ("2024-02-12", "2024-02-14", "2024-02-29", "2024-03-01"),
    # The same days of a year without one: 15 days from 14 February 2025 end on the 28th. Tue 11 ->
    # Wed 12 (1), Thu 13 (2).
    ("2025-02-11", "2025-02-13", "2025-02-28", "2025-03-01"),
]


class TestTheFourteenDayLetter:
    @pytest.mark.parametrize(("sent", "arrived", "last", "costs"), CALENDARS)
    def test_in_many_calendars(self, sent: str, arrived: str, last: str, costs: str) -> None:
        term = notice_term(NL, "consumer", day(sent))
        assert (term.arrived, term.last_day) == (day(arrived), day(last))
        assert term.costs_from == day(costs)

    def test_a_proven_arrival_counts_instead(self) -> None:
        # Registered, and handed over on Thursday 31 December: 1 to 15 January, a Friday.
        term = notice_term(NL, "consumer", day("2026-12-18"), arrived=day("2026-12-31"))
        assert (term.first_day, term.last_day) == (day("2027-01-01"), day("2027-01-15"))

    def test_a_mail_that_is_not_known_to_have_arrived_counts_like_a_letter(self) -> None:
        post = notice_term(NL, "consumer", day("2026-12-18"))
        mail = notice_term(NL, "consumer", day("2026-12-18"), by="electronic")
        assert mail.costs_from == post.costs_from

    def test_the_count_is_told_with_who_proves_what(self) -> None:
        assert notice_term(NL, "consumer", day("2026-05-13")).lines == (
            "sent on Wed 2026-05-13, by post",
            "Thu 2026-05-14 does not count: Ascension Day",
            "day 2 that counts is Sat 2026-05-16: taken to have arrived",
            "15 days from Sun 2026-05-17: up to and including Sun 2026-05-31",
            "Sun 2026-05-31 is a Sunday: moved on by a day",
            "costs may be asked from Tue 2026-06-02",
            "the sender proves that and when it arrived, if the debtor denies it",
        )

    def test_no_costs_before_it_or_within_it(self) -> None:
        term = notice_term(NL, "consumer", day("2026-03-02"))
        assert "none was sent" in why_no_costs(NL, "consumer", day("2026-06-01"), None)
        assert why_no_costs(NL, "consumer", day("2026-03-19"), term) == (
            "the notice's term runs up to 2026-03-19"
        )
        assert why_no_costs(NL, "consumer", day("2026-03-20"), term) == ""

    def test_a_business_needs_none(self) -> None:
        assert why_no_costs(NL, "business", day("2026-03-02"), None) == ""
        with pytest.raises(ValueError, match="asks no notice to a business"):
            notice_term(NL, "business", day("2026-03-02"))

    def test_interest_does_not_wait_for_it(self) -> None:
        assert why_no_interest(NL, "consumer", day("2026-03-02"), None) == ""

    def test_what_cannot_be_is_refused(self) -> None:
        with pytest.raises(ValueError, match="before it was sent"):
            notice_term(NL, "consumer", day("2026-03-02"), arrived=day("2026-03-01"))
        with pytest.raises(ValueError, match="expected one of post, electronic"):
            notice_term(NL, "consumer", day("2026-03-02"), by="pigeon")


class TestBelgiumsFirstReminder:
    def test_by_post(self) -> None:
        # Sent on Monday 18 September 2023; the third working day after it is Thursday the 21st.
        # Fourteen days: 21 September to 4 October, and damages from Thursday 5 October.
        term = notice_term(BE, "consumer", day("2023-09-18"))
        assert (term.first_day, term.last_day) == (day("2023-09-21"), day("2023-10-04"))
        assert term.costs_from == day("2023-10-05")

    def test_electronically(self) -> None:
        # From the next calendar day: 19 September to 2 October.
        term = notice_term(BE, "consumer", day("2023-09-18"), by="electronic")
        assert (term.first_day, term.costs_from) == (day("2023-09-19"), day("2023-10-03"))

    def test_over_a_holiday(self) -> None:
        # Friday 31 October 2025 -> not Sat 1 and Sun 2 November, Mon 3 (1), Tue 4 (2), Wed 5 (3).
        # 5 to 18 November, with Armistice Day within, which is a calendar day like others.
        term = notice_term(BE, "consumer", day("2025-10-31"))
        assert (term.first_day, term.last_day) == (day("2025-11-05"), day("2025-11-18"))

    def test_over_a_saturday_which_is_not_counted_as_a_working_day(self) -> None:
        # Thursday 2 October 2025 -> Fri 3 (1), Mon 6 (2), Tue 7 (3): 7 to 20 October.
        term = notice_term(BE, "consumer", day("2025-10-02"))
        assert (term.first_day, term.last_day) == (day("2025-10-07"), day("2025-10-20"))

    def test_an_arrival_changes_nothing_where_the_sending_counts(self) -> None:
        term = notice_term(BE, "consumer", day("2023-09-18"), arrived=day("2023-09-19"))
        assert term.costs_from == day("2023-10-05")

    def test_interest_waits_for_it_too(self) -> None:
        term = notice_term(BE, "consumer", day("2023-09-18"))
        assert "none was sent" in why_no_interest(BE, "consumer", day("2023-09-18"), None)
        assert "up to 2023-10-04" in why_no_interest(BE, "consumer", day("2023-10-04"), term)
        assert why_no_interest(BE, "consumer", day("2023-10-05"), term) == ""


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        ("2026-04-28T06:59", "it is 06:59"),
        ("2026-04-28T07:00", ""),
        ("2026-04-28T19:59", ""),
        ("2026-04-28T20:00", "it is 20:00"),
        ("2026-04-26T12:00", "it is Sunday"),
        ("2026-04-27T12:00", "it is a public holiday (King's Day)"),
        ("2026-04-25T12:00", ""),  # a Saturday
    ],
)
def test_a_dutch_debtor_is_contacted_in_the_hours_of_the_quality_rules(
    moment: str, why: str
) -> None:
    calendar = Calendar(country=NL.calendar)
    local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(calendar.zone))
    quiet = calendar.quiet(local, NL.hours)
    assert quiet.startswith(why)
    assert bool(quiet) == bool(why)


def test_a_german_consumer_is_never_asked_costs() -> None:
    assert (
        why_no_costs(DE, "consumer", day("2026-03-02"), None) == "a consumer may not be asked any"
    )

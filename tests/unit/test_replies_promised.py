"""The day of a promise is one day, or none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.replies.promised import promised_on

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("vrijdag betaal ik", "2026-11-27"),
        ("aanstaande maandag", "2026-11-30"),
        ("volgende week dinsdag", "2026-12-01"),
        ("dinsdag volgende week", "2026-12-01"),
        ("next week Tuesday", "2026-12-01"),
        ("next Tuesday", "2026-12-01"),
        ("eind van de maand", "2026-11-30"),
        ("einde volgende maand", "2026-12-31"),
        ("at the end of December", "2026-12-31"),
        ("eind deze week", "2026-11-27"),
        ("by the end of next week", "2026-12-04"),
        ("op 15 maart", "2027-03-15"),
        ("op 3-12", "2026-12-03"),
        ("12.12.2026", "2026-12-12"),
        ("December 1st", "2026-12-01"),
        ("the 1st of December", "2026-12-01"),
        ("the 25th", "2026-12-25"),
        ("de 28e", "2026-11-28"),
        ("the 5th of next month", "2026-12-05"),
        ("vrijdag 4 december", "2026-12-04"),
        ("goedemorgen, overmorgen betaal ik", "2026-11-27"),
        ("tomorrow", "2026-11-26"),
        ("vanavond nog", "2026-11-25"),
        ("binnen drie werkdagen", "2026-11-30"),
        ("within 7 days", "2026-12-02"),
        ("over twee weken", "2026-12-09"),
        ("your letter of 20 November; I pay on 3 Dec", "2026-12-03"),
        ("I forgot last Friday, you will have it tomorrow", "2026-11-26"),
    ],
)
def test_one_day_is_named(words: str, day: str) -> None:
    assert promised_on(words, WEDNESDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "words",
    [
        "volgende week",
        "next Friday",
        "begin december",
        "ergens in januari",
        "zo snel mogelijk",
        "1 december en 1 januari",
        "de helft nu en de rest op 1 januari",
        "elke maand 50 euro, vanaf 1 december",
        "vrijdag 5 december",
        "31 februari",
        "in een paar dagen",
        "ik betaal mijn rekeningen altijd",
    ],
)
def test_what_names_no_one_day_is_a_persons(words: str) -> None:
    assert promised_on(words, WEDNESDAY) is None


@given(st.text(max_size=300), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_promise_is_never_before_the_mail(text: str, written: date) -> None:
    named = promised_on(text, written)
    assert named is None or named >= written


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_a_date_in_figures_is_that_date(day: date, written: date) -> None:
    named = promised_on(f"op {day:%d-%m-%Y}", written)
    assert named == (day if day >= written else None)

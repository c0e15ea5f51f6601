"""What an auditor types finds the thing however it is written where it stands."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.seeking import excerpt, folded, holds, query_of


def found(words: str, text: str, *, seen: bool = False) -> bool:
    return holds(query_of(words), folded(text, seen=seen), seen=seen)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("2026-0412", "Factuur 2026-0412 van 3 maart"),
        ("2026-041*", "2026-0412"),
        ("1.234,56", "EUR 1,234.56"),
        ("1,234.56", "1.234,56 EUR"),
        ("1234.56", "1 234,56"),
        ("1 234,56", "1234.56"),
        ("1'234.56", "1234,56"),
        ("126,20", "10007 126,20"),
        ("03-04-2026", "2026-04-03"),
        ("03-04-2026", "04/03/2026"),
        ("2026-03-04", "4.3.2026"),
        ("3/4/26", "03-04-2026"),
        ("renee brouwer", "Debtor: Renée BROUWER"),
        ("Brouwer 2026-0003", "2026-0003 of Renée Brouwer"),
        ("strasse", "Lange Straße 4"),
    ],
)
def test_it_is_found(words: str, text: str) -> None:
    assert found(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("2026-041", "2026-0412"),
        ("026-0412", "2026-0412"),
        ("234,56", "1.234,56"),
        ("1.234,56", "11.234,56"),
        ("2026-05-03", "04-03-2026"),
        ("Brouwer 2026-0004", "2026-0003 of Renée Brouwer"),
        ("2O26-0412", "2026-0412"),
    ],
)
def test_it_is_not_found(words: str, text: str) -> None:
    assert not found(words, text)


@pytest.mark.parametrize(
    "read", ["2O26-O412", "2026-04I2", "2026 - 0412", "2026- 0412", "Z026 2026-0412", "(2026—0412)"]
)
def test_signs_that_look_alike_are_one_on_a_picture(read: str) -> None:
    assert found("2026-0412", f"Stuknr {read} 126,20", seen=True)


def test_a_sum_below_zero_is_not_tied_to_the_number_before_it() -> None:
    assert found("2026-0412", "2026-0412 -12,30", seen=True)


@pytest.mark.parametrize("words", ["", " ", "a", "€ 1", "*"])
def test_too_little_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="expected terms"):
        query_of(words)


def test_the_line_that_says_it_is_shown() -> None:
    told = excerpt(query_of("brouwer 93,69"), "Brouwer\nBrouwer  2026-0003\t93.69\nend")
    assert told == "Brouwer 2026-0003 93.69"


@given(
    st.integers(0, 999_999_999).map(lambda n: f"{n / 100:,.2f}"),
    st.sampled_from([",.", ".,", "'.", "',", " ,", " ."]),
    st.sampled_from([",.", ".,", "'.", "',", " ,", " ."]),
)
def test_an_amount_is_found_with_any_separators(amount: str, asked: str, there: str) -> None:
    def written(marks: str) -> str:
        return amount.translate({ord(","): marks[0], ord("."): marks[1]})

    assert found(written(asked), f"for {written(there)} EUR")


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.sampled_from("-./"))
def test_a_date_is_found_in_any_order(day: dt.date, mark: str) -> None:
    orders = [f"%d{mark}%m{mark}%Y", f"%m{mark}%d{mark}%Y", "%Y-%m-%d"]
    for asked in orders:
        for there in orders:
            assert found(day.strftime(asked), f"due {day.strftime(there)}.")


@given(st.text(max_size=60), st.booleans())
def test_any_text_can_be_folded(text: str, seen: bool) -> None:
    folded(text, seen=seen)

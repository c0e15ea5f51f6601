"""The bank's numbers of statements: what they tell apart, and what is missing between them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_cases import day, statement

from clerkwork.core.sequence import differ, is_next, missing, place


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("61", "62", True),
        ("61", "00061/001", False),
        ("61/1", "61/2", True),
        ("61", "NL91-20260302", False),
        ("", "61", False),
    ],
)
def test_numbers_that_tell_two_statements_apart(one: str, other: str, expected: bool) -> None:
    assert differ(one, other) is expected
    assert differ(other, one) is expected


def test_the_next_number() -> None:
    assert is_next("61", "62")
    assert is_next("61/3", "62/1")
    assert is_next("61", "61/2")
    assert not is_next("61", "63")
    assert not is_next("61/1", "61/1")
    assert not is_next("", "1")


@pytest.mark.parametrize(
    ("last", "number", "days", "gap"),
    [
        ("61", "62", 1, ""),
        ("61", "63", 1, "62"),
        ("61/2", "65/1", 1, "62 to 64"),
        ("61", "64", 3, ""),
        ("6101", "6401", 3, ""),
        ("365", "1", 1, ""),
        ("61", "61", 1, ""),
        ("", "63", 1, ""),
        ("A-61", "A-63", 1, ""),
    ],
)
def test_numbers_that_are_missing(last: str, number: str, days: int, gap: str) -> None:
    before = statement([], number=last)
    after = replace(statement([], number=number), closed=day(days))
    assert missing(before, after) == gap


def test_pages_stand_in_the_order_of_their_numbers() -> None:
    assert sorted(["61/10", "61/9", "62"], key=place) == ["61/9", "61/10", "62"]

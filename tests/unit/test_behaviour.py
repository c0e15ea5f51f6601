"""How debtors pay, and what is not their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.behaviour import Paid, changes, coverage, expected, habit, manner
from clerkwork.core.ledger import OpenItem
from clerkwork.core.money import Money

TODAY = date(2026, 3, 3)
FIRST = date(2025, 1, 10)


def paid(late: Sequence[int], *, iban: str = "", reminders: int = 0) -> list[Paid]:
    """An invoice a month, each paid so many days after its due date."""
    dues = [FIRST + timedelta(days=30 * n) for n in range(len(late))]
    return [
        Paid(due=due, on=due + timedelta(days=days), reminders=reminders, iban=iban)
        for due, days in zip(dues, late, strict=True)
    ]


def owing(overdue: int, *, disputed: bool = False) -> OpenItem:
    due = TODAY - timedelta(days=overdue)
    return OpenItem(
        number="9", customer="10023", open=Money(1000, "EUR"), due=due, disputed=disputed
    )


def test_one_invoice_that_was_forgotten_does_not_move_a_habit() -> None:
    found = habit(paid([1, 2, 0, 1, 95, 2, 1]))
    assert found is not None
    assert (found.invoices, found.late, found.spread) == (7, 1.0, 1.5)
    assert manner(found) == "prompt"


def test_of_three_invoices_nothing_is_told() -> None:
    assert habit(paid([1, 2, 60])) is None
    assert manner(None) == "new"
    assert changes(paid([1, 2, 0]), [owing(200)], TODAY) == ()


@pytest.mark.parametrize(
    ("late", "word"),
    [
        ([0, 1, -2, 0, 3], "prompt"),
        ([7, 9, 8, 7, 10], "steady"),
        ([30, 28, 35, 31, 29], "late"),
        ([0, 40, 5, 60, 20, 2, 33], "erratic"),
        ([0, 3, 6, 9, 12, 15, 18], "worsening"),
    ],
)
def test_a_habit_has_a_word(late: list[int], word: str) -> None:
    assert manner(habit(paid(late))) == word


def test_always_on_time_and_now_overdue_is_a_call_not_a_letter() -> None:
    steady = paid([0, 1, 0, 2, 1, 0])
    assert changes(steady, [owing(4)], TODAY) == ()
    found = changes(steady, [owing(12)], TODAY)
    assert [(one.kind, one.items) for one in found] == [("overdue", ("9",))]
    assert "12 days overdue" in found[0].why


def test_who_always_pays_after_a_month_is_not_called_after_two_weeks() -> None:
    assert changes(paid([30, 28, 33, 31, 30]), [owing(14)], TODAY) == ()


def test_a_disputed_item_is_no_change() -> None:
    assert changes(paid([0, 1, 0, 2, 1, 0]), [owing(40, disputed=True)], TODAY) == ()


def test_a_lasting_shift_is_found_and_one_late_payment_is_not() -> None:
    before = [1, 2, 0, 3, 1, 2]
    assert [one.kind for one in changes(paid([*before, 9, 8, 10]), (), TODAY)] == ["slower"]
    assert changes(paid([*before, 1, 40, 2]), (), TODAY) == ()


def test_money_from_an_account_never_seen_is_told_once_there_is_another_to_compare() -> None:
    older = paid([0, 1, 0, 2], iban="NL91ABNA0417164300")
    newest = Paid(due=TODAY, on=TODAY, iban="LT121000011101001000")
    assert [one.kind for one in changes([*older, newest], (), TODAY)] == ["account"]
    assert changes([*older, newest], (), TODAY, ["LT121000011101001000"]) == ()
    assert changes([*paid([0, 1, 0, 2]), newest], (), TODAY) == ()


def test_an_expectation_follows_his_own_habit_and_what_has_passed_already() -> None:
    own = paid([5, 6, 5, 7, 6, 5, 6, 7, 6, 30])
    due = date(2026, 3, 1)
    told = expected(due, due, own)
    assert told is not None
    assert (told.on, told.earliest) == (due + timedelta(days=6), due + timedelta(days=5))
    later = expected(due, due + timedelta(days=20), own)
    assert later is not None
    assert later.on == due + timedelta(days=30)
    assert expected(due, due + timedelta(days=31), own) is None


def test_of_somebody_new_the_others_of_his_segment_tell() -> None:
    due = date(2026, 3, 1)
    told = expected(due, due, (), alike=[2] * 50 + [10] * 50)
    assert told is not None
    assert (told.earliest, told.latest) == (due + timedelta(days=2), due + timedelta(days=10))
    assert expected(due, due, ()) is None


def test_coverage_is_the_share_that_came_as_expected() -> None:
    due = date(2026, 3, 1)
    told = expected(due, due, paid([1, 2, 3, 4]))
    assert told is not None
    assert coverage([(told, due + timedelta(days=2)), (told, due + timedelta(days=50))]) == 0.5
    assert coverage(()) is None


@given(st.lists(st.integers(-30, 200), min_size=4, max_size=30), st.integers(0, 60))
def test_what_is_expected_lies_between_its_bounds_and_never_in_the_past(
    late: list[int], passed: int
) -> None:
    due = date(2026, 3, 1)
    told = expected(due, due + timedelta(days=passed), paid(late))
    if told is not None:
        assert due + timedelta(days=passed) <= told.earliest <= told.on <= told.latest


@given(st.lists(st.integers(-5, 60), min_size=8, max_size=24), st.integers(0, 400))
def test_one_outlier_moves_the_middle_no_further_than_its_neighbours(
    late: list[int], outlier: int
) -> None:
    honest, moved = habit(paid(late)), habit(paid([*late[:-1], outlier]))
    assert honest is not None
    assert moved is not None
    near = sorted(late[:-1])
    assert near[len(near) // 2 - 1] <= moved.late <= near[min(len(near) // 2 + 1, len(near) - 1)]

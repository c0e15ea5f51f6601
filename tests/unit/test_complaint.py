"""What fails again and again fills no log, and that it works again is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.complaint import EVERY, Complaint


def test_it_is_told_once_then_counted_and_told_when_it_is_over() -> None:
    complaint = Complaint()
    said = [complaint.failed("The store cannot be reached.", float(at)) for at in range(130)]
    assert said[0] == "The store cannot be reached."
    assert said[60] == "The store cannot be reached. It has failed 61 times in 60 s."
    assert [at for at, told in enumerate(said) if told] == [0, 60, 120]
    assert complaint.over(130.0) == "it works again, after 130 failures in 130 s"
    assert complaint.over(131.0) == ""
    assert complaint.failed("The store cannot be reached.", 132.0) == "The store cannot be reached."


def test_what_always_worked_is_not_spoken_of() -> None:
    assert Complaint().over(5.0) == ""


def test_another_cause_is_told_at_once() -> None:
    complaint = Complaint()
    assert complaint.failed("It was shut down.", 0.0)
    assert complaint.failed("It cannot be reached.", 1.0)
    assert not complaint.failed("It was shut down.", 2.0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=200))
def test_it_says_no_more_than_each_cause_and_a_line_a_minute(
    tries: list[tuple[str, float]],
) -> None:
    complaint, at, said = Complaint(), 0.0, 0
    for cause, wait in tries:
        at += wait
        said += bool(complaint.failed(cause, at))
    assert said <= len({cause for cause, _ in tries}) + at / EVERY

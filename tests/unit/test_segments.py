"""Which segment a debtor is in, and on what ground."""

from __future__ import annotations

import pytest

from clerkwork.core.money import Money
from clerkwork.core.segments import Facts, Persona, Rule, Segment, Segments, assign

STUDENT = Persona(name="student", does="studies", complexity=2, digital=5)
ANYONE = Segment(name="everybody else", persona="student", journey="standard", ground="contract")
STUDENTS = Segment(
    name="students",
    persona="student",
    journey="students",
    ground="declared at enrolment, so that reminders come after student finance",
    when=Rule(kind=("consumer",), occupation=("student",), preferred=("whatsapp", "sms")),
)
KEY = Segment(
    name="key accounts",
    persona="student",
    journey="key",
    ground="observed open amount",
    when=Rule(kind=("business",), owed_from=Money(1_000_000, "EUR")),
)
ALL = (STUDENTS, KEY, ANYONE)


def test_the_first_segment_whose_every_fact_fits_is_taken_with_its_ground() -> None:
    facts = Facts(kind="consumer", occupation="student", preferred="sms", age="18-26")
    found = assign(facts, ALL)
    assert found is not None
    assert (found.segment, found.journey) == ("students", "students")
    assert found.ground == (
        "declared kind: consumer",
        "declared occupation: student",
        "declared wish: sms",
        "declared at enrolment, so that reminders come after student finance",
    )


def test_an_undeclared_fact_is_no_ground() -> None:
    found = assign(Facts(kind="consumer", occupation="student"), ALL)
    assert found is not None
    assert found.segment == "everybody else"


def test_an_amount_counts_in_its_own_currency() -> None:
    assert assign(Facts(kind="business", owed=(Money(1_000_000, "EUR"),)), ALL) == assign(
        Facts(kind="business", owed=(Money(5, "CHF"), Money(1_000_001, "EUR"))), ALL
    )
    other = assign(Facts(kind="business", owed=(Money(1_000_000, "USD"),)), ALL)
    assert other is not None
    assert other.segment == "everybody else"


def test_where_there_are_no_segments_nobody_is_in_one() -> None:
    assert assign(Facts(kind="business"), ()) is None


def test_segments_that_leave_somebody_out_or_name_nobody_are_refused() -> None:
    with pytest.raises(ValueError, match="everybody else"):
        Segments(personas=(STUDENT,), segments=(STUDENTS,))
    with pytest.raises(ValueError, match="no persona"):
        Segments(segments=ALL)
    with pytest.raises(ValueError, match="name of its own"):
        Segments(personas=(STUDENT, STUDENT), segments=ALL)
    with pytest.raises(ValueError, match="ground"):
        Segment(name="x", persona="student", journey="y", ground=" ")
    with pytest.raises(ValueError, match="from 1 to 5"):
        Persona(name="x", does="y", complexity=0, digital=1)

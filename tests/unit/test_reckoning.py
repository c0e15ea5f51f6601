"""Statements of several files are one account each: every line once, gaps told, sums tied out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_cases import ACCOUNT, eur, line, statement

from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.payments import BankLine, Batch, Kind, Statement, identified
from clerkwork.core.reckoning import gather, tie_accounts
from clerkwork.errors import StatementError

FIRST = statement([line(100, 0, ref="A"), line(250, 1, ref="B")], number="1")
SECOND = statement([line(-30, 2, ref="C")], opening=350, opened=2, number="2")
THIRD = statement([line(5, 5, ref="D")], opening=400, opened=5, number="4")


def judged(lines: Sequence[BankLine]) -> list[Match]:
    kinds = list(Outcome)
    return [
        Match(line=one, outcome=kinds[n % len(kinds)], rule="any", reasons=())
        for n, one in enumerate(lines)
    ]


@pytest.mark.parametrize("files", [*permutations([FIRST, SECOND])])
def test_statements_follow_each_other_in_whatever_order_they_are_given(
    files: tuple[Statement, ...],
) -> None:
    found = gather(files)
    assert [one.bank_ref for one in found.lines] == ["A", "B", "C"]
    assert found.notes == ()
    (tie,) = tie_accounts(found, judged(found.lines))
    assert (tie.account, tie.opening, tie.closing, tie.missing) == (
        ACCOUNT,
        eur(0),
        eur(320),
        eur(0),
    )
    assert not tie.difference


def test_a_statement_in_two_formats_counts_once() -> None:
    same = replace(
        FIRST,
        lines=identified([replace(one, bank_ref="", text="other") for one in FIRST.lines]),
        source="march.sta",
    )
    found = gather([FIRST, same, SECOND])
    assert len(found.lines) == 3
    (note,) = found.notes
    assert note.endswith("is there twice; it counts once")
    assert not tie_accounts(found, judged(found.lines))[0].difference


def test_a_range_that_overlaps_brings_what_is_new() -> None:
    week = statement([*FIRST.lines, *SECOND.lines], number="week")
    found = gather([FIRST, week])
    assert [one.bank_ref for one in found.lines] == ["A", "B", "C"]
    assert "repeats 2 lines; they count once" in found.notes[0]
    assert not tie_accounts(found, judged(found.lines))[0].difference


def test_statements_that_contradict_each_other_are_refused() -> None:
    other = statement([*FIRST.lines, line(999, 2, ref="X")], opening=77, number="9")
    with pytest.raises(StatementError, match=r"would close with 13\.49 EUR, not 14\.26 EUR"):
        gather([FIRST, other])


def test_equal_lines_in_two_statements_of_a_day_are_two() -> None:
    morning = statement([line(100, 0)], number="1")
    evening = statement([line(100, 0)], opening=100, number="2")
    found = gather([morning, evening])
    assert len({one.id for one in found.lines}) == 2
    assert not tie_accounts(found, judged(found.lines))[0].difference


def test_what_is_missing_between_statements_is_told_and_tied_out() -> None:
    found = gather([FIRST, SECOND, THIRD])
    (note,) = found.notes
    assert "0.80 EUR is missing between" in note
    (tie,) = tie_accounts(found, judged(found.lines))
    assert (tie.missing, tie.closing, tie.difference) == (eur(80), eur(405), eur(0))


def test_a_preview_is_shown_and_counted_nowhere() -> None:
    preview = replace(
        statement([line(100, 0, ref="A"), line(70, 3, ref="P")]),
        kind=Kind.PREVIEW,
        source="today.xml",
        unbooked=2,
    )
    found = gather([preview, FIRST])
    assert [one.bank_ref for one in found.lines] == ["A", "B"]
    assert [one.bank_ref for one in found.previews] == ["P"], "what is booked is no preview"
    assert found.notes == (
        "today.xml is a preview: its lines are shown, and counted nowhere",
        "today.xml holds 2 entries that are not booked yet",
    )


def test_a_batch_is_told_by_its_transactions_where_these_make_it_up() -> None:
    batch = statement([line(300, 0, ref="BATCH"), line(100, 0, ref="A")])
    parts = identified([line(100, 0, ref="P1"), line(200, 0, ref="P2")])
    told = replace(
        statement(parts),
        kind=Kind.NOTIFICATION,
        source="details.xml",
        batches=(Batch(whole=batch.lines[0], first=0, count=2),),
    )
    found = gather([batch, told])
    assert [one.bank_ref for one in found.lines] == ["P1", "P2", "A"]
    assert found.notes == ("details.xml explains 1 entries of the statements; it books nothing",)
    assert not tie_accounts(found, judged(found.lines))[0].difference
    short = replace(told, batches=(Batch(whole=batch.lines[0], first=0, count=1),))
    assert [one.bank_ref for one in gather([batch, short]).lines] == ["BATCH", "A"]


def test_two_currencies_of_an_account_are_refused() -> None:
    dollars = replace(
        SECOND,
        opening=replace(SECOND.opening, currency="USD"),
        closing=replace(SECOND.closing, currency="USD"),
        lines=tuple(replace(x, amount=replace(x.amount, currency="USD")) for x in SECOND.lines),
    )
    with pytest.raises(StatementError, match=r"is in USD, the one before it in\s+EUR"):
        gather([FIRST, dollars])


@given(st.lists(st.lists(st.integers(-9_999, 9_999), max_size=4), min_size=1, max_size=5))
def test_what_became_of_the_lines_always_makes_the_closing_balance(days: list[list[int]]) -> None:
    statements = []
    opening = 0
    for number, amounts in enumerate(days):
        lines = [line(minor, number, ref=f"{number}/{n}") for n, minor in enumerate(amounts)]
        one = statement(
            lines, opening=opening, opened=number, closed=number, number=str(number + 1)
        )
        statements.append(one)
        opening = one.closing.minor
    found = gather([*statements, *statements])
    (tie,) = tie_accounts(found, judged(found.lines))
    assert (tie.closing, tie.difference) == (eur(opening), eur(0))
    assert sum(tie.count.values()) == sum(map(len, days))

"""Packed lines are lines like any others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_cases import line, statement

from clerkwork.adapters.statements.packed import PackedLines
from clerkwork.core.payments import identified
from clerkwork.testing import memory_store

LINES = identified(
    replace(line(number, number % 9, text=f"Inv. {number}\n<é>"), raw="<Ntry>")
    for number in range(1203)
)


def test_packed_lines_are_equal_to_a_tuple_of_them() -> None:
    packed = PackedLines(LINES)
    assert packed == LINES
    assert tuple(packed) == LINES
    assert len(packed) == 1203
    assert packed != LINES[:-1]
    assert packed != (*LINES[:-1], LINES[0])
    assert packed != 7


def test_packed_lines_are_found_by_place() -> None:
    packed = PackedLines(LINES)
    assert [packed[place] for place in (0, 499, 500, 1202, -1, -1203)] == [
        LINES[place] for place in (0, 499, 500, 1202, -1, -1203)
    ]
    assert packed[498:502] == LINES[498:502]
    assert LINES[700] in packed
    with pytest.raises(IndexError):
        packed[1203]


def test_a_statement_of_packed_lines_is_booked() -> None:
    lines = tuple(sorted(LINES, key=lambda one: one.booked))
    store = memory_store()
    packed = replace(statement(lines), lines=PackedLines(lines))
    assert store.books.book_statement(packed) == 1203
    assert store.books.book_statement(packed) == 0
    assert store.books.unmatched() == lines
    store.close()

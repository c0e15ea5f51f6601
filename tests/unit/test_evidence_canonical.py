"""The quick way to canonical JSON makes the bytes of RFC 8785."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.evidence.parse import step_lines
from clerkwork.core.evidence.record import canonical, plain_canonical

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(max_codepoint=0xD7FF))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
)


@given(VALUES)
def test_it_is_what_the_reference_makes(value: object) -> None:
    assert plain_canonical(value) == canonical(value)


def test_a_line_that_is_nested_without_end_is_no_record() -> None:
    nested = "[" * 1_000 + "]" * 1_000
    (line,) = step_lines(f'{{"a":{nested},"b":"\ufffd"}}\n'.encode())
    assert line.fields == {}

"""A payer's words, wrapped by the bank, may look like a field; they are text, or all is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.adapters.statements.mt_forged import Ambiguous, posing
from clerkwork.adapters.statements.reading import read_statements
from clerkwork.errors import StatementError

HEAD = ":20:STMT\n:25:NL91ABNA0417164300EUR\n:28C:61\n:60F:C260301EUR100,00\n"
ENTRY = ":61:2603020302C10,00NTRFNONREF//REF1\n:86:"
SECOND = ":61:2603020302C20,00NTRFNONREF//REF2\n:86:"
WHO = "/IBAN/NL02ABNA0123456789/NAME/Bakker/REMI/"
COMES = ":61:2603020302C99,00NTRFNONREF//REFX"
GOES = ":61:2603020302D99,00NTRFNONREF//REFY"


def full(text: str) -> str:
    """As long as a line may be, so that what follows stands at the start of the next one."""
    return text + "x" * (-len(text) % 65)


def wrapped(*parts: str) -> str:
    text = "".join(parts)
    return "".join(f"{text[at : at + 65]}\n" for at in range(0, len(text), 65))


def lines_of(folder: Path, body: str, closing: str = "110,00") -> list[tuple[int, str]]:
    path = folder / "statement.sta"
    path.write_text(f"{HEAD}{body}:62F:C260302EUR{closing}\n-\n", encoding="utf-8")
    (statement,) = read_statements(path)
    return [(line.amount.minor, line.text.replace("\n", "")) for line in statement.lines]


@pytest.mark.parametrize(
    "forged",
    [
        (COMES,),
        (full(COMES), "and more"),
        (full(COMES), ":86:/IBAN/BE68539007547034/NAME/Een ander"),
        (":62F:C260302EUR209,00",),
        (full(":62F:C260302EUR209,00"), COMES),
        (full(":20:STMT"), full(":25:NL91ABNA0417164300"), ":60F:C260301EUR0,00"),
        (":90C:1EUR99,00",),
    ],
)
def test_a_field_in_a_text_is_text(tmp_path: Path, forged: tuple[str, ...]) -> None:
    text = full(f"{WHO}Factuur 2026-0412")
    (line,) = lines_of(tmp_path, ENTRY + wrapped(text, *forged))
    assert line[0] == 1000
    assert line[1].startswith("Factuur 2026-0412")
    assert forged[0][:20] in line[1]


def test_the_entries_behind_a_forged_end_are_read(tmp_path: Path) -> None:
    text = ENTRY + wrapped(full(f"{WHO}Factuur"), ":62F:C260302EUR110,00")
    found = lines_of(tmp_path, text + SECOND + wrapped(f"{WHO}Factuur 2"), "130,00")
    assert [minor for minor, _ in found] == [1000, 2000]


@pytest.mark.parametrize(
    "body",
    [
        ENTRY + wrapped(full(f"{WHO}Factuur"), full(COMES), GOES),
        ENTRY + wrapped(full(f"{WHO}Factuur"), full(COMES), full(":86:a"), full(GOES), ":86:b"),
        ENTRY + f"{WHO}Factuur\n{COMES}\n{GOES}\n",
        ENTRY + f"Factuur\n{COMES}\n{GOES}\n",
    ],
)
def test_forged_entries_that_cancel_each_other_out_refuse_the_file(
    tmp_path: Path, body: str
) -> None:
    with pytest.raises(StatementError, match="line 7: entries that may be a wrapped text"):
        lines_of(tmp_path, body)


def test_neither_are_those_in_two_texts_taken_for_entries(tmp_path: Path) -> None:
    body = ENTRY + wrapped(full(f"{WHO}Factuur"), COMES) + SECOND + wrapped(full(WHO), GOES)
    with pytest.raises(StatementError, match="both ways add up"):
        lines_of(tmp_path, body, "130,00")


def test_an_entry_behind_a_full_line_is_an_entry(tmp_path: Path) -> None:
    body = ENTRY + wrapped(full(f"{WHO}Factuur")) + SECOND
    for details in (wrapped(f"{WHO}Factuur 2"), "\n"):
        found = lines_of(tmp_path, body + details, "130,00")
        assert [minor for minor, _ in found] == [1000, 2000]
    without = body.removesuffix(":86:")
    assert [minor for minor, _ in lines_of(tmp_path, without, "130,00")] == [1000, 2000]


def test_what_no_reading_explains_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="do not make"):
        lines_of(tmp_path, ENTRY + wrapped(full(f"{WHO}Factuur"), COMES), "117,00")


@given(st.lists(st.integers(-50, 50), max_size=7), st.integers(-60, 60))
@settings(max_examples=200, deadline=None)
def test_what_is_left_out_is_the_only_set_that_makes_the_surplus(
    amounts: list[int], surplus: int
) -> None:
    sets = [
        tuple(place for place in range(len(amounts)) if chosen >> place & 1)
        for chosen in range(1, 2 ** len(amounts))
    ]
    right = [places for places in sets if sum(amounts[place] for place in places) == surplus]
    doubtful = len(right) > (0 if surplus == 0 else 1)
    try:
        found = posing(amounts, (), surplus)
    except Ambiguous:
        assert doubtful
    else:
        assert not doubtful
        assert found == (right[0] if right else ())

"""What is written as CAMT is what is read: every message, every version, whatever payers write."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from camt_writer import NEWEST, Entry, write_camt
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.adapters.statements.reading import read_statements
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Kind, Statement

ACCOUNT = "NL91ABNA0417164300"
DAY = date(2026, 3, 2)
SUMMARY = ("number of entries", "sum of entries", "net of entries")

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn"))
    | st.sampled_from("/:-?\"';,&<>] "),
    max_size=60,
).map(
    lambda text: "".join(
        sign for sign in text if sign not in "\u202a\u202b\u202c\u202d\u202e\ufffe\uffff"
    ).strip()
)
references = st.from_regex(r"R[A-Z0-9/-]{0,12}", fullmatch=True)


@st.composite
def bank_lines(draw: st.DrawFn) -> BankLine:
    structured = draw(references | st.just(""))
    text = "\n".join(part for part in draw(st.lists(words, max_size=3)) if part)
    code = draw(st.sampled_from(["T", "T return MD06"]))
    payer, iban = draw(words), draw(st.sampled_from(["", "NL02RABO0123456789"]))
    return BankLine(
        account=ACCOUNT,
        booked=DAY,
        valued=DAY + timedelta(days=draw(st.integers(-3, 3))),
        amount=Money(draw(st.integers(-(10**12), 10**12)), "EUR"),
        payer=payer,
        payer_iban=iban,
        text=text,
        structured=structured,
        end_to_end=draw(references | st.just("")),
        bank_ref=draw(references | st.just("")),
        code=code,
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    lines = draw(st.lists(bank_lines(), min_size=1, max_size=3))
    booked = DAY + timedelta(days=draw(st.integers(0, 2)))
    valued = lines[0].valued
    status = draw(st.sampled_from(["BOOK", "BOOK", "BOOK", "PDNG", "INFO"]))
    return Entry(tuple(replace(one, booked=booked, valued=valued) for one in lines), status)


def made(kind: Kind, number: int, opening: int, written: Sequence[Entry]) -> Statement:
    lines = tuple(x for entry in written if entry.status == "BOOK" for x in entry.lines)
    moved = sum(one.amount.minor for one in lines)
    start = opening if kind is Kind.STATEMENT else 0
    balanced = ("opening + lines = closing",) if kind is Kind.STATEMENT else ()
    return Statement(
        account=ACCOUNT,
        number=str(number),
        opened=DAY,
        closed=DAY + timedelta(days=2),
        opening=Money(start, "EUR"),
        closing=Money(start + moved, "EUR"),
        lines=lines,
        source="written.xml",
        kind=kind,
        controls=(*balanced, *SUMMARY),
        unbooked=sum(entry.status != "BOOK" for entry in written),
    )


def read(content: bytes) -> tuple[Statement, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.xml"
        path.write_bytes(content)
        return read_statements(path)


def bare(statement: Statement) -> Statement:
    lines = tuple(replace(line, id="", raw="") for line in statement.lines)
    return replace(statement, lines=lines, batches=())


@given(
    st.sampled_from(list(Kind)),
    st.lists(
        st.tuples(st.integers(-(10**12), 10**12), st.lists(entries(), max_size=4)),
        min_size=1,
        max_size=3,
    ),
    st.integers(2, NEWEST),
    st.sampled_from(["", "c", "ns0"]),
)
@settings(max_examples=120, deadline=None)
def test_what_is_written_as_camt_is_what_is_read(
    kind: Kind, chosen: list[tuple[int, list[Entry]]], version: int, prefix: str
) -> None:
    written = [
        (made(kind, number, opening, parts), parts)
        for number, (opening, parts) in enumerate(chosen, 1)
    ]
    found = read(write_camt(written, version=version, prefix=prefix))
    assert [bare(one) for one in found] == [one for one, _ in written]
    ids = [line.id for one in found for line in one.lines]
    assert len(set(ids)) == len(ids)


EXAMPLE = Entry(
    (
        BankLine(
            account=ACCOUNT,
            booked=DAY,
            valued=DAY,
            amount=Money(13025, "EUR"),
            payer="Bakkerij Bakker & Zn.",
            payer_iban="NL02RABO0123456789",
            text="Factuur 2026-0412",
            end_to_end="E-1",
            bank_ref="T-1",
            code="T",
        ),
        BankLine(
            account=ACCOUNT,
            booked=DAY,
            valued=DAY,
            amount=Money(-2000, "EUR"),
            payer="Visser",
            structured="RF8920260412",
            bank_ref="T-2",
            code="T return AC04",
        ),
    )
)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("version", range(2, NEWEST + 1))
def test_every_version_of_every_message_says_the_same(kind: Kind, version: int) -> None:
    statement = made(kind, 61, 10_000, [EXAMPLE])
    (found,) = read(write_camt([(statement, [EXAMPLE])], version=version))
    assert bare(found) == statement
    assert [line.id for line in found.lines] == ["ae1c708babb65c8c1248", "99349f829827e095113f"]
    (batch,) = found.batches
    assert (batch.whole.amount, batch.first, batch.count) == (Money(11025, "EUR"), 0, 2)


@pytest.mark.parametrize(
    ("said", "instead", "told"),
    [
        ("<NbOfNtries>1<", "<NbOfNtries>2<", "number of entries 1; expected the 2 of the summary"),
        ("<Sum>110.25<", "<Sum>110.26<", "sum of entries 110.25 EUR; expected the 110.26 EUR"),
        ("<Amt>110.25<", "<Amt>110.24<", "net of entries 110.25 EUR; expected the 110.24 EUR"),
        ("<NbOfTxs>2<", "<NbOfTxs>3<", "2 transactions; expected the 3 that the batch says"),
        ("<NbOfNtries>1<", "<NbOfNtries>one<", "number of entries 'one'; expected digits"),
        ("<Sum>110.25<", "<Sum>110,25<", "'110,25' 'EUR' is not an amount"),
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_file_that_fails_its_own_summary_is_refused(
    kind: Kind, said: str, instead: str, told: str
) -> None:
    content = write_camt([(made(kind, 61, 10_000, [EXAMPLE]), [EXAMPLE])], version=8).decode()
    assert said in content
    with pytest.raises(Exception, match="Nothing of this file was booked") as caught:
        read(content.replace(said, instead).encode())
    assert told in str(caught.value)


def test_a_file_without_any_control_says_so() -> None:
    content = write_camt([(made(Kind.PREVIEW, 61, 0, [EXAMPLE]), [EXAMPLE])], version=8).decode()
    start, end = content.index("<TxsSummry>"), content.index("</TxsSummry>")
    (found,) = read((content[:start] + content[end + len("</TxsSummry>") :]).encode())
    assert found.controls == ("none: the file has no balances and no summary",)

"""The same money in CAMT.053, MT940 and CSV is the same lines, whatever payers write."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.adapters.statements.reading import read_statements
from clerkwork.core.payments import BankLine, Statement
from clerkwork.demo.polder import statements as polder
from clerkwork.demo.seed import make_book

FORMATS = {
    "a.xml": polder.statement_camt053,
    "b.sta": polder.statement_mt940,
    "c.csv": polder.statement_csv,
}
MONEY = ("id", "account", "booked", "valued", "amount", "payer_iban", "structured", "bank_ref")


def read_all(made: tuple[polder.Statement, ...]) -> dict[str, tuple[Statement, ...]]:
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, write in FORMATS.items():
            path = Path(folder) / name
            path.write_bytes(write(made))
            found[name] = read_statements(path)
    return found


def money(statements: tuple[Statement, ...]) -> list[tuple[object, ...]]:
    lines = (line for statement in statements for line in statement.lines)
    return [tuple(getattr(line, name) for name in MONEY) for line in lines]


def test_the_bank_of_the_demo_says_the_same_three_times() -> None:
    book = make_book("full")
    found = read_all(polder.statements_of(book))
    camt, mt940, table = (money(found[name]) for name in FORMATS)
    assert camt == mt940 == table
    assert len(camt) == len(book.lines)
    assert len({line[0] for line in camt}) == len(book.lines)
    assert [(line[6], line[4].minor) for line in camt] == [  # type: ignore[attr-defined]
        (line.structured, line.cents) for line in book.lines
    ]
    opening = {account.iban: account.opening for account in book.accounts}
    for statement in found["a.xml"]:
        assert statement.opening.minor == opening[statement.account]
        opening[statement.account] = statement.closing.minor


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("/:-?\"';,&<"),
    max_size=140,
)


@st.composite
def bank_days(draw: st.DrawFn) -> tuple[polder.Statement, ...]:
    balance, made = draw(st.integers(-10_000, 10_000)), []
    for number in range(draw(st.integers(1, 3))):
        day, opening, entries = date(2025, 12, 30) + timedelta(days=number), balance, []
        for place in range(draw(st.integers(1, 4))):
            cents = draw(st.integers(-(10**9), 10**9).filter(bool))
            balance += cents
            entries.append(
                polder.Entry(
                    booked=day,
                    valued=day + timedelta(days=draw(st.integers(-3, 3))),
                    cents=cents,
                    balance=balance,
                    name=draw(texts)[:70].strip(),
                    iban=draw(st.sampled_from(["", "NL02ABNA0123456789"])),
                    text=draw(texts).strip(),
                    structured="",
                    end_to_end="NOTPROVIDED",
                    bank_ref=f"PB{number:03d}{place:05d}",
                    code=draw(st.sampled_from(["sepa-ct", "return", "costs", "transfer"])),
                )
            )
        made.append(
            polder.Statement(
                iban="NL91ABNA0417164300",
                bic="PLDRNL2A",
                name="Demo",
                day=day,
                number=number + 1,
                opening=opening,
                closing=balance,
                entries=tuple(entries),
            )
        )
    return tuple(made)


@given(bank_days())
@settings(max_examples=60, deadline=None)
def test_any_money_is_the_same_three_times(made: tuple[polder.Statement, ...]) -> None:
    found = read_all(made)
    camt, mt940, table = (money(found[name]) for name in FORMATS)
    assert camt == mt940 == table
    assert [line[4].minor for line in camt] == [e.cents for s in made for e in s.entries]  # type: ignore[attr-defined]


def test_what_is_compared_is_part_of_a_line() -> None:
    assert set(MONEY) <= {one.name for one in fields(BankLine)}

"""Lines and items as tables: checked once, and matched as the same objects are."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, Tables, match, match_tables, tables_of
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

TODAY = date(2026, 3, 3)


def tables(**other: pl.DataFrame) -> Tables:
    frames = {
        "lines": pl.DataFrame(
            {
                "id": ["a"],
                "booked": ["2026-03-01"],
                "amount_minor": [12_500],
                "currency": ["EUR"],
                "payer_iban": ["NL02 ABNA 0123 4567 89"],
                "text": ["factuur 2026-0412"],
            }
        ),
        "items": pl.DataFrame(
            {
                "number": ["2026-0412"],
                "customer": ["10007"],
                "open_minor": ["12500"],
                "currency": ["EUR"],
                "due": ["2026-02-20"],
                "disputed": ["1"],
            }
        ),
        "debtors": pl.DataFrame({"number": ["10007"], "ibans": ["NL02ABNA0123456789"]}),
        "known": pl.DataFrame(schema={"iban": pl.String, "customer": pl.String, "times": pl.Int64}),
    }
    every = frames | other
    return Tables(every["lines"], every["items"], every["debtors"], every["known"])


def test_a_table_read_from_text_is_matched() -> None:
    verdicts = match_tables(tables(), rules=MatchingRules(), today=TODAY, own_ibans=frozenset())
    row = verdicts.to_frame().row(0, named=True)
    assert (row["line"], row["outcome"], row["customer"]) == ("a", "settled", "10007")
    assert row["allocations"] == "2026-0412=12500"
    (found,) = verdicts
    assert "2026-0412 was disputed, and is paid" in found.reasons


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("lines", {"booked": None}, "lines: the column 'booked' is missing"),
        ("lines", {"booked": ["31-03-2026"]}, r"lines: row 1 has no date \(2026-03-31\) in"),
        ("items", {"open_minor": ["12.50"]}, "items: row 1 has no whole number in 'open_minor'"),
        ("items", {"number": pl.Series([None], dtype=pl.String)}, "row 1 has nothing in 'number'"),
        ("items", {"disputed": ["perhaps"]}, "items: row 1 has no 0 or 1 in 'disputed'"),
    ],
)
def test_a_table_that_holds_something_else_is_refused(
    table: str, change: dict[str, Any], message: str
) -> None:
    frame = getattr(tables(), table)
    for name, values in change.items():
        frame = frame.drop(name) if values is None else frame.with_columns(pl.Series(name, values))
    with pytest.raises(ValueError, match=message):
        tables(**{table: frame})


def test_a_number_that_occurs_twice_is_refused() -> None:
    twice = tables(items=pl.concat([tables().items] * 2))
    with pytest.raises(ValueError, match="open item 2026-0412 occurs twice"):
        match_tables(twice, rules=MatchingRules(), today=TODAY, own_ibans=frozenset())


def test_objects_and_their_tables_are_matched_alike() -> None:
    item = OpenItem(
        number="2026-0412", customer="10007", open=Money(12_500, "EUR"), due=date(2026, 2, 20)
    )
    line = BankLine(
        account="NL13TEST0123456789",
        booked=TODAY,
        valued=TODAY,
        amount=Money(12_500, "EUR"),
        payer_iban="NL02ABNA0123456789",
        text="2026-0412",
        id="a",
    )
    people = [Debtor(number="10007", name="Bakker", ibans=("NL02 ABNA 0123 4567 89",))]
    made = tables_of([line], [item], people)
    apart = Tables(made.lines, made.items, made.debtors, made.known)
    rules = MatchingRules()
    found = match([line], [item], people, rules=rules, today=TODAY, own_ibans=frozenset())
    assert found[0].line is line
    assert tuple(match_tables(apart, rules=rules, today=TODAY, own_ibans=frozenset())) == found

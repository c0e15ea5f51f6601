"""What the columns call plain is what a reading with care finds: one number, nothing else."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine
from clerkwork.core.references import Certainty, key_of, learn, plain_key, read_remittance

NUMBERS = (
    "2026-0412",
    "INV-2026-00412",
    "F26.1234",
    "RE 4711",
    "90001234",
    "VF-NL-000123-26",
    "A1B2-2026",
    "20260413",
    "F20260413",
    "0042",
    "K88127-3",
    "123456789",
    "4711-A",
)
ITEMS = tuple(
    OpenItem(number=number, customer="88127", open=Money(100, "EUR"), due=date(2026, 3, 1))
    for number in NUMBERS
)
LEARNED = learn(ITEMS, [Debtor(number="88127", name="Bakkerij Bakker")])
KEYS = dict(zip(pl.select(key_of(pl.Series(NUMBERS))).to_series(), NUMBERS, strict=True))


def plain(*texts: str) -> list[str | None]:
    frame = pl.DataFrame({"text": texts}).select(plain_key(pl.col("text"), LEARNED.letters))
    return [KEYS.get(key) for key in frame.to_series()]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Factuur 2026-0412", "2026-0412"),
        ("betaling factuur 2026/0412.", "2026-0412"),
        ("Rechnung RE-4711 Danke", "RE 4711"),
        ("invoice (INV-2026-00412) thanks", "INV-2026-00412"),
        ("VF-NL-000123-26", "VF-NL-000123-26"),
        ("vfnl00012326", "VF-NL-000123-26"),
        ("nota 4711-a", "4711-A"),
        ("Factuur 20264-12", None),
        ("Factuur 2026-0412 EUR 12,00", None),
        ("Order 2026-0412", None),
        ("Factuur 2026-04\n12", None),
        ("Factuur F 20260413", None),
        ("Factuur 90001234 F", None),
        ("betaling 42", None),
        ("", None),
    ],
)
def test_a_plain_text_is_told_by_its_column(text: str, number: str | None) -> None:
    assert plain(text) == [number]


SAID = """factuur Rechnung f a inv NL nr. bis t/m RF EUR USD en Order klant maart - + vf b tot PO
No: ( \u00e9t\u00e9 au u. creditnota minus"""
WORDS = st.sampled_from([*SAID.split(), "\n"])
WRITTEN = st.sampled_from(NUMBERS).flatmap(
    lambda number: st.sampled_from(
        f"{number}|{number.lower()}|{number.replace('-', '/')}|{number.replace('-', '')}|({number})"
        f"|{number.replace(' ', '-')}|{number}.|nr:{number}|{number}x|{number[:-1]}|{number[1:]}"
        f"|{number}-1|#{number}".split("|")
    )
)
FILLER = st.from_regex(r"[0-9A-Za-z]{1,5}[-./: ,][0-9A-Za-z]{1,5}", fullmatch=True)


@settings(max_examples=400, deadline=None)
@given(
    parts=st.lists(WORDS | WRITTEN | FILLER, min_size=1, max_size=5),
    blank=st.sampled_from([" ", " ", "  ", "\n"]),
)
def test_plain_is_never_more_than_what_careful_reading_finds(parts: list[str], blank: str) -> None:
    text = blank.join(parts)
    (number,) = plain(text)
    if number is None:
        return
    day = date(2026, 3, 2)
    line = BankLine(account="", booked=day, valued=day, amount=Money(100, "EUR"), text=text)
    found = read_remittance(line, LEARNED)
    named = [(mention.items, mention.certainty, mention.by) for mention in found.mentions]
    assert named == [((number,), Certainty.WRITTEN, "text")]
    rest = (found.ranges, found.strangers, found.orders, found.foreign, found.spoiled)
    assert rest == ((), (), (), "", "")

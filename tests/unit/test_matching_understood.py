"""A text that names no item and says what nobody knows: a person's, even if the amount fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_books import BAKKER, assert_settled, decided, item, line, paid
from test_matching_plain import OURS, TODAY

from clerkwork.core.ledger import Debtor
from clerkwork.core.matching import MatchingRules, match_tables, tables_of
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.matching.understood import not_understood
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine

X, Y = item("2026-0412", 123_456), item("2026-0415", 73_019)
UNHEARD = ("ennakkomaksu tilaus 88120", "zálohová platba", "bovenop ons gesprek", "предоплата")


@pytest.mark.parametrize("text", UNHEARD)
@pytest.mark.parametrize("cents", [123_456, 123_456 + 73_019])
def test_what_else_is_said_is_asked_with_what_would_fit(text: str, cents: int) -> None:
    found = decided(line(text, cents), (X, Y))
    assert (found.outcome, found.rule) == (Outcome.REVIEW, "more is said")
    assert sum(a.amount.minor for a in found.candidates[0].allocations) == cents
    assert any(text.split()[0] in reason for reason in found.reasons)


@pytest.mark.parametrize("text", UNHEARD)
def test_a_number_that_is_named_says_enough(text: str) -> None:
    assert_settled(decided(line(f"{text} 2026-0412", 123_456), (X, Y)), {"2026-0412": 123_456})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "betaling factuur, met vriendelijke groet",
        "Zahlung Rechnung vom 12.02.2026, vielen Dank",
        "règlement facture, merci",
        "payment, many thanks",
        "/TRTP/SEPA OVERBOEKING/EREF/NOTPROVIDED",
        "order 4500 88120",
        "Kd.-Nr. 10007",
        "p.o. abc 7K-xyz9",
        "beta\nling fact\nuur",
    ],
)
def test_words_of_paying_and_of_the_bank_say_nothing_else(text: str) -> None:
    assert_settled(decided(line(text, 123_456), (X, Y)), {"2026-0412": 123_456})


@pytest.mark.parametrize("text", ["Kapper Özgür", "KAPPER OEZGUER", "betaling kap\nper özgür"])
def test_the_payers_own_name_says_nothing_else(text: str) -> None:
    assert_settled(
        decided(line(text, 123_456, payer="Kapper Özgür"), (X, Y)), {"2026-0412": 123_456}
    )


def _taught(*said: tuple[str, int], in_bulk: bool) -> Match:
    """What becomes of 'lasku' alone, where so many payers each write a text beside a number."""
    payers = [f"NL{n:02d}ABNA{n:010d}" for n in range(30)]
    debtors = [Debtor(number="10007", name="Bakkerij Bakker", ibans=(BAKKER,))]
    debtors += [Debtor(number=f"D{n}", name=f"Lid {n}", ibans=(p,)) for n, p in enumerate(payers)]
    items, lines = [X, Y], [line("lasku", 123_456, id="asked")]
    for text, payer in said:
        number = f"2026-{1_000 + len(items)}"
        items.append(item(number, 5_000 + 7 * len(items), f"D{payer}"))
        lines.append(
            BankLine(
                account=OURS,
                booked=TODAY,
                valued=TODAY,
                amount=Money(items[-1].open.minor, "EUR"),
                payer_iban=payers[payer],
                text=f"{text} {number}",
                id=number,
            )
        )
    found = match_tables(
        tables_of(lines, items, debtors, {}),
        rules=MatchingRules(),
        today=TODAY,
        own_ibans=frozenset({OURS}),
        in_bulk=in_bulk,
    )
    return next(one for one in found if one.line.id == "asked")


@pytest.mark.parametrize("in_bulk", [True, False])
def test_what_several_payers_write_beside_numbers_is_a_word_of_paying(in_bulk: bool) -> None:
    found = _taught(*(("Lasku", n) for n in range(3)), in_bulk=in_bulk)
    assert paid(found) == {"2026-0412": 123_456}


@pytest.mark.parametrize("in_bulk", [True, False])
def test_one_payers_habit_teaches_nothing(in_bulk: bool) -> None:
    for said in (
        [("lasku", 4)] * 9,
        [("lasku", 4), ("lasku", 5)],
        [("tilaus", n) for n in range(9)],
    ):
        assert _taught(*said, in_bulk=in_bulk).rule == "more is said"


@given(st.text(max_size=60), st.text(max_size=20))
def test_more_known_words_never_make_a_text_stranger(text: str, payer: str) -> None:
    strange = not_understood(text, payer, frozenset())
    assert not strange or strange in text.lower().replace("\r", "\n")
    every = frozenset(text.lower().split())
    if not strange:
        assert not not_understood(text, payer, every)

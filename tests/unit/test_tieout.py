"""The controller's page by worked examples: what ties, and what shows when it does not."""

from __future__ import annotations

from datetime import date

import pytest

from clerkwork.core.ledger import LedgerBalance
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Statement
from clerkwork.core.tieout import KEYED, NOT_OURS, PARKED, tie_days, tie_ledger

ACCOUNT = "NL91ABNA0417164300"
MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def euro(cents: int) -> Money:
    return Money(cents, "EUR")


def line(name: str, cents: int, booked: date, account: str = ACCOUNT) -> BankLine:
    return BankLine(account=account, booked=booked, valued=booked, amount=euro(cents), id=name)


def statement(
    opening: int, closing: int, *lines: BankLine, closed: date = MONDAY, account: str = ACCOUNT
) -> Statement:
    return Statement(
        account=account,
        number="",
        opened=closed,
        closed=closed,
        opening=euro(opening),
        closing=euro(closing),
        lines=lines,
        source="demo.xml",
    )


# A morning: 1,000.00 in the bank, a payment keyed, one in review, the bank's costs.
DAY = statement(
    100_000,
    145_000,
    line("keyed", 30_000, MONDAY),
    line("doubtful", 20_000, MONDAY),
    line("costs", -5_000, MONDAY),
)
STATES = {"keyed": KEYED, "doubtful": PARKED, "costs": NOT_OURS}


def figures(tie: object) -> list[int]:
    names = ("opening", "keyed", "parked", "not_ours", "closing", "difference")
    return [getattr(tie, name).minor for name in names]


def test_a_day_ties_out() -> None:
    (tie,) = tie_days([DAY], STATES)
    assert (tie.account, tie.day) == (ACCOUNT, MONDAY)
    assert figures(tie) == [100_000, 30_000, 20_000, -5_000, 145_000, 0]


def test_the_ledger_shows_the_bank_less_what_is_not_keyed() -> None:
    (tie,) = tie_ledger(
        [DAY],
        STATES,
        ledgers={ACCOUNT: "1100"},
        balances=[LedgerBalance(ledger="1100", balance=euro(130_000))],
    )
    assert (tie.closing, tie.expected) == (euro(145_000), euro(130_000))
    assert (tie.parked, tie.not_ours) == (euro(20_000), euro(-5_000))
    assert tie.difference == euro(0)


def test_a_payment_keyed_twice_shows_in_the_ledger() -> None:
    (tie,) = tie_ledger(
        [DAY],
        STATES,
        ledgers={ACCOUNT: "1100"},
        balances=[LedgerBalance(ledger="1100", balance=euro(160_000))],
    )
    assert tie.difference == euro(30_000)


def test_a_line_that_nobody_accounts_for_shows() -> None:
    (tie,) = tie_days([DAY], {"keyed": KEYED, "costs": NOT_OURS})
    assert tie.difference == euro(20_000)


def test_a_bank_that_adds_up_wrongly_shows() -> None:
    (tie,) = tie_days([statement(0, 999, line("keyed", 1_000, MONDAY))], STATES)
    assert tie.difference == euro(-1)


def test_a_statement_over_several_days_is_taken_apart() -> None:
    week = statement(
        0,
        700,
        line("keyed", 1_000, MONDAY),
        line("costs", -300, WEDNESDAY),
        closed=WEDNESDAY,
    )
    ties = tie_days([week], STATES)
    assert [tie.day for tie in ties] == [MONDAY, WEDNESDAY]
    assert [figures(tie) for tie in ties] == [
        [0, 1_000, 0, 0, 1_000, 0],
        [1_000, 0, 0, -300, 700, 0],
    ]


def test_pages_of_one_day_are_one_day() -> None:
    pages = [
        statement(0, 1_000, line("keyed", 1_000, MONDAY)),
        statement(1_000, 700, line("costs", -300, MONDAY)),
    ]
    (tie,) = tie_days(pages, STATES)
    assert figures(tie) == [0, 1_000, 0, -300, 700, 0]


def test_a_missing_statement_shows() -> None:
    statements = [statement(0, 0), statement(500, 500, closed=WEDNESDAY)]
    ties = tie_days(statements, {})
    assert [tie.difference.minor for tie in ties] == [0, 500]


def test_a_day_without_lines_is_a_day() -> None:
    (tie,) = tie_days([statement(500, 500, closed=TUESDAY)], {})
    assert figures(tie) == [500, 0, 0, 0, 500, 0]


def test_accounts_are_kept_apart() -> None:
    other = "NL02ABNA0123456789"
    theirs = statement(0, 100, line("keyed", 100, MONDAY, other), account=other)
    ties = tie_days([DAY, theirs], STATES)
    assert [(tie.account, tie.difference.minor) for tie in ties] == [(ACCOUNT, 0), (other, 0)]
    known = [LedgerBalance(ledger="1110", balance=euro(100))]
    (ledger,) = tie_ledger([DAY, theirs], STATES, ledgers={other: "1110"}, balances=known)
    assert (ledger.account, ledger.difference) == (other, euro(0))


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="expected keyed, parked, not ours"):
        tie_days([DAY], {"keyed": "booked"})

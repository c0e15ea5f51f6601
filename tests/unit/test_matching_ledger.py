"""The ledger while lines are matched: what it tells of items, debtors and payers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, tables_of
from clerkwork.core.matching.ledger import Ledger
from clerkwork.core.money import Money

ITEMS = (
    OpenItem(
        number="2026-0413",
        customer="10007",
        open=Money(12_500, "EUR"),
        due=date(2026, 3, 22),
        issued=date(2026, 2, 20),
    ),
    OpenItem(
        number="2026-0412", customer="10007", open=Money(12_500, "EUR"), due=date(2026, 2, 20)
    ),
    OpenItem(number="2026-0399", customer="10007", open=Money(9_000, "USD"), due=date(2026, 2, 1)),
    OpenItem(number="2026-0500", customer="10009", open=Money(12_500, "EUR"), due=date(2026, 4, 1)),
)
DEBTORS = (
    Debtor(number="10007", name="Bakkerij Bakker B.V.", ibans=("NL02ABNA0123456789",)),
    Debtor(number="10008", name="Stichting \u00c9cole", ibans=()),
)


def ledger(paid_from: dict[str, dict[str, int]] | None = None) -> Ledger:
    return Ledger(tables_of((), ITEMS, DEBTORS, paid_from or {}), MatchingRules())


def test_a_debtors_items_stand_together_by_number() -> None:
    book = ledger()
    assert book.own("10007") == ["2026-0399", "2026-0412", "2026-0413"]
    assert book.of("10007", "EUR") == ["2026-0412", "2026-0413"]
    assert book.open_of("10007", "USD") == [("2026-0399", 9_000)]
    assert [book.own(customer) for customer in ("10008", "10009", "nobody")] == [
        [],
        ["2026-0500"],
        [],
    ]
    assert book.customers[1:3] == ["10007", "10007"]


def test_dates_are_told_out_of_columns() -> None:
    book = ledger()
    assert (book.due("2026-0413"), book.issued("2026-0413")) == (
        date(2026, 3, 22),
        date(2026, 2, 20),
    )
    assert (book.due("2026-0412"), book.issued("2026-0412")) == (date(2026, 2, 20), None)


def test_items_of_an_amount_are_by_number_and_only_those_still_whole() -> None:
    book = ledger()
    assert book.at(Money(12_500, "EUR")) == ["2026-0412", "2026-0413", "2026-0500"]
    book.take([book.allocation("2026-0412", 12_500)])
    assert book.at(Money(12_500, "EUR"), first=frozenset(["10009"])) == ["2026-0500", "2026-0413"]


def test_an_item_that_is_open_again_is_of_its_amount_again() -> None:
    book, amount = ledger(), Money(12_500, "EUR")
    paid = [book.allocation("2026-0412", 12_500)]
    book.take(paid)
    assert book.at(amount, most=1) == ["2026-0413"]
    book.give_back(paid)
    assert book.at(amount) == ["2026-0412", "2026-0413", "2026-0500"]


def test_of_others_items_of_an_amount_no_more_are_told_than_asked_for() -> None:
    book, amount = ledger(), Money(12_500, "EUR")
    assert book.at(amount, frozenset(["10009"]), most=1) == ["2026-0500", "2026-0412"]
    book.take([book.allocation("2026-0412", 12_500)])
    assert book.at(amount, most=2) == ["2026-0413", "2026-0500"]


def test_more_than_is_left_cannot_be_taken() -> None:
    book = ledger()
    book.take([book.allocation("2026-0412", 12_400)])
    with pytest.raises(ValueError, match=r"of which 1\.00 EUR is left"):
        book.take([book.allocation("2026-0412", 101)])


def test_an_account_is_its_owners_and_of_those_who_paid_from_it_often() -> None:
    book = ledger({"NL20INGB0001234567": {"10009": 3, "10011": 1}})
    assert book.times("nl20 ingb 0001 2345 67", "10009") == 3
    assert book.times("NL20INGB0001234567", "10007") == 0
    assert book.named("bakkerij bakker") == {"10007"}
    assert book.named("Stichting Ecole") == {"10008"}


def test_settled_rows_have_nothing_left() -> None:
    book = ledger()
    book.settle(np.array([0, 3]))
    assert dict(book.minor) == {
        "2026-0399": 9_000,
        "2026-0412": 12_500,
        "2026-0413": 0,
        "2026-0500": 0,
    }
    book.reopen(np.array([3]))
    assert book.left["2026-0500"] == Money(12_500, "EUR")

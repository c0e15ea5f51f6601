"""When items are expected, and whether what was told came true: from what was known then alone."""

from __future__ import annotations

import random
from datetime import date, timedelta

from clerkwork.core.forecast import calibrated, outlook
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.money import Money
from clerkwork.core.receivables import inflow_of

TODAY = date(2026, 3, 31)
DAY = timedelta(days=1)
GROUPS = {"1": "businesses", "2": "businesses", "3": "students"}


def paid(customer: str, number: str, due: date, late: int, issued: date | None = None) -> PaidItem:
    return PaidItem(
        source="erp", number=number, customer=customer, due=due, on=due + late * DAY,
        amount=Money(100, "EUR"), issued=issued or due - 30 * DAY,
    )  # fmt: skip


def item(customer: str, due: date, *, disputed: bool = False, euros: int = 1) -> OpenItem:
    return OpenItem(
        number=f"{customer}/{due}", customer=customer, open=Money(euros * 100, "EUR"), due=due,
        issued=due - 30 * DAY, disputed=disputed,
    )  # fmt: skip


def test_who_paid_little_is_told_from_his_segment_and_who_paid_much_from_himself() -> None:
    due = TODAY - 200 * DAY
    his = [paid("1", f"a{n}", due + n * DAY, 20) for n in range(20)]
    others = [paid("9", f"b{n}", due + n * DAY, 2) for n in range(50)]
    groups = {**GROUPS, "9": "businesses"}
    found = {
        one.debtor: one
        for one in outlook([item("1", TODAY), item("2", TODAY)], [*his, *others], groups, TODAY)
    }
    assert found["1"].expected is not None
    assert found["2"].expected is not None
    assert (found["1"].own, found["1"].expected.on) == (20, TODAY + 20 * DAY)
    assert (found["2"].own, found["2"].expected.on) == (0, TODAY + 2 * DAY)


def test_of_whom_nothing_is_known_nothing_is_told_and_he_comes_last() -> None:
    found = outlook(
        [item("3", TODAY - 50 * DAY), item("1", TODAY), item("1", TODAY, disputed=True),
         item("1", TODAY, euros=-1)],
        [paid("1", "a", TODAY - 90 * DAY, 3)],
        GROUPS,
        TODAY,
    )  # fmt: skip
    assert [(one.debtor, one.expected is None) for one in found] == [("1", False), ("3", True)]


def test_many_invoices_of_a_segment_are_looked_at_by_their_quantiles() -> None:
    due = TODAY - 300 * DAY
    many = [paid("9", f"b{n}", due + (n % 100) * DAY, n % 31) for n in range(3100)]
    (found,) = outlook([item("2", TODAY)], many, {"2": "s", "9": "s"}, TODAY)
    assert found.expected is not None
    assert abs((found.expected.on - TODAY).days - 15) <= 1
    assert abs((found.expected.earliest - TODAY).days - 3) <= 1
    assert abs((found.expected.latest - TODAY).days - 27) <= 1


def test_money_is_expected_in_the_week_of_its_middle_day() -> None:
    before = [paid("1", f"a{n}", TODAY - (90 - n) * DAY, 0) for n in range(9)]
    found = outlook(
        [item("1", TODAY + n * DAY, euros=10) for n in (1, 2, 9)], before, GROUPS, TODAY
    )
    told = [(str(one.week), str(one.amount), one.items) for one in inflow_of(found)]
    assert told == [("2026-03-30", "20.00 EUR", 2), ("2026-04-06", "10.00 EUR", 1)]


def test_what_was_not_known_yet_when_an_item_was_issued_is_not_used() -> None:
    due = TODAY - 40 * DAY
    # Issued on the day on which the other one was paid: of that nothing was known in the morning.
    first = paid("1", "a", due - 20 * DAY, 0)
    same = paid("1", "b", due, 1, issued=first.on)
    after = paid("1", "c", due, 1, issued=first.on + DAY)
    (found, _) = calibrated([], [first, same], GROUPS, TODAY - 90 * DAY, TODAY)
    assert (found.told, found.untold) == (0, 2)
    (found, _) = calibrated([], [first, after], GROUPS, TODAY - 90 * DAY, TODAY)
    assert (found.told, found.untold, found.later) == (1, 1, 1)


def test_an_item_that_should_have_been_paid_by_now_counts_against_the_forecast() -> None:
    known = [paid("1", f"a{n}", TODAY - (200 - n) * DAY, 0) for n in range(9)]
    still_open = item("1", TODAY - 30 * DAY)
    (found, _) = calibrated([still_open], known, GROUPS, TODAY - 60 * DAY, TODAY)
    assert (found.told, found.missed, found.share) == (0, 1, 0.0)


def test_eight_of_ten_are_paid_within_what_was_told_of_debtors_who_pay_as_they_did() -> None:
    """Debtors each with a way of his own; nothing but the interval is asked to hold."""
    chance = random.Random(7)
    paid_items, groups = [], {}
    for debtor in range(60):
        groups[str(debtor)] = "s"
        usual, spread = chance.randint(0, 25), chance.randint(2, 8)
        for n in range(12):
            due = TODAY - (400 - 30 * n) * DAY
            late = round(chance.gauss(usual, spread))
            paid_items.append(paid(str(debtor), f"{debtor}-{n}", due, late))
    (whole, _) = calibrated([], paid_items, groups, TODAY - 200 * DAY, TODAY)
    assert whole.told > 200
    assert whole.share is not None
    assert 0.74 <= whole.share <= 0.92


def test_each_segment_is_told_apart() -> None:
    due = TODAY - 60 * DAY
    known = [paid("1", f"a{n}", due - (60 - n) * DAY, 0) for n in range(9)]
    known += [paid("3", f"c{n}", due - (60 - n) * DAY, 5) for n in range(9)]
    asked = [paid("1", "x", due, 0, issued=due - DAY), paid("3", "y", due, 40, issued=due - DAY)]
    found = calibrated([], [*known, *asked], GROUPS, due, TODAY)
    assert [(one.group, one.told, one.within) for one in found] == [
        ("", 2, 1), ("businesses", 1, 1), ("students", 1, 0),
    ]  # fmt: skip

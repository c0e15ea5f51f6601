"""What policy releases, what is asked, and the links that carry the question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.approvals import (
    Approval,
    BadToken,
    approval_id,
    check_token,
    read_token,
    sign_token,
)
from clerkwork.core.credit import Approver, CreditPolicy, approver_of, assess
from clerkwork.core.ledger import Debtor, OpenItem, Order
from clerkwork.core.money import Money

TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
KEY = b"k" * 32


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


DESK = Approver(name="Desk", email="desk@firm.example", up_to=euros("25000"))
BOSS = Approver(name="Boss", email="boss@firm.example")
POLICY = CreditPolicy(release_up_to=euros("5000"), overdue_days=14, approvers=(DESK, BOSS))
DEBTOR = Debtor(number="10023", name="Bakkerij Bos", credit_limit=euros("10000"))
ORDER = Order(number="SO-7", customer="10023", amount=euros("4000"), placed=TODAY)


def item(amount: str, overdue: int, disputed: bool = False) -> OpenItem:
    return OpenItem(
        number=f"{amount}/{overdue}",
        customer="10023",
        open=euros(amount),
        due=TODAY - timedelta(days=overdue),
        disputed=disputed,
    )


def test_within_limit_and_in_time_policy_releases() -> None:
    found = assess(ORDER, DEBTOR, [item("6000", 14)], [], TODAY, POLICY)
    assert found.verdict == "release"
    assert found.exposure == euros("10000")
    assert found.days_overdue == 14


@pytest.mark.parametrize(
    ("order", "debtor", "items", "others", "words"),
    [
        (ORDER, DEBTOR, [item("6000.01", 1)], [], "€0.01 above the limit"),
        (ORDER, DEBTOR, [item("10", 15)], [], "15 days overdue; policy allows 14"),
        (ORDER, DEBTOR, [], [replace(ORDER, number="SO-6", amount=euros("6500"))], "above the lim"),
        (ORDER, replace(DEBTOR, block="insolvent"), [], [], "marked 'insolvent'"),
        (ORDER, replace(DEBTOR, credit_limit=None), [], [], "no credit limit"),
        (ORDER, replace(DEBTOR, credit_limit=Money(10**9, "USD")), [], [], "limit is in USD"),
        (ORDER, None, [], [], "not in the ERP's list"),
        (replace(ORDER, amount=euros("5000.01")), DEBTOR, [], [], "above the €5,000.00 of policy"),
        (replace(ORDER, amount=euros("0")), DEBTOR, [], [], "no amount to release"),
        (replace(ORDER, amount=Money(100, "USD")), DEBTOR, [], [], "policy releases EUR only"),
        (ORDER, DEBTOR, [replace(item("5", 1), open=Money(5, "USD"))], [], "other currencies"),
    ],
)
def test_anything_in_doubt_is_asked_and_never_held(
    order: Order, debtor: Debtor | None, items: list[OpenItem], others: list[Order], words: str
) -> None:
    found = assess(order, debtor, items, others, TODAY, POLICY)
    assert found.verdict == "ask"
    assert any(words in reason for reason in found.reasons), found.reasons


def test_a_dispute_counts_in_the_exposure_but_is_not_overdue() -> None:
    found = assess(ORDER, DEBTOR, [item("500", 90, disputed=True)], [], TODAY, POLICY)
    assert (found.verdict, found.days_overdue) == ("release", 0)
    assert found.exposure == euros("4500")
    assert ("of which disputed", "€500.00") in found.facts


def test_other_debtors_and_the_order_itself_are_passed_over() -> None:
    foreign = replace(item("90000", 80), customer="10024")
    others = [ORDER, replace(ORDER, number="SO-1", customer="10024", amount=euros("80000"))]
    found = assess(ORDER, DEBTOR, [foreign], others, TODAY, POLICY)
    assert found.exposure == ORDER.amount


@given(st.integers(1, 10**7), st.integers(0, 10**7), st.integers(0, 10**7))
def test_policy_never_releases_above_the_limit(order: int, owed: int, limit: int) -> None:
    found = assess(
        replace(ORDER, amount=Money(order, "EUR")),
        replace(DEBTOR, credit_limit=Money(limit, "EUR")),
        [replace(item("1", 0), open=Money(owed, "EUR"))],
        [],
        TODAY,
        POLICY,
    )
    assert (found.verdict == "release") == (order + owed <= limit and order <= 500_000)


def test_the_first_approver_whose_limit_suffices_is_asked() -> None:
    assert approver_of(ORDER, POLICY) == DESK
    assert approver_of(replace(ORDER, amount=euros("25000.01")), POLICY) == BOSS
    assert approver_of(replace(ORDER, amount=Money(1, "USD")), POLICY) == BOSS


def approval() -> Approval:
    return Approval(
        id=approval_id(ORDER),
        order=ORDER,
        reasons=("because",),
        facts=(),
        approver=DESK.email,
        asked=NOW,
        expires=NOW + timedelta(hours=48),
    )


def accept(token: str) -> None:
    known = {approval().id: approval()}
    claimed = read_token(token)
    if claimed not in known:
        raise BadToken("there is no such question")
    check_token(token, known[claimed], KEY)


def test_a_link_is_for_one_question_and_one_approver() -> None:
    one = approval()
    token = sign_token(one, KEY)
    assert read_token(token) == one.id
    check_token(token, one, KEY)
    for other in (
        replace(one, order=replace(ORDER, amount=euros("4000.01"))),
        replace(one, order=replace(ORDER, customer="10024")),
        replace(one, approver="someone@else.example"),
        replace(one, expires=one.expires + timedelta(seconds=1)),
        replace(one, id=approval_id(ORDER, 2)),
    ):
        with pytest.raises(BadToken):
            check_token(token, other, KEY)
    with pytest.raises(BadToken):
        check_token(token, one, b"x" * 32)


@given(st.integers(0, 200), st.integers(1, 255))
def test_any_altered_byte_voids_a_link(at: int, by: int) -> None:
    one = approval()
    token = bytearray(sign_token(one, KEY).encode())
    token[at % len(token)] ^= by
    altered = token.decode("latin-1")
    with pytest.raises(BadToken):
        accept(altered)


@pytest.mark.parametrize("token", ["", "x", "....", "é.é", "a" * 500 + ".b", "AAAA.", "/w.x"])
def test_rubbish_is_no_link(token: str) -> None:
    with pytest.raises(BadToken):
        accept(token)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        sign_token(approval(), b"short")

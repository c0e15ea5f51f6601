"""Promises to pay, and what debtors declare of themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.declarations import FACTS, Declaration, checked, laid_over
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import Money
from clerkwork.core.promises import Promise, PromiseState, judged, promised
from clerkwork.testing import MORNING

UNTIL = date(2026, 3, 13)
SATURDAY, MONDAY = UNTIL + timedelta(days=1), UNTIL + timedelta(days=3)


def invoice(number: str, minor: int, customer: str = "1", currency: str = "EUR") -> OpenItem:
    return OpenItem(
        number=number, customer=customer, open=Money(minor, currency), due=date(2026, 2, 1)
    )


PROMISE = Promise(
    debtor="1", items=("F1", "F2"), until=UNTIL, amount=Money(500, "EUR"), owed=Money(900, "EUR"),
    made=MORNING, by="ann", channel="call",
)  # fmt: skip


@pytest.mark.parametrize(
    ("left", "today", "seen", "state"),
    [
        ((600, 300), UNTIL, UNTIL, PromiseState.OPEN),
        ((100, 300), UNTIL - timedelta(days=5), None, PromiseState.KEPT),
        ((400,), MONDAY, MONDAY, PromiseState.KEPT),
        ((), MONDAY, MONDAY, PromiseState.KEPT),
        ((401,), MONDAY, MONDAY, PromiseState.BROKEN),
        ((900,), SATURDAY, UNTIL, PromiseState.BROKEN),
        ((900,), SATURDAY, UNTIL - timedelta(days=1), PromiseState.OPEN),
        ((900,), MONDAY, None, PromiseState.OPEN),
    ],
)
def test_a_promise_is_kept_by_money_and_broken_once_the_bank_was_read(
    left: tuple[int, ...], today: date, seen: date | None, state: PromiseState
) -> None:
    items = [invoice(f"F{at}", cents) for at, cents in enumerate(left, start=1)]
    assert judged(PROMISE, items, today, seen) is state


def test_what_others_owe_and_other_items_say_nothing_of_a_promise() -> None:
    others = [invoice("F1", 900, "2"), invoice("F3", 900), invoice("F1", 900, currency="USD")]
    assert judged(PROMISE, others, UNTIL, UNTIL) is PromiseState.KEPT


def test_a_promise_that_was_withdrawn_is_not_judged_any_more() -> None:
    withdrawn = replace(PROMISE, state=PromiseState.WITHDRAWN)
    assert judged(withdrawn, (), MONDAY, MONDAY) is PromiseState.WITHDRAWN


@pytest.mark.parametrize("amount", [0, -1, 901])
def test_nobody_promises_nothing_or_more_than_he_owes(amount: int) -> None:
    with pytest.raises(ValueError, match="more than zero, and no more than is open"):
        replace(PROMISE, amount=Money(amount, "EUR"))


def test_a_promise_is_about_items_of_one_currency() -> None:
    assert promised([invoice("F1", 600), invoice("F2", 300)]) == Money(900, "EUR")
    for items in ([], [invoice("F1", 6), invoice("F2", 6, currency="USD")]):
        with pytest.raises(ValueError, match="of one currency"):
            promised(items)


@given(st.lists(st.integers(1, 900), max_size=2), st.integers(0, 900))
def test_more_money_never_breaks_a_promise(left: list[int], more: int) -> None:
    items = [invoice(f"F{at}", cents) for at, cents in enumerate(left, start=1)]
    less = [
        replace(one, open=Money(max(0, one.open.minor - more), "EUR"))
        for one in items
        if one.open.minor > more
    ]
    order = [PromiseState.BROKEN, PromiseState.OPEN, PromiseState.KEPT]
    before = judged(PROMISE, items, MONDAY, MONDAY)
    after = judged(PROMISE, less, MONDAY, MONDAY)
    assert order.index(after) >= order.index(before)


def declared(fact: str, value: str) -> Declaration:
    return Declaration(
        debtor="1", fact=fact, value=value, since=UNTIL, by="ann", ground="told us on the telephone"
    )


def test_declarations_are_laid_over_what_the_erp_says() -> None:
    erp = Debtor(number="1", name="Noor", language="nl", needs=("paper",), email="old@home.example")
    values = {
        "age": "18-26", "email": "noor@home.example", "language": "en", "mobile": "+31612345678",
        "occupation": "student", "preferred": "whatsapp",
    }  # fmt: skip
    told = [declared(fact, value) for fact, value in values.items()]
    told += [declared("need", "no calls"), declared("need", "paper"), declared("preferred", "sms")]
    told.append(replace(declared("language", "fr"), withdrawn=MORNING))
    told.append(replace(declared("language", "de"), debtor="2"))
    found = laid_over(erp, told)
    latest = {**values, "preferred": "sms"}
    assert {fact: getattr(found, fact) for fact in values} == latest
    assert (found.needs, found.name) == (("paper", "no calls"), "Noor")
    assert {*values, "need"} == set(FACTS), "every fact can be laid over a debtor"


@pytest.mark.parametrize(
    ("fact", "value", "kept"),
    [
        ("mobile", "+31 6 1234 5678", "+31612345678"),
        ("mobile", "0031612345678", "+31612345678"),
        ("age", "67+", "67+"),
        ("need", " plain  language ", "plain language"),
        ("occupation", "student", "student"),
    ],
)
def test_a_declaration_is_kept_in_one_spelling(fact: str, value: str, kept: str) -> None:
    assert checked(fact, value) == kept


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("mobile", "0612345678", "a number with its country"),
        ("preferred", "pigeon", "one of call, letter, mail, sms, whatsapp"),
        ("age", "young", "a band such as 18-26"),
        ("language", "Dutch", "two small letters"),
        ("need", "discount", "one of more time, no calls"),
        ("email", "ann at home", "one plain mail address"),
        ("occupation", "x" * 61, "1 to 60 characters"),
        ("occupation", "  ", "1 to 60 characters"),
        ("origin", "abroad", "cannot be declared; known are age"),
    ],
)
def test_what_cannot_be_declared_is_refused(fact: str, value: str, expected: str) -> None:
    with pytest.raises(ValueError, match=r"expected|known are") as refused:
        checked(fact, value)
    assert expected in str(refused.value)

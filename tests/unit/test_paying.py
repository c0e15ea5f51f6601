"""Paying made easy: links that cannot be guessed, what a page asks, and what it lets debtors do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, total
from clerkwork.core.paying import (
    PAY,
    WISHES,
    BadLink,
    Paying,
    PayLink,
    Provider,
    dues,
    file_type,
    instalments,
    provider_link,
    read_link,
    sign_link,
)

KEY = b"k" * 32
TODAY = date(2026, 3, 3)
LINK = PayLink(debtor="10023", issued=TODAY)


def eur(euros: str) -> Money:
    return Money.of(euros, "EUR")


def item(number: str, euros: str, overdue: int, *, disputed: bool = False) -> OpenItem:
    return OpenItem(
        number=number, customer="10023", open=eur(euros), due=TODAY - timedelta(days=overdue),
        disputed=disputed,
    )  # fmt: skip


def asked(
    *items: str, owed: str = "100.00", costs: str = "", interest: str = "", **more: object
) -> Message:
    amount = sum((eur(euros) for euros in (costs, interest) if euros), eur(owed))
    message = Message(
        key="k", channel="mail", to="x", subject="", text="", html="", items=items,
        state=MessageState.SENT, on=TODAY, amount=amount,
        costs=eur(costs) if costs else None, interest=eur(interest) if interest else None,
    )  # fmt: skip
    return replace(message, **more)  # type: ignore[arg-type]


class TestLinks:
    def test_a_link_opens_what_it_was_signed_for(self) -> None:
        for link in (LINK, replace(LINK, turn=7), replace(LINK, debtor="Ü/1 0")):
            token = sign_link(link, KEY)
            assert read_link(token, KEY) == link
            assert set(token) <= set(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
            )
        assert len(sign_link(LINK, KEY)) <= 40

    def test_a_link_opens_nothing_else(self) -> None:
        pay, wishes = sign_link(LINK, KEY), sign_link(LINK, KEY, WISHES)
        assert read_link(wishes, KEY, WISHES) == LINK
        for token, opens in ((pay, WISHES), (wishes, PAY)):
            with pytest.raises(BadLink, match="not made here"):
                read_link(token, KEY, opens)

    def test_any_letter_that_is_changed_makes_it_no_link(self) -> None:
        token = sign_link(LINK, KEY)
        for at in range(len(token)):
            for letter in "A9_.":
                forged = token[:at] + letter + token[at + 1 :]
                if forged != token:
                    with pytest.raises(BadLink):
                        read_link(forged, KEY)
        with pytest.raises(BadLink):
            read_link(token, b"x" * 32)

    @given(st.text(max_size=80))
    def test_nonsense_is_no_link(self, token: str) -> None:
        with pytest.raises(BadLink):
            read_link(token, KEY)

    def test_a_short_key_signs_nothing(self) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            sign_link(LINK, b"short")


class TestDues:
    def test_what_is_overdue_is_asked_and_the_rest_is_shown(self) -> None:
        found = dues(
            [item("1", "100.00", 9), item("2", "-20.00", 3), item("3", "50.00", -5),
             item("4", "7.00", 20, disputed=True)],
            (), TODAY,
        )  # fmt: skip
        assert [one.number for one in found.due] == ["1", "2"]
        assert [one.number for one in found.coming] == ["3"]
        assert [one.number for one in found.disputed] == ["4"]
        assert found.to_pay == (eur("80.00"),)

    def test_before_anything_is_overdue_all_can_be_paid(self) -> None:
        found = dues([item("3", "50.00", -5)], (), TODAY)
        assert (found.to_pay, found.coming) == ((eur("50.00"),), ())

    def test_costs_and_interest_are_those_that_the_last_message_asked(self) -> None:
        had = (asked("1", costs="40.00"), asked("1", costs="40.00", interest="1.23"))
        found = dues([item("1", "100.00", 60)], had, TODAY)
        assert (found.costs, found.interest) == (eur("40.00"), eur("1.23"))
        assert found.to_pay == (eur("141.23"),)

    @pytest.mark.parametrize(
        "had",
        [
            (),
            # The last asked none.
            (asked("1", costs="40.00"), asked("1")),
            # It was about something that is paid.
            (asked("0", costs="40.00"),),
            # It may not have gone out.
            (asked("1", costs="40.00", state=MessageState.DOUBTFUL),),
            (asked("1", costs="40.00", state=MessageState.STOPPED),),
            # In another currency than what is owed.
            (replace(asked("1", costs="40.00"), costs=Money(4000, "USD")),),
        ],
    )
    def test_nothing_is_added_that_was_not_asked(self, had: tuple[Message, ...]) -> None:
        found = dues([item("1", "100.00", 60)], had, TODAY)
        assert (found.costs, found.interest, found.to_pay) == (None, None, (eur("100.00"),))

    @pytest.mark.parametrize(
        "items",
        [
            # Of two items one is paid, in part or whole, or disputed: 40 euros over the rest.
            [item("1", "100.00", 60)],
            [item("1", "100.00", 60), item("2", "0.50", 30)],
            [item("1", "100.00", 60), item("2", "9900.00", 30, disputed=True)],
            # A credit note came that the message did not know.
            [item("1", "100.00", 60), item("2", "9900.00", 30), item("C1", "-9900.00", 1)],
        ],
    )
    def test_costs_are_not_asked_over_what_changed_since(self, items: list[OpenItem]) -> None:
        had = (asked("1", "2", owed="10000.00", costs="875.00"),)
        assert dues([*items], had, TODAY).costs is None
        whole = [item("1", "100.00", 60), item("2", "9900.00", 30)]
        assert dues(whole, had, TODAY).to_pay == (eur("10875.00"),)
        later = [*whole, item("3", "12.00", 2)]
        assert dues(later, had, TODAY).to_pay == (eur("10887.00"),)

    def test_where_credit_notes_outweigh_nothing_is_to_be_paid(self) -> None:
        had = (asked("1", costs="40.00"),)
        found = dues([item("1", "100.00", 60), item("2", "-100.00", 3)], had, TODAY)
        assert (found.to_pay, found.costs) == ((), None)

    def test_currencies_stand_apart(self) -> None:
        dollars = replace(item("2", "5.00", 9), open=Money(500, "USD"))
        found = dues([item("1", "100.00", 60), dollars], (asked("1", costs="40.00"),), TODAY)
        assert set(found.to_pay) == {eur("140.00"), Money(500, "USD")}


class TestInstalments:
    def test_parts_are_equal_and_the_cents_left_over_come_first(self) -> None:
        assert instalments(eur("100.00"), 3, date(2026, 1, 31)) == (
            (date(2026, 1, 31), eur("33.34")),
            (date(2026, 2, 28), eur("33.33")),
            (date(2026, 3, 31), eur("33.33")),
        )

    @given(
        st.integers(min_value=12, max_value=10**9),
        st.integers(min_value=2, max_value=12),
        st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)),
    )
    def test_money_is_conserved_and_days_rise(self, minor: int, parts: int, first: date) -> None:
        made = instalments(Money(minor, "EUR"), parts, first)
        assert total((amount for _, amount in made), "EUR") == Money(minor, "EUR")
        assert all(before < after for (before, _), (after, _) in pairwise(made))
        assert all(0 <= made[0][1].minor - amount.minor < parts for _, amount in made)

    def test_bounds_are_the_back_offices(self) -> None:
        rules = Paying(parts=6, least_part=eur("25.00"), most_in_parts=eur("1000.00"))
        assert [rules.most_parts(eur(a)) for a in ("20", "60", "140", "1000", "1000.01")] == [
            0, 2, 5, 6, 0,
        ]  # fmt: skip
        assert rules.most_parts(Money(10000, "USD")) == 0
        assert Paying(parts=4).most_parts(eur("1")) == 4
        assert Paying().most_parts(eur("100")) == 0

    @pytest.mark.parametrize(
        ("name", "value"), [("link_days", 0), ("promise_days", 93), ("parts", 13), ("file_mb", 26)]
    )
    def test_what_no_back_office_means_is_refused(self, name: str, value: int) -> None:
        with pytest.raises(ValueError, match=name):
            Paying(**{name: value})  # type: ignore[arg-type]


def test_a_providers_address_is_filled_in_and_escaped() -> None:
    one = Provider(name="iDEAL", link="https://pay.example/{cents}?r={reference}&c={currency}")
    assert provider_link(one, eur("12.50"), "a&b 1", "10023", "nl") == (
        "https://pay.example/1250?r=a%26b%201&c=EUR"
    )
    with pytest.raises(ValueError, match="https"):
        Provider(name="x", link="http://pay.example")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\nrest", "png"),
        (b"\xff\xd8\xff\xe0rest", "jpg"),
        (b"<svg onload=alert(1)>", ""),
        (b"<html>%PDF-", ""),
        (b"MZ", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, name: str) -> None:
    assert file_type(content) == name

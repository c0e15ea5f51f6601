"""What must hold of costs, terms, interest and allocations, whatever the amounts and days are."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clerkwork.core.calendar import holidays_of
from clerkwork.core.law.account import account_of
from clerkwork.core.law.allocation import Debt, allocate
from clerkwork.core.law.be import BE
from clerkwork.core.law.costs import costs
from clerkwork.core.law.de import DE
from clerkwork.core.law.interest import interest, years_of
from clerkwork.core.law.nl import NL
from clerkwork.core.law.pack import PARTS, Pack
from clerkwork.core.law.term import notice_term
from clerkwork.core.money import Money

SCALES = [(NL, "consumer"), (NL, "business"), (BE, "consumer"), (DE, "business")]
RATED = [(NL, "consumer"), (NL, "business"), (DE, "consumer"), (DE, "business")]
DAY = timedelta(days=1)

cents = st.integers(0, 10**9)
days = st.dates(date(2023, 1, 1), date(2025, 7, 1))
sent_days = st.dates(date(2023, 1, 1), date(2039, 12, 31))


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize(("pack", "kind"), SCALES)
@given(one=cents, other=cents)
def test_costs_never_fall_as_the_principal_grows(
    pack: Pack, kind: str, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    small = costs(pack, kind, eur(low), agreed=True).total
    assert small <= costs(pack, kind, eur(high), agreed=True).total


@pytest.mark.parametrize(
    ("pack", "kind", "least", "most"),
    [(NL, "consumer", 4000, 677500), (BE, "consumer", 2000, 200000), (DE, "business", 4000, 4000)],
)
@given(principal=st.integers(1, 10**9))
def test_costs_are_within_their_least_and_most(
    pack: Pack, kind: str, least: int, most: int, principal: int
) -> None:
    found = costs(pack, kind, eur(principal), agreed=True).total
    assert least <= found.minor <= most


@pytest.mark.parametrize(("pack", "kind"), RATED)
@given(principal=cents, three=st.tuples(days, days, days))
def test_interest_is_the_sum_of_its_parts_where_no_year_ends_between(
    pack: Pack, kind: str, principal: int, three: tuple[date, date, date]
) -> None:
    since, middle, until = sorted(three)
    assume(len(years_of(since, since, until)) <= 1)

    def exactly(start: date, end: date) -> object:
        return interest(pack, kind, eur(principal), start, end, begun=since).exact

    first = interest(pack, kind, eur(principal), since, middle, begun=since).exact
    second = interest(pack, kind, eur(principal), middle, until, begun=since).exact
    assert first + second == exactly(since, until)


@pytest.mark.parametrize(("pack", "kind"), RATED)
@given(principal=cents, pair=st.tuples(days, days))
def test_interest_is_never_below_zero_and_zero_for_no_days(
    pack: Pack, kind: str, principal: int, pair: tuple[date, date]
) -> None:
    since, until = sorted(pair)
    found = interest(pack, kind, eur(principal), since, until)
    assert found.amount.minor >= 0
    assert abs(found.exact - found.amount.minor) * 2 <= 1
    assert interest(pack, kind, eur(principal), since, since).amount == eur(0)


@given(principal=cents, pair=st.tuples(days, days))
def test_interest_upon_interest_is_more_than_without_only_after_a_year(
    principal: int, pair: tuple[date, date]
) -> None:
    since, until = sorted(pair)
    compound = interest(NL, "business", eur(principal), since, until).exact
    in_years = [
        interest(NL, "business", eur(principal), max(since, a), min(until, b), begun=since).exact
        for a, b in years_of(since, since, until)
    ]
    if len(in_years) <= 1:
        assert compound == sum(in_years)
    else:
        assert compound >= sum(in_years)
        assert (compound > sum(in_years)) == (principal > 0)


@pytest.mark.parametrize("order", list(permutations(PARTS)))
@given(parts=st.tuples(cents, cents, cents), payment=cents)
def test_an_allocation_sums_to_the_payment_and_keeps_the_order(
    order: tuple[str, ...], parts: tuple[int, int, int], payment: int
) -> None:
    debt = Debt(**{part: eur(minor) for part, minor in zip(PARTS, parts, strict=True)})
    found = allocate(order, debt, eur(payment))
    assert found.costs + found.interest + found.principal + found.over == eur(payment)
    assert found.left.total == debt.total - (eur(payment) - found.over)
    for part in PARTS:
        assert eur(0) <= getattr(found, part) <= getattr(debt, part)
    for earlier, later in pairwise(order):
        if getattr(found, later):
            assert not getattr(found.left, earlier)
    if found.over:
        assert not found.left.total


@given(
    principal=st.integers(1, 10**7),
    charged=st.lists(st.tuples(days, st.integers(0, 50_000)), max_size=2),
    paid=st.lists(st.tuples(days, st.integers(1, 10**6)), max_size=5),
)
def test_a_dutch_principal_is_never_reduced_while_costs_or_interest_are_open(
    principal: int, charged: list[tuple[date, int]], paid: list[tuple[date, int]]
) -> None:
    found = account_of(
        NL,
        "consumer",
        eur(principal),
        date(2023, 1, 1),
        date(2025, 7, 1),
        costs=[(day, eur(minor)) for day, minor in charged],
        payments=[(day, eur(minor)) for day, minor in paid],
    )
    for one in found.paid:
        parts = one.parts
        spent = parts.costs + parts.interest + parts.principal + parts.over
        assert spent == one.payment
        if parts.principal:
            assert not parts.left.costs
            assert not parts.left.interest
    everything = sum(one.parts.principal.minor for one in found.paid)
    assert found.debt.principal.minor == principal - everything


def rests(day: date) -> bool:
    """A day on which no Dutch letter is delivered, or term ends, but for Mondays and Saturdays."""
    holiday = day in holidays_of("NL", day.year) or (day.month, day.day) == (5, 5)
    return day.isoweekday() == 7 or holiday


def delivers(day: date) -> bool:
    return not rests(day) and day.isoweekday() != 1


@given(sent=sent_days)
def test_the_fourteen_day_letter_is_never_counted_short(sent: date) -> None:
    term = notice_term(NL, "consumer", sent)
    # It was delivered on a day with post, with exactly one such day between.
    assert delivers(term.arrived)
    between = [sent + n * DAY for n in range(1, (term.arrived - sent).days)]
    assert sum(delivers(day) for day in between) == 1
    # Fifteen days from delivery at least, sixteen from the letter's date, and no day of rest last.
    assert (term.last_day - term.arrived).days >= 15
    assert (term.last_day - sent).days >= 16
    assert not rests(term.last_day)
    assert term.last_day.isoweekday() != 6
    assert term.costs_from == term.last_day + DAY
    # No longer than that: whatever lies behind the fifteenth day, up to the last, is at rest.
    behind = [term.arrived + n * DAY for n in range(15, (term.last_day - term.arrived).days)]
    assert all(rests(day) or day.isoweekday() == 6 for day in behind)


@given(sent=sent_days, later=st.integers(0, 60))
def test_a_later_delivery_never_shortens_the_letters_term(sent: date, later: int) -> None:
    one = notice_term(NL, "consumer", sent, arrived=sent + later * DAY)
    other = notice_term(NL, "consumer", sent, arrived=sent + (later + 1) * DAY)
    assert one.last_day <= other.last_day
    assert (one.last_day - one.arrived).days >= 15

"""What holds for any lines and items: money is conserved, order does not matter."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.matching import MatchingRules, match
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.matching.propose import postings_of
from clerkwork.core.matching.sums import subsets
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, identified

TODAY = date(2026, 3, 3)
IBANS = ("NL02ABNA0123456789", "NL91ABNA0417164300", "BE68539007547034")
DEBTORS = tuple(
    Debtor(number=str(10_000 + n), name=f"Debtor {n}", ibans=(IBANS[n],)) for n in range(2)
)

amounts = st.sampled_from([100, 200, 300, 250, 500, 700, 1_000])
numbers = st.integers(400, 412).map(lambda n: f"2026-{n:04d}")


@st.composite
def ledgers(draw: st.DrawFn) -> list[OpenItem]:
    chosen = draw(st.lists(numbers, min_size=1, max_size=9, unique=True))
    return [
        OpenItem(
            number=number,
            customer=draw(st.sampled_from(DEBTORS)).number,
            open=Money(draw(amounts) * draw(st.sampled_from([1, 1, 1, -1])), "EUR"),
            due=TODAY,
            discount=draw(st.sampled_from([None, Money(50, "EUR")])),
            discount_until=TODAY,
        )
        for number in chosen
    ]


words = st.one_of(
    numbers,
    numbers.map(lambda n: n.replace("-", " ")),
    numbers.map(lambda n: n[5:]),
    st.sampled_from(["t/m", "min", "factuur", "order", "3/3", "USD 12.00", "\n", "+++"]),
    st.text(max_size=6),
)


@st.composite
def bank_lines(draw: st.DrawFn) -> list[BankLine]:
    made = [
        BankLine(
            account="NL13TEST0123456789",
            booked=TODAY - timedelta(days=draw(st.integers(0, 3))),
            valued=TODAY,
            amount=Money(draw(amounts) * draw(st.sampled_from([1, 1, 2, -1, 0])), "EUR"),
            payer=draw(st.sampled_from(["Debtor 0", "Somebody"])),
            payer_iban=draw(st.sampled_from(IBANS)),
            text=" ".join(draw(st.lists(words, max_size=5))),
            code=draw(st.sampled_from(["sepa-ct", "return", "costs", ""])),
        )
        for _ in range(draw(st.integers(1, 7)))
    ]
    return list(identified(made))


def matched(lines: list[BankLine], items: list[OpenItem]) -> tuple[Match, ...]:
    return match(
        lines,
        items,
        DEBTORS,
        rules=MatchingRules(coincidence=1),
        today=TODAY,
        own_ibans=frozenset(),
    )


@given(bank_lines(), ledgers())
@settings(max_examples=80, deadline=None)
def test_money_is_conserved_and_nothing_is_consumed_twice(
    lines: list[BankLine], items: list[OpenItem]
) -> None:
    found = matched(lines, items)
    assert sorted(one.line.id for one in found) == sorted(line.id for line in lines)
    left = {item.number: item.open.minor for item in items}
    customers = {item.number: item.customer for item in items}
    for one in found:
        assert one.reasons
        assert bool(one.allocations) == (one.outcome is Outcome.SETTLED)
        applied = sum(a.amount.minor for a in one.allocations)
        whole = one.line.amount.minor if one.allocations else 0
        assert applied < whole if whole and one.rule == "overpayment" else applied == whole
        for part in one.allocations:
            assert customers[part.item] == one.customer
            assert part.open_before.minor == left[part.item]
            left[part.item] -= part.settles.minor
    for item in items:
        assert min(0, item.open.minor) <= left[item.number] <= max(0, item.open.minor)
    over = {one.line.id for one in found if one.rule == "overpayment"}
    for posting in postings_of(found):
        assert posting.on_account.minor >= 0
        assert bool(posting.on_account) == (posting.line in over)


@given(bank_lines(), ledgers(), st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_lines_and_items_changes_nothing(
    lines: list[BankLine], items: list[OpenItem], chance: object
) -> None:
    found = matched(lines, items)
    mixed_lines, mixed_items = list(lines), list(items)
    chance.shuffle(mixed_lines)  # type: ignore[attr-defined]
    chance.shuffle(mixed_items)  # type: ignore[attr-defined]
    assert matched(mixed_lines, mixed_items) == found


@given(st.lists(st.integers(-9, 9), max_size=9), st.integers(-12, 12))
@settings(deadline=None)
def test_every_sum_is_found(values: list[int], target: int) -> None:
    meant = {
        places
        for size in range(1, len(values) + 1)
        for places in combinations(range(len(values)), size)
        if sum(values[p] for p in places) == target
    }
    found = subsets(values, target, limit=len(meant) + 5)
    assert set(found) == meant
    assert len(found) == len(meant)


def test_a_large_ledger_is_matched_without_comparing_all_with_all() -> None:
    items, debtors, lines = [], [], []
    for n in range(1_000):
        iban = f"NL{n:016d}"
        debtors.append(Debtor(number=f"D{n}", name=f"Debtor {n}", ibans=(iban,)))
        for m in range(3):
            number = f"{n:05d}-{m}"
            open_ = Money(1_000 + 7 * n + m * 100_003, "EUR")
            items.append(OpenItem(number=number, customer=f"D{n}", open=open_, due=TODAY))
        line = BankLine(
            account="NL13TEST0123456789",
            booked=TODAY,
            valued=TODAY,
            amount=items[-1].open,
            payer_iban=iban,
            text="" if n % 2 else items[-1].number,
            id=str(n),
        )
        lines.append(line)
    found = match(lines, items, debtors, rules=MatchingRules(), today=TODAY, own_ibans=frozenset())
    settled: dict[str, int] = defaultdict(int)
    for one in found:
        settled[one.rule] += one.outcome is Outcome.SETTLED
    assert settled == {"number and amount": 500, "amount alone": 500}

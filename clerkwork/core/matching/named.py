"""Lines that name what they pay: by number, list, range or structured reference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from clerkwork.core.matching.mistyped import by_mistyped_number
from clerkwork.core.matching.model import Candidate, Match
from clerkwork.core.matching.verdict import Case
from clerkwork.core.money import Money, total
from clerkwork.core.posting import Allocation
from clerkwork.core.references import Certainty, Mention

__all__ = ["by_number", "names_badly", "names_something"]

_MOST_DISCOUNTS = 8
_MOST_CREDITS = 8


def names_something(case: Case) -> bool:
    """Whether the line's words say what it pays, rightly or wrongly."""
    said = case.remittance
    return bool(said.mentions or said.strangers or said.orders or said.spoiled)


def names_badly(case: Case) -> bool:
    """Whether no number of the line is complete."""
    return all(m.certainty is Certainty.SHORT for m in case.remittance.mentions)


def by_number(case: Case) -> Match:
    """What a line pays that names a number; a person's where the number alone does not decide."""
    other = _other_currency(case)
    if other:
        return case.review("other currency", f"{other}, {case.line.amount} came")
    chosen = _chosen(case)
    weak = bool(chosen) and min(m.certainty for m, _ in chosen) is Certainty.SHORT
    numbers = list(dict.fromkeys(number for _, number in chosen))
    if chosen and len(chosen) == len(case.remittance.mentions):
        found = _exactly(case, chosen, numbers)
        if found is not None:
            return found
    if weak or not numbers:
        return by_mistyped_number(case) or _nothing_open(case)
    return _not_exactly(case, chosen, numbers)


def _other_currency(case: Case) -> str:
    named = (item for mention in case.remittance.mentions for item in mention.items)
    left = {number: case.ledger.left[number] for number in named}
    currency = case.line.amount.currency
    return ", ".join(f"{n} is open for {m}" for n, m in left.items() if m.currency != currency)


def _chosen(case: Case) -> list[tuple[Mention, str]]:
    """The item that each mention stands for, where it can only be one."""
    chosen = []
    for mention in case.remittance.mentions:
        items = list(mention.items)
        if len(items) > 1:
            items = [i for i in items if case.knows(case.ledger.customer(i))]
        if len(items) > 1 and len(case.remittance.mentions) == 1:
            items = [i for i in items if case.ledger.left[i] == case.line.amount]
        if len(items) == 1:
            chosen.append((mention, items[0]))
    return chosen


def _exactly(case: Case, chosen: Sequence[tuple[Mention, str]], numbers: list[str]) -> Match | None:
    """The amount is what is named, to the cent: whole, as a range, or less a discount."""
    customers = {case.ledger.customer(number) for number in numbers}
    if len(customers) > 1:
        return None
    customer = next(iter(customers))
    for mention, number in chosen:
        if len(mention.items) > 1 and not (
            case.knows(customer) and case.ledger.left[number] == case.line.amount
        ):
            return None
    ways = [numbers, _with_ranges(case, numbers, customer)]
    fitting = {
        tuple(sorted(way))
        for way in ways
        if all(case.ledger.left[n] for n in way) and case.left(way) == case.line.amount
    }
    certainty = min(mention.certainty for mention, _ in chosen)
    if len(fitting) == 1:
        return _whole(case, chosen, list(next(iter(fitting))), customer, certainty)
    if not fitting and certainty is not Certainty.SHORT and case.knows(customer):
        return _discounted(case, numbers, customer)
    return None


def _with_ranges(case: Case, numbers: list[str], customer: str) -> list[str]:
    between = (n for one in case.remittance.ranges for n in one)
    own = [n for n in between if case.ledger.customer(n) == customer and case.ledger.left[n]]
    return list(dict.fromkeys([*numbers, *own]))


def _whole(
    case: Case,
    chosen: Sequence[tuple[Mention, str]],
    numbers: list[str],
    customer: str,
    certainty: Certainty,
) -> Match | None:
    known = case.knows(customer)
    in_full = any(mention.certainty is Certainty.WRITTEN for mention, _ in chosen)
    if not known and (not in_full or certainty is Certainty.SHORT):
        return None
    reasons = (_said(case, chosen), f"the amount is what is open: {case.line.amount}")
    allocations = case.ledger.whole(numbers)
    if not known:
        payers_own = [n for n in case.ledger.at(case.line.amount) if n not in numbers]
        rival = [n for n in payers_own if case.knows(case.ledger.customer(n))]
        if rival:
            found = [case.candidate(numbers, *reasons), *(_alone(case, n) for n in rival)]
            return case.review(
                "equal candidates",
                f"{', '.join(rival)} of the payer himself is open for the same amount",
                [one for one in found if one is not None],
            )
        return case.settled("third party", customer, allocations, *reasons)
    if certainty is Certainty.SHORT:
        return case.settled("short number", customer, allocations, *reasons)
    if len(numbers) > 1:
        return case.settled("listed numbers", customer, allocations, *reasons)
    structured = chosen[0][0].by == "structured reference"
    rule = "structured reference" if structured else "number and amount"
    return case.settled(rule, customer, allocations, *reasons)


def _alone(case: Case, number: str) -> Candidate | None:
    return case.candidate([number], f"{number} is open for exactly {case.line.amount}")


def _said(case: Case, chosen: Sequence[tuple[Mention, str]]) -> str:
    parts = []
    for mention, number in chosen:
        written = "" if mention.written == number else f", written '{mention.written}'"
        parts.append(f"{number} in the {mention.by}{written}")
    joined = "; ".join(parts)
    return f"{joined}; and what lies between" if case.remittance.ranges else joined


def _discounted(case: Case, numbers: list[str], customer: str) -> Match | None:
    """Early-payment discounts that are in time, where exactly one choice of them fits."""
    due = {n: d for n in numbers if (d := _discount(case, n))}
    lacking = case.left(numbers) - case.line.amount
    if not due or len(due) > _MOST_DISCOUNTS or not all(case.ledger.left[n] for n in numbers):
        return None
    choices = [
        taken
        for size in range(1, len(due) + 1)
        for taken in combinations(sorted(due), size)
        if total((due[n] for n in taken), lacking.currency) == lacking
    ]
    if len(choices) != 1:
        return None
    allocations = [_less(case, n, due[n] if n in choices[0] else None) for n in numbers]
    lapses = (case.ledger.items[n].discount_until for n in choices[0])
    until = min(day for day in lapses if day is not None)
    return case.settled(
        "early-payment discount",
        customer,
        allocations,
        f"{', '.join(numbers)} in the text",
        f"{lacking} less, the discount allowed until {until}; valued {case.line.valued}",
    )


def _discount(case: Case, number: str) -> Money | None:
    item = case.ledger.items[number]
    if (
        item.discount is None
        or item.discount_until is None
        or item.open != case.ledger.left[number]
    ):
        return None
    in_time = case.line.valued <= item.discount_until
    return item.discount if in_time and item.discount.minor > 0 else None


def _less(case: Case, number: str, discount: Money | None) -> Allocation:
    left = case.ledger.left[number]
    return case.ledger.part(number, left - discount if discount else left, discount)


def _not_exactly(case: Case, chosen: Sequence[tuple[Mention, str]], numbers: list[str]) -> Match:
    customers = {case.ledger.customer(number) for number in numbers}
    candidates = _candidates(case, numbers)
    certain = any(mention.certainty is Certainty.WRITTEN for mention, _ in chosen)
    if not certain and not any(case.knows(one) for one in customers):
        return _nothing_open(case)
    if len(customers) > 1:
        found = f"debtors {', '.join(sorted(customers))} are named in one payment"
        return case.review("several debtors", found, candidates)
    if case.remittance.foreign:
        found = f"the text speaks of {case.remittance.foreign}; charges and rate are not known"
        return case.review("other currency", found, candidates)
    left = case.left(numbers)
    if not any(case.ledger.left[n] for n in numbers):
        return case.review("paid twice", f"nothing is left of {', '.join(numbers)}")
    if len(numbers) > 1 or case.remittance.ranges:
        found = f"{', '.join(numbers)} are open for {left}, {case.line.amount} came"
        return case.review("sum does not fit", found, candidates)
    if left < case.line.amount:
        return _too_much(case, numbers[0], left, candidates)
    return _part(case, chosen[0][0], numbers[0], candidates)


def _candidates(case: Case, numbers: list[str]) -> list[Candidate]:
    named = case.candidate(numbers, f"{', '.join(numbers)} in the text")
    singles = [case.candidate([n], f"{n} in the text") for n in numbers] if not named else []
    found = [*([named] if named else []), *(one for one in singles if one), *case.fitting()]
    return list({(c.customer, c.allocations): c for c in reversed(found)}.values())[::-1]


def _too_much(case: Case, number: str, left: Money, candidates: Sequence[Candidate]) -> Match:
    item = case.ledger.items[number]
    if item.open == case.line.amount:
        found = f"{number} was paid by another line; {left} is left"
        return case.review("paid twice", found, candidates)
    over = case.line.amount - left
    customer = item.customer
    if left.minor > 0 and over.minor <= case.rules.tolerance and case.knows(customer):
        found = f"{over} too much, within the tolerance, stays on account"
        return case.settled("number and amount", customer, case.ledger.whole([number]), found)
    found = f"{number} is open for {left}, {over} too much came"
    return case.review("overpayment", found, candidates)


def _part(case: Case, mention: Mention, number: str, candidates: Sequence[Candidate]) -> Match:
    """Part of one item: certain only of its own debtor, with the number in full and no rival."""
    ledger, amount = case.ledger, case.line.amount
    customer = ledger.customer(number)
    if not case.knows(customer):
        found = f"{number} is open for {ledger.left[number]}, and somebody else paid {amount}"
        return case.review("third party, other amount", found, candidates)
    rivals = [n for n in ledger.at(amount) if n != number and ledger.customer(n) == customer]
    doubts = []
    if mention.certainty is not Certainty.WRITTEN or len(mention.items) > 1:
        doubts.append(f"the number stands there as '{mention.written}' only")
    if rivals:
        doubts.append(f"{', '.join(rivals)} is open for exactly {amount}")
    if case.remittance.strangers or case.remittance.orders or case.remittance.spoiled:
        others = (*case.remittance.strangers, *case.remittance.orders, case.remittance.spoiled)
        doubts.append(f"the text also has {', '.join(filter(None, others))}")
    if credit := _netted(case, number, customer):
        doubts.append(f"{amount} is also {number} less {', '.join(credit)}")
    if doubts:
        return case.review("equal candidates", "; ".join(doubts), candidates)
    found = f"{amount} of the {ledger.left[number]} that is open"
    late = _late(case, number)
    part = ledger.part(number, amount)
    return case.settled(
        "part payment", customer, [part], _said(case, [(mention, number)]), found, *late
    )


def _netted(case: Case, number: str, customer: str) -> tuple[str, ...]:
    """Credit notes of the debtor that make up exactly what is lacking."""
    ledger = case.ledger
    credits = [
        n for n in ledger.of(customer, case.line.amount.currency) if ledger.left[n].minor < 0
    ][:_MOST_CREDITS]
    lacking = case.line.amount - ledger.left[number]
    for size in range(1, len(credits) + 1):
        for some in combinations(credits, size):
            if case.left(some) == lacking:
                return some
    return ()


def _late(case: Case, number: str) -> list[str]:
    item = case.ledger.items[number]
    if item.discount is None or item.discount_until is None:
        return []
    if case.ledger.left[number] - item.discount != case.line.amount:
        return []
    return [f"the discount had lapsed on {item.discount_until}; valued {case.line.valued}"]


def _nothing_open(case: Case) -> Match:
    said = case.remittance
    names = [m.written for m in said.mentions]
    names += [*said.strangers, *said.orders, *([said.spoiled] if said.spoiled else [])]
    candidates = case.fitting()
    if said.mentions:
        named = [n for m in said.mentions for n in m.items if case.knows(case.ledger.customer(n))]
        candidates += [
            c for n in named if (c := case.candidate([n], f"may be meant by {names[0]}"))
        ]
    found = f"no open item is certainly meant by {', '.join(dict.fromkeys(names))}"
    if said.orders and not said.mentions and not said.strangers:
        found = f"{', '.join(said.orders)} is said to be an order's number"
    unknown = not case.by_iban and not case.by_name
    rule = "unknown payer" if unknown and not candidates else "number not open"
    return case.review(rule, found, candidates)

"""Lines that name an item of which not just what is open was paid: less, more, or twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from clerkwork.core.matching.chosen import Chosen, words_of
from clerkwork.core.matching.model import Candidate, Match
from clerkwork.core.matching.remains import remains
from clerkwork.core.matching.sums import subsets
from clerkwork.core.matching.verdict import Case
from clerkwork.core.references import Certainty
from clerkwork.core.references.numbering import canonical
from clerkwork.core.references.tokens import MAY_BE_ELSE

__all__ = ["in_part", "of_another_time", "paid_twice", "too_much", "what_is_named"]

_MOST_CREDITS = 8
_NO_DISCOUNT = (0, date.min)


def what_is_named(case: Case, named: Chosen) -> Iterator[Candidate | None]:
    """What a person may choose of a line that names something."""
    together = case.candidate(named.numbers, f"{', '.join(named.numbers)} in the text")
    yield together
    if together is None:
        for n in named.numbers:
            yield case.candidate([n], f"{n} in the text")
    yield from case.fitting()


def paid_twice(case: Case, named: Chosen) -> Match | str:
    """All that is named was settled by an earlier line: the money waits on the account."""
    numbers, left, opened = named.numbers, case.ledger.minor, case.ledger.opened
    if any(left[n] for n in numbers):
        number = numbers[0]
        if len(numbers) == 1 and 0 < left[number] < case.minor == opened(number):
            why = f"{number} was paid by another line; {case.money(left[number])} is left"
            return case.review("paid twice", why, what_is_named(case, named))
        return "something is left of what is named"
    why = f"nothing is left of {', '.join(numbers)}"
    whole = sum(map(opened, numbers)) == case.minor
    certain = named.complete and named.customer and (whole or case.knows(named.customer))
    if not certain or (named.certainty == Certainty.SHORT and not whole):
        return case.review("paid twice", why)
    paid = f"{words_of(case, named.pairs)}, which another line settled"
    return case.unapplied("paid twice", named.customer, why, paid)


def of_another_time(case: Case) -> Match | str:
    """A number that is not open any more, because a line of an earlier run settled it."""
    earlier = case.run.memory.earlier
    if not earlier or not case.remittance.strangers:
        return "no earlier line settled it"
    typed = set(map(canonical, case.remittance.strangers))
    for line in earlier:
        hit = [item for item in line.items if canonical(item) in typed]
        if hit and line.customer:
            why = f"{', '.join(hit)} was settled before, by line {line.id}"
            return case.unapplied("paid twice", line.customer, why)
    return "no earlier line settled it"


def too_much(case: Case, named: Chosen) -> Match | str:
    """More than is open of the one item named: it is settled, and the rest stays on account."""
    if len(named.numbers) != 1 or case.remittance.ranges:
        return "several items are named"
    number = named.numbers[0]
    left = case.ledger.minor[number]
    if left >= case.minor:
        return f"not more than is open of {number}"
    again = _part_again(case, number)
    if again is not None:
        return again
    over = case.minor - left
    why = f"{number} is open for {case.money(left)}, {case.money(over)} too much came"
    doubts = [] if left > 0 else [f"{number} is a credit note"]
    doubts += _doubts(case, named)
    if not doubts:
        doubts += _other_readings(case, number, over)
    if doubts:
        return case.review("overpayment", "; ".join((why, *doubts)), what_is_named(case, named))
    whole = [case.ledger.allocation(number, left)]
    return case.settled(
        "overpayment",
        named.customer,
        whole,
        words_of(case, named.pairs),
        f"{why}, and stays on account",
        certainty=named.certainty,
    )


def _part_again(case: Case, number: str) -> Match | None:
    """A part of an item that comes once more, and is more than what the first left of it."""
    customer = case.ledger.customer(number)
    line = case.run.parts.get(number, {}).get(case.minor)
    if line is None or not case.pays(customer):
        return None
    why = f"a part of {number} of the same amount was paid by line {line}"
    return case.unapplied("paid twice", customer, why)


def _other_readings(case: Case, number: str, over: int) -> list[str]:
    """Other items of the payer that make the amount, with or without the one that is named."""
    ledger = case.ledger
    some = [one for one in case.open_of(ledger.customer(number)) if one[0] != number]
    if len(some) > case.run.rules.most_items:
        return [f"{len(some)} other items are open, too many to be sure"]
    others, amounts = [n for n, _ in some], [left for _, left in some]
    for target, besides in ((over, f"{number} and "), (case.minor, "")):
        for places in subsets(amounts, target, limit=1):
            found = ", ".join(others[place] for place in places)
            return [f"{besides}{found} make {case.line.amount}"]
    return []


def _doubts(case: Case, named: Chosen) -> list[str]:
    """What speaks against taking the number at its word."""
    said, (mention, number) = case.remittance, named.pairs[0]
    doubts = []
    own = [item for item in mention.items if case.knows(case.ledger.customer(item))]
    if mention.certainty is Certainty.SHORT or (len(mention.items) > 1 and own != [number]):
        doubts.append(f"the number stands there as '{mention.written}' only")
    if mention.how.startswith(MAY_BE_ELSE):
        doubts.append(f"'{mention.written}' stands there, {mention.how}")
    customer = case.ledger.customer(number)
    others = [n for n, _ in case.open_of(customer) if n != number]
    slips = [typo.written for typo in said.typos if not set(typo.items).isdisjoint(others)]
    rest = remains(case.line.text, said, number, others)
    if found := [*filter(None, (*said.strangers, said.spoiled, *slips, rest))]:
        doubts.append(f"the text also has {', '.join(dict.fromkeys(found))}")
    if not case.pays(customer):
        doubts.append(f"the payer is not the debtor of {number}")
    return doubts


def in_part(case: Case, named: Chosen) -> Match | str:
    """Part of one item: certain only of its own debtor, with the number in full and no rival."""
    if len(named.numbers) != 1 or case.remittance.ranges:
        return "several items are named"
    ledger, amount = case.ledger, case.line.amount
    number, customer = named.numbers[0], named.customer
    doubts = _doubts(case, named)
    if rivals := _rivals(case, number, customer):
        doubts.append(f"{', '.join(rivals)} is open for exactly {amount}")
    if credit := _netted(case, number, customer):
        doubts.append(f"{amount} is also {number} less {', '.join(credit)}")
    if doubts:
        return case.review("equal candidates", "; ".join(doubts), what_is_named(case, named))
    found = f"{amount} of the {case.money(ledger.minor[number])} that is open"
    late = _late(case, number)
    case.run.parts.setdefault(number, {})[case.minor] = case.line.id
    return case.settled(
        "part payment",
        customer,
        [ledger.allocation(number, case.minor)],
        words_of(case, named.pairs),
        found,
        *([late] if late else []),
        certainty=named.certainty,
        residual="late discount" if late else "part payment",
    )


def _rivals(case: Case, number: str, customer: str) -> list[str]:
    """Other items of the debtor that the amount would settle, less a discount or not."""
    minor, discounts = case.minor, case.ledger.discounts
    return [
        other
        for other, left in case.open_of(customer)
        if left >= minor
        and other != number
        and minor in (left, left - discounts.get(other, _NO_DISCOUNT)[0])
    ]


def _netted(case: Case, number: str, customer: str) -> tuple[str, ...]:
    """Credit notes of the debtor that make up exactly what is lacking."""
    credits = [n for n, left in case.open_of(customer) if left < 0][:_MOST_CREDITS]
    lacking = case.minor - case.ledger.minor[number]
    for size in range(1, len(credits) + 1):
        for some in combinations(credits, size):
            if case.sum_of(some) == lacking:
                return some
    return ()


def _late(case: Case, number: str) -> str:
    discount, until = case.ledger.discounts.get(number, _NO_DISCOUNT)
    if not discount or case.ledger.minor[number] - discount != case.minor:
        return ""
    return f"the discount had lapsed on {until}; valued {case.line.valued}"

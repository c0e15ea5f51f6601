"""Lines that name items and pay just what is open of them, to the cent or by what is declared."""

from __future__ import annotations

from itertools import combinations

from clerkwork.core.matching.chosen import Chosen, in_full, words_of
from clerkwork.core.matching.model import Candidate, Match, WhyNot
from clerkwork.core.matching.verdict import Case
from clerkwork.core.matching.wording import said
from clerkwork.core.matching.words import said_in
from clerkwork.core.money import Money
from clerkwork.core.posting import Allocation
from clerkwork.core.references import Certainty

__all__ = ["discounted", "exactly", "nearly"]

_MOST_DISCOUNTS = 8


def exactly(case: Case, named: Chosen) -> Match | WhyNot:
    """All that is named, or with what lies between the ends of a range, is the amount."""
    if not named.complete:
        return "a number can stand for several items"
    if not named.customer:
        return "items of several debtors are named"
    left = case.ledger.minor
    if len(named.numbers) == 1 and not case.remittance.ranges:
        number = named.numbers[0]
        if left[number] != case.minor or case.ledger.currency(number) != case.currency:
            still = Money(left[number], case.ledger.currency(number))
            return lambda: f"{number} is open for {still}, not {case.line.amount}"
        return _whole(case, named, (number,))
    if any(case.ledger.currency(n) != case.currency for n in named.numbers):
        return "what is named is open in another currency"
    fitting = {
        tuple(sorted(way))
        for way in (named.numbers, _with_ranges(case, named))
        if all(left[n] for n in way) and case.sum_of(way) == case.minor
    }
    if len(fitting) != 1:
        return "what is named does not add up to the amount"
    return _whole(case, named, next(iter(fitting)))


def _with_ranges(case: Case, named: Chosen) -> tuple[str, ...]:
    ledger = case.ledger
    between = (n for one in case.remittance.ranges for n in one)
    own = [
        n
        for n in between
        if ledger.minor[n]
        and ledger.customer(n) == named.customer
        and ledger.currency(n) == case.currency
    ]
    return tuple(dict.fromkeys([*named.numbers, *own]))


def _whole(case: Case, named: Chosen, numbers: tuple[str, ...]) -> Match | WhyNot:
    ledger, customer = case.ledger, named.customer
    known = case.knows(customer)
    if not known and not in_full(named.pairs):
        return "the number is not complete, and the payer is not its debtor"
    reasons = (_said(case, named), f"the amount is what is open: {case.line.amount}")
    if not known and (rivals := _payers_own(case, numbers)):
        found = [case.candidate(numbers, *reasons), *(_alone(case, n) for n in rivals)]
        why = f"{', '.join(rivals)} of the payer himself is open for the same amount"
        return case.review("equal candidates", why, found)
    if named.certainty == Certainty.SHORT and (doubt := _others_digits(case, named)):
        found = [case.candidate(numbers, *reasons), *(_alone(case, n) for n in doubt)]
        why = f"'{named.pairs[0][0].written}' is as much {', '.join(doubt)}"
        return case.review("equal candidates", why, found)
    allocations = [ledger.allocation(n, ledger.minor[n]) for n in numbers]
    rule = _rule(named, numbers, known=known)
    return case.settled(rule, customer, allocations, *reasons, certainty=named.certainty)


def _said(case: Case, named: Chosen) -> str:
    if len(named.pairs) == 1 and not case.remittance.ranges:
        mention, number = named.pairs[0]
        return said(number, mention.written, mention.by, mention.how)
    return words_of(case, named.pairs)


def _rule(named: Chosen, numbers: tuple[str, ...], *, known: bool) -> str:
    if not known:
        return "third party"
    if named.certainty == Certainty.SHORT:
        return "short number"
    if len(numbers) > 1:
        return "listed numbers"
    structured = named.pairs[0][0].by == "structured reference"
    return "structured reference" if structured else "number and amount"


def _payers_own(case: Case, numbers: tuple[str, ...]) -> list[str]:
    """Other items of exactly the amount that are the payer's own."""
    ledger, minor = case.ledger, case.minor
    # Also what a line has settled already: it may be meant again.
    return [
        n
        for customer in sorted(case.payer.customers)
        for n in ledger.own(customer)
        if n not in numbers
        and minor in (ledger.opened(n), ledger.minor[n])
        and ledger.currency(n) == case.currency
    ]


def _others_digits(case: Case, named: Chosen) -> list[str]:
    """Others' items of just the digits of a short number, if the amount does not tell them apart:
    they are open for it too, or several of the payer's are."""
    ledger = case.ledger
    others = [n for m, _ in named.pairs for n in m.alike if not case.knows(ledger.customer(n))]
    if not others or any(ledger.opened(n) == case.minor for n in others):
        return others
    own = (n for customer in case.payer.customers for n in case.open_of(customer))
    return others if sum(left == case.minor for _, left in own) > 1 else []


def _alone(case: Case, number: str) -> Candidate | None:
    return case.candidate([number], f"{number} is open for exactly {case.line.amount}")


def discounted(case: Case, named: Chosen) -> Match | WhyNot:
    """Early-payment discounts that are in time, where exactly one choice of them fits."""
    numbers, left = named.numbers, case.ledger.minor
    if not _sure(case, named):
        return "the numbers are not complete, or the payer is not their debtor"
    lacking = case.sum_of(numbers) - case.minor
    due = {n: d for n in numbers if (d := _discount(case, n))}
    if lacking <= 0 or not due or len(due) > _MOST_DISCOUNTS:
        return "no early-payment discount was in time"
    choices = [
        taken
        for size in range(1, len(due) + 1)
        for taken in combinations(sorted(due), size)
        if sum(due[n] for n in taken) == lacking
    ]
    if len(choices) != 1:
        return lambda: (
            f"the {case.money(lacking)} that is lacking is not the discount of what is named"
        )
    allocations = []
    for n in numbers:
        off = due[n] if n in choices[0] else 0
        allocations.append(case.ledger.allocation(n, left[n] - off, off))
    until = min(case.ledger.discounts[n][1] for n in choices[0])
    return case.settled(
        "early-payment discount",
        named.customer,
        allocations,
        f"{', '.join(numbers)} in the text",
        f"{case.money(lacking)} less, the discount allowed until {until}; valued"
        f" {case.line.valued}",
        certainty=named.certainty,
    )


def _sure(case: Case, named: Chosen) -> bool:
    """All of one debtor, who pays, each number complete, nothing settled yet."""
    return (
        named.complete
        and bool(named.customer)
        and case.pays(named.customer)
        and named.certainty > Certainty.SHORT
        and all(map(case.ledger.minor.__getitem__, named.numbers))
    )


def _discount(case: Case, number: str) -> int:
    """Minor units of a discount that the item allows to a payment of that day."""
    ledger = case.ledger
    discount = ledger.discounts.get(number)
    if discount is None or ledger.opened(number) != ledger.minor[number]:
        return 0
    minor, until = discount
    return max(0, minor) if case.line.valued <= until else 0


def nearly(case: Case, named: Chosen) -> Match | WhyNot:
    """What is named less rounding or bank charges as declared; what is short stays open."""
    rules = case.run.rules
    if not rules.tolerance and not rules.bank_charges and not rules.bank_charges_percent:
        return "no tolerance is declared"
    if not _sure(case, named):
        return "the numbers are not complete, or the payer is not their debtor"
    whole = case.sum_of(named.numbers)
    short = whole - case.minor
    residual = _residual(case, whole, short)
    if not residual:
        return lambda: f"{case.money(short)} is more than the tolerances that are declared"
    allocations, words = _short_of(case, named, short), "stays open"
    if short < 0:
        words = "stays on account"
    why = f"{case.money(abs(short))} {'too much' if short < 0 else 'less'}, {residual}, {words}"
    rule = "tolerance" if short > 0 or len(named.numbers) > 1 else "number and amount"
    return case.settled(
        rule,
        named.customer,
        allocations,
        _said(case, named),
        why,
        certainty=named.certainty,
        residual=residual if short > 0 else "",
    )


def _residual(case: Case, whole: int, short: int) -> str:
    """What a small difference is called; empty if none that is declared explains it."""
    rules = case.run.rules
    if 0 < abs(short) <= rules.tolerance:
        return "rounding"
    charges = max(rules.bank_charges, int(whole * rules.bank_charges_percent / 100))
    if 0 < short <= charges and said_in(case.line.text, rules.charges_words):
        return "bank charges"
    return ""


def _short_of(case: Case, named: Chosen, short: int) -> list[Allocation]:
    """All of each, but of the largest item what is short."""
    left = case.ledger.minor
    largest = max(named.numbers, key=lambda n: (left[n], n))
    return [
        case.ledger.allocation(n, left[n] - max(0, short) if n == largest else left[n])
        for n in named.numbers
    ]

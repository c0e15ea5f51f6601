"""Lines that name no item: who pays, what period he says, and the amount, if it is one reading."""

from __future__ import annotations

from collections.abc import Iterator

from clerkwork.core.matching.model import Candidate, Match
from clerkwork.core.matching.periods import by_period
from clerkwork.core.matching.prepaid import prepaid
from clerkwork.core.matching.sums import by_chance, subsets
from clerkwork.core.matching.understood import not_understood
from clerkwork.core.matching.verdict import Case
from clerkwork.core.matching.wording import DEBTOR_NUMBER, NAME

__all__ = ["UNNAMED"]


def foreign_money(case: Case) -> Match | str:
    if not case.remittance.foreign:
        return "the text speaks of no other currency"
    found = f"the text speaks of {case.remittance.foreign}; charges and rate are not known"
    return case.review("other currency", found, case.fitting())


def unknown_payer(case: Case) -> Match | str:
    if case.payer.customers:
        return "the payer is known"
    reason = "the payer's IBAN is no debtor's, and nothing is named"
    return case.review("unknown payer", reason, case.fitting())


def two_debtors(case: Case) -> Match | str:
    if len(case.payer.customers) == 1:
        return "one debtor pays from this account"
    both = ", ".join(sorted(case.payer.customers))
    reason = f"debtors {both} pay from this account; nothing is named"
    return case.review("two debtors on one account", reason, _of_each(case), customer="")


def _of_each(case: Case) -> Iterator[Candidate | None]:
    for customer in sorted(case.payer.customers):
        yield from _read(case, _solutions(case, customer) or [])


def other_debtor(case: Case) -> Match | str:
    if not case.payer.said:
        return "no other debtor is named"
    said = ", ".join(sorted(case.payer.said))
    reason = f"debtor number {said} is in the text, and the payer is another"
    return case.review("several debtors", reason, case.fitting())


def one_reading(case: Case) -> Match | str:
    """One item, or one sum that chance would hardly make, is all that the amount can be."""
    customer = case.payer.one
    found = _solutions(case, customer)
    if found is None:
        reason = f"more than {case.run.rules.most_items} items are open, too many to be sure"
        return case.review("equal candidates", reason, case.fitting())
    if not found:
        reason = f"nothing of debtor {customer} adds up to {case.line.amount}"
        return case.review("no item fits", reason, _oldest(case, customer))
    if len(found) > 1 or _discount_fits(case, customer):
        reason = f"{case.line.amount} can be read in more than one way"
        return case.review("equal candidates", reason, _read(case, found))
    held = sorted(case.ledger.held.intersection(found[0]))
    if held:
        reason = f"{', '.join(held)} may belong to another line that waits for a person"
        return case.review("held by another line", reason, _read(case, found))
    if strange := not_understood(case.line.text, case.line.payer, case.run.beside()):
        reason = f"the text also says '{strange}', which may mean that something else is paid"
        return case.review("more is said", reason, _read(case, found))
    if len(found[0]) == 1:
        return _one_item(case, customer, found[0][0])
    return _one_sum(case, customer, found[0])


def _solutions(case: Case, customer: str) -> list[list[str]] | None:
    """Sets of the debtor's items that make exactly the amount, a few at most; None if too many
    items are open to try all sums."""
    own = case.open_of(customer)
    if len(own) > case.run.rules.most_items:
        return None
    limit = max(2, case.run.rules.most_candidates)
    places = subsets([left for _, left in own], case.minor, limit=limit)
    return [[own[place][0] for place in one] for one in places]


def _one_item(case: Case, customer: str, number: str) -> Match:
    if case.payer.by == NAME and len(case.ledger.at(case.line.amount, most=2)) > 1:
        reason = f"others are open for {case.line.amount} too, and the payer is known by name only"
        return case.review("equal candidates", reason, case.fitting())
    if twin := _settled_twin(case, customer):
        reason = f"{twin} was open for the same amount, and another line has settled it"
        return case.review("equal candidates", reason, _read(case, [[number]]))
    reason = f"{number} is the only reading of {case.line.amount} for this debtor"
    rule = {NAME: "name and amount", DEBTOR_NUMBER: "debtor number"}.get(case.payer.by)
    whole = [case.ledger.allocation(number, case.minor)]
    return case.settled(rule or "amount alone", customer, whole, reason)


def _settled_twin(case: Case, customer: str) -> str:
    """An item of the amount that a line has settled already: this one may pay it again."""
    ledger = case.ledger
    for number in ledger.own(customer):
        opened = ledger.opened(number)
        if (
            opened == case.minor != ledger.minor[number]
            and ledger.currency(number) == case.currency
        ):
            return number
    return ""


def _one_sum(case: Case, customer: str, numbers: list[str]) -> Match:
    own = case.open_of(customer)
    together = ", ".join(numbers)
    if case.payer.by == NAME:
        reason = f"{together} make the amount, and the payer is known by name only"
        return case.review("equal candidates", reason, _read(case, [numbers]))
    chance = by_chance([left for _, left in own], case.minor)
    if len(numbers) < len(own) and chance * case.run.rules.coincidence > 1:
        reason = f"with {len(own)} items a sum of {len(numbers)} may fit by chance"
        return case.review("equal candidates", reason, _read(case, [numbers]))
    reason = f"{together} are the only items of this debtor that make {case.line.amount}"
    whole = [case.ledger.allocation(n, case.ledger.minor[n]) for n in numbers]
    return case.settled("sum", customer, whole, reason)


def _discount_fits(case: Case, customer: str) -> bool:
    """Whether an item less its discount would be this amount too."""
    discounts = case.ledger.discounts
    return any(
        number in discounts and left - discounts[number][0] == case.minor
        for number, left in case.open_of(customer)
    )


def _read(case: Case, found: list[list[str]]) -> Iterator[Candidate | None]:
    for numbers in found:
        yield case.candidate(numbers, f"{', '.join(numbers)} make {case.line.amount}")


def _oldest(case: Case, customer: str) -> Iterator[Candidate | None]:
    """The debtor's oldest items, as far as the money goes."""
    items = case.ledger.items
    own = [n for n, left in case.open_of(customer) if left > 0]
    for n in sorted(own, key=lambda n: (items[n].due, n))[: case.run.rules.most_candidates]:
        yield case.candidate([n], f"{n} is due on {items[n].due}")


UNNAMED = (
    ("other currency", foreign_money),
    ("prepayment", prepaid),
    ("unknown payer", unknown_payer),
    ("two debtors on one account", two_debtors),
    ("several debtors", other_debtor),
    ("period", by_period),
    ("amount alone", one_reading),
)
"""Each says what the line is, or why it is not that; the last always does."""

"""Lines that name nothing: the payer's IBAN and the amount, where only one reading is left."""

from __future__ import annotations

from clerkwork.core.matching.model import Candidate, Match
from clerkwork.core.matching.sums import expected_by_chance, subsets
from clerkwork.core.matching.verdict import Case

__all__ = ["by_amount", "solutions"]


def solutions(case: Case, customer: str) -> list[list[str]] | None:
    """Sets of the debtor's items that make exactly the amount, a few at most; None if too many
    items are open to try all sums."""
    numbers = case.ledger.of(customer, case.line.amount.currency)
    if len(numbers) > case.rules.most_items:
        return None
    amounts = [case.ledger.left[n].minor for n in numbers]
    limit = max(2, case.rules.most_candidates)
    places = subsets(amounts, case.line.amount.minor, limit=limit)
    return [[numbers[place] for place in one] for one in places]


def by_amount(case: Case) -> Match:
    """What a line pays that names nothing; settled only for one debtor and one reading."""
    if not case.by_iban:
        return _unknown(case)
    if len(case.by_iban) > 1:
        return _two_debtors(case)
    customer = next(iter(case.by_iban))
    if case.remittance.foreign:
        found = f"the text speaks of {case.remittance.foreign}; charges and rate are not known"
        return case.review("other currency", found, case.fitting())
    found_ones = solutions(case, customer)
    if found_ones is None:
        reason = f"more than {case.rules.most_items} items are open, too many to be sure"
        return case.review("equal candidates", reason, case.fitting())
    if not found_ones:
        reason = f"nothing of debtor {customer} adds up to {case.line.amount}"
        return case.review("no item fits", reason, _oldest(case, customer))
    if len(found_ones) > 1 or _discount_fits(case, customer):
        reason = f"{case.line.amount} can be read in more than one way"
        return case.review("equal candidates", reason, _read(case, found_ones))
    return _one_way(case, customer, found_ones[0])


def _one_way(case: Case, customer: str, numbers: list[str]) -> Match:
    held = sorted(case.ledger.held.intersection(numbers))
    if held:
        reason = f"{', '.join(held)} may belong to another line that waits for a person"
        return case.review("held by another line", reason, _read(case, [numbers]))
    own = case.ledger.of(customer, case.line.amount.currency)
    whole = case.ledger.whole(numbers)
    if len(numbers) == 1:
        reason = f"{numbers[0]} is the only reading of {case.line.amount} for this debtor"
        return case.settled("amount alone", customer, whole, reason)
    amounts = [case.ledger.left[n].minor for n in own]
    chance = expected_by_chance(amounts, len(numbers))
    if len(numbers) < len(own) and chance * case.rules.coincidence > 1:
        reason = f"with {len(own)} items a sum of {len(numbers)} may fit by chance"
        return case.review("equal candidates", reason, _read(case, [numbers]))
    reason = f"{', '.join(numbers)} are the only items of this debtor that make {case.line.amount}"
    return case.settled("sum", customer, whole, reason)


def _discount_fits(case: Case, customer: str) -> bool:
    """Whether an item less its discount would be this amount too."""
    for number in case.ledger.of(customer, case.line.amount.currency):
        item = case.ledger.items[number]
        if item.discount and case.ledger.left[number] - item.discount == case.line.amount:
            return True
    return False


def _read(case: Case, found: list[list[str]]) -> list[Candidate]:
    made = (case.candidate(n, f"{', '.join(n)} make {case.line.amount}") for n in found)
    return [one for one in made if one is not None]


def _oldest(case: Case, customer: str) -> list[Candidate]:
    """The debtor's oldest item, as far as the money goes."""
    items = [
        n
        for n in case.ledger.of(customer, case.line.amount.currency)
        if case.ledger.left[n].minor > 0
    ]
    items.sort(key=lambda n: (case.ledger.items[n].due, n))
    made = (case.candidate([n], f"{n} is due on {case.ledger.items[n].due}") for n in items)
    return [one for one in made if one is not None]


def _unknown(case: Case) -> Match:
    reason = "the payer's IBAN is no debtor's, and nothing is named"
    if len(case.by_name) == 1:
        reason = "only the payer's name is a debtor's; nothing is named"
    return case.review("unknown payer", reason, case.fitting())


def _two_debtors(case: Case) -> Match:
    reason = f"debtors {', '.join(sorted(case.by_iban))} pay from this account; nothing is named"
    made = []
    for customer in sorted(case.by_iban):
        made += _read(case, solutions(case, customer) or [])
    return case.review("two debtors on one account", reason, made, customer="")

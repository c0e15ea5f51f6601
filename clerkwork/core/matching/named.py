"""Lines that name what they pay: by number, list, range or structured reference."""

from __future__ import annotations

from collections.abc import Iterator

from clerkwork.core.matching import amiss, exact
from clerkwork.core.matching.chosen import Chosen
from clerkwork.core.matching.mistyped import by_mistyped_number
from clerkwork.core.matching.model import Candidate, Match
from clerkwork.core.matching.prepaid import prepaid
from clerkwork.core.matching.unsaid import cut_list, set_off
from clerkwork.core.matching.verdict import Case
from clerkwork.core.references import Certainty

__all__ = ["NAMED", "names_badly", "names_something"]


def names_something(case: Case) -> bool:
    """Whether the line's words say which item it pays, rightly or wrongly.

    An order's number says nothing of that.
    """
    said = case.remittance
    return bool(said.mentions or said.spoiled or said.strangers or said.typos)


def names_badly(case: Case) -> bool:
    """Whether no number of the line is complete."""
    return all(m.certainty is Certainty.SHORT for m in case.remittance.mentions)


def other_currency(case: Case, named: Chosen) -> Match | str:
    """Items that are open in another currency than came."""
    ledger = case.ledger
    items = (item for mention in case.remittance.mentions for item in mention.items)
    other = [n for n in items if ledger.currency(n) != case.currency]
    if not other or (named.numbers and not set(named.numbers).intersection(other)):
        return "what is named is open in the currency that came"
    told = ", ".join(f"{n} is open for {ledger.left[n]}" for n in other[:5])
    return case.review("other currency", f"{told}, {case.line.amount} came")


def prepaid_besides(case: Case, named: Chosen) -> Match | str:
    if named.numbers and named.certainty > Certainty.SHORT:
        return "an item is named in full"
    return prepaid(case)


def nothing_certain(case: Case, named: Chosen) -> Match | str:
    """No number of the line is certainly that of an open item."""
    certain = named.certainty > Certainty.SHORT
    if named.numbers and (
        certain or (any(map(case.knows, named.customers)) and _full_somewhere(named))
    ):
        return "an item is named"
    earlier = amiss.of_another_time(case)
    if not isinstance(earlier, str):
        return earlier
    said = case.remittance
    names = [m.written for m in said.mentions]
    names += [*said.strangers, *said.orders, *([said.spoiled] if said.spoiled else [])]
    names += [typo.written for typo in said.typos]
    found = f"no open item is certainly meant by {', '.join(dict.fromkeys(names))}"
    candidates = list(_perhaps_meant(case, names[0] if names else ""))
    unknown = not case.payer.customers and not any(candidates)
    return case.review("unknown payer" if unknown else "number not open", found, candidates)


def _full_somewhere(named: Chosen) -> bool:
    return any(m.certainty > Certainty.SHORT for m, _ in named.pairs)


def _perhaps_meant(case: Case, written: str) -> Iterator[Candidate | None]:
    yield from case.fitting()
    for mention in case.remittance.mentions:
        for item in mention.items:
            if case.knows(case.ledger.customer(item)):
                yield case.candidate([item], f"may be meant by {written}")


def several_debtors(case: Case, named: Chosen) -> Match | str:
    if len(named.customers) < 2:
        return "items of one debtor are named"
    found = f"debtors {', '.join(sorted(named.customers))} are named in one payment"
    return case.review("several debtors", found, amiss.what_is_named(case, named))


def foreign_money(case: Case, named: Chosen) -> Match | str:
    foreign = case.remittance.foreign
    if not foreign:
        return "the text speaks of no other currency"
    found = f"the text speaks of {foreign}; charges and rate are not known"
    return case.review("other currency", found, amiss.what_is_named(case, named))


def third_party(case: Case, named: Chosen) -> Match | str:
    if case.pays(named.customer):
        return "the payer is the debtor himself"
    left = case.sum_of(named.numbers)
    found = (
        f"{', '.join(named.numbers)} is open for {case.money(left)},"
        f" and somebody else paid {case.line.amount}"
    )
    return case.review("third party, other amount", found, amiss.what_is_named(case, named))


def sum_does_not_fit(case: Case, named: Chosen) -> Match | str:
    if len(named.numbers) == 1 and not case.remittance.ranges and named.complete:
        return "one item is named"
    left = case.money(case.sum_of(named.numbers))
    found = f"{', '.join(named.numbers)} are open for {left}, {case.line.amount} came"
    return case.review("sum does not fit", found, amiss.what_is_named(case, named))


NAMED = (
    ("number and amount", exact.exactly),
    ("mistyped number", by_mistyped_number),
    ("other currency", other_currency),
    ("early-payment discount", exact.discounted),
    ("tolerance", exact.nearly),
    ("prepayment", prepaid_besides),
    ("number not open", nothing_certain),
    ("several debtors", several_debtors),
    ("other currency", foreign_money),
    ("paid twice", amiss.paid_twice),
    ("third party, other amount", third_party),
    ("credit note set off", set_off),
    ("cut list", cut_list),
    ("sum does not fit", sum_does_not_fit),
    ("overpayment", amiss.too_much),
    ("part payment", amiss.in_part),
)
"""Each says what the line is, or why it is not that; the first that does decides."""

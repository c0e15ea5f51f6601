"""Numbers with one typing error: weak evidence that a known payer and his amount make good."""

from __future__ import annotations

from collections.abc import Iterable

from clerkwork.core.matching.chosen import Chosen
from clerkwork.core.matching.model import Match
from clerkwork.core.matching.verdict import Case
from clerkwork.core.references import Certainty, Typo

__all__ = ["by_mistyped_number"]


def by_mistyped_number(case: Case, named: Chosen) -> Match | str:
    """The payer's one item of exactly this amount, if its number is one slip from what is typed.

    What is typed may be another debtor's real number: then no other item or sum of the payer's
    may make the amount, nor may that other item.
    """
    if not case.payer.customers:
        return "the payer is not known"
    if any(map(case.knows, named.customers)) and named.certainty > Certainty.SHORT:
        return "the payer names an item of his own"
    equal = [
        n
        for customer in sorted(case.payer.customers)
        for n, left in case.open_of(customer)
        if left == case.minor
    ]
    typos = case.remittance.typos if equal else ()
    near = {n: slip for n in equal if (slip := _typed_for(typos, n))}
    if len(near) != 1:
        told = "no" if not near else "more than one"
        return f"{told} item of the payer, open for just the amount, is one slip away"
    ((number, (typed, how)),) = near.items()
    customer = case.ledger.customer(number)
    if doubt := _doubt(case, named, number, typed, equal):
        return doubt
    if number in case.ledger.held:
        return f"{number} may belong to another line that waits for a person"
    return case.settled(
        "mistyped number",
        customer,
        [case.ledger.allocation(number, case.minor)],
        f"'{typed}' is {number} {how}",
        f"{number} is the debtor's only such item open for {case.line.amount}",
        certainty=Certainty.SHORT,
    )


def _typed_for(typos: Iterable[Typo], number: str) -> tuple[str, str] | None:
    """What is typed that may be meant for this number, and how far it is from it."""
    for typo in typos:
        if number in typo.items:
            return typo.written, typo.how
    return None


def _doubt(case: Case, named: Chosen, number: str, typed: str, equal: list[str]) -> str:
    """Why the item may not be meant after all; empty if nothing speaks against it."""
    said, ledger = case.remittance, case.ledger
    if said.foreign:
        return f"the text speaks of {said.foreign}"
    same = {n for typo in said.typos if typo.written == typed for n in typo.alike}
    real = [*(n for m in said.mentions for n in m.items), *same]
    if not real:
        return ""
    if any(ledger.opened(n) == case.minor for n in real if n != number):
        return f"what is typed is the number of an item open for just {case.line.amount}"
    if any(m.written not in typed for m in said.mentions):
        return "several numbers are typed"
    if any(case.knows(ledger.customer(n)) for n in named.numbers):
        return "the payer names an item of his own"
    # Another's number that is only a part of what is typed was not meant.
    whole = same or any(m.written == typed and not m.how for m in said.mentions)
    if equal != [number] and whole:
        return "other items of the payer are open for the amount, and the number is another's"
    return ""

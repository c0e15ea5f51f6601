"""Numbers with one typing error: weak evidence that a known payer and his amount make good."""

from __future__ import annotations

from clerkwork.core.matching.model import Match
from clerkwork.core.matching.unnamed import solutions
from clerkwork.core.matching.verdict import Case
from clerkwork.core.references.scan import typed_alike

__all__ = ["by_mistyped_number"]


def by_mistyped_number(case: Case) -> Match | None:
    """The payer's one item of exactly this amount, if its number is one slip from what is typed.

    The number typed must be no open item's own, and no other item or sum of the payer's may fit.
    """
    said = case.remittance
    typed = [*said.strangers, *(m.written for m in said.mentions if m.certainty == 1)]
    if len(typed) != 1 or len(case.by_iban) != 1 or said.orders or said.foreign:
        return None
    customer = next(iter(case.by_iban))
    found = solutions(case, customer)
    if found is None or len(found) != 1 or len(found[0]) != 1:
        return None
    number = found[0][0]
    if not typed_alike(typed[0], number) or number in case.ledger.held:
        return None
    return case.settled(
        "mistyped number",
        customer,
        case.ledger.whole([number]),
        f"'{typed[0]}' is one slip from {number}, and no other open item's number",
        f"{number} is the only thing of this debtor that is open for {case.line.amount}",
    )

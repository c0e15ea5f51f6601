"""Lines that name a month or a quarter: the payer's item of that time and of just that amount."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clerkwork.core.matching.model import Match
from clerkwork.core.matching.verdict import Case
from clerkwork.core.matching.wording import NAME
from clerkwork.core.references.periods import Period

__all__ = ["by_period"]


def by_period(case: Case) -> Match | str:
    """The one item of the amount that belongs to the period; nothing else once one is named."""
    periods = case.remittance.periods
    if not periods:
        return "no period is named"
    ledger, customer = case.ledger, case.payer.one
    equal = [
        n
        for n in ledger.own(customer)
        if ledger.opened(n) == case.minor and ledger.currency(n) == case.currency
    ]
    if not equal:
        return "no item of the amount is open"
    issued = [n for n in equal if _covered(ledger.issued(n) or ledger.due(n), periods)]
    fitting = issued or [n for n in equal if _covered(ledger.due(n), periods)]
    said = " and ".join(map(_told, periods))
    if len(fitting) != 1 or ledger.minor[fitting[0]] != case.minor or fitting[0] in ledger.held:
        found = (case.candidate([n], f"{n} is open for {case.line.amount}") for n in equal)
        return case.review("equal candidates", f"not one item of {said} is open for it", found)
    number = fitting[0]
    if case.payer.by == NAME and len(ledger.at(case.line.amount, most=2)) > 1:
        reason = f"others are open for {case.line.amount} too, and the payer is known by name only"
        return case.review("equal candidates", reason, case.fitting())
    day = ledger.issued(number) or ledger.due(number)
    return case.settled(
        "period",
        customer,
        [ledger.allocation(number, case.minor)],
        f"{said} in the text, and {number} of {day} is the only item of it",
        f"the amount is what is open: {case.line.amount}",
    )


def _covered(day: date, periods: Sequence[Period]) -> bool:
    return any(_covers(period, day) for period in periods)


def _covers(period: Period, day: date) -> bool:
    first = (period.year or day.year) * 12 + period.month - 1
    return 0 <= day.year * 12 + day.month - 1 - first < max(1, period.months)


def _told(period: Period) -> str:
    year = f"{period.year}-" if period.year else "month "
    last = f" and {period.months - 1} more" if period.months > 1 else ""
    return f"{year}{period.month:02d}{last}"

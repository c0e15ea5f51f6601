"""The evidence in words, each sentence in one place."""

from __future__ import annotations

from collections.abc import Iterable

from clerkwork.core.money import Money

__all__ = ["ACCOUNT", "ALIAS", "DEBTOR_NUMBER", "DECIDED", "NAME", "exact_reasons", "said", "who"]

ACCOUNT, NAME, DEBTOR_NUMBER = "account", "name", "debtor number"
DECIDED, ALIAS = "decided account", "decided name"
"""How a payer is known; empty where he is not."""


def exact_reasons(
    *, number: str, written: str, by: str, amount: Money, who: str, how: str = ""
) -> tuple[str, ...]:
    """Why a line settles the one item that it names; `by` is where the number stands."""
    return said(number, written, by, how), f"the amount is what is open: {amount}", who


def said(number: str, written: str, by: str, how: str = "") -> str:
    """Where and how a number stands: "2026-0412 in the text, written '412', the prefix lacks"."""
    words = f"{number} in the {by}"
    if written and written != number:
        words += f", written '{written}'"
    return f"{words}, {how}" if how else words


def who(customer: str, by: str, times: int = 0, others: Iterable[str] = ()) -> str:
    """Why the money is thought to be that debtor's; `others` are those whom the payer is."""
    if by == ACCOUNT:
        seen = f", seen {times} time{'' if times == 1 else 's'}" if times else ""
        return f"the payer's IBAN is that of debtor {customer}{seen}"
    if by == DECIDED:
        return f"a person decided that the payer's IBAN pays for debtor {customer}"
    if by == ALIAS:
        return f"a person decided that the payer's name is that of debtor {customer}"
    if by == DEBTOR_NUMBER:
        return f"debtor number {customer} is in the text"
    if by == NAME:
        return f"the payer's name is that of debtor {customer}"
    strangers = ", ".join(sorted(others))
    return f"the payer is debtor {strangers}" if strangers else "the payer's IBAN is not known"

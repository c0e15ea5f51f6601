"""Account numbers as they are compared, and what stands in their place where there is none."""

from __future__ import annotations

__all__ = ["FEWEST_DIGITS", "NO_REFERENCE", "compact", "is_account"]

NO_REFERENCE = ("", "NOTPROVIDED", "NONREF", "NOREF")
"""What stands in place of an end-to-end reference where the payer gave none: it is nobody's."""

FEWEST_DIGITS = 4
"""Digits below which it is no account."""


def compact(iban: str) -> str:
    """An IBAN as it is compared: capitals, no blanks."""
    if iban.isupper() and iban.isalnum():
        return iban
    return "".join(iban.split()).upper()


def is_account(iban: str) -> bool:
    """Whether it can be anybody's account: banks also write 'NOTPROVIDED', '0' or a dash."""
    return sum(map(str.isdigit, iban)) >= FEWEST_DIGITS

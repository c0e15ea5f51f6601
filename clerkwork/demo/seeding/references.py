"""Account numbers and structured payment references that pass their own check digits.

How an invoice number becomes a structured reference: take its digits ('2026-0412' -> '20260412');
- betalingskenmerk: zeros to the left up to fifteen digits, the check digit in front, so sixteen;
- RF (ISO 11649): 'RF', two check digits, the digits as they are;
- OGM: zeros to the left up to ten digits, and two check digits behind, so twelve.
"""

from __future__ import annotations

import random

__all__ = ["betalingskenmerk", "creditor_reference", "digits_of", "iban", "ogm"]

# Banks that do not exist, so that no account of the demo can be anybody's.
_DUTCH_BANKS = ("NRDZ", "VEEN", "GRCT", "DIJK")
_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def _as_number(text: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in text))


def _iso7064(body: str, prefix: str) -> str:
    return f"{98 - _as_number(body + prefix + '00') % 97:02d}"


def _dutch_account(rng: random.Random) -> str:
    """Ten digits that pass the 'elfproef' which Dutch account numbers keep to."""
    while True:
        digits = f"{rng.randrange(1, 10**10):010d}"
        if sum(int(d) * w for d, w in zip(digits, range(10, 0, -1), strict=True)) % 11 == 0:
            return digits


def iban(rng: random.Random, country: str, bank: str = "") -> str:
    """A valid IBAN of 'NL', 'BE' or 'DE', without spaces, at a bank that does not exist."""
    if country == "NL":
        body = (bank or rng.choice(_DUTCH_BANKS)) + _dutch_account(rng)
    elif country == "BE":
        account = f"99{rng.randrange(10**8):08d}"
        body = account + f"{int(account) % 97 or 97:02d}"
    elif country == "DE":
        body = f"999{rng.randrange(10**5):05d}{rng.randrange(10**10):010d}"
    else:
        raise ValueError(f"no IBAN is known for country {country!r}: expected NL, BE or DE")
    return country + _iso7064(body, country) + body


def digits_of(number: str) -> str:
    """The digits of an invoice number: '2026-0412' gives '20260412'."""
    return "".join(sign for sign in number if sign.isdigit())


def betalingskenmerk(number: str) -> str:
    """Sixteen digits, check digit first (Betaalvereniging, specificaties betalingskenmerk)."""
    body = digits_of(number).zfill(15)
    weighed = sum(
        int(digit) * _WEIGHTS[place % len(_WEIGHTS)] for place, digit in enumerate(reversed(body))
    )
    check = 11 - weighed % 11
    return {10: "1", 11: "0"}.get(check, str(check)) + body


def creditor_reference(number: str) -> str:
    """'RF' and two check digits before the digits of the number (ISO 11649)."""
    body = digits_of(number)
    return "RF" + _iso7064(body, "RF") + body


def ogm(number: str) -> str:
    """Twelve digits, the last two modulo 97; printed as +++123/4567/89002+++ (Febelfin)."""
    body = digits_of(number).zfill(10)
    return body + f"{int(body) % 97 or 97:02d}"

"""The links to a debtor's own pages: signed, so that nobody else's can be guessed from them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

__all__ = ["PAY", "WISHES", "BadLink", "PayLink", "read_link", "sign_link"]

PAY, WISHES = "pay", "wishes"
"""What a link opens: his payment page, or where he says how he wants to be written to. It does not
open the other one: a link that is given to mail programs shows nobody what he owes."""

_LONGEST = 200
_SEAL = 16
"""Bytes of the seal that stand in the link: 128 bits, as RFC 2104 (5) allows; a text message is
short."""


class BadLink(ValueError):
    """A payment link is forged, cut off, too old, or was revoked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLink:
    """Whose page a link opens, since when, and by which turn: revoking begins the next one."""

    debtor: str
    issued: date
    turn: int = 0


def sign_link(link: PayLink, key: bytes, opens: str = PAY) -> str:
    """The token that stands in the address: letters, digits, '-', '_' and one '.'.

    HMAC-SHA256 (RFC 2104), cut to 128 bits. Raises `ValueError` on a key of less than 32 bytes.
    """
    if len(key) < 32:
        raise ValueError("the key that signs payment links must have 32 bytes or more")
    body = link.issued.toordinal().to_bytes(3) + link.turn.to_bytes(2) + link.debtor.encode()
    seal = hmac.new(key, opens.encode() + b"\x1f" + body, hashlib.sha256).digest()[:_SEAL]
    return f"{_encoded(body)}.{_encoded(seal)}"


def read_link(token: str, key: bytes, opens: str = PAY) -> PayLink:
    """What a token was signed for; raises `BadLink`. How old it may be is not asked here."""
    body, _, seal = token.partition(".")
    if len(token) > _LONGEST or not body or not seal:
        raise BadLink("the link is not complete")
    try:
        plain = _decoded(body)
        link = PayLink(
            debtor=plain[5:].decode(),
            issued=date.fromordinal(int.from_bytes(plain[:3])),
            turn=int.from_bytes(plain[3:5]),
        )
        meant = sign_link(link, key, opens)
    except (ValueError, OverflowError):
        raise BadLink("the link is not complete") from None
    # The whole token, not the seal alone: base64 has several spellings of one value.
    if not hmac.compare_digest(token.encode(), meant.encode()):
        raise BadLink("the link was not made here")
    return link


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

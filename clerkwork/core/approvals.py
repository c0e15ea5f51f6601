"""Credit approvals: what is asked about an order, of whom, and what was answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from clerkwork.core.ledger import Order

__all__ = [
    "VERDICTS",
    "Approval",
    "BadToken",
    "Decision",
    "approval_id",
    "check_token",
    "figures_of",
    "read_token",
    "sign_token",
]

VERDICTS = ("release", "hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """'release' or 'hold', by whom, when (UTC), how, and why."""

    verdict: str
    by: str
    at: datetime
    via: str
    """'policy', 'mail' or 'command line'."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A question about one order, with the figures it was asked on."""

    id: str
    order: Order
    reasons: tuple[str, ...]
    """Why policy alone does not release it, in words."""
    facts: tuple[tuple[str, str], ...]
    """Figures for the approver, in reading order."""
    approver: str
    """Mail address that was asked; empty if policy decided."""
    asked: datetime
    expires: datetime
    decision: Decision | None = None
    keyed: bool = False
    run: str = ""
    """The run that was about to key the decision last."""
    submitted: datetime | None = None
    """When its submit was about to be clicked last."""
    """Whether the decision stands in the ERP."""


class BadToken(ValueError):
    """A link's token is forged, cut off, or of another key."""


def figures_of(order: Order) -> str:
    """A short digest of what was asked about: another amount or debtor has another one."""
    parts = (order.number, order.customer, str(order.amount.minor), order.amount.currency)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]


def approval_id(order: Order, round: int = 1) -> str:
    """One id per order and figures, so it is asked once; further rounds are a person's wish."""
    again = f"-{round}" if round > 1 else ""
    return f"{order.number}-{figures_of(order)}{again}"


def sign_token(approval: Approval, key: bytes) -> str:
    """The token of an approval's link, bound to its id, figures, approver and expiry.

    HMAC-SHA256 (RFC 2104) over its parts, base64url. Raises `ValueError` on a
    key of less than 32 bytes.
    """
    return f"{_encode(approval.id.encode())}.{_seal(approval, key)}"


def read_token(token: str) -> str:
    """The approval id a token claims; nothing is proved until `check_token`. Raises `BadToken`."""
    claimed, _, seal = token.partition(".")
    if not seal or len(token) > 400:
        raise BadToken("the link is not complete")
    try:
        return base64.urlsafe_b64decode(claimed + "=" * (-len(claimed) % 4)).decode()
    except ValueError:
        raise BadToken("the link is not complete") from None


def check_token(token: str, approval: Approval, key: bytes) -> None:
    """Raises `BadToken` unless the token was signed for exactly this approval."""
    if not hmac.compare_digest(token.encode(), sign_token(approval, key).encode()):
        raise BadToken("the link was not made for this question")


def _seal(approval: Approval, key: bytes) -> str:
    if len(key) < 32:
        raise ValueError("the key that signs approval links must have 32 bytes or more")
    expires = str(int(approval.expires.astimezone(UTC).timestamp()))
    parts = ("approval", approval.id, figures_of(approval.order), approval.approver, expires)
    return _encode(hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

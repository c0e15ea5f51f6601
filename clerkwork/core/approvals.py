"""Credit approvals: what is asked about an order, of whom, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clerkwork.core.ledger import Order

__all__ = ["Approval", "Decision"]


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
    """Whether the decision stands in the ERP."""

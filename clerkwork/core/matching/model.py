"""A match: what a bank line was found to pay, why, and what else it might have been."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation

__all__ = ["Candidate", "Match", "Outcome"]


class Outcome(StrEnum):
    """What becomes of a bank line."""

    SETTLED = "settled"
    """Certain: it becomes a posting."""
    REVIEW = "review"
    """Doubtful: a person decides, with the candidates side by side."""
    NOT_OURS = "not ours"
    """No debtor's money: the bank's costs, transfers, what the creditor paid himself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One thing a doubtful line may have paid."""

    customer: str
    allocations: tuple[Allocation, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What one bank line was found to be."""

    line: BankLine
    outcome: Outcome
    rule: str
    """Name of the rule that decided, as in `config/matching.toml`."""
    reasons: tuple[str, ...]
    """The evidence in words, for the reviewer and the auditor."""
    customer: str = ""
    """The debtor, where known; also of a doubtful line, so that he is not reminded meanwhile."""
    allocations: tuple[Allocation, ...] = ()
    candidates: tuple[Candidate, ...] = ()

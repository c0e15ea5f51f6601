"""A match: what a bank line was found to pay, why, and what else it might have been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation

__all__ = ["Candidate", "Match", "Outcome", "WhyNot"]


WhyNot = str | Callable[[], str]
"""Why a rule has no answer: words, or what makes them, for they are seldom read."""


class Outcome(StrEnum):
    """What becomes of a bank line."""

    SETTLED = "settled"
    """Certain: it becomes a posting."""
    UNAPPLIED = "unapplied"
    """The debtor is certain, and no open item of his is meant: it waits on his account."""
    REOPENS = "reopens"
    """A return of an earlier line: what that one paid is open again."""
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
    confidence: float = 0.0
    """As of `Match`; 0 where nothing is measured."""


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
    confidence: float = 0.0
    """How often such an outcome is right, from 0 to 1, measured on labelled lines; 0 is unmeasured.
    """
    by: str = ""
    """How the payer is known, one of the words of `wording`; empty if he is not."""
    certainty: int = 0
    """That of the weakest number that counts, as of `references.Certainty`; 0 if none does."""
    residual: str = ""
    """What a rest that stays open is: 'part payment', 'rounding', 'bank charges' or 'late
    discount'; empty when nothing stays open of what is settled."""
    reverses: str = ""
    """Id of the earlier line that a return takes back."""

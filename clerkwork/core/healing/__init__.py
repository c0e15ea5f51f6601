"""Whether a thing on a page is the one that it was, and which is it where its selector broke."""

from __future__ import annotations

from clerkwork.core.healing.judge import judge, judge_columns
from clerkwork.core.healing.model import Fingerprint, Outcome, Sort, Thing, Verdict
from clerkwork.core.healing.proposal import Change, Proposal, State, Written, proposal_id
from clerkwork.core.healing.told import REVIEW, healed_in

__all__ = [
    "REVIEW",
    "Change",
    "Fingerprint",
    "Outcome",
    "Proposal",
    "Sort",
    "State",
    "Thing",
    "Verdict",
    "Written",
    "healed_in",
    "judge",
    "judge_columns",
    "proposal_id",
]

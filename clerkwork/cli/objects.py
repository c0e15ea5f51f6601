"""What `clerkwork reconcile --json` prints: one object, amounts as text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from clerkwork.app.trial import Trial
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.money import total
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation
from clerkwork.core.reckoning import AccountTie

__all__ = ["as_object"]

_FORMAT = "clerkwork reconcile 1"


def as_object(trial: Trial, at: int | None = None) -> str:
    """The trial as one object, or one line of it; docs/reconcile.md describes every key."""
    lines = [_line_json(n, found) for n, found in enumerate(trial.matches, start=1)]
    if at is not None:
        why = trial.why(trial.matches[at].line.id)
        told = {
            "read": list(why.read),
            "payer": list(why.payer),
            "others": [
                {"item": one.item, "debtor": one.customer, "why_not": one.why_not}
                for one in why.others
            ],
            "rules": [
                {"rule": one.rule, "decided": one.decided, "words": one.words}
                for one in why.answers
            ],
        }
        return json.dumps({"format": _FORMAT, "line": lines[at], "why": told}, indent=2)
    value = {
        "format": _FORMAT,
        "today": trial.today.isoformat(),
        "lines": lines,
        "previews": [_facts(line) for line in trial.previews],
        "accounts": [_tie_json(tie) for tie in trial.accounts],
        "notes": list(trial.notes),
    }
    # ASCII alone: no text of a payer steers a terminal, and any encoding carries it.
    return json.dumps(value, indent=2)


def _line_json(number: int, found: Match) -> dict[str, Any]:
    applied = total((a.amount for a in found.allocations), found.line.amount.currency)
    settled = found.outcome is Outcome.SETTLED
    return {
        "number": number,
        **_facts(found.line),
        "outcome": str(found.outcome),
        "rule": found.rule,
        "debtor": found.customer,
        "allocations": _allocations_json(found.allocations),
        "on_account": str((found.line.amount - applied).decimal) if settled else None,
        "residual": found.residual,
        "confidence": found.confidence,
        "reasons": list(found.reasons),
        "candidates": [
            {
                "debtor": one.customer,
                "allocations": _allocations_json(one.allocations),
                "confidence": one.confidence,
                "reasons": list(one.reasons),
            }
            for one in found.candidates
        ],
        "reverses": found.reverses,
    }


def _facts(line: BankLine) -> dict[str, str]:
    return {
        "id": line.id,
        "account": line.account,
        "booked": line.booked.isoformat(),
        "valued": line.valued.isoformat(),
        "amount": str(line.amount.decimal),
        "currency": line.amount.currency,
        "payer": line.payer,
        "payer_iban": line.payer_iban,
        "text": line.text,
        "structured": line.structured,
        "end_to_end": line.end_to_end,
        "code": line.code,
    }


def _allocations_json(allocations: Iterable[Allocation]) -> list[dict[str, str]]:
    return [
        {
            "item": one.item,
            "amount": str(one.amount.decimal),
            "discount": str(one.discount.decimal),
            "open_before": str(one.open_before.decimal),
        }
        for one in allocations
    ]


def _tie_json(tie: AccountTie) -> dict[str, Any]:
    return {
        "account": tie.account,
        "currency": tie.opening.currency,
        "opening": str(tie.opening.decimal),
        **{str(o).replace(" ", "_"): str(tie.by_outcome[o].decimal) for o in Outcome},
        "missing": str(tie.missing.decimal),
        "closing": str(tie.closing.decimal),
        "difference": str(tie.difference.decimal),
        "lines": {str(o).replace(" ", "_"): tie.count[o] for o in Outcome},
    }

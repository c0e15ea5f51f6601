"""Where a round's time went, by what its evidence says of each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clerkwork.core.evidence import RunEvidence

__all__ = ["STAGES", "pictures_of", "stage_seconds"]

STAGES = (
    "start",
    "sign in",
    "read the lists",
    "statements",
    "ask",
    "reconcile",
    "key",
    "read again",
    "orders",
    "remind",
    "finish",
)
"""In the round's order: 'start' is Python with its imports, 'finish' the report and the end."""

_LISTS = ("debtors", "open items", "waiting orders")
_STAGE_OF = {
    "sign in": "sign in",
    "download statements": "statements",
    "book statement": "statements",
    "reconcile": "reconcile",
    "find receipt": "key",
    "fill receipt": "key",
    "submit receipt": "key",
    "ledger balance": "read again",
    "find order": "orders",
    "fill decision": "orders",
    "submit decision": "orders",
}


def stage_seconds(
    steps: Iterable[tuple[str, float]], began: float, ended: float
) -> Mapping[str, float]:
    """Seconds by stage between two moments; a step took the time since the one before it.

    `steps` are actions and when each ended (Unix seconds), in order. Raises `KeyError` for an
    action that belongs to no stage.
    """
    seconds = dict.fromkeys(STAGES[1:-1], 0.0)
    before, reconciled = began, False
    for action, at in steps:
        if action in _LISTS:
            stage = "read again" if reconciled else "read the lists"
        elif action == "send":
            stage = "remind" if reconciled else "ask"
        else:
            stage = _STAGE_OF[action]
        reconciled = reconciled or stage == "reconcile"
        seconds[stage] += at - before
        before = at
    seconds["finish"] = ended - before
    return seconds


def pictures_of(evidence: RunEvidence) -> tuple[int, int]:
    """Pictures of a run, in all and while keying; gaps are none."""
    keying = {action for action, stage in _STAGE_OF.items() if stage == "key"}
    taken = [step.action for step in evidence.steps for picture in step.pictures if picture.file]
    return len(taken), sum(action in keying for action in taken)

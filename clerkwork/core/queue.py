"""A work item: something only a person can decide, with what he needs to decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["HOLDING", "NOT_REACHED", "WorkItem", "call_key", "trouble_key"]

HOLDING = ("call", "dispute", "reply")
"""Kinds of items about a debtor, who is left alone by journeys while one is open."""

NOT_REACHED = "not-reached"
"""The decision on a call that nobody answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One entry of the review queue.

    `kind` is one of 'match' (a doubtful bank line), 'posting' (refused, doubtful or to be
    confirmed), 'message' (doubtful), 'order' (credit approval), 'question' (a robot waits at a
    page), 'trouble' (a run that stopped), 'call' (a debtor is to be called), 'reply' and 'dispute'
    (what a debtor wrote), 'debtor' (advice about one), 'experiment' (one that is over), 'letters'
    (that lie printed and are to be posted).
    """

    id: str
    key: str
    """What makes it unique, e.g. 'match/<line id>': asked once, however often a run meets it."""
    kind: str
    title: str
    created: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    """What he needs to know, in reading order."""
    choices: tuple[tuple[str, str], ...] = ()
    """Each decision that can be taken, with its meaning in words."""
    evidence: str = ""
    """Run and step that show it, as 'run#step'."""
    decision: str = ""
    """Empty while open."""
    by: str = ""
    decided: datetime | None = None
    note: str = ""
    debtor: str = ""
    """Number of the debtor whom it is about; empty where it is about something else."""


def call_key(message_id: str) -> str:
    """The key of an item that asks for the call which a message is."""
    return f"call/{message_id}"


def trouble_key(task: str, *what: str) -> str:
    """The key of an item about what is wrong with a task."""
    return "/".join(("trouble", task, *what))

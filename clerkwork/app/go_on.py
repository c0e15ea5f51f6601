"""Go on with what waited for people: what was answered becomes an errand of the task for it."""

from __future__ import annotations

from collections.abc import Iterable

from clerkwork.app.approve import decided_not_keyed
from clerkwork.app.task import Task
from clerkwork.ports import Approvals, Books, Clock, Errand, Errands

__all__ = ["URGENT", "ask_for_answers"]

URGENT = 10
"""Priority of what somebody waits for: it goes before anything that is merely due."""


def ask_for_answers(
    tasks: Iterable[Task], *, approvals: Approvals, books: Books, errands: Errands, clock: Clock
) -> int:
    """Ask for a run of each task that keys answers, once for each answer; how many were new.

    It is seen in the store alone, so it makes no difference when the answer came, or what was
    down or upgraded meanwhile.
    """
    chosen = [task for task in tasks if task.after == "approval"]
    answered = decided_not_keyed(approvals=approvals, books=books) if chosen else ()
    return sum(
        errands.ask(
            Errand(
                id=f"answer/{approval.id}/{task.name}",
                task=task.name,
                by=approval.decision.by,
                asked=clock.now(),
                subject=approval.id,
                priority=URGENT,
            )
        )
        for approval in answered
        if approval.decision is not None and approval.decision.via != "policy"
        for task in chosen
    )

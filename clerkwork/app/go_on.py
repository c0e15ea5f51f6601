"""Go on with what waited for people: what was answered becomes an errand of the task for it."""

from __future__ import annotations

from collections.abc import Iterable

from clerkwork.app.approve import decided_not_keyed
from clerkwork.app.ask import about
from clerkwork.app.task import Task
from clerkwork.core.errands import FAILED, REFUSED, STOPPED
from clerkwork.ports import Approvals, Books, Clock, Errand, Errands, Queue, Stops

__all__ = ["URGENT", "ask_for_answers"]

URGENT = 10
"""Priority of what somebody waits for: it goes before anything that is merely due."""


def ask_for_answers(
    tasks: Iterable[Task],
    *,
    approvals: Approvals,
    books: Books,
    errands: Errands,
    stops: Stops,
    queue: Queue,
    clock: Clock,
) -> int:
    """Ask for a run of each task that keys answers, once for each answer; how many were new.

    It is seen in the store alone, so it makes no difference when the answer came, or what was
    down or upgraded meanwhile. While the task or all writes are stopped, nothing is asked for.
    What was refused is asked for again afterwards; what failed, once a person has seen to it.
    """
    stopped = {stop.scope for stop in stops.standing()}
    keying = [
        task
        for task in tasks
        if task.after == "approval" and not stopped & {"writes", f"task {task.name}"}
    ]
    answered = decided_not_keyed(approvals=approvals, books=books) if keying else ()
    new = 0
    for approval in answered:
        if approval.decision is None or approval.decision.via == "policy":
            continue
        for task in keying:
            id, last = _next(errands, f"answer/{approval.id}/{task.name}")
            if last is not None and not _again(last, queue):
                continue
            new += errands.ask(
                Errand(
                    id=id,
                    task=task.name,
                    by=approval.decision.by,
                    asked=clock.now(),
                    subject=approval.id,
                    queue=task.queue,
                    priority=min(task.priority, URGENT),
                )
            )
    return new


def _next(errands: Errands, first: str) -> tuple[str, Errand | None]:
    """The id that is free, and the last errand before it."""
    id, last, number = first, None, 1
    while (found := errands.get(id)) is not None:
        number += 1
        id, last = f"{first}/{number}", found
    return id, last


def _again(last: Errand, queue: Queue) -> bool:
    """Whether it came to nothing, and nobody has to see to it first."""
    if last.state == REFUSED:
        return True
    if last.state not in (FAILED, STOPPED):
        return False
    return not any(i.kind == "trouble" and about(i) == last.task for i in queue.open())

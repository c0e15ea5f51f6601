"""Resume what was stopped: a stop and the work item that asks about it end together."""

from __future__ import annotations

from clerkwork.core.queue import WorkItem, trouble_key
from clerkwork.ports import Clock, Queue, Stop, Stops

__all__ = ["BY_ENGINE", "ask_about", "lift_of", "resume", "stop_of", "stop_task", "stopped_task"]

BY_ENGINE = "the engine"
"""Who stops a task whose runs failed too often."""
_STOP = "stop"


def stop_task(stops: Stops, queue: Queue, clock: Clock, *, task: str, why: str, run: str) -> bool:
    """Begin a task no more until a person says so, and ask one; False if it is stopped already.

    What failed before it is the same cause: the question about that goes into this one.
    """
    if not stops.pull(_scope(task), BY_ENGINE, why):
        return False
    stop = stop_of(stops, task)
    if stop is not None:
        ask_about(queue, clock, stop, run=run)
    failed = trouble_key(task, "failed")
    for item in queue.open():
        if item.key.partition("#")[0] == failed:
            queue.withdraw(item.key, "the task was stopped, which another work item is about")
    return True


def ask_about(queue: Queue, clock: Clock, stop: Stop, *, run: str = "") -> None:
    """Ask a person about a stop of the engine's, once; safe to repeat."""
    if stop.by != BY_ENGINE:
        return
    task = stop.scope.removeprefix("task ")
    queue.put(
        WorkItem(
            id="",
            key=trouble_key(task, _STOP, f"{stop.since:%Y%m%dT%H%M%S%f}"),
            kind="trouble",
            title=f"{task} is stopped, and is not begun any more",
            created=clock.now(),
            facts={
                "What happened": stop.why,
                "What to do": "See to the cause, then decide this item, or type "
                f"`clerkwork resume --task {task}`: either lets it go on",
                "What follows": "It runs again when it is due; answers of people that it had to "
                "key are asked for again by themselves. To have it run at once: "
                f"`clerkwork run {task} --queued`",
            },
            choices=(("seen", "I have seen to it, and let it go on"),),
            evidence=run,
        )
    )


def stop_of(stops: Stops, task: str) -> Stop | None:
    """The stop that stands over a task, if one does."""
    return next((one for one in stops.standing() if one.scope == _scope(task)), None)


def resume(stops: Stops, queue: Queue, *, scope: str, by: str) -> bool:
    """Lift a stop, and take the question about it back; False if it does not stand."""
    if not stops.lift(scope, by):
        return False
    kind, _, task = scope.partition(" ")
    if kind == "task":
        for item in queue.open():
            if stopped_task(item) == task:
                queue.withdraw(item.key, f"{by} let it go on")
    return True


def lift_of(stops: Stops, item: WorkItem, by: str) -> bool:
    """Lift the stop that an item is about, if it still stands; a person's later one stays."""
    stop = stop_of(stops, stopped_task(item))
    if stop is None or stop.by != BY_ENGINE or stop.since > item.created:
        return False
    return stops.lift(stop.scope, by)


def stopped_task(item: WorkItem) -> str:
    """The task about whose stop an item asks; empty if it is about something else."""
    kind, task, what = [*item.key.split("/"), "", "", ""][:3]
    return task if kind == "trouble" and what == _STOP else ""


def _scope(task: str) -> str:
    return f"task {task}"

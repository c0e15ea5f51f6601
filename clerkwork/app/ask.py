"""Ask a person: once while it is open, and anew when an answered question comes up again."""

from __future__ import annotations

from dataclasses import replace

from clerkwork.core.matching.model import Outcome
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Queue

__all__ = ["ASKED", "about", "ask"]

ASKED = frozenset({Outcome.REVIEW, Outcome.UNAPPLIED, Outcome.REOPENS})
"""Outcomes of bank lines that a person is asked about."""


def ask(queue: Queue, item: WorkItem) -> bool:
    """Put a question into the queue, unless it waits there already; whether it was put.

    A key is asked once for ever, so a later round of the same question gets '#2' behind it.
    """
    waiting = {open_item.key.partition("#")[0] for open_item in queue.open()}
    if item.key in waiting:
        return False
    if queue.put(item):
        return True
    number = 2
    while not queue.put(replace(item, key=f"{item.key}#{number}")):
        number += 1
    return True


def about(item: WorkItem) -> str:
    """What a work item is about: the bank line's id, the posting's reference, the task's name."""
    return item.key.split("/")[1].partition("#")[0]

"""Calls that people make: each is a work item, and nothing else goes to him until it is decided."""

from __future__ import annotations

from math import inf

from clerkwork.core.messages import Message
from clerkwork.core.queue import NOT_REACHED, WorkItem, call_key
from clerkwork.ports import Clock, Queue

__all__ = ["CallList"]


class CallList:
    """Fulfils `clerkwork.ports.Channel` by the review queue, which is its own archive."""

    name = "call"

    def __init__(self, queue: Queue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock

    def send(self, message: Message) -> str:
        """The item's key; a call that is asked for already is not asked for again."""
        key = call_key(message.message_id)
        self._queue.put(
            WorkItem(
                id="",
                key=key,
                kind="call",
                title=f"Call debtor {message.debtor}: {message.step}",
                created=self._clock.now(),
                facts={
                    "Debtor": message.debtor,
                    "Number": message.to,
                    "About": message.subject,
                    "Amount": str(message.amount or ""),
                    "Items": ", ".join(message.items),
                },
                choices=(
                    ("called", "spoke to him: his journey goes on"),
                    ("promised", "he promised to pay: note it with `clerkwork promise`"),
                    (NOT_REACHED, "nobody answered: no contact; once more, then another way"),
                ),
                debtor=message.debtor,
            )
        )
        return key

    def holds(self, message_id: str, age: float = inf) -> bool:
        """Whether this call was asked for; it is there at once."""
        return self._queue.holds(call_key(message_id))

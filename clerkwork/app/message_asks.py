"""What people are asked about one message: whether it arrived, was refused, or came back."""

from __future__ import annotations

from clerkwork.core.messages import Message
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Clock

__all__ = ["ARRIVED", "NOT_ARRIVED", "did_not_arrive", "doubtful", "refused", "waiting_key"]

ARRIVED = "arrived"
NOT_ARRIVED = "not-arrived"
_AGAIN = (NOT_ARRIVED, "try the same address once more")


def waiting_key(message: Message) -> str:
    """The key of the question that waits about a message that was not settled by itself."""
    return f"message/{message.key}"


def doubtful(message: Message, what: str, clock: Clock, evidence: str) -> WorkItem:
    """Nobody can be asked whether it went out; `what` says what happened."""
    title = f"Did the {message.channel} to {_whom(message)} arrive?"
    choices = (
        (ARRIVED, "it arrived: counted as sent"),
        (NOT_ARRIVED, "it did not: the next run may write anew"),
    )
    return _about(message, waiting_key(message), title, choices, what, clock, evidence)


def refused(message: Message, what: str, clock: Clock, evidence: str) -> WorkItem:
    """The channel did not take it, for good."""
    title = f"The {message.channel} to {_whom(message)} was refused"
    choices = (("seen", "the address is being corrected in the ERP"), _AGAIN)
    return _about(message, waiting_key(message), title, choices, what, clock, evidence)


def did_not_arrive(message: Message, what: str, clock: Clock, evidence: str) -> WorkItem:
    """It was sent and did not arrive; what comes next goes another way.

    Its key is one of its own: what was asked when the message was doubtful is asked no more.
    """
    title = f"The {message.channel} to {_whom(message)} did not arrive"
    choices = (
        ("seen", "the address is being corrected in the ERP; reminders take another way"),
        _AGAIN,
    )
    return _about(message, f"bounce/{message.key}", title, choices, what, clock, evidence)


def _whom(message: Message) -> str:
    return f"debtor {message.debtor}" if message.debtor else "the approver"


def _about(
    message: Message,
    key: str,
    title: str,
    choices: tuple[tuple[str, str], ...],
    what: str,
    clock: Clock,
    evidence: str,
) -> WorkItem:
    return WorkItem(
        id="",
        key=key,
        kind="message",
        title=title,
        created=clock.now(),
        facts={
            "What happened": what,
            "To": message.to,
            "Subject": message.subject,
            "Written on": message.on.isoformat() if message.on else "",
            "Message-ID": message.message_id,
        },
        choices=choices,
        evidence=evidence,
        debtor=message.debtor,
    )

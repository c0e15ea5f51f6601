"""Answer a reply: carry out what a person decided about it; his reminders go on after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clerkwork.app.follow_up import answered, mark_bounced, note_promise
from clerkwork.app.office import Office
from clerkwork.app.reply_asks import BOUNCED, DISPUTED, PROMISED, disputed, reply_of
from clerkwork.core.queue import WorkItem
from clerkwork.core.replies.kept import KeptReply, ReplyState
from clerkwork.errors import BusinessError

__all__ = [
    "answer_reply",
    "found_reply",
    "item_of",
    "questions_about",
    "settle_decided",
    "settle_reply",
    "with_reply",
]


def _reply_behind(office: Office, item: WorkItem) -> KeptReply | None:
    """The reply that an item is about; None if it is about none, or that was forgotten."""
    id = reply_of(item)
    return office.replies.get(id) if id else None


def with_reply(office: Office, item: WorkItem) -> WorkItem:
    """The item with what he wrote, for a person to read; only here do the two come together."""
    kept = _reply_behind(office, item)
    if kept is None:
        return item
    reply = kept.reply
    facts = {
        **item.facts,
        "From": reply.sender,
        "Subject": reply.subject,
        "Wrote": reply.text or "(no text that can be read; look into the mailbox)",
    }
    return replace(item, facts=facts)


def answer_reply(office: Office, item: WorkItem, decision: str, by: str) -> None:
    """Carry out a decision; what it needs is looked up anew. Raises `BusinessError`."""
    kept = _reply_behind(office, item)
    if kept is None:
        return
    if decision == PROMISED:
        note_promise(office, kept, item.debtor, by=by)
    elif decision == DISPUTED:
        office.queue.put(disputed(kept, item, office.clock))
    elif decision == BOUNCED:
        message = answered(office, kept)
        if message is None:
            raise BusinessError(f"{item.id}: the message that it answers is not in the outbox")
        mark_bounced(office, kept, message, item.evidence)


def settle_reply(office: Office, item: WorkItem) -> None:
    """It is handled once all that was asked about it is decided; `item` was the last thing."""
    kept = _reply_behind(office, item)
    if kept is not None and kept.id not in _asked(office):
        note = f"{item.decision}, by {item.by}"
        office.replies.settle(kept.id, ReplyState.HANDLED, note=note)


def settle_decided(office: Office) -> None:
    """Settle what was decided just before a crash: nothing is asked about it any more."""
    waiting = office.replies.all(ReplyState.ASKED)
    asked = _asked(office) if waiting else frozenset()
    for kept in waiting:
        if kept.id not in asked:
            office.replies.settle(kept.id, ReplyState.HANDLED, note="decided")


def found_reply(office: Office, id: str) -> KeptReply:
    """The reply of that id; raises `BusinessError`."""
    kept = office.replies.get(id)
    if kept is None:
        raise BusinessError(f"there is no reply {id!r}; `clerkwork replies list --all` shows them")
    return kept


def questions_about(office: Office, id: str) -> Sequence[WorkItem]:
    """What is still to be decided about a reply."""
    return [item for item in _questions(office) if reply_of(item) == id]


def item_of(office: Office, id: str) -> WorkItem:
    """The open question about a reply; raises `BusinessError` where there is not exactly one."""
    kept = found_reply(office, id)
    found = questions_about(office, kept.id)
    if not found:
        raise BusinessError(f"reply {id} waits for nobody: {kept.note or kept.state}")
    if len(found) > 1:
        ids = ", ".join(item.id for item in found)
        raise BusinessError(
            f"several questions are open about reply {id}: {ids}; decide each with "
            "`clerkwork review decide`"
        )
    return found[0]


def _asked(office: Office) -> frozenset[str]:
    return frozenset(reply_of(item) for item in _questions(office))


def _questions(office: Office) -> list[WorkItem]:
    return [item for item in office.queue.open() if item.kind in ("reply", "dispute")]

"""What follows from a reply: nothing but a note, a bad address, a promise, or a person's word."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import REACHED, Message
from clerkwork.core.promises import Promise, PromiseState, broken_lately, promised
from clerkwork.core.replies.amounts import amounts_in
from clerkwork.core.replies.cues import cues_in
from clerkwork.core.replies.kept import KeptReply
from clerkwork.core.replies.own_words import own_words
from clerkwork.core.replies.reply import Label

__all__ = ["Deal", "bounce_problem", "deal_with", "promise_problem"]

_PARTS = "promise: parts"
_GIVES_UP = 5
"""Days for which a mail server tries (RFC 5321, 4.5.4.1); what says later that a message did not
arrive has another reason to say so."""


class Deal(StrEnum):
    NOTE = "note"
    BOUNCE = "bounce"
    """The address of the message it answers is bad."""
    PROMISE = "promise"
    """He promised by a day, clearly enough to note it at once."""
    ASK = "ask"
    """A person reads it."""


def deal_with(kept: KeptReply, to: str) -> Deal:
    """What follows. `to` is the address of our message that it answers; empty if it answers none.

    Bounce and promise are only proposed: whether anything follows without a person is
    `bounce_problem`'s and `promise_problem`'s to say.
    """
    reply, reading = kept.reply, kept.reading
    if reply.failed_to:
        failed = {address.casefold() for address in reply.failed_to}
        return Deal.BOUNCE if to and to.casefold() in failed else Deal.ASK
    if not reading.sure:
        return Deal.ASK
    if reading.label is Label.OUT_OF_OFFICE:
        return Deal.NOTE
    return Deal.PROMISE if reading.label is Label.PROMISE else Deal.ASK


def bounce_problem(kept: KeptReply, message: Message, known: Collection[str]) -> str:
    """Why a report that our message did not arrive is not believed by itself; empty if it is.

    `known` are the kinds of events that are known of the message. Who had the message can write
    such a report himself, and would undo a contact, or a notice of the law, by it.
    """
    if message.on is None:
        return "it is not known on which day the message went"
    if not 0 <= (kept.reply.on - message.on).days <= _GIVES_UP:
        return (
            f"it came on {kept.reply.on}, and the message went on {message.on}: mail servers "
            f"give up within {_GIVES_UP} days"
        )
    reached = ", ".join(kind for kind in REACHED if kind in known)
    return f"the message reached somebody: it is known as {reached}" if reached else ""


def promise_problem(
    kept: KeptReply,
    items: Sequence[OpenItem],
    promises: Sequence[Promise],
    today: date,
    days: int,
    *,
    collected: bool = False,
) -> str:
    """Why a promise that was read is not noted by itself, in words; empty if it is.

    `items` are what it would be about, `promises` all of the debtor's; `days` is how far ahead
    one may lie; `collected` says that his claim was given away.
    """
    until = kept.reading.promised
    if not days:
        return "promises are noted by people here (promise_days is 0)"
    if not kept.debtor:
        return "it is not known whose it is"
    if not kept.message:
        return "it answers no message of ours, so anybody may have written it"
    if not kept.known:
        sender = kept.reply.sender or "its sender"
        return f"{sender} is not an address of the debtor, or the mail server does not vouch for it"
    if collected:
        return "his claim was given to collection, with whom he arranges what he pays"
    if until is None:
        return "he names no one day"
    if not today <= until or (until - today).days > days:
        return f"{until} is not within {days} days from today"
    unclear = _unclear(own_words(kept.reply.text), items)
    if unclear:
        return unclear
    if broken := broken_lately(promises, kept.debtor, today):
        return f"he broke his promise of {broken.made:%Y-%m-%d}"
    for promise in promises:
        if promise.state is PromiseState.OPEN and promise.until != until:
            return f"he promised to pay by {promise.until} already"
    return ""


def _unclear(own: str, items: Sequence[OpenItem]) -> str:
    """Why it is not clear how much he promises; empty if it is all of the items."""
    try:
        owed = promised(items)
    except ValueError as error:
        return f"it is not clear what it is about: {error}"
    named = {item.number for item in items if item.number in own}
    if named and len(named) < len(items):
        return f"he names {', '.join(sorted(named))} alone, of {len(items)} that are open"
    if _PARTS in cues_in(own) or any(amount != owed.decimal for amount in amounts_in(own)):
        return f"it is not clear how much he promises; {owed} is open"
    return ""

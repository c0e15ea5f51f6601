"""Replies that their own headers give away: no model is asked about them."""

from __future__ import annotations

from clerkwork.core.replies.own_words import own_words
from clerkwork.core.replies.promised import promised_on
from clerkwork.core.replies.reply import Label, Reading, Reply

__all__ = ["certain"]


def certain(reply: Reply) -> Reading | None:
    """The reading of a delivery report (RFC 3464) or an automatic reply (RFC 3834), else none.

    A report that only tells of delay is no bounce: nothing is to be done, so it counts as an
    automatic reply.
    """
    if reply.failed_to:
        why = f"a delivery report: failed to {', '.join(reply.failed_to[:3])}"
        return Reading(label=Label.BOUNCE, confidence=1.0, sure=True, why=(why,))
    if reply.delayed_to:
        why = "a delivery report: the server goes on trying"
        return Reading(label=Label.OUT_OF_OFFICE, confidence=1.0, sure=True, why=(why,))
    if reply.automatic:
        why = "the mail says of itself that a program sent it (Auto-Submitted)"
        back = promised_on(own_words(reply.text), reply.on)
        return Reading(label=Label.OUT_OF_OFFICE, confidence=1.0, sure=True, why=(why,), back=back)
    return None

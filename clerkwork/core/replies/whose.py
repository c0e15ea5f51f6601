"""Whose a reply is: by the message that it answers, else by its sender's address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clerkwork.core.ledger import Debtor
from clerkwork.core.messages import Message
from clerkwork.core.replies.reply import Reply

__all__ = ["Whose", "whose"]

_MOST = 10
"""Debtors with one address who are all asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose a reply is, as far as can be told."""

    debtor: str = ""
    perhaps: tuple[str, ...] = ()
    """Debtors who share the sender's address; he is one of them."""
    message: Message | None = None
    """Ours, that it answers."""
    known: bool = False
    """Whether it came from an address of the debtor's."""


def whose(reply: Reply, sent: Mapping[str, Message], debtors: Iterable[Debtor]) -> Whose:
    """`sent` are our messages by Message-ID, those at least that the reply names.

    Message-IDs of ours are sealed, and nobody guesses them: who names one has had the message.
    """
    named = [sent[one] for one in reply.answers if one in sent and sent[one].debtor]
    all_debtors = tuple(debtors)
    # A mail server's report has no sender; whom it failed to reach is told in it.
    addresses = {_bare(one) for one in (reply.sender, *reply.failed_to) if one}
    own = [d.number for d in all_debtors if _bare(d.email) in addresses]
    if named:
        message = named[0]
        known = message.debtor in own or _bare(message.to) in addresses
        return Whose(debtor=message.debtor, message=message, known=known)
    if len(own) == 1:
        return Whose(debtor=own[0], known=True)
    return Whose(perhaps=tuple(own[:_MOST]))


def _bare(address: str) -> str:
    return address.strip().casefold()

"""A reply as the store keeps it: what came, whose it is, what was read in it, what became of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clerkwork.core.replies.reply import Reading, Reply

__all__ = ["KeptReply", "Mail", "ReplyState", "digest_of"]


class ReplyState(StrEnum):
    """Where a reply stands."""

    TAKEN = "taken"
    """Read and kept; what follows from it is not done yet: after a crash it is done first."""
    NOTED = "noted"
    """Nobody has to do anything about it."""
    ASKED = "asked"
    """It waits for a person."""
    HANDLED = "handled"
    """A person has decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A reply with its place in the mailbox."""

    reply: Reply
    validity: int
    """UIDVALIDITY of the folder (RFC 9051, 2.3.1.1): with another one, all uids are others."""
    uid: int
    received: datetime
    """UTC, by the mail server's own clock."""
    doubted: str = ""
    """Why the mail server does not vouch for the sender, in words; empty if it does, or if nobody
    asks it. It is kept as `KeptReply.known` and among the reasons of the reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReply:
    """A mail that was read, once and for all."""

    folder: str
    mail: Mail
    reading: Reading
    debtor: str = ""
    """Whose it is; empty where that is nobody, or not clear."""
    perhaps: tuple[str, ...] = ()
    """Debtors of whom any may have sent it, where several have his address."""
    message: str = ""
    """Key of our message that it answers; empty if it answers none."""
    known: bool = False
    """Whether it came from an address that is the debtor's own, and the mail server, where it is
    asked, vouches for that."""
    run: str = ""
    """The run that read it."""
    read: datetime | None = None
    """UTC; given by the store."""
    id: str = ""
    """Given by the store."""
    state: ReplyState = ReplyState.TAKEN
    note: str = ""
    """What became of it, in words."""

    @property
    def reply(self) -> Reply:
        return self.mail.reply

    @property
    def whose(self) -> tuple[str, ...]:
        """The debtor, or all who may be; ('',) for nobody."""
        return (self.debtor,) if self.debtor else self.perhaps or ("",)


def digest_of(reply: Reply) -> str:
    """Of what was said, and by whom: a Message-ID that is used twice swallows no other mail."""
    said = "\0".join((reply.sender, reply.subject, reply.text, *reply.failed_to))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

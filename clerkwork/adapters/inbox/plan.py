"""Which mailbox is read, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["InboxPlan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPlan:
    """`[inbox]` in `config/channels.toml`. `user` and `password` are names in the vault."""

    host: str
    user: str
    password: str
    port: int = 993
    security: str = "tls"
    """'tls', 'starttls', or 'none' (loopback only). The server's certificate is always checked."""
    folder: str = "INBOX"
    authority: str = ""
    """PEM file of the authority that signed the server's certificate, if the system has it not."""
    timeout: float = 30.0
    """Seconds."""
    largest: int = 1_000_000
    """Bytes of a mail that are read; what comes after, as a rule attachments, is left."""
    most: int = 500
    """Mails in one run; the next run goes on."""
    days: int = 30
    """How far back it is looked when a folder is read first."""
    authserv_id: str = ""
    """The name under which the mail server that this mailbox is behind writes what it found out
    about senders (`Authentication-Results`, RFC 8601); empty where it writes nothing."""
    promise_days: int = 31
    """A promise by a day within so many is noted by itself; 0: all of them are a person's."""

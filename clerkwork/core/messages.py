"""A message to a debtor or an approver, and the states it moves through in the outbox."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clerkwork.core.money import Money

__all__ = [
    "EVENTS",
    "LINK",
    "NOT_ARRIVED",
    "REACHED",
    "Attachment",
    "Message",
    "MessageEvent",
    "MessageState",
    "Settled",
    "message_id",
]

EVENTS = (
    "accepted",
    "delivered",
    "opened",
    "link opened",
    "bounced",
    "undelivered",
    "voicemail",
    "read",
    "answered",
)
"""What a provider, or the debtor, lets us know of a message that was sent.

'accepted': the provider has it. 'bounced': its address is of no use. 'undelivered': it did not
arrive, and another one may. 'voicemail': a machine took the call, and was told nothing.
"""

NOT_ARRIVED = ("bounced", "undelivered", "voicemail")

REACHED = ("delivered", "opened", "link opened", "read", "answered")
"""Events that show that a message reached the debtor."""

LINK = "payment link"
"""Step of a message that the debtor asked for himself: it is no contact of his journey."""


class MessageState(StrEnum):
    """Where a message stands."""

    PREPARED = "prepared"
    SENDING = "sending"
    """Claimed: after a crash here the archive is asked before anything is sent again."""
    PRINTED = "printed"
    """A letter that lies printed: whether it leaves the house nobody knows yet."""
    HANDING = "handing"
    """A letter that was claimed for a folder of the print house, which may have it."""
    SENT = "sent"
    STOPPED = "stopped"
    """A stop condition came up just before sending."""
    FAILED = "failed"
    """The channel refused it for good."""
    DOUBTFUL = "doubtful"
    """Nobody can be asked whether it went out: a person's, never resent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    name: str
    media_type: str
    content: bytes
    inline: str = ""
    """Content-ID, if the HTML shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, complete. `channel` is one of `clerkwork.core.journeys.CHANNELS`."""

    key: str
    """Debtor, journey, step, cycle, channel, attempt: one message has one key, for ever."""
    channel: str
    to: str
    """Mail address, or the postal address with line breaks."""
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    debtor: str = ""
    """Debtor's number; empty for an approver's mail."""
    step: str = ""
    """Step of the journey, or 'approval'."""
    amount: Money | None = None
    """What it asks for."""
    costs: Money | None = None
    """Collection costs in it."""
    interest: Money | None = None
    """Interest in it."""
    announced: Money | None = None
    """Costs of who does not pay in time, as it says them: the notice that the law asks first."""
    items: tuple[str, ...] = ()
    on: date | None = None
    """The creditor's date it was written for."""
    left: datetime | None = None
    """When a letter that lay printed left the house (UTC), where it is read for planning."""
    message_id: str = ""
    state: MessageState = MessageState.PREPARED
    note: str = ""
    proof: str = ""
    """The provider's id, or the letter's file."""
    journey: str = ""
    segment: str = ""
    """The debtor's segment when it was written; empty where there were none."""
    ground: tuple[str, ...] = ()
    """Why he was in it, in words."""

    @property
    def cycle(self) -> date | None:
        """Due date of the oldest item that it was written for, as its key says; None of others."""
        parts = self.key.split("/")
        try:
            return date.fromisoformat(parts[-3]) if len(parts) > 5 else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of the message with this key."""

    key: str
    state: MessageState
    note: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent:
    """Something that became known of a message after it was sent."""

    message: str
    """The message's key."""
    kind: str
    """One of `EVENTS`."""
    at: datetime
    """UTC, as the provider says."""
    provider: str = ""
    """The report's own id at its provider: the same report twice is one."""

    def __post_init__(self) -> None:
        if self.kind not in EVENTS:
            raise ValueError(f"{self.kind!r} is no event; known are {', '.join(EVENTS)}")


def message_id(key: str, domain: str, secret: bytes = b"") -> str:
    """The Message-ID (RFC 5322) that a key always gets, so that an archive can be asked for it.

    Sealed with the workspace's secret (HMAC-SHA256, RFC 2104, cut to 128 bits): who names the id
    of a message has had that message. Without a secret anybody can work it out, which does for
    mails that nothing follows from, such as alerts.
    """
    seal = hmac.new(secret, b"message\x1f" + key.encode(), hashlib.sha256).hexdigest()[:32]
    return f"<{seal}@{domain}>"

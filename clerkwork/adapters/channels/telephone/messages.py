"""Texts and WhatsApp messages; after a crash, Twilio's own list is asked what went out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from clerkwork.adapters.channels.telephone.account import Account
from clerkwork.adapters.channels.telephone.numbers import not_texted
from clerkwork.adapters.channels.telephone.plan import is_service
from clerkwork.core.messages import Message
from clerkwork.errors import ChannelDown, MessageRefused

if TYPE_CHECKING:
    from twilio.rest import Client

__all__ = ["REPORTS", "Sent", "ShortMessages", "asked_after", "reference"]

REPORTS = "/twilio/reports/"
"""Where the pages take delivery reports; the message's reference follows."""
_LONGEST = 1600
"""Characters that Twilio takes in one message."""
_MOST = 200
"""Messages to one number that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What our own store knows of messages, for whoever asks the provider after one."""

    named: Callable[[str], Message | None]
    """The message with a Message-ID."""
    heard: Callable[[str], bool]
    """Whether the provider ever reported on the message with a key."""
    proofs: Callable[[str], Collection[str]]
    """The provider's ids of all that went to a debtor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessages:
    """Fulfils `clerkwork.ports.Channel` and `Archive` for 'sms' or 'whatsapp'."""

    name: str
    account: Account
    sent: Sent = field(repr=False)

    def send(self, message: Message) -> str:
        """Hand a message in; Twilio's id of it."""
        if wrong := not_texted(message.to):
            raise MessageRefused(f"{message.to!r} {wrong}: correct it in the ERP")
        text = message.text.strip()
        if len(text) > _LONGEST:
            raise MessageRefused(f"it has {len(text)} characters; {_LONGEST} is the most")
        fields = {"to": self._to(message), **self._from(), **self._said(text)}
        if back := self.account.callback(REPORTS + reference(message.message_id)):
            fields["status_callback"] = back
        made = self.account.ask(lambda client: client.messages.create(**fields))
        return str(made.sid)

    def holds(self, message_id: str, age: float = inf) -> bool | None:
        """Whether Twilio took it: it has reported on it, or lists its very text to this number.

        What it lists for the number, that is no other message of ours and has another text, makes
        it doubtful: None.
        """
        return asked_after(
            self.account,
            self.sent,
            message_id,
            age,
            lambda client, message, since, others: _listed(
                client, self._to(message), message, since, others
            ),
        )

    def _to(self, message: Message) -> str:
        return f"whatsapp:{message.to}" if self.name == "whatsapp" else message.to

    def _from(self) -> dict[str, str]:
        plan = self.account.plan
        if self.name == "whatsapp" and plan.whatsapp is not None:
            return {"from_": f"whatsapp:{plan.whatsapp.sender}"}
        return {"messaging_service_sid" if is_service(plan.sms) else "from_": plan.sms}

    def _said(self, text: str) -> dict[str, str]:
        whatsapp = self.account.plan.whatsapp if self.name == "whatsapp" else None
        if whatsapp is None:
            return {"body": text}
        for template in whatsapp.templates:
            values = template.values(text)
            if values is not None:
                said = {"content_sid": template.content}
                return said | ({"content_variables": json.dumps(values)} if values else {})
        # Nothing was given away; the other channels go on, and the run says what is wrong.
        raise ChannelDown(
            f"no template in config/channels.toml, [twilio.whatsapp], says {text!r}; have this "
            "wording approved and add it, or correct config/texts"
        )


Listed = Callable[["Client", Message, dt.date, Collection[str]], bool | None]
"""What Twilio lists of a message since a day, the ids of the debtor's others left out."""


def asked_after(
    account: Account, sent: Sent, message_id: str, age: float, listed: Listed
) -> bool | None:
    """Whether the provider took a message: it reported on it, or else what its list says.

    None where nobody knows the message. `age` is how many seconds ago it was claimed.
    """
    message = sent.named(message_id)
    if message is None:
        return None
    if sent.heard(message.key):
        return True
    since = message.on - dt.timedelta(days=1) if message.on else dt.date.min
    others = frozenset(sent.proofs(message.debtor))
    return account.ask_patiently(lambda client: listed(client, message, since, others), age)


def reference(message_id: str) -> str:
    """How a message is called in addresses: the left side of its Message-ID, nothing personal."""
    return message_id.partition("@")[0].lstrip("<")


def _listed(
    client: Client, to: str, message: Message, since: dt.date, others: Collection[str]
) -> bool | None:
    found = client.messages.list(to=to, limit=_MOST)
    if any(one.sid == message.proof for one in found):
        return True
    mine = [
        one
        for one in found
        if str(one.direction or "").startswith("outbound")
        and one.sid not in others
        and (one.date_created is None or one.date_created.date() >= since)
    ]
    if any((one.body or "").strip() == message.text.strip() for one in mine):
        return True
    return None if mine or len(found) >= _MOST else False

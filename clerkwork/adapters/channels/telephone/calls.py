"""Calls that the computer makes; what is said in them, its pages are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from clerkwork.adapters.channels.telephone.account import Account
from clerkwork.adapters.channels.telephone.messages import (
    REPORTS,
    Sent,
    asked_after,
    reference,
)
from clerkwork.adapters.channels.telephone.numbers import not_called
from clerkwork.core.messages import Message
from clerkwork.errors import ConfigError, MessageRefused

if TYPE_CHECKING:
    from twilio.rest import Client

__all__ = ["CALLS", "ComputerCalls"]

CALLS = "/twilio/calls/"
"""Where the pages are asked what to say; the message's reference and the stage follow."""
_MOST = 200
"""Calls to one number that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputerCalls:
    """Fulfils `clerkwork.ports.Channel` and `Archive`. Nothing of the message is in the call."""

    account: Account
    sent: Sent = field(repr=False)
    name: str = "call"

    def send(self, message: Message) -> str:
        """Have a number called; Twilio's id of the call. It rings afterwards."""
        plan = self.account.plan.calls
        if plan is None:
            raise ConfigError("config/channels.toml has no [twilio.calls]; add it")
        if wrong := not_called(message.to):
            raise MessageRefused(f"{message.to!r} {wrong}: correct it in the ERP")
        name = reference(message.message_id)
        made = self.account.ask(
            lambda client: client.calls.create(
                to=message.to,
                from_=plan.sender,
                url=self.account.callback(f"{CALLS}{name}/start"),
                status_callback=self.account.callback(REPORTS + name),
                status_callback_event=["completed"],
                # A person is to be known from a machine before anything is said.
                machine_detection="Enable",
                timeout=plan.ring,
            )
        )
        return str(made.sid)

    def holds(self, message_id: str, age: float = inf) -> bool | None:
        """Whether Twilio took it: it has asked what to say, or reported on it.

        A call to this number that is no other of ours makes it doubtful: its list of calls does
        not tell what they are about.
        """
        return asked_after(self.account, self.sent, message_id, age, _listed)


def _listed(
    client: Client, message: Message, since: dt.date, others: Collection[str]
) -> bool | None:
    found = client.calls.list(to=message.to, limit=_MOST)
    if any(one.sid == message.proof for one in found):
        return True
    mine = [
        one
        for one in found
        if str(one.direction or "").startswith("outbound")
        and one.sid not in others
        and (one.date_created is None or one.date_created.date() >= since)
    ]
    return None if mine or len(found) >= _MOST else False

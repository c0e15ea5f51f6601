"""Short messages, WhatsApp and computer calls, through Twilio."""

from __future__ import annotations

from clerkwork.adapters.channels.telephone.account import Account
from clerkwork.adapters.channels.telephone.calls import CALLS, ComputerCalls
from clerkwork.adapters.channels.telephone.messages import Sent, ShortMessages
from clerkwork.adapters.channels.telephone.plan import Calls, Template, Twilio, WhatsApp
from clerkwork.adapters.channels.telephone.reports import event_of, who_answered
from clerkwork.adapters.channels.telephone.twiml import Spoken, twiml_of

__all__ = [
    "CALLS",
    "Account",
    "Calls",
    "ComputerCalls",
    "Sent",
    "ShortMessages",
    "Spoken",
    "Template",
    "Twilio",
    "WhatsApp",
    "event_of",
    "twiml_of",
    "who_answered",
]

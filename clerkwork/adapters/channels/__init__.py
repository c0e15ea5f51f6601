"""Ways to reach debtors and approvers, and where sent messages can be asked after."""

from __future__ import annotations

from clerkwork.adapters.channels.alert_mail import AlertMail
from clerkwork.adapters.channels.alert_plan import AlertPlan
from clerkwork.adapters.channels.archive import MaildirArchive
from clerkwork.adapters.channels.call_list import CallList
from clerkwork.adapters.channels.head_mail import HeadMail
from clerkwork.adapters.channels.letter import LetterChannel
from clerkwork.adapters.channels.mail import MailChannel, MailServer
from clerkwork.adapters.channels.print_house import FolderPrintHouse, PrintPlan
from clerkwork.adapters.channels.sftp import SftpCarrier
from clerkwork.adapters.channels.teams import TeamsWorkflow
from clerkwork.adapters.channels.telephone import (
    CALLS,
    Account,
    ComputerCalls,
    Sent,
    ShortMessages,
    Spoken,
    Twilio,
    event_of,
    twiml_of,
    who_answered,
)
from clerkwork.adapters.channels.webhook import SignedWebhook

__all__ = [
    "CALLS",
    "Account",
    "AlertMail",
    "AlertPlan",
    "CallList",
    "ComputerCalls",
    "FolderPrintHouse",
    "HeadMail",
    "LetterChannel",
    "MailChannel",
    "MailServer",
    "MaildirArchive",
    "PrintPlan",
    "Sent",
    "SftpCarrier",
    "ShortMessages",
    "SignedWebhook",
    "Spoken",
    "TeamsWorkflow",
    "Twilio",
    "event_of",
    "twiml_of",
    "who_answered",
]

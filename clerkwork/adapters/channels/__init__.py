"""Ways to reach debtors and approvers, and where sent messages can be asked after."""

from __future__ import annotations

from clerkwork.adapters.channels.archive import MaildirArchive
from clerkwork.adapters.channels.letter import LetterChannel
from clerkwork.adapters.channels.mail import MailChannel, MailServer

__all__ = ["LetterChannel", "MailChannel", "MailServer", "MaildirArchive"]

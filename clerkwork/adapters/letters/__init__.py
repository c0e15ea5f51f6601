"""Write messages: reminders in the debtor's language, letters, and questions to approvers."""

from __future__ import annotations

from clerkwork.adapters.letters.paper import data_uri, payment_qr
from clerkwork.adapters.letters.questions import QuestionWriter
from clerkwork.adapters.letters.reminders import ReminderWriter
from clerkwork.adapters.letters.texts import Page, Texts, Wishes, clean, fill

__all__ = [
    "Page",
    "QuestionWriter",
    "ReminderWriter",
    "Texts",
    "Wishes",
    "clean",
    "data_uri",
    "fill",
    "payment_qr",
]

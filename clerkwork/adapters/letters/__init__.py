"""Write messages: reminders in the debtor's language, letters, and questions to approvers."""

from __future__ import annotations

from clerkwork.adapters.letters.questions import QuestionWriter
from clerkwork.adapters.letters.reminders import ReminderWriter
from clerkwork.adapters.letters.texts import Texts

__all__ = ["QuestionWriter", "ReminderWriter", "Texts"]

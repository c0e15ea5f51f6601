"""What a person's decision taught: whose an account or a name is, and whose money is not ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Lesson", "Remembered"]


class Lesson(StrEnum):
    """What kind of thing was learned."""

    IBAN = "account"
    """That account pays for that debtor."""
    ALIAS = "name"
    """That payer's name is that debtor's."""
    NOT_OURS_IBAN = "not ours, account"
    """What comes from or goes to that account is no debtor's money."""
    NOT_OURS_TEXT = "not ours, text"
    """A line that says just this is no debtor's money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One lesson of one decision; forgotten, it counts no more and stays as history."""

    id: str = ""
    """Set by the store."""
    lesson: Lesson
    what: str
    """IBAN without blanks; else the name or the text, as it stood on the line."""
    customer: str = ""
    """The debtor; empty where it is not ours."""
    line: str
    """Id of the bank line that was decided."""
    item: str
    """Id of the work item that it was decided in."""
    by: str
    at: datetime
    """UTC."""
    forgotten_by: str = ""
    forgotten: datetime | None = None

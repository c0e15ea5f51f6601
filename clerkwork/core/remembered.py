"""What a person's decision taught: whose an account or a name is, and whose money is not ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clerkwork.core.matching.memory import EarlierLine, Memory

__all__ = ["Lesson", "Remembered", "memory_of"]


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


def memory_of(remembered: Iterable[Remembered], earlier: Iterable[EarlierLine] = ()) -> Memory:
    """What matching is given of it: nothing forgotten, and nothing that contradicts itself.

    An account or a name that two decisions gave to two debtors tells nobody from another.
    """
    kept = [one for one in remembered if one.forgotten is None]
    return Memory.remembered(
        ibans=_certain(one for one in kept if one.lesson is Lesson.IBAN),
        aliases=_certain(one for one in kept if one.lesson is Lesson.ALIAS),
        not_ours_ibans=frozenset(o.what for o in kept if o.lesson is Lesson.NOT_OURS_IBAN),
        not_ours_texts=frozenset(o.what for o in kept if o.lesson is Lesson.NOT_OURS_TEXT),
        earlier=tuple(earlier),
    )


def _certain(lessons: Iterable[Remembered]) -> dict[str, str]:
    customers: dict[str, set[str]] = defaultdict(set)
    for one in lessons:
        customers[one.what].add(one.customer)
    return {what: next(iter(own)) for what, own in customers.items() if len(own) == 1}

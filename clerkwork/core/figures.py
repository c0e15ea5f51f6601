"""The names by which a run counts what it did, and the order in which people read them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["READ", "STAGES", "Figure", "staged"]


class Figure(StrEnum):
    """What a run counts; `Run.count` takes any of them."""

    DEBTORS_READ = "debtors read"
    ITEMS_READ = "open items read"
    ORDERS_WAITING = "orders waiting"
    STATEMENTS_BOOKED = "statements booked"
    LINES_NEW = "bank lines new"
    REPLIES_READ = "replies read"

    MATCHED = "matched"
    TO_REVIEW = "to review"
    NOT_OURS = "not ours"
    QUESTIONS_ASKED = "questions asked"

    KEYED = "keyed"
    WOULD_KEY = "would key"
    FOUND_AFTER_CRASH = "found after a crash"
    VOIDED = "voided"
    REFUSED = "refused"
    DOUBTFUL = "doubtful"

    RELEASED_BY_POLICY = "orders released by policy"
    APPROVALS_ASKED = "approvals asked"
    APPROVALS_UNANSWERED = "approvals unanswered"
    APPROVAL_MAILS_NOT_SENT = "approval mails not sent"
    ORDERS_RELEASED = "orders released"
    ORDERS_HELD = "orders held"

    REMINDERS_DUE = "reminders due"
    MAILS_SENT = "mails sent"
    LETTERS_SENT = "letters sent"
    REMINDERS_HELD_BACK = "reminders held back"
    MESSAGES_RECOVERED = "messages recovered"
    MESSAGES_REFUSED = "messages refused"
    MESSAGES_DOUBTFUL = "messages doubtful"
    ASKED_ABOUT_COLLECTION = "asked about collection"
    HANDED_OVER = "handed over to collection"
    REPLIES_NOTED = "replies noted"
    REPLIES_FOR_PEOPLE = "replies for people"
    PROMISES_NOTED = "promises noted"
    MESSAGES_CAME_BACK = "messages that came back"

    TRIED_AGAIN = "tried again"
    SIGNED_IN_AGAIN = "signed in again"
    TOTALS_OFF = "control totals off"
    SELECTORS_HEALED = "selectors healed"


STAGES: tuple[tuple[str, tuple[Figure, ...]], ...] = (
    (
        "Read",
        (
            Figure.DEBTORS_READ,
            Figure.ITEMS_READ,
            Figure.ORDERS_WAITING,
            Figure.STATEMENTS_BOOKED,
            Figure.LINES_NEW,
            Figure.REPLIES_READ,
        ),
    ),
    (
        "Matched",
        (Figure.MATCHED, Figure.TO_REVIEW, Figure.NOT_OURS, Figure.QUESTIONS_ASKED),
    ),
    (
        "Keyed",
        (
            Figure.KEYED,
            Figure.WOULD_KEY,
            Figure.FOUND_AFTER_CRASH,
            Figure.VOIDED,
            Figure.REFUSED,
            Figure.DOUBTFUL,
        ),
    ),
    (
        "Approved",
        (
            Figure.RELEASED_BY_POLICY,
            Figure.APPROVALS_ASKED,
            Figure.APPROVALS_UNANSWERED,
            Figure.APPROVAL_MAILS_NOT_SENT,
            Figure.ORDERS_RELEASED,
            Figure.ORDERS_HELD,
        ),
    ),
    (
        "Sent",
        (
            Figure.REMINDERS_DUE,
            Figure.MAILS_SENT,
            Figure.LETTERS_SENT,
            Figure.REMINDERS_HELD_BACK,
            Figure.MESSAGES_RECOVERED,
            Figure.MESSAGES_REFUSED,
            Figure.MESSAGES_DOUBTFUL,
            Figure.ASKED_ABOUT_COLLECTION,
            Figure.HANDED_OVER,
        ),
    ),
    (
        "Answered",
        (
            Figure.REPLIES_NOTED,
            Figure.REPLIES_FOR_PEOPLE,
            Figure.PROMISES_NOTED,
            Figure.MESSAGES_CAME_BACK,
        ),
    ),
)
"""Each stage of the round with its figures."""

READ = (Figure.DEBTORS_READ, Figure.ITEMS_READ, Figure.ORDERS_WAITING)
"""What was read to replace what was there: told at zero too, for then all of it is gone."""

_MAIN = {
    Figure.LINES_NEW,
    Figure.MATCHED,
    Figure.TO_REVIEW,
    Figure.KEYED,
    Figure.ORDERS_RELEASED,
    Figure.MAILS_SENT,
    Figure.LETTERS_SENT,
}


def staged(figures: Mapping[str, int]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """A run's figures by stage; a zero is told only of what a stage is for, the rest is 'Other'."""
    known = {str(name) for _, names in STAGES for name in names}
    told = _MAIN | {name for name in READ if name in figures}
    rows = [
        (stage, tuple((str(n), figures.get(n, 0)) for n in names if figures.get(n) or n in told))
        for stage, names in STAGES
    ]
    # What a run did not touch at all, as the reading of replies where no mailbox is read.
    rows = [row for row in rows if row[1]]
    other = tuple((n, count) for n, count in sorted(figures.items()) if n not in known and count)
    if other:
        rows.append(("Other", other))
    return tuple(rows)

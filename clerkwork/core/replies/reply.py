"""A debtor's reply, and what was read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["Label", "Reading", "Reason", "Reply"]


class Label(StrEnum):
    """What a reply is. One that says two things is a person's."""

    BOUNCE = "bounce"
    """The message did not arrive, says a mail server."""
    OUT_OF_OFFICE = "out_of_office"
    """Nobody read it yet, says a program."""
    PAID = "paid"
    PROMISE = "promise"
    DISPUTE = "dispute"
    QUESTION = "question"
    ADDRESS_CHANGE = "address_change"
    ANGRY = "angry"


class Reason(StrEnum):
    """Why a debtor does not owe what he is asked for, in his own view."""

    NOT_RECEIVED = "not_received"
    """Goods or a service did not come, or not all of them."""
    DEFECTIVE = "defective"
    """They came, but damaged, wrong or badly done."""
    WRONG_AMOUNT = "wrong_amount"
    """Price, quantity, discount or tax is not as agreed."""
    CANCELLED = "cancelled"
    RETURNED = "returned"
    """Sent back, or a credit note is awaited."""
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"
    """Never ordered, or for somebody else."""
    COSTS = "costs"
    """Only the costs or the interest of being late."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One mail of a debtor, as it was received; all of it is hostile."""

    message_id: str
    """With its angle brackets; made from the content where the sender gave none."""
    sender: str
    """The bare address, in lower case; empty for a mail server's report."""
    subject: str
    text: str
    """The plain text, or the text of the HTML; quotes and signatures still in it."""
    on: date
    """The creditor's date it was received: what 'next Friday' counts from."""
    answers: tuple[str, ...] = ()
    """Message-IDs it names as answered, the nearest first."""
    automatic: bool = False
    """A program wrote it, by its own header (RFC 3834: `Auto-Submitted: auto-replied`)."""
    failed_to: tuple[str, ...] = ()
    """Addresses that a delivery report (RFC 3464) says failed for good."""
    delayed_to: tuple[str, ...] = ()
    """Addresses that such a report says are tried again."""
    cut: bool = False
    """It was longer than what is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reply was taken for."""

    label: Label
    confidence: float
    """From 0 to 1: the share of such readings that were right when they were measured."""
    sure: bool
    """False: a person reads it."""
    why: tuple[str, ...]
    """What spoke most for the label, in words, the weightiest first."""
    promised: date | None = None
    """Of a promise: the day, if he names exactly one."""
    back: date | None = None
    """Of an automatic reply: the day from which somebody is there again, if it names one alone."""
    reason: Reason | None = None
    """Of a dispute."""

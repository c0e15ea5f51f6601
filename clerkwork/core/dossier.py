"""The collection dossier of one claim: what a collector or a court needs of it, together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from clerkwork.core.collection import Handover
from clerkwork.core.law.statement import Statement
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message

__all__ = ["KINDS", "Answer", "Document", "Dossier", "Letter", "Passage"]

KINDS = ("agreement", "invoice", "proof of delivery")
"""What the workspace may have of a debtor, as files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that the workspace has of the claim."""

    kind: str
    """One of `KINDS`."""
    name: str
    """The file's own name, without folders."""
    content: bytes
    items: tuple[str, ...] = ()
    """Numbers of the invoices that it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One thing that became of a message: it was sent, delivered, opened."""

    at: datetime
    """UTC."""
    what: str
    proof: str = ""
    """The run that did it, or the provider's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message to the debtor as it went, with what proves that it did."""

    message: Message
    passages: tuple[Passage, ...]
    """Oldest first."""
    is_notice: bool = False
    """Whether it is the notice that the law asks before costs."""
    printed: bytes = b""
    """The letter itself as PDF, where it went on paper and is still there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person noted of a contact with the debtor: a call, a reply, a dispute."""

    at: datetime
    """UTC."""
    title: str
    facts: tuple[tuple[str, str], ...]
    decision: str
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything that is in it; how it looks is an adapter's."""

    creditor: str
    handover: Handover | None
    """None in one that is only looked at, before anybody approved."""
    made: datetime
    """UTC."""
    today: date
    debtor: Debtor
    statement: Statement
    others: tuple[OpenItem, ...] = ()
    """Items in other currencies than the law's: without costs and interest."""
    left_out: tuple[str, ...] = ()
    """Overdue items that are not claimed, and why."""
    letters: tuple[Letter, ...] = ()
    """Oldest first, those of long ago too."""
    answers: tuple[Answer, ...] = ()
    promises: tuple[str, ...] = ()
    """In words."""
    documents: tuple[Document, ...] = ()
    missing: tuple[str, ...] = field(default=())
    """What a dossier has to have and this one lacks, in words: somebody has to find it."""
    sources: tuple[str, ...] = ()
    """The law's, by which costs and interest were reckoned."""

"""The collection dossier of one claim: what a collector or a court needs of it, together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clerkwork.core.collection import Handover
from clerkwork.core.law.statement import Statement
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.promises import Promise

__all__ = ["KINDS", "Answer", "Document", "Dossier", "Letter", "Missing", "Passage"]

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


_LACKING = {
    "agreement": "agreement",
    "proof of delivery": "proof of delivery",
    "invoice": "copy of invoice {}",
    "letter": "letter of {} as it was printed",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """What a dossier has to have and lacks."""

    what: str
    """One of `KINDS`, or 'letter'."""
    about: str = ""
    """Number of the invoice, or the letter's date."""

    def __str__(self) -> str:
        return _LACKING[self.what].format(self.about)


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
    """Empty while nobody decided it."""
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything that is in it; how it looks is an adapter's."""

    creditor: str
    handover: Handover | None
    """None in one that is only looked at, before anybody approved."""
    unmet: tuple[str, ...] = ()
    """Why the debtor may not be handed over as things stand, in words: it is a draft."""
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
    promises: tuple[Promise, ...] = ()
    documents: tuple[Document, ...] = ()
    missing: tuple[Missing, ...] = ()
    """Somebody has to find it."""
    sources: tuple[str, ...] = ()
    """The law's, by which costs and interest were reckoned."""

"""Debtors who were handed over to collection, and what the workspace has of their claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clerkwork.core.collection import Handover, HandoverState
from clerkwork.core.dossier import Document, Dossier
from clerkwork.core.messages import Message

__all__ = ["Documents", "Dossiers", "Filed", "Handovers"]


class Handovers(Protocol):
    """Who was handed over, by whose word, and how far it has come."""

    def approve(self, one: Handover) -> Handover:
        """Keep it, with its id; raises `ValueError` where one of the debtor stands already."""

    def all(self, *states: HandoverState) -> tuple[Handover, ...]:
        """Oldest first; of all states when none is named."""

    def submitting(self, id: str, *, run: str, robot: str) -> None:
        """Commit that the submit of its block is about to be clicked.

        Passes the gate, as every claim of a write: raises `WritesStopped` and `LeaseLost`, and
        `ValueError` where it is not approved, or blocked already.
        """

    def filed(self, id: str, *, dossier: str, sha256: str) -> None:
        """Note the dossier that was made of it."""

    def blocked(self, id: str, *, run: str, note: str) -> None:
        """The ERP shows the block; raises `ValueError` unless it was approved."""

    def recall(self, id: str, *, by: str, note: str = "") -> Handover:
        """Take it back; raises `ValueError` if there is none, or it was taken back already."""


class Documents(Protocol):
    """Files of claims that the workspace has."""

    def of(self, debtor: str, items: Sequence[str]) -> tuple[Document, ...]:
        """Those of a debtor and some invoices; raises `BusinessError` where one cannot be read."""

    def printed(self, letter: Message) -> bytes:
        """A letter that was sent, as PDF; empty where it is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A dossier that was written."""

    name: str
    """Of its zip, in the folder of dossiers."""
    sha256: str
    """Of the zip."""
    pages: int
    """Of the PDF in it."""
    unbound: tuple[str, ...]
    """Files that are in the zip and could not be bound into the PDF, with why."""


class Dossiers(Protocol):
    """Where dossiers are written."""

    def write(self, dossier: Dossier) -> Filed:
        """One PDF, and a zip with it and each part; whole or not at all. Raises `StoreError`."""

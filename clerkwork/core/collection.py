"""Handing a debtor over to collection: what has to be so first, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clerkwork.core.journeys import FEWEST, Journey, Law
from clerkwork.core.journeys.claims import terms_of
from clerkwork.core.law.term import Term, why_no_costs
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.errors import ConfigError

__all__ = [
    "BLOCK",
    "Handover",
    "HandoverState",
    "Readiness",
    "collection_key",
    "is_collection",
    "readiness",
]

BLOCK = "blocked"
"""Of `clerkwork.core.ledger.BLOCKS`: how a debtor in collection is marked in the ERP."""
_PREFIX = "collection/"


class HandoverState(StrEnum):
    """From the first on nothing more goes to the debtor."""

    APPROVED = "approved"
    """By a person; the ERP does not show the block yet."""
    BLOCKED = "blocked"
    """The ERP shows the block, and the dossier is made."""
    RECALLED = "recalled"
    """A person took it back; the block in the ERP is a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One debtor who was handed over."""

    id: str
    """Given by the store."""
    debtor: str
    cycle: date
    """Due date of the oldest item then."""
    items: tuple[str, ...]
    by: str
    """Who approved it."""
    at: datetime
    """UTC."""
    state: HandoverState = HandoverState.APPROVED
    run: str = ""
    """The run that was about to submit the block last."""
    submitted: datetime | None = None
    """When the submit of the block was about to be clicked last (UTC)."""
    dossier: str = ""
    """The file that was made, in the folder of dossiers."""
    sha256: str = ""
    note: str = ""


def collection_key(debtor: str, cycle: date) -> str:
    """The key of the question whether a debtor is handed over, asked once a cycle."""
    return f"{_PREFIX}{debtor}/{cycle}"


def is_collection(key: str) -> bool:
    """Whether a work item asks about collection."""
    return key.startswith(_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether a debtor may be handed over, and with what."""

    items: tuple[tuple[OpenItem, Term | None], ...]
    """What is claimed, each with the term of its notice; what stands in his favour is among it."""
    left_out: tuple[str, ...]
    """Overdue items that are not, and why."""
    unmet: tuple[str, ...]
    """What has to be so first and is not; empty where he may be handed over."""


def readiness(
    kind: str,
    items: Sequence[OpenItem],
    had: Iterable[Message],
    journey: Journey,
    law: Law | None,
    today: date,
) -> Readiness:
    """Look at a debtor of a kind with his overdue, undisputed items and his credit notes.

    `had` are the contacts since the oldest of them was due. At least five that surely went, over
    more than one channel, or more where his journey says so. An item is claimed once as many named
    it after its due date, and the law's notice of costs, where it asks one, named it and its term
    is over.
    """
    sent = [one for one in had if one.state is MessageState.SENT]
    fewest = max(FEWEST, journey.fewest)
    missing = [*_contacts(sent, fewest)]
    if law is None:
        why = "config/law.toml does not say which law the claims are under"
        return Readiness(items=(), left_out=(), unmet=(*missing, why))
    try:
        told = terms_of(
            law, kind, items, sent, [step.name for step in journey.steps if step.notice]
        )
        whys = [_why_not(kind, item, term, sent, fewest, law, today) for item, term in told]
    except ConfigError as error:
        return Readiness(items=(), left_out=(), unmet=(*missing, f"the law is not known: {error}"))
    left_out = tuple(
        f"{item.number}: {why}" for (item, _), why in zip(told, whys, strict=True) if why
    )
    claimed = tuple(one for one, why in zip(told, whys, strict=True) if not why)
    if not any(item.open.minor > 0 for item, _ in claimed):
        missing += left_out or ["nothing of his is overdue and undisputed"]
    return Readiness(items=claimed, left_out=left_out, unmet=tuple(missing))


def _why_not(
    kind: str,
    item: OpenItem,
    term: Term | None,
    sent: Iterable[Message],
    fewest: int,
    law: Law,
    today: date,
) -> str:
    """Why an item is not claimed yet, in words; empty if it is."""
    if item.open.minor <= 0:
        return ""
    about = [one for one in sent if item.number in one.items and one.on and one.on > item.due]
    if not about:
        return "no contact was about it yet"
    side = law.pack.side(kind)
    asks = side.notice is not None and side.costs is not None
    why = why_no_costs(law.pack, kind, today, term) if asks else ""
    if why or len(about) < fewest:
        return why or f"contacts about it: {len(about)}; at least {fewest} come first"
    ways = {one.channel for one in about}
    if len(ways) < 2:
        return f"all contacts about it went by {ways.pop()}; at least one has to go another way"
    return ""


def _contacts(sent: Sequence[Message], fewest: int) -> Iterator[str]:
    if len(sent) < fewest:
        yield f"he had {len(sent)} contacts about what is overdue; at least {fewest} come first"
    ways = sorted({one.channel for one in sent})
    if len(ways) < 2:
        by = f"by {ways[0]}" if ways else "by no channel"
        yield f"all contacts went {by}; at least one has to go another way"

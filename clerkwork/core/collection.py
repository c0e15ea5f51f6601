"""Handing a debtor over to collection: what has to be so first, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clerkwork.core.journeys import FEWEST, Journey, Law
from clerkwork.core.journeys.claims import terms_of
from clerkwork.core.journeys.law import notice_asked
from clerkwork.core.law.term import Term, why_no_costs
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import LINK, Message, MessageState
from clerkwork.core.queue import WorkItem
from clerkwork.errors import ConfigError

__all__ = [
    "BLOCK",
    "COLLECTION",
    "HAND_OVER",
    "LEAVE",
    "STANDING",
    "Handover",
    "HandoverState",
    "Readiness",
    "collection_key",
    "in_collection",
    "is_collection",
    "left_on",
    "next_key",
    "own_block",
    "readiness",
]

BLOCK = "blocked"
"""Of `clerkwork.core.ledger.BLOCKS`: how a debtor in collection is marked in the ERP."""
COLLECTION = "collection/"
"""How the keys of all questions about collection begin."""
HAND_OVER, LEAVE = "hand-over", "leave"
"""What a person may answer to one."""


class HandoverState(StrEnum):
    """From the first on nothing more goes to the debtor."""

    APPROVED = "approved"
    """By a person; the ERP does not show the block yet."""
    BLOCKED = "blocked"
    """The ERP shows the block, and the dossier is made."""
    RECALLED = "recalled"
    """A person took it back; the block in the ERP is a person's."""


STANDING = (HandoverState.APPROVED, HandoverState.BLOCKED)
"""States of a handover that nobody took back."""


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


def own_block(one: Handover | None, block: str) -> bool:
    """Whether a block that the ERP shows is the one that a handover sets, not another reason."""
    if one is None or block != BLOCK or one.state not in STANDING:
        return False
    return one.submitted is not None or one.state is HandoverState.BLOCKED


def in_collection(debtor: str, handovers: Iterable[Handover]) -> bool:
    """Whether his claim was given away: what he arranges is with whoever collects it."""
    return any(one.debtor == debtor and one.state in STANDING for one in handovers)


def collection_key(debtor: str, cycle: date, turn: int = 1) -> str:
    """The key of the question whether a debtor is handed over, asked once a turn of a cycle."""
    return f"{COLLECTION}{debtor}/{cycle}" + (f"/{turn}" if turn > 1 else "")


def next_key(debtor: str, cycle: date, asked: Iterable[WorkItem]) -> str:
    """The key under which it is asked now; `asked` are the questions so far.

    One that is open is the same question still; after an answer it is another turn.
    """
    first = collection_key(debtor, cycle)
    own = [one for one in asked if one.key == first or one.key.startswith(f"{first}/")]
    return collection_key(debtor, cycle, sum(bool(one.decision) for one in own) + 1)


def left_on(asked: Iterable[WorkItem]) -> dict[str, date]:
    """Debtor → the day (UTC) on which a person last left him out of collection."""
    found: dict[str, date] = {}
    for one in asked:
        if one.decision == LEAVE and one.decided is not None:
            day = one.decided.date()
            found[one.debtor] = max(day, found.get(one.debtor, day))
    return found


def is_collection(key: str) -> bool:
    """Whether a work item asks about collection."""
    return key.startswith(COLLECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether a debtor may be handed over, and with what."""

    items: tuple[tuple[OpenItem, Term | None], ...]
    """What is claimed, each with the term of its notice; what stands in his favour is among it."""
    left_out: tuple[str, ...]
    """Overdue items that are not, each reason by itself."""
    unmet: tuple[str, ...]
    """What has to be so first and is not; empty where he may be handed over."""
    overdue: tuple[tuple[OpenItem, Term | None], ...] = ()
    """All of his that is overdue, with what stands in his favour: what a draft shows where nothing
    is claimed yet."""


def readiness(
    kind: str,
    items: Sequence[OpenItem],
    had: Iterable[Message],
    journey: Journey,
    law: Law | None,
    today: date,
) -> Readiness:
    """Look at a debtor of a kind with his overdue, undisputed items and his credit notes.

    `had` are his messages. An item is claimed once at least five contacts that surely went named
    it after its due date, over more than one channel, or more where his journey says so; and the
    law's notice of costs, where it asks one, named it and its term is over. The others are left
    out.
    """
    sent = [one for one in had if one.state is MessageState.SENT and one.step != LINK]
    if law is None:
        why = "config/law.toml does not say which law the claims are under"
        return Readiness(items=(), left_out=(), unmet=(why,))
    fewest = max(FEWEST, journey.fewest)
    try:
        told = terms_of(law, kind, items, sent)
        whys = [tuple(_why_not(kind, item, term, sent, fewest, law, today)) for item, term in told]
    except ConfigError as error:
        return Readiness(items=(), left_out=(), unmet=(f"the law is not known: {error}",))
    left_out = tuple(
        f"{item.number}: {why}" for (item, _), each in zip(told, whys, strict=True) for why in each
    )
    claimed = tuple(one for one, each in zip(told, whys, strict=True) if not each)
    unmet: tuple[str, ...] = ()
    if not any(item.open.minor > 0 for item, _ in claimed):
        unmet = left_out or ("nothing of his is overdue and undisputed",)
    overdue = tuple(one for one in told if one[0].due < today or one[0].open.minor < 0)
    return Readiness(items=claimed, left_out=left_out, unmet=unmet, overdue=overdue)


def _why_not(
    kind: str,
    item: OpenItem,
    term: Term | None,
    sent: Iterable[Message],
    fewest: int,
    law: Law,
    today: date,
) -> Iterator[str]:
    """Everything for which an item is not claimed yet, in words."""
    if item.open.minor <= 0:
        return
    # On the due date itself a message is a notice that it is due, and no reminder.
    about = [one for one in sent if item.number in one.items and one.on and one.on > item.due]
    yield from _too_few(about, fewest)
    if notice_asked(law, kind, item.open):
        why = why_no_costs(law.pack, kind, today, term)
        if why:
            yield why


def _too_few(about: Sequence[Message], fewest: int) -> Iterator[str]:
    if len(about) < fewest:
        yield f"named in {len(about)} of at least {fewest} contacts that come first"
    ways = {one.channel for one in about}
    if len(ways) == 1:
        yield f"all contacts about it went by {ways.pop()}; at least one has to go another way"

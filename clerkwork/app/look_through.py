"""Look through: every step of every run that concerns a number, an amount, a date or a name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clerkwork.core.evidence import Step
from clerkwork.core.seeking import Query, excerpt, folded, holds
from clerkwork.errors import EvidenceError
from clerkwork.ports import Approvals, Books, EvidenceShelf, Outbox, PictureWords

__all__ = ["Hit", "Looked", "look_through"]

_PLACES = 5
"""Lines that cannot be read that are told of one run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One step that concerns what is looked for."""

    run: str
    task: str
    step: int
    at: dt.datetime
    """UTC."""
    robot: str
    action: str
    subject: str
    outcome: str
    where: str
    """'record', 'details', 'picture', or 'books': what the step is about concerns it there."""
    words: str
    """What was found, as it stands there."""
    picture: str = ""
    """The picture's file in the run's folder; of a step with none that shows it, the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    hits: tuple[Hit, ...]
    runs: int
    """Looked through."""
    unread: int
    """Pictures of them whose words are not known yet."""
    amiss: tuple[str, ...]
    """Runs whose evidence, or some of it, cannot be read, and why."""


def look_through(
    query: Query,
    *,
    shelf: EvidenceShelf,
    words: PictureWords,
    books: Books,
    approvals: Approvals,
    outbox: Outbox,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> Looked:
    """Every step that began in that time (UTC, `until` excluded) and concerns it, in order.

    Records and details are looked into where they lie, so that what was deleted there is found no
    more; pictures by the words that were read from them; and by the books, steps about a posting
    are found by its items and debtor, those about an order or a message by its debtor.
    """
    shown = words.with_words(query)
    meant = _subjects(query, books, approvals, outbox)
    hits: list[Hit] = []
    pictures: set[str] = set()
    amiss = []
    runs = 0
    for name in shelf.names():
        began, ended = shelf.span(name)
        if (until and began and began >= until) or (since and ended and ended < since):
            continue
        try:
            evidence = shelf.read(name)
        except EvidenceError as error:
            amiss.append(f"{name}: {error}")
            continue
        runs += 1
        if evidence.unread:
            amiss.append(_unread(name, evidence.unread))
        for step in evidence.steps:
            if (since and step.at < since) or (until and step.at >= until):
                continue
            if step.details is not None:
                pictures.update(picture.sha256 for picture in step.pictures if picture.file)
            if found := _found(query, step, shown, meant):
                where, told, picture = found
                hits.append(
                    Hit(
                        run=evidence.run,
                        task=evidence.task,
                        step=step.number,
                        at=step.at,
                        robot=step.robot,
                        action=step.action,
                        subject=step.subject,
                        outcome=step.outcome,
                        where=where,
                        words=told,
                        picture=picture or _first(step),
                    )
                )
    unread = len(pictures - words.known(pictures))
    return Looked(hits=tuple(hits), runs=runs, unread=unread, amiss=tuple(amiss))


def _unread(run: str, places: Sequence[str]) -> str:
    told = "; ".join(places[:_PLACES])
    more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
    return (
        f"{run}: {told}{more} cannot be read, so nothing of it is among what was found: "
        f"`clerkwork verify {run}` says what was done to it"
    )


def _found(
    query: Query, step: Step, shown: Mapping[str, str], meant: Mapping[str, str]
) -> tuple[str, str, str] | None:
    totals = (f"{name}: {text}" for name, text in step.totals)
    about = (step.subject, step.action, step.robot, step.outcome, step.credential, step.page)
    record = "\n".join(text for text in (*about, *totals) if text)
    if holds(query, folded(record)):
        return "record", excerpt(query, record), ""
    details = "\n".join(f"{name}: {text}" for name, text in step.details or ())
    # A term may stand in the record and another one in its details.
    if holds(query, folded(f"{record}\n{details}")):
        return "details", excerpt(query, details), ""
    # Of a step whose details were deleted nobody asks what its picture shows.
    for picture in step.pictures if step.details is not None else ():
        if picture.sha256 in shown:
            told = excerpt(query, shown[picture.sha256], seen=True)
            return "picture", told, picture.file
    if step.subject in meant:
        return "books", meant[step.subject], ""
    return None


def _first(step: Step) -> str:
    return next((picture.file for picture in step.pictures if picture.file), "")


def _subjects(
    query: Query, books: Books, approvals: Approvals, outbox: Outbox
) -> Mapping[str, str]:
    """What steps are about that concerns it by the books, with why."""
    names = {debtor.number: debtor.name for debtor in books.debtors()}
    found: dict[str, str] = defaultdict(str)
    for subject, text in _told(books, approvals, outbox, names):
        if subject and holds(query, folded(text)):
            found.setdefault(subject, excerpt(query, text))
    return dict(found)


def _told(
    books: Books, approvals: Approvals, outbox: Outbox, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for row in books.postings():
        posting = row.posting
        items = ", ".join(f"{part.item} {part.amount}" for part in posting.allocations)
        yield (
            posting.reference,
            f"posting {posting.reference} of {posting.amount} of {posting.booked} for debtor "
            f"{posting.customer} {names.get(posting.customer, '')}: {items}; {row.receipt}",
        )
    for approval in approvals.all():
        order = approval.order
        text = (
            f"order {order.number} of {order.amount} of debtor {order.customer} "
            f"{names.get(order.customer, '')}"
        )
        yield order.number, text
        yield approval.id, text
    for message in outbox.all():
        items = ", ".join(message.items)
        yield (
            message.key,
            f"message to debtor {message.debtor} {names.get(message.debtor, '')}: {items}",
        )

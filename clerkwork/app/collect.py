"""Collect: whether a debtor may be handed over, the approval of it, and what his dossier holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from clerkwork.app.foresee import Whereabouts, find_debtor
from clerkwork.app.observe import Habits
from clerkwork.app.office import Office
from clerkwork.app.remind_facts import lying_on_account
from clerkwork.app.reminders import known_of, walks_of
from clerkwork.core.collection import (
    BLOCK,
    LEAVE,
    STANDING,
    Handover,
    Readiness,
    collection_key,
    next_key,
    own_block,
    readiness,
)
from clerkwork.core.dossier import Answer, Dossier, Letter, Missing, Passage
from clerkwork.core.journeys.claims import asked_and_paid, costs_settled
from clerkwork.core.law.left import left_of
from clerkwork.core.law.statement import statement_of
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.money import Money, total
from clerkwork.core.posting import PostingState
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError
from clerkwork.ports import Filed, Handovers

__all__ = [
    "Checked",
    "approve",
    "check",
    "file_dossier",
    "make_dossier",
    "recall",
    "standing",
    "standing_files",
]

_SHOWN = (MessageState.SENT, MessageState.DOUBTFUL, MessageState.FAILED)
_NOTED = ("call", "reply", "dispute", "message")
"""Kinds of work items that tell of contact with a debtor."""
_IN_COLLECTION = "in collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Whether one debtor may be handed over now."""

    where: Whereabouts
    ready: Readiness
    why: tuple[str, ...]
    """Everything that is in the way, in words; empty where nothing is."""
    handover: Handover | None
    """As it stands, if he was handed over already."""

    @property
    def items(self) -> tuple[OpenItem, ...]:
        return tuple(item for item, _ in self.ready.items)


def standing(office: Office, debtor: str) -> Handover | None:
    """The handover of a debtor that was not taken back; None if there is none."""
    there = office.handovers.all(*STANDING)
    return next((one for one in there if one.debtor == debtor), None)


def check(office: Office, debtor: str) -> Checked:
    """Look at the books as they stand now; raises `BusinessError` if there is no such debtor."""
    where = find_debtor(
        debtor,
        known=known_of(office),
        walks=walks_of(office, Habits(office.paid_items, office.outbox)),
        outbox=office.outbox,
        clock=office.clock,
        accounts=tuple(office.accounts),
        channels=frozenset(office.channels),
    )
    today = office.clock.today()
    items = where.next.items if where.next else ()
    had = office.outbox.histories(debtor).get(debtor, ())
    ready = readiness(where.debtor.kind, items, had, where.journey, office.law, today)
    there = standing(office, debtor)
    own = [_IN_COLLECTION]
    if own_block(there, where.debtor.block):
        own.append(f"{BLOCK}:")
    stops = tuple(reason for reason in where.stops if not reason.startswith(tuple(own)))
    return Checked(
        where=where,
        ready=ready,
        why=(*_not_yet(where, today), *ready.unmet, *stops),
        handover=there,
    )


def _not_yet(where: Whereabouts, today: date) -> Iterator[str]:
    if where.next is None:
        yield "nothing is due for him: he owes nothing that is overdue and undisputed"
    elif where.next.step is not None:
        yield (
            f"his journey is not at its end: the {where.next.step.name} comes on {where.next.today}"
        )
    elif where.next.today > today:
        yield f"his journey is at its end on {where.next.today}, and no sooner"


def approve(office: Office, debtor: str, *, by: str) -> Handover:
    """A person approves that a debtor is handed over; from then on nothing more goes to him.

    The next run of the task for it blocks him in the ERP and makes his dossier. Raises
    `BusinessError` with everything that is in the way.
    """
    found = check(office, debtor)
    if found.handover is not None:
        raise BusinessError(
            f"debtor {debtor} was handed over {found.handover.at:%Y-%m-%d} by {found.handover.by} "
            "already: `clerkwork collect list` shows where it stands"
        )
    if found.why:
        raise BusinessError(
            f"debtor {debtor} may not be handed over: {'; '.join(found.why)}. `clerkwork collect "
            f"check {debtor}` looks again"
        )
    claimed = [item for item in found.items if item.open.minor > 0]
    try:
        return office.handovers.approve(
            Handover(
                id="",
                debtor=debtor,
                cycle=min(item.due for item in claimed),
                items=tuple(item.number for item in claimed),
                by=by,
                at=office.clock.now(),
            )
        )
    except ValueError as error:
        # Two people at the same moment: the store took the other one.
        raise BusinessError(str(error)) from error


def recall(office: Office, debtor: str, *, by: str, note: str = "") -> Handover:
    """Take a handover back: his journey goes on where it stood. The ERP's block is a person's.

    It answers the question about collection once more, so that it is asked again after a while,
    and not at once.
    """
    there = standing(office, debtor)
    if there is None:
        raise BusinessError(
            f"debtor {debtor} is not in collection: `clerkwork collect list --all` shows who was"
        )
    _leave(office, there, by=by, note=note)
    return office.handovers.recall(there.id, by=by, note=note)


def _leave(office: Office, there: Handover, *, by: str, note: str) -> None:
    asked = office.queue.beginning(collection_key(there.debtor, there.cycle))
    key = next_key(there.debtor, there.cycle, asked)
    office.queue.put(
        WorkItem(
            id="",
            key=key,
            kind="message",
            title=f"Leave debtor {there.debtor} in collection?",
            created=office.clock.now(),
            facts={"Handed over": f"on {there.at:%Y-%m-%d} by {there.by}"},
            choices=((LEAVE, "taken back; it is asked again later"),),
            debtor=there.debtor,
        )
    )
    for item in office.queue.beginning(key):
        if item.key == key and not item.decision:
            office.queue.close(item.id, decision=LEAVE, by=by, note=note)


def standing_files(handovers: Handovers) -> tuple[str, ...]:
    """Names of the files of dossiers by which debtors are in collection now."""
    stems = (one.dossier.removesuffix(".zip") for one in handovers.all(*STANDING) if one.dossier)
    return tuple(f"{stem}.{ending}" for stem in stems for ending in ("pdf", "zip"))


def make_dossier(office: Office, debtor: str, *, draft: bool = False) -> tuple[Dossier, Filed]:
    """Make the dossier of a debtor as things stand; raises `BusinessError` where there is none.

    So it does where anything is in the way, unless a `draft` is asked for, which says so on its
    first page, and where no invoice may be claimed yet is about all that are overdue.
    """
    checked = check(office, debtor)
    if checked.why and not any(item.open.minor > 0 for item in checked.items):
        ready = checked.ready
        checked = replace(checked, ready=replace(ready, items=ready.overdue, left_out=()))
    dossier = _dossier(office, checked)
    if dossier.unmet and not draft:
        raise BusinessError(
            f"debtor {debtor} has no dossier that may go out: {'; '.join(dossier.unmet)}. With "
            "--draft it is made as a draft, which says so"
        )
    return dossier, _filed(office, dossier)


def file_dossier(office: Office, checked: Checked) -> tuple[Dossier, Filed]:
    """Make it of what was looked at; raises `BusinessError` where nothing is claimed."""
    dossier = _dossier(office, checked)
    return dossier, _filed(office, dossier)


def _filed(office: Office, dossier: Dossier) -> Filed:
    """Write it; of one who was handed over it is noted as his newest, unless it is a draft."""
    filed = office.dossiers.write(dossier)
    if dossier.handover is not None and not dossier.unmet:
        one = dossier.handover
        office.handovers.filed(one.id, dossier=filed.name, sha256=filed.sha256)
    return filed


def _dossier(office: Office, checked: Checked) -> Dossier:
    law, where = office.law, checked.where
    if law is None or not any(item.open.minor > 0 for item in checked.items):
        raise BusinessError(
            f"there is no claim on debtor {where.debtor.number}: {'; '.join(checked.why)}"
        )
    number, today = where.debtor.number, office.clock.today()
    had = office.outbox.histories(number).get(number, ())
    paid = office.paid_items.all(number)
    statement = statement_of(
        law.pack,
        where.debtor.kind,
        checked.ready.items,
        _payments(office, number),
        today,
        vat=law.vat,
        agreed=law.agreed,
        left=left_of(
            law.pack,
            where.debtor.kind,
            asked_and_paid(paid, had),
            law.after,
            beyond=_beyond(office, number, law.pack.currency),
            agreed=law.agreed,
        ),
        settled=costs_settled(checked.ready.items, had, paid),
    )
    owed = [claim.item.number for claim in statement.claims]
    documents = office.documents.of(number, owed)
    letters = tuple(_letters(office, number))
    there = {document.kind for document in documents}
    copied = {item for one in documents if one.kind == "invoice" for item in one.items}
    missing = [Missing(what) for what in ("agreement", "proof of delivery") if what not in there]
    missing += [Missing("invoice", one) for one in owed if one not in copied]
    missing += [
        Missing("letter", f"{one.message.on}")
        for one in letters
        if one.message.channel == "letter" and not one.printed
    ]
    return Dossier(
        creditor=office.creditor,
        handover=checked.handover,
        unmet=checked.why,
        made=office.clock.now(),
        today=today,
        debtor=where.debtor,
        statement=statement,
        others=tuple(i for i in checked.items if i.open.currency != law.pack.currency),
        left_out=checked.ready.left_out,
        letters=letters,
        answers=tuple(_answers(office, number)),
        promises=office.promises.all(debtor=number),
        documents=documents,
        missing=tuple(missing),
        sources=law.pack.sources,
    )


def _payments(office: Office, debtor: str) -> dict[str, Sequence[tuple[date, Money]]]:
    """What was keyed for each of his invoices, by the day of the bank."""
    found: dict[str, list[tuple[date, Money]]] = {}
    for row in office.books.postings(PostingState.KEYED, customer=debtor):
        for part in row.posting.allocations:
            found.setdefault(part.item, []).append((row.posting.booked, part.settles))
    return {item: sorted(paid, key=lambda one: one[0]) for item, paid in found.items()}


def _beyond(office: Office, debtor: str, currency: str) -> Money:
    """What he paid over his invoices and lies on his account."""
    own = lying_on_account(office.books, office.queue, debtor)
    lying = (one.on_account for one in own)
    return total((amount for amount in lying if amount.currency == currency), currency)


def _letters(office: Office, debtor: str) -> Iterator[Letter]:
    passages: dict[str, list[Passage]] = {}
    for one in office.history.passed(debtor):
        proof = "; ".join(word for word in (one.proof, f"run {one.run}" if one.run else "") if word)
        passages.setdefault(one.message, []).append(Passage(at=one.at, what=one.state, proof=proof))
    own: list[Message] = [m for m in office.outbox.history(debtor) if m.state in _SHOWN]
    for event in office.events.all():
        if event.message in passages:
            passages[event.message].append(
                Passage(at=event.at, what=event.kind, proof=event.provider)
            )
    for message in own:
        yield Letter(
            message=message,
            passages=tuple(sorted(passages.get(message.key, ()), key=lambda p: p.at)),
            is_notice=message.announced is not None and message.state is MessageState.SENT,
            printed=office.documents.printed(message) if message.channel == "letter" else b"",
        )


def _answers(office: Office, debtor: str) -> Iterator[Answer]:
    items = [i for kind in _NOTED for i in office.queue.of_kind(kind) if i.debtor == debtor]
    for item in sorted(items, key=lambda i: i.created):
        yield Answer(
            at=item.decided or item.created,
            title=item.title,
            facts=tuple(item.facts.items()),
            decision=dict(item.choices).get(item.decision, item.decision),
            by=item.by,
            note=item.note,
        )

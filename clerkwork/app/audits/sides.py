"""Both sides of a write: what the evidence says was entered, and what the books say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clerkwork.app.audits.sources import Sources
from clerkwork.core.approvals import Approval
from clerkwork.core.collection import Handover
from clerkwork.core.entries import ENTRY, entered
from clerkwork.core.listing import Cell
from clerkwork.core.messages import Message
from clerkwork.core.writes import Write
from clerkwork.ports import PostingRow

__all__ = ["BLOCKS", "Side", "both_sides"]

BLOCKS = "block"
"""How a robot's verbs name the blocking of a debtor."""

_EVIDENCE, _BOOKS, _DIFFER = "evidence", "books", "evidence; the books differ"
_KNOWN = ("receipt", "decision", "message")
"""Kinds of writes each of which the books know; a robot may have others of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A write as it is told, and what of it the books say otherwise."""

    write: Write
    debtor: str = ""
    amount: Cell = None
    before: str = ""
    after: str = ""
    by: str = ""
    """Who says so: the evidence, or the books alone."""
    ground: str = ""
    """Of a message: why its debtor was treated so, in words."""
    differences: tuple[str, ...] = ()


def both_sides(sources: Sources, found: Sequence[Write]) -> Iterator[Side]:
    postings = {row.posting.reference: row for row in sources.books.postings()}
    orders = {approval.order.number: approval for approval in sources.approvals.all()}
    messages = {message.key: message for message in sources.outbox.all()}
    handed = {one.debtor: one for one in sources.handovers.all()} if sources.handovers else {}
    for write in found:
        if write.what == BLOCKS and write.subject in handed:
            yield _block(handed[write.subject], write)
        elif write.subject in postings:
            yield _posting(postings[write.subject], write)
        elif write.subject in orders:
            yield _order(orders[write.subject], write)
        elif write.subject in messages:
            yield _message(messages[write.subject], write)
        else:
            yield _unknown(write)


def _posting(row: PostingRow, write: Write) -> Side:
    books = _plain(entered(row.posting))
    said = _plain(write.facts or {})
    differs = tuple(_differences(write, said, books))
    receipt = said.get("receipt", "")
    if receipt and row.receipt and row.run == write.run and receipt != row.receipt:
        differs = (*differs, _against(write, "receipt", receipt, row.receipt))
    shown = {**books, **said}
    before, after = shown["before"], shown["after"]
    if row.run == write.run:
        keyed = f"{row.state}, receipt {row.receipt}" if row.receipt else str(row.state)
        after = f"{after}; {keyed}"
    if write.what.startswith("reversal") or "storno" in write.what:
        before, after = after, before
    same = shown["amount"] == books["amount"]
    return Side(
        write=write,
        debtor=shown["debtor"],
        amount=row.posting.amount if same else shown["amount"],
        before=before,
        after=after,
        by=_by(said, differs),
        differences=differs,
    )


def _order(approval: Approval, write: Write) -> Side:
    order, decision = approval.order, approval.decision
    verdict = str(decision.verdict) if decision else ""
    entered_then = _plain(write.facts or {}).get("values", "")
    differs: tuple[str, ...] = ()
    if entered_then and entered_then.partition("; ")[0] != verdict:
        differs = (_against(write, "verdict", entered_then.partition("; ")[0], verdict),)
    after = f"{verdict}, {'keyed' if approval.keyed else 'not keyed'}" if decision else ""
    return Side(
        write=write,
        debtor=order.customer,
        amount=order.amount,
        before="waits for credit",
        after=f"{entered_then.partition('; ')[0]} entered" if differs else after,
        by=_by({"values": entered_then} if entered_then else {}, differs),
        differences=differs,
    )


def _block(one: Handover, write: Write) -> Side:
    said = _plain(write.facts or {})
    told = f"{one.state}; {one.note}".rstrip("; ")
    return Side(write=write, debtor=one.debtor, before="no block", after=told, by=_by(said, ()))


def _message(message: Message, write: Write) -> Side:
    books = {
        "to": message.to,
        "amount": str(message.amount or ""),
        "items": ", ".join(message.items),
        "ground": "; ".join(message.ground),
    }
    said = {name: text for name, text in (write.facts or {}).items() if name in books}
    differs = tuple(_differences(write, said, books))
    shown = {**books, **said}
    return Side(
        write=write,
        debtor=message.debtor,
        amount=message.amount if shown["amount"] == books["amount"] else shown["amount"],
        before=shown["items"],
        after=f"{message.state} to {shown['to']}".replace("\n", ", "),
        by=_by(said, differs),
        ground=shown["ground"],
        differences=differs,
    )


def _unknown(write: Write) -> Side:
    said = _plain(write.facts or {})
    lost: tuple[str, ...] = ()
    if write.what in _KNOWN and write.outcome == "ok":
        lost = (
            f"{write.what} {write.subject}: step {write.step} of {write.run} entered it, and the "
            "books do not know it",
        )
    return Side(
        write=write,
        debtor=said.get("debtor", ""),
        amount=said.get("amount"),
        before=said.get("before", ""),
        after=said.get("after", ""),
        by=_EVIDENCE if said else "",
        ground=(write.facts or {}).get("ground", "") if write.what == "message" else "",
        differences=lost,
    )


def _plain(facts: Mapping[str, str]) -> dict[str, str]:
    """Those of an entry, without what their names begin with."""
    return {
        name.removeprefix(ENTRY): text for name, text in facts.items() if name.startswith(ENTRY)
    }


def _differences(write: Write, said: Mapping[str, str], books: Mapping[str, str]) -> Iterator[str]:
    for name, text in books.items():
        if said.get(name, text) != text:
            yield _against(write, name, said[name], text)


def _against(write: Write, name: str, said: str, books: str) -> str:
    return (
        f"{write.what} {write.subject}: by the evidence (step {write.step} of {write.run}) its "
        f"{name} is '{said}', and the books say '{books}'"
    )


def _by(said: Mapping[str, str], differs: Sequence[str]) -> str:
    return _DIFFER if differs else _EVIDENCE if said else _BOOKS

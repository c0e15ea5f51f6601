"""Writes: everything that was entered in a portal or sent, as it was before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from clerkwork.app.audits.decisions import approvers
from clerkwork.app.audits.sources import Sources
from clerkwork.core.approvals import Approval
from clerkwork.core.evidence import StepPicture
from clerkwork.core.listing import Cell, Listing, Place, Row, ordered
from clerkwork.core.messages import Message
from clerkwork.core.money import Money
from clerkwork.core.posting import PostingState
from clerkwork.core.writes import Write, writes_of
from clerkwork.ports import PostingRow

__all__ = ["COLUMNS", "told", "writes"]

COLUMNS = (
    "at", "what", "about", "debtor", "amount", "before", "after", "approved by", "robot",
    "credential", "outcome", "step", "picture before", "picture after",
)  # fmt: skip


def writes(sources: Sources) -> Listing:
    """All writes of the period, and those that the books know of and no evidence here shows."""
    found = [w for run in sources.evidence for w in writes_of(run) if sources.within(w.at)]
    return Listing(
        name="writes",
        title="Writes",
        about="Everything that was entered in a portal or sent, from the evidence of runs; what "
        "stood there before and after, from the books.",
        columns=COLUMNS,
        rows=ordered(told(sources, found)),
        findings=(*sources.amiss, *_missing(sources, found)),
        since=sources.since,
        until=sources.until,
    )


def told(sources: Sources, found: Sequence[Write]) -> Iterator[Row]:
    """A row of `COLUMNS` for each write."""
    postings = {row.posting.reference: row for row in sources.books.postings()}
    orders = {approval.order.number: approval for approval in sources.approvals.all()}
    messages = {message.key: message for message in sources.outbox.all()}
    names = {debtor.number: debtor.name for debtor in sources.books.debtors()}
    approved = approvers(sources)
    for write in found:
        about: tuple[str, Money | None, str, str]
        if write.subject in postings:
            about = _posting(postings[write.subject], write)
        elif write.subject in orders:
            about = _order(orders[write.subject], write)
        elif write.subject in messages:
            about = _message(messages[write.subject])
        else:
            about = ("", None, "", "")
        debtor, amount, before, after = about
        who: Cell = approved.get(write.subject, "")
        yield (
            write.at,
            write.what,
            write.subject,
            f"{debtor} {names.get(debtor, '')}".strip(),
            amount,
            before,
            after,
            who,
            write.robot,
            write.credential,
            write.outcome,
            Place(write.run, write.step),
            _place(write, write.before),
            _place(write, write.after),
        )


def _place(write: Write, picture: StepPicture | None) -> Place | None:
    return Place(write.run, write.step, picture.file) if picture is not None else None


def _posting(row: PostingRow, write: Write) -> tuple[str, Money, str, str]:
    posting = row.posting
    before = [f"{part.item}: {part.open_before} open" for part in posting.allocations]
    after = [f"{p.item}: {p.open_before - p.settles} open" for p in posting.allocations]
    if posting.on_account.minor:
        after.append(f"{posting.on_account} on account")
    if row.run == write.run:
        after.append(f"{row.state}, receipt {row.receipt}" if row.receipt else str(row.state))
    if write.what.startswith("reversal") or "storno" in write.what:
        before, after = after, before
    return posting.customer, posting.amount, "; ".join(before), "; ".join(after)


def _order(approval: Approval, write: Write) -> tuple[str, Money, str, str]:
    order, decision = approval.order, approval.decision
    after = f"{decision.verdict}, {'keyed' if approval.keyed else 'not keyed'}" if decision else ""
    return order.customer, order.amount, "waits for credit", after


def _message(message: Message) -> tuple[str, Money | None, str, str]:
    after = f"{message.state} to {message.to}".replace("\n", ", ")
    return message.debtor, message.amount, ", ".join(message.items), after


def _missing(sources: Sources, found: Sequence[Write]) -> Iterator[str]:
    """What was keyed by the books, and by no evidence that is here; and what was not seen again."""
    shown: dict[str, set[str]] = defaultdict(set)
    for write in chain.from_iterable(map(writes_of, sources.evidence)):
        shown[write.run].add(write.subject)
    for move in sources.history.moves():
        keyed = move.state == PostingState.KEYED and move.was == PostingState.KEYING
        if keyed and move.run and sources.within(move.at) and move.reference not in shown[move.run]:
            yield from _unshown(sources, shown, move.run, move.reference)
    for write in found:
        if write.what != "message" and write.outcome == "ok" and not write.seen_again:
            yield (
                f"{write.what} {write.subject} was submitted in step {write.step} of {write.run}, "
                "and not looked for again in that run"
            )


def _unshown(
    sources: Sources, shown: Mapping[str, set[str]], run: str, reference: str
) -> Iterator[str]:
    if run in {evidence.run for evidence in sources.evidence}:
        # Another run submitted it and died; this one found it there.
        if any(reference in subjects for subjects in shown.values()):
            return
        yield f"posting {reference} was keyed by run {run}, whose evidence shows no such write"
    elif sources.removed(run):
        yield f"posting {reference} was keyed by run {run}, whose evidence was removed as declared"
    else:
        yield f"posting {reference} was keyed by run {run}, whose evidence is not here"

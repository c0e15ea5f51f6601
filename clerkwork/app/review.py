"""Decide what waits in the review queue: matches, postings and messages."""

from __future__ import annotations

from dataclasses import replace

from clerkwork.app.ask import about
from clerkwork.app.office import Office
from clerkwork.app.reconcile import free_items
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.money import Money, total
from clerkwork.core.posting import Allocation, PostingState, make_posting
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError

__all__ = ["decide", "undo"]


def decide(office: Office, id: str, decision: str, *, by: str, note: str = "") -> WorkItem:
    """Take a decision on a work item and carry it out in the store; the item, closed.

    Raises `BusinessError` naming the possible decisions if it is none of them, or if what it
    needs is not open any more. Nothing is keyed here: the next run does that.
    """
    item = office.queue.get(id)
    if item is None:
        raise BusinessError(f"no work item {id!r}: `clerkwork review list` shows those that wait")
    if item.decision:
        raise BusinessError(f"{item.id} was decided already: {item.decision}, by {item.by}")
    if item.kind == "match":
        _decide_match(office, item, decision, by)
    elif item.kind == "posting":
        _decide_posting(office, item, decision, by)
    else:
        _expect(item, decision)
    return office.queue.close(item.id, decision=decision, by=by, note=note)


def undo(office: Office, id: str, *, by: str) -> WorkItem:
    """Take a decision about a bank line back; it waits for a person again.

    Raises `BusinessError` if it was keyed already: that is corrected in the ERP.
    """
    item = office.queue.get(id)
    if item is None or not item.decision:
        raise BusinessError(f"no decided work item {id!r}: there is nothing to take back")
    if item.kind != "match":
        raise BusinessError(f"{item.id}: only decisions about bank lines can be taken back")
    line_id = about(item)
    # Read first: rejecting the posting frees the line of its match.
    found = next(m for m in office.books.matches() if m.line.id == line_id)
    for row in office.books.postings():
        if row.posting.line != line_id or row.state in (PostingState.VOID, PostingState.REJECTED):
            continue
        if row.state not in (PostingState.PROPOSED, PostingState.APPROVED):
            raise BusinessError(
                f"{item.id}: {row.posting.reference} is {row.state} already; correct it in the ERP"
            )
        office.books.move(row.posting.reference, PostingState.REJECTED, note=f"taken back by {by}")
    again = replace(
        found,
        outcome=Outcome.REVIEW,
        rule="person",
        reasons=(f"taken back by {by}", *found.reasons),
        customer="",
        allocations=(),
    )
    office.books.record_matches([again], [])
    return office.queue.reopen(item.id, by=by)


def _expect(item: WorkItem, decision: str) -> None:
    possible = [choice for choice, _ in item.choices]
    if decision not in possible:
        told = "; ".join(f"{choice} ({meaning})" for choice, meaning in item.choices)
        raise BusinessError(f"{decision!r} is no decision for {item.id}. Possible are: {told}")


def _decide_match(office: Office, item: WorkItem, decision: str, by: str) -> None:
    line_id = about(item)
    found = next((m for m in office.books.matches() if m.line.id == line_id), None)
    if found is None or found.outcome is not Outcome.REVIEW:
        raise BusinessError(f"{item.id}: its bank line is not in review any more")
    if decision == "not-ours":
        settled = _by_person(found, by, "no debtor's money", outcome=Outcome.NOT_OURS)
        office.books.record_matches([settled], [])
        return
    customer, allocations = _applied(office, item, found, decision)
    settled = _by_person(found, by, decision, customer=customer, allocations=allocations)
    posting = make_posting(
        line=line_id,
        customer=customer,
        account=found.line.account,
        booked=found.line.booked,
        amount=found.line.amount,
        allocations=allocations,
    )
    office.books.record_matches([settled], [posting])
    office.books.move(posting.reference, PostingState.APPROVED, note=f"decided by {by}")


def _by_person(
    found: Match,
    by: str,
    what: str,
    *,
    outcome: Outcome = Outcome.SETTLED,
    customer: str = "",
    allocations: tuple[Allocation, ...] = (),
) -> Match:
    return replace(
        found,
        outcome=outcome,
        rule="person",
        reasons=(f"decided by {by}: {what}", *found.reasons),
        customer=customer,
        allocations=allocations,
    )


def _applied(
    office: Office, item: WorkItem, found: Match, decision: str
) -> tuple[str, tuple[Allocation, ...]]:
    if found.line.amount.minor <= 0:
        raise BusinessError(
            f"{item.id}: {found.line.amount} went out; it cannot be keyed as a receipt. "
            "Correct it in the ERP, then decide not-ours"
        )
    kind, _, value = decision.partition(":")
    if kind == "account" and value:
        known = {debtor.number for debtor in office.books.debtors()}
        if value not in known:
            raise BusinessError(f"{item.id}: there is no debtor {value!r} in the ERP")
        return value, ()
    if kind == "items" and value:
        return _over_items(office, item, found.line.amount, value.split(","))
    if decision.isdigit() and 1 <= int(decision) <= len(found.candidates):
        candidate = found.candidates[int(decision) - 1]
        _still_open(office, item, candidate.allocations)
        return candidate.customer, candidate.allocations
    _expect(item, decision)
    raise BusinessError(f"{decision!r} needs a number behind the colon: `{kind}:NUMBER`")


def _still_open(office: Office, item: WorkItem, allocations: tuple[Allocation, ...]) -> None:
    free = {open_item.number: open_item.open for open_item in free_items(office.books)}
    for part in allocations:
        if free.get(part.item) != part.open_before:
            raise BusinessError(
                f"{item.id}: {part.item} has {free.get(part.item, 'nothing')} open now, the "
                f"candidate was made on {part.open_before}. Use items:{part.item} instead"
            )


def _over_items(
    office: Office, item: WorkItem, amount: Money, numbers: list[str]
) -> tuple[str, tuple[Allocation, ...]]:
    free = {open_item.number: open_item for open_item in free_items(office.books)}
    unknown = [number for number in numbers if number not in free]
    if unknown:
        raise BusinessError(f"{item.id}: not open: {', '.join(unknown)}; nothing was decided")
    chosen = sorted((free[number] for number in set(numbers)), key=lambda i: (i.due, i.number))
    customers = {open_item.customer for open_item in chosen}
    if len(customers) != 1:
        raise BusinessError(f"{item.id}: these items belong to several debtors; name one's only")
    credit = total((-i.open for i in chosen if i.open.minor < 0), amount.currency)
    left = amount + credit
    parts = []
    for open_item in chosen:
        applied = open_item.open if open_item.open < left else left
        if applied:
            parts.append(
                Allocation(
                    item=open_item.number,
                    amount=applied,
                    discount=Money(0, amount.currency),
                    open_before=open_item.open,
                )
            )
        left -= applied if applied.minor > 0 else Money(0, amount.currency)
    return customers.pop(), tuple(parts)


def _decide_posting(office: Office, item: WorkItem, decision: str, by: str) -> None:
    _expect(item, decision)
    reference = about(item)
    moves = {
        "approve": PostingState.APPROVED,
        "reject": PostingState.REJECTED,
        "keyed": PostingState.KEYED,
    }
    try:
        office.books.move(reference, moves[decision], note=f"decided by {by}")
    except ValueError as error:
        raise BusinessError(f"{item.id}: {error}") from error

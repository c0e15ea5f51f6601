"""Decide what waits for a person: matches, postings, messages and orders."""

from __future__ import annotations

from dataclasses import replace

from clerkwork.app.approve import ask_again
from clerkwork.app.approve import decide as decide_order
from clerkwork.app.ask import about
from clerkwork.app.deliver import settle_by_person
from clerkwork.app.office import Office
from clerkwork.app.reconcile import free_items
from clerkwork.core.approvals import Approval
from clerkwork.core.matching.model import Match, Outcome
from clerkwork.core.money import Money, total
from clerkwork.core.posting import Allocation, PostingState, make_posting
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError

__all__ = ["decide", "find", "undo", "waiting"]


def waiting(office: Office) -> tuple[WorkItem, ...]:
    """Everything that waits for a person, orders that an approver was asked about among it."""
    items = office.queue.open()
    asked = {about(item) for item in items if item.kind == "order"}
    orders = (
        _order_item(approval)
        for approval in office.approvals.all()
        if approval.decision is None and approval.approver and approval.id not in asked
    )
    return (*items, *orders)


def find(office: Office, id: str) -> WorkItem:
    """An item by its id or an unambiguous beginning of it; raises `BusinessError`."""
    item = office.queue.get(id)
    if item is None:
        orders = [one for one in waiting(office) if one.kind == "order" and one.id.startswith(id)]
        item = orders[0] if len(orders) == 1 else None
    if item is None:
        raise BusinessError(f"no work item {id!r}: `clerkwork review list` shows those that wait")
    return item


def decide(office: Office, id: str, decision: str, *, by: str, note: str = "") -> WorkItem:
    """Take a decision on a work item and carry it out in the store; the item, closed.

    Raises `BusinessError` naming the possible decisions if it is none of them, or if what it
    needs is not open any more. Nothing is keyed here: the next run does that.
    """
    item = find(office, id)
    if item.decision:
        raise BusinessError(f"{item.id} was decided already: {item.decision}, by {item.by}")
    if item.kind == "match":
        _decide_match(office, item, decision, by)
    elif item.kind == "posting":
        _decide_posting(office, item, decision, by)
    else:
        _expect(item, decision)
        if item.kind == "order":
            return _decide_order(office, item, decision, by, note)
        if item.kind == "message":
            settle_by_person(office.outbox, item, decision, by)
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


def _decide_order(office: Office, item: WorkItem, decision: str, by: str, note: str) -> WorkItem:
    """Answer in place of the approver; the question in the queue, if there is one, goes with it."""
    if decision == "again":
        ask_again(
            approvals=office.approvals,
            books=office.books,
            clock=office.clock,
            policy=office.credit,
            id=about(item),
        )
        return office.queue.close(item.id, decision=decision, by=by, note=note)
    decide_order(
        approvals=office.approvals,
        books=office.books,
        queue=office.queue,
        clock=office.clock,
        id=about(item),
        verdict=decision,
        by=by,
        via="command line",
        reason=note,
    )
    return replace(item, decision=decision, by=by, note=note)


def _order_item(approval: Approval) -> WorkItem:
    order = approval.order
    return WorkItem(
        id=approval.id,
        key=f"order/{approval.id}",
        kind="order",
        title=f"Release order {order.number} of {order.amount}? asked: {approval.approver}",
        created=approval.asked,
        facts={"Why it is asked": "; ".join(approval.reasons), **dict(approval.facts)},
        choices=(("release", "release it in the ERP"), ("hold", "put it on hold in the ERP")),
    )


def _expect(item: WorkItem, decision: str) -> None:
    if decision not in [choice for choice, _ in item.choices]:
        raise _no_decision(item, decision)


def _no_decision(item: WorkItem, decision: str) -> BusinessError:
    told = "; ".join(f"{choice} ({meaning})" for choice, meaning in item.choices)
    return BusinessError(f"{decision!r} is no decision for {item.id}. Possible are: {told}")


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
    raise _no_decision(item, decision)


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

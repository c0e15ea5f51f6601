"""Decide what waits for a person: matches, postings, messages and orders."""

from __future__ import annotations

from dataclasses import replace

from clerkwork.app.answer_reply import answer_reply, settle_reply, with_reply
from clerkwork.app.approve import ask_again
from clerkwork.app.approve import decide as decide_order
from clerkwork.app.ask import about
from clerkwork.app.collect import approve as approve_handover
from clerkwork.app.deliver import settle_by_person
from clerkwork.app.hear import heed_call
from clerkwork.app.office import Office
from clerkwork.app.post_letters import KIND as LETTERS
from clerkwork.app.post_letters import settle_letters
from clerkwork.app.reconcile import matching
from clerkwork.app.remind_facts import ON_ACCOUNT
from clerkwork.app.resume import lift_of
from clerkwork.app.settle import decide_line, expect, undo_line
from clerkwork.core.approvals import Approval
from clerkwork.core.collection import HAND_OVER, is_collection
from clerkwork.core.posting import PostingState
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
    return with_reply(office, item)


def decide(
    office: Office, id: str, decision: str, *, by: str, note: str = "", remember: bool = True
) -> WorkItem:
    """Take a decision on a work item and carry it out in the store; the item, closed.

    What a decision about a bank line teaches is remembered, unless `remember` is off. A task that
    was stopped because it failed too often goes on once that is decided.
    Raises `BusinessError` naming the possible decisions if it is none of them, or if what it
    needs is not open any more. Nothing is keyed here: the next run does that.
    """
    item = find(office, id)
    if item.decision:
        raise BusinessError(f"{item.id} was decided already: {item.decision}, by {item.by}")
    if item.kind == "match":
        with matching(office):
            decide_line(office, item, decision, by=by, remember=remember)
    elif item.kind == "posting":
        _decide_posting(office, item, decision, by)
    else:
        expect(item, decision)
        if item.kind == "order":
            return _decide_order(office, item, decision, by, note)
        if item.kind == "message":
            settle_by_person(office.outbox, item, decision, by)
        if item.kind == "call":
            heed_call(
                outbox=office.outbox,
                events=office.events,
                queue=office.queue,
                clock=office.clock,
                item=item,
                decision=decision,
            )
        if item.kind == LETTERS:
            settle_letters(office.outbox, item, decision, by)
        if is_collection(item.key) and decision == HAND_OVER:
            approve_handover(office, item.debtor, by=by)
        answer_reply(office, item, decision, by)
        lift_of(office.stops, item, by)
    closed = office.queue.close(item.id, decision=decision, by=by, note=note)
    settle_reply(office, closed)
    return closed


def undo(office: Office, id: str, *, by: str) -> WorkItem:
    """Take a decision about a bank line or money on account back; it waits for a person again.

    What it taught is forgotten. Raises `BusinessError` if it was keyed already: that is corrected
    in the ERP.
    """
    item = office.queue.get(id)
    if item is None or not item.decision:
        raise BusinessError(f"no decided work item {id!r}: there is nothing to take back")
    if item.key.startswith(ON_ACCOUNT):
        # Nothing followed from it but that his money held him no more: from now on it does again.
        return office.queue.reopen(item.id, by=by)
    if item.kind != "match":
        raise BusinessError(
            f"{item.id}: only decisions about bank lines and about money on account can be taken "
            "back"
        )
    with matching(office):
        undo_line(office, item, by=by)
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


def _decide_posting(office: Office, item: WorkItem, decision: str, by: str) -> None:
    expect(item, decision)
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

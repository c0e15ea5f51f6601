"""Approve: ask about waiting orders once, take the answer, and hand it on to be keyed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from clerkwork.app.decided import POLICY, VERSION
from clerkwork.app.deliver import Post, deliver, interrupted
from clerkwork.core.approvals import (
    VERDICTS,
    Approval,
    Decision,
    approval_id,
    figures_of,
)
from clerkwork.core.credit import Assessment, CreditPolicy, approver_of, assess
from clerkwork.core.ledger import Order
from clerkwork.core.messages import Message, MessageState
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError, ChannelDown
from clerkwork.ports import Approvals, Archive, Books, Channel, Clock, Outbox, Queue

__all__ = [
    "STEP",
    "ApprovalFigures",
    "ask_again",
    "ask_approvals",
    "decide",
    "decided_not_keyed",
    "told",
]

STEP = "approval"
"""The `step` of an approver's mail in the outbox."""
_LATE = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class ApprovalFigures:
    """What one run did about the orders that wait, in numbers."""

    waiting: int = 0
    released_by_policy: int = 0
    asked: int = 0
    """Mails sent to approvers."""
    unanswered: int = 0
    """Questions whose time is up, put to a person now."""
    failed: int = 0
    """Mails refused, doubtful, or not taken: a person is told, or the next run tries again."""
    would_do: list[str] = field(default_factory=list)
    """In words; filled by a dry run only."""
    trouble: list[str] = field(default_factory=list)
    """The channel was down: the run should say that it stopped."""

    def as_counts(self) -> dict[str, int]:
        """For the journal and the report."""
        return {
            "orders waiting": self.waiting,
            "orders released by policy": self.released_by_policy,
            "approvals asked": self.asked,
            "approvals unanswered": self.unanswered,
            "approval mails not sent": self.failed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    books: Books
    approvals: Approvals
    policy: CreditPolicy
    post: Post
    write: Callable[[Approval, int], Message]
    figures: ApprovalFigures
    version: str
    """Of the policy."""


def ask_approvals(
    *,
    books: Books,
    approvals: Approvals,
    outbox: Outbox,
    queue: Queue,
    channels: Mapping[str, Channel],
    archives: Mapping[str, Archive],
    clock: Clock,
    policy: CreditPolicy,
    write: Callable[[Approval, int], Message],
    run: str,
    version: str,
    dry_run: bool = False,
    ended: Callable[[str], bool] = lambda _: True,
) -> ApprovalFigures:
    """Policy releases what it may; about every other waiting order one mail goes out, once ever.

    `write` makes the mail of an approval, with its signed link, for an attempt
    counted from 1. An order whose figures changed is another question; the
    link of the old one is void. `version` is that of the policy, in words, and `ended` tells
    whether another run has surely ended.
    """
    post = Post(
        outbox=outbox,
        queue=queue,
        channels=channels,
        archives=archives,
        clock=clock,
        run=run,
        ended=ended,
    )
    desk = _Desk(
        books=books,
        approvals=approvals,
        policy=policy,
        post=post,
        write=write,
        figures=ApprovalFigures(),
        version=version,
    )
    if not dry_run:
        interrupted(post, _asks)
    for order in sorted(books.orders(), key=lambda o: (o.placed, o.number)):
        desk.figures.waiting += 1
        latest = _latest(order, approvals)
        if latest is None:
            _new(order, desk, dry_run)
        elif latest.decision is None and not dry_run:
            _open(latest, desk)
    return desk.figures


def decide(
    *,
    approvals: Approvals,
    books: Books,
    queue: Queue,
    clock: Clock,
    id: str,
    verdict: str,
    by: str,
    via: str,
    reason: str = "",
) -> Approval:
    """Take an answer: 'release' or 'hold', by whom (a name or mail address), via which way.

    Only a link's time can run out: on the 'command line' a question is answered
    late too, as a round of its own. Raises `BusinessError` when it is unknown,
    answered already, or the order changed or no longer waits.
    """
    approval = approvals.get(id)
    if approval is None:
        raise BusinessError(f"there is no question {id}: `clerkwork review list` shows what waits")
    if verdict not in VERDICTS:
        raise BusinessError(f"'{verdict}' is no answer: it is {' or '.join(VERDICTS)}")
    if not by.strip():
        raise BusinessError("the name of who decides is missing: it is kept for the auditor")
    late = via == "command line"
    if late:
        # A person at the command line answers the order's newest round, in time or not.
        approval = _latest(approval.order, approvals) or approval
    if approval.decision:
        raise BusinessError(told(approval))
    _must_wait(approval, books)
    now = clock.now()
    if now >= approval.expires:
        if not late:
            raise BusinessError(f"the time to answer about order {approval.order.number} is up")
        approval = _round(approval, approvals, clock, approver=by, lasts=_LATE)
    answer = Decision(verdict=verdict, by=by.strip(), at=now, via=via, reason=reason.strip())
    try:
        decided = approvals.decide(approval.id, answer)
    except ValueError:
        # Two answers at the same moment: the store took the other one.
        current = approvals.get(approval.id) or approval
        raise BusinessError(told(current)) from None
    for question in {id, approval.id}:
        queue.withdraw(f"order/{question}", f"{by}: {verdict}")
    return decided


def ask_again(
    *, approvals: Approvals, books: Books, clock: Clock, policy: CreditPolicy, id: str
) -> Approval:
    """Ask anew about an order whose time to answer is up; the next run sends the mail."""
    approval = approvals.get(id)
    if approval is None or approval.decision or clock.now() < approval.expires:
        raise BusinessError(f"question {id} is not one whose time is up")
    _must_wait(approval, books)
    return _round(
        approval,
        approvals,
        clock,
        approver=approver_of(approval.order, policy).email,
        lasts=timedelta(hours=policy.valid_hours),
    )


def decided_not_keyed(*, approvals: Approvals, books: Books) -> tuple[Approval, ...]:
    """Answers that do not stand in the ERP yet, oldest first.

    An order that waits there with other figures than were decided about is
    left out: it is another question. One that no longer waits is in: the robot
    asks the portal what became of it.
    """
    waiting = {order.number: figures_of(order) for order in books.orders()}
    found = [
        a
        for a in approvals.all()
        if a.decision
        and not a.keyed
        and waiting.get(a.order.number, figures_of(a.order)) == figures_of(a.order)
    ]
    return tuple(sorted(found, key=lambda a: (a.asked, a.id)))


def told(approval: Approval) -> str:
    """What was decided, in words."""
    decision = approval.decision
    if decision is None:
        return f"order {approval.order.number} is not decided yet"
    done = {"release": "released", "hold": "put on hold"}[decision.verdict]
    why = f" ({decision.reason})" if decision.reason else ""
    return (
        f"order {approval.order.number} was {done} by {decision.by} "
        f"on {decision.at:%Y-%m-%d %H:%M} UTC{why}"
    )


def _asks(message: Message) -> bool:
    return message.step == STEP


def _latest(order: Order, approvals: Approvals) -> Approval | None:
    found, number = None, 1
    while (one := approvals.get(approval_id(order, number))) is not None:
        found, number = one, number + 1
    return found


def _must_wait(approval: Approval, books: Books) -> None:
    order = next((o for o in books.orders() if o.number == approval.order.number), None)
    if order is None:
        raise BusinessError(
            f"order {approval.order.number} no longer waits: somebody decided in the ERP itself"
        )
    if figures_of(order) != figures_of(approval.order):
        raise BusinessError(
            f"order {order.number} changed since the question: it is {order.amount} now, "
            f"asked was {approval.order.amount}. A new question follows with the next run"
        )


def _round(
    approval: Approval, approvals: Approvals, clock: Clock, *, approver: str, lasts: timedelta
) -> Approval:
    number = 2
    while approvals.get(approval_id(approval.order, number)) is not None:
        number += 1
    now = clock.now()
    again = replace(
        approval,
        id=approval_id(approval.order, number),
        approver=approver,
        asked=now,
        expires=now + lasts,
    )
    if not approvals.ask(again):
        raise BusinessError(f"order {approval.order.number} was asked about anew meanwhile")
    return again


def _new(order: Order, desk: _Desk, dry_run: bool) -> None:
    found = _assessed(order, desk)
    if dry_run:
        what = "release" if found.verdict == "release" else "ask about"
        desk.figures.would_do.append(f"{what} order {order.number}: {'; '.join(found.reasons)}")
        return
    now = desk.post.clock.now()
    by_policy = found.verdict == "release"
    approval = Approval(
        id=approval_id(order),
        order=order,
        reasons=found.reasons,
        facts=(*found.facts, (VERSION, desk.version)) if by_policy else found.facts,
        approver="" if by_policy else approver_of(order, desk.policy).email,
        asked=now,
        expires=now + timedelta(hours=desk.policy.valid_hours),
    )
    desk.approvals.ask(approval)
    _open(approval, desk)


def _assessed(order: Order, desk: _Desk) -> Assessment:
    debtor = next((d for d in desk.books.debtors() if d.number == order.customer), None)
    since = desk.post.clock.now() - timedelta(days=desk.policy.remembered_days)
    released = [
        a.order
        for a in desk.approvals.all()
        if a.decision and a.decision.verdict == "release" and a.decision.at >= since
    ]
    today = desk.post.clock.today()
    return assess(order, debtor, desk.books.open_items(), released, today, desk.policy)


def _open(approval: Approval, desk: _Desk) -> None:
    """Move a question on that has no answer yet."""
    if not approval.approver:
        _release(approval, desk)
    elif desk.post.clock.now() >= approval.expires:
        asked = f"{approval.approver} did not answer by {approval.expires:%Y-%m-%d %H:%M} UTC"
        desk.figures.unanswered += desk.post.queue.put(_question(approval, asked, desk.post))
    else:
        _mail(approval, desk)


def _release(approval: Approval, desk: _Desk) -> None:
    desk.approvals.decide(
        approval.id,
        Decision(
            verdict="release",
            by=POLICY,
            at=desk.post.clock.now(),
            via=POLICY,
            reason="; ".join(approval.reasons),
        ),
    )
    desk.figures.released_by_policy += 1


def _mail(approval: Approval, desk: _Desk) -> None:
    message = _unsent(approval, desk)
    if message is None:
        return
    try:
        state = deliver(message, desk.post)
    except ChannelDown as error:
        desk.figures.failed += 1
        desk.figures.trouble.append(f"{message.channel}: {error}")
        return
    if state is MessageState.SENT:
        desk.figures.asked += 1
        return
    desk.figures.failed += 1
    if state is MessageState.SENDING:
        # The server fell silent and the archive does not have it: the next run asks again.
        return
    why = f"the mail to {approval.approver} is {state}"
    desk.post.queue.put(_question(approval, why, desk.post))


def _unsent(approval: Approval, desk: _Desk) -> Message | None:
    """The approval's mail if it has to go: the prepared one, or the next attempt after a stop."""
    stands = {m.key: m for m in desk.post.outbox.pending(*MessageState) if m.step == STEP}
    attempt = 1
    while True:
        message = desk.write(approval, attempt)
        known = stands.get(message.key)
        if known is None:
            return message if desk.post.outbox.prepare(message) else None
        if known.state in (MessageState.PREPARED, MessageState.SENDING):
            return known
        if known.state is not MessageState.STOPPED:
            return None
        attempt += 1


def _question(approval: Approval, why: str, post: Post) -> WorkItem:
    order = approval.order
    return WorkItem(
        id="",
        key=f"order/{approval.id}",
        kind="order",
        title=f"Release order {order.number} of {order.amount}?",
        created=post.clock.now(),
        facts={
            "Why you": why,
            "Why it is asked": "; ".join(approval.reasons),
            **dict(approval.facts),
        },
        choices=(
            ("release", "release it in the ERP"),
            ("hold", "put it on hold in the ERP"),
            ("again", "ask the approver again"),
        ),
        evidence=post.run,
    )

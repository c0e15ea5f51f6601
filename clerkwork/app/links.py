"""Payment links that debtors asked for: one text each, sent by a run of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from clerkwork.app.deliver import Post, deliver, interrupted
from clerkwork.app.go_on import URGENT
from clerkwork.app.office import Office
from clerkwork.app.run import Run
from clerkwork.app.task import Task
from clerkwork.app.witness import Witness
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import LINK, Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.queue import WorkItem, call_key
from clerkwork.errors import ChannelDown
from clerkwork.ports import Errand

__all__ = ["ask_for_link", "send_payment_links", "task_of_links"]


def task_of_links(tasks: Iterable[Task]) -> Task | None:
    """The task that is run after somebody asked for a link; None if there is none."""
    return next((task for task in tasks if task.after == "link"), None)


def ask_for_link(
    office: Office,
    task: Task,
    call: Message,
    text: str,
    items: Sequence[OpenItem],
    amount: Money,
    named: Callable[[str], str],
) -> None:
    """Have a text with a link sent to the number of a call, once a call however often he asks.

    It is written down here and sent by the next free worker, so that what is sent has its
    evidence. `named` gives the Message-ID of a key.
    """
    key = f"{call.key}/link"
    office.outbox.prepare(
        Message(
            key=key,
            channel="sms",
            to=call.to,
            subject=LINK,
            text=text,
            html="",
            debtor=call.debtor,
            step=LINK,
            amount=amount,
            items=tuple(item.number for item in items),
            on=office.clock.today(),
            message_id=named(key),
            journey=call.journey,
            segment=call.segment,
            ground=call.ground,
        )
    )
    office.errands.ask(
        Errand(
            id=f"link/{call.message_id}",
            task=task.name,
            by=f"debtor {call.debtor}",
            asked=office.clock.now(),
            queue=task.queue,
            priority=min(task.priority, URGENT),
        )
    )


def send_payment_links(run: Run) -> None:
    """Send every link that was asked for, unless what it is about was paid meanwhile.

    What an interrupted run left half-sent is settled first. Raises `ChannelDown`.
    """
    with run.office.holding.hold("outbox links", "The sending of payment links"):
        _send(run)


def _send(run: Run) -> None:
    office = run.office
    post = Post(
        outbox=office.outbox,
        queue=office.queue,
        channels=Witness(run).channels(),
        archives=office.archives,
        clock=office.clock,
        run=run.id,
        ended=lambda other: office.holding.ending(other).sure,
    )
    if not run.dry:
        interrupted(post, _is_link)
    open_now = {(item.customer, item.number) for item in office.books.open_items()}
    waiting = office.outbox.pending(MessageState.PREPARED, MessageState.SENDING)
    for message in filter(_is_link, waiting):
        if run.dry:
            run.would(f"send debtor {message.debtor} the payment link that he asked for")
        elif not any((message.debtor, number) in open_now for number in message.items):
            note = "paid: nothing of it is open any more"
            office.outbox.settle(message.key, MessageState.STOPPED, note=note, run=run.id)
        else:
            _deliver(run, message, post)


def _deliver(run: Run, message: Message, post: Post) -> None:
    try:
        state = deliver(message, post)
    except ChannelDown:
        # He waits for it now: what goes later, a person decides.
        post.queue.put(_missed(message, post))
        raise
    if state is MessageState.SENT:
        run.count("payment links sent", 1)


def _missed(message: Message, post: Post) -> WorkItem:
    return WorkItem(
        id="",
        key=call_key(message.message_id),
        kind="call",
        title=f"Debtor {message.debtor} asked for a payment link and did not get it",
        created=post.clock.now(),
        facts={"Debtor": message.debtor, "Number": message.to, "Text": message.text},
        choices=(("called", "he knows how to pay: his journey goes on"),),
        evidence=post.run,
        debtor=message.debtor,
    )


def _is_link(message: Message) -> bool:
    return message.step == LINK

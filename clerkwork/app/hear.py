"""Hear what becomes of messages after they were sent, and heed what did not arrive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clerkwork.app.message_asks import did_not_arrive, waiting_key
from clerkwork.core.messages import LINK, NOT_ARRIVED, Message, MessageEvent, MessageState
from clerkwork.core.queue import NOT_REACHED, WorkItem, call_key
from clerkwork.ports import Clock, MessageEvents, Outbox, Queue

__all__ = ["Heeded", "hear", "heed", "heed_call"]

_TELLING = (*NOT_ARRIVED, "accepted", "delivered", "read", "answered")
_TRIES = 2
"""Messages to one address that did not arrive, after which it is given up."""
_OF_NO_USE = "it was reported that the address is of no use"
_MISSED = "{tries} times nobody was reached at this address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heeded:
    """What followed from reports in one run."""

    given_up: int = 0
    """Addresses that are used no more."""
    anew: int = 0
    """Messages that did not arrive, and may be written anew."""
    settled: int = 0
    """Messages of which nobody knew, until the provider reported on them."""


def hear(
    *,
    outbox: Outbox,
    events: MessageEvents,
    clock: Clock,
    message_id: str,
    kind: str,
    provider: str = "",
) -> bool:
    """Note a report on the message with a Message-ID; False if it is known already, or not ours.

    `provider` is the report's own id, by which one that is told twice is one. Nothing follows
    from it here: who sends may be in the middle of it, and heeds it with the next run.
    """
    message = outbox.named(message_id)
    if message is None:
        return False
    event = MessageEvent(message=message.key, kind=kind, at=clock.now(), provider=provider)
    return events.note(event)


def heed(
    *,
    outbox: Outbox,
    events: MessageEvents,
    queue: Queue,
    clock: Clock,
    run: str,
    debtors: Sequence[str] = (),
) -> Heeded:
    """Let follow what was reported since the last run, of some debtors or of all.

    What did not arrive was no contact: it is written anew, or goes by the next channel once its
    address is of no use, or failed twice; a person is told of such an address. What is doubtful,
    and was reported on, is not doubtful any more.
    """
    told: dict[str, set[str]] = {}
    for event in events.all(kinds=_TELLING):
        told.setdefault(event.message, set()).add(event.kind)
    if not told:
        return Heeded()
    given_up = anew = settled = 0
    lost: dict[tuple[str, str], int] = {}
    # Every message once, oldest first, so that the second of two failures counts as such.
    for message in sorted(_reminders(outbox, debtors), key=lambda one: one.on or date.min):
        kinds = told.get(message.key)
        if not kinds:
            continue
        failed = not kinds.isdisjoint(NOT_ARRIVED)
        if failed:
            lost[message.channel, message.to] = lost.get((message.channel, message.to), 0) + 1
        if message.state is MessageState.DOUBTFUL:
            note = "its provider reported on it, so it was sent"
            outbox.settle(message.key, MessageState.SENT, note=note, run=run)
            queue.withdraw(waiting_key(message), note)
            settled += 1
        elif message.state is not MessageState.SENT:
            continue
        if not failed:
            continue
        if "bounced" in kinds or lost[message.channel, message.to] >= _TRIES:
            # The question first: a crash between the two asks it again, and it is asked once.
            why = _OF_NO_USE if "bounced" in kinds else _MISSED.format(tries=_TRIES)
            queue.put(did_not_arrive(message, why, clock, run))
            note = "it did not arrive: the address is of no use"
            outbox.settle(message.key, MessageState.FAILED, note=note, run=run)
            given_up += 1
        else:
            note = "it did not arrive"
            outbox.settle(message.key, MessageState.STOPPED, note=note, run=run)
            anew += 1
    return Heeded(given_up=given_up, anew=anew, settled=settled)


def heed_call(
    *,
    outbox: Outbox,
    events: MessageEvents,
    queue: Queue,
    clock: Clock,
    item: WorkItem,
    decision: str,
) -> None:
    """Let follow that a person reached nobody by a call that a journey asked for.

    Such a call was no contact. It is heeded at once, before anybody counts contacts.
    """
    if decision != NOT_REACHED or not item.debtor:
        return
    for message in outbox.histories(item.debtor).get(item.debtor, ()):
        if item.key != call_key(message.message_id):
            continue
        event = MessageEvent(
            message=message.key, kind="undelivered", at=clock.now(), provider=f"item {item.id}"
        )
        events.note(event)
        heed(
            outbox=outbox,
            events=events,
            queue=queue,
            clock=clock,
            run="",
            debtors=(item.debtor,),
        )


def _reminders(outbox: Outbox, debtors: Sequence[str]) -> Iterable[Message]:
    histories = outbox.histories(*debtors).values()
    return (one for had in histories for one in had if one.step != LINK)

"""Converse: what a computer call says next, and what follows from the keys that are pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clerkwork.app.hear import hear
from clerkwork.app.promise import make_promise
from clerkwork.core.collection import STANDING, in_collection
from clerkwork.core.ledger import OpenItem
from clerkwork.core.messages import Message
from clerkwork.core.money import Money, by_currency
from clerkwork.core.promises import PromiseState, broken_lately
from clerkwork.core.queue import NOT_REACHED, WorkItem
from clerkwork.errors import BusinessError
from clerkwork.ports import Books, Clock, Handovers, MessageEvents, Outbox, Promises, Queue

__all__ = ["STAGES", "Desk", "Key", "Turn", "converse"]

STAGES = ("start", "on", "who", "menu", "days", "sure")
_TRIES = 3
"""How often the same is asked before the call ends."""
_HIMSELF = "the debtor himself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a conversation works with."""

    outbox: Outbox
    events: MessageEvents
    books: Books
    promises: Promises
    queue: Queue
    handovers: Handovers
    clock: Clock
    days: int
    """Most days ahead that a promise by telephone may lie."""
    send_link: Callable[[Message, Sequence[OpenItem], Money], None] | None = None
    """Has a text with a payment link sent, once a message; None where there are no texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What came of the turn before."""

    stage: str
    digits: str = ""
    """Empty if nothing was pressed."""
    answered_by: str = ""
    """'human', 'machine', or empty where the provider could not tell."""
    call: str = ""
    """The provider's id of the call."""
    tries: int = 1
    """How often it was asked."""
    chosen: int = 0
    """Days of the promise that is being made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Sentences by the names that scripts have for them, and what is asked with them."""

    says: tuple[str, ...] = ()
    keys: int = 0
    """Most keys that are waited for; 0: it is the end."""
    then: str = ""
    """One of `STAGES`, which is told the keys."""
    tries: int = 1
    chosen: int = 0
    owed: tuple[Money, ...] = ()
    """What he owes now; said to nobody who has not said that he is the debtor."""
    items: tuple[OpenItem, ...] = ()
    until: date | None = None
    """The day of the promise."""


_NOBODY = Turn()


def converse(message: Message, key: Key, desk: Desk) -> Turn:
    """The next turn of the call that a message is.

    To a machine nothing is said. Where it is not sure that a person listens, a key is asked for
    before the debtor's name is said; amounts are said once he has pressed that it is he. The same
    request twice has the same effects once.
    """
    match key.stage:
        case "start":
            return _start(message, key, desk)
        case "on":
            return Turn(says=("who",), keys=1, then="who") if key.digits == "1" else _NOBODY
        case "who":
            return _who(message, key, desk)
        case "menu":
            return _chosen(message, key, desk)
        case "days":
            return _days(message, key, desk)
        case "sure":
            return _sure(message, key, desk)
    raise ValueError(f"{key.stage!r} is no stage of a call; expected one of {', '.join(STAGES)}")


def _start(message: Message, key: Key, desk: Desk) -> Turn:
    # That it was asked what to say shows that the call was made, whatever becomes of its answer.
    _note(message, key, desk, "accepted")
    if key.answered_by == "machine":
        _note(message, key, desk, "voicemail")
        return _NOBODY
    if key.answered_by == "human":
        return Turn(says=("who",), keys=1, then="who")
    return Turn(says=("press_on",), keys=1, then="on")


def _who(message: Message, key: Key, desk: Desk) -> Turn:
    if key.digits == "1":
        _note(message, key, desk, "answered")
        return _menu(message, desk)
    if key.digits == "2":
        # The number is not his, or not his alone: it is called no more until a person says so.
        _note(message, key, desk, "bounced")
        return Turn(says=("sorry",))
    return _again(key, Turn(says=("who",), keys=1, then="who"))


def _menu(message: Message, desk: Desk) -> Turn:
    items = _open(message, desk)
    owed = tuple(amount for amount in by_currency(i.open for i in items) if amount.minor > 0)
    if not owed:
        return Turn(says=("settled", "bye"))
    link = ("key_link",) if desk.send_link is not None and len(owed) == 1 else ()
    promise = ("key_promise",) if _may_promise(message, desk) else ()
    says = ("owed", *link, *promise, "key_dispute", "key_person", "key_again")
    return Turn(says=says, keys=1, then="menu", owed=owed, items=items)


def _chosen(message: Message, key: Key, desk: Desk) -> Turn:
    menu = _menu(message, desk)
    if not menu.keys:
        return menu
    match key.digits:
        case "1" if "key_link" in menu.says and desk.send_link is not None:
            desk.send_link(message, menu.items, menu.owed[0])
            return Turn(says=("link_sent", "bye"))
        case "2" if "key_promise" in menu.says:
            return Turn(says=("ask_days",), keys=2, then="days")
        case "3":
            desk.queue.put(_item(message, "dispute", desk))
            return Turn(says=("disputed", "bye"))
        case "4":
            return _called_back(message, desk)
    return _again(key, menu)


def _days(message: Message, key: Key, desk: Desk) -> Turn:
    asked = Turn(says=("ask_days",), keys=2, then="days")
    if not key.digits.isdigit() or not 0 <= int(key.digits) <= desk.days:
        return _again(key, asked)
    chosen = int(key.digits)
    until = desk.clock.today() + timedelta(days=chosen)
    menu = _menu(message, desk)
    if not menu.keys:
        return menu
    return Turn(
        says=("promise_sure",), keys=1, then="sure", chosen=chosen, owed=menu.owed, until=until
    )


def _sure(message: Message, key: Key, desk: Desk) -> Turn:
    menu = _menu(message, desk)
    if not menu.keys:
        return menu
    if key.digits == "2":
        return Turn(says=("ask_days",), keys=2, then="days")
    if not 0 <= key.chosen <= desk.days:
        raise ValueError(f"{key.chosen} days; expected 0 to {desk.days}")
    until = desk.clock.today() + timedelta(days=key.chosen)
    if key.digits != "1":
        asked = Turn(says=("promise_sure",), keys=1, then="sure", owed=menu.owed, until=until)
        return _again(key, asked)
    items = [item.number for item in menu.items if item.open.minor > 0]
    if not _promised(message, items, until, desk):
        if not _may_promise(message, desk):
            return _called_back(message, desk)
        try:
            make_promise(
                books=desk.books,
                promises=desk.promises,
                clock=desk.clock,
                debtor=message.debtor,
                until=until,
                by=_HIMSELF,
                channel="call",
                items=items,
            )
        except BusinessError:
            # In several currencies, or of items that have just changed: a person asks him.
            return _called_back(message, desk)
    return Turn(says=("promised", "bye"), owed=menu.owed, until=until)


def _again(key: Key, turn: Turn) -> Turn:
    """The same once more, or the end."""
    if key.tries >= _TRIES:
        return Turn(says=("bye",))
    return Turn(
        says=turn.says,
        keys=turn.keys,
        then=turn.then,
        tries=key.tries + 1,
        chosen=key.chosen,
        owed=turn.owed,
        items=turn.items,
        until=turn.until,
    )


def _open(message: Message, desk: Desk) -> tuple[OpenItem, ...]:
    """What of the message's items is still open now."""
    return tuple(
        item
        for item in desk.books.open_items()
        if item.customer == message.debtor and item.number in message.items and not item.disputed
    )


def _may_promise(message: Message, desk: Desk) -> bool:
    broken = desk.promises.all(PromiseState.BROKEN, debtor=message.debtor)
    if broken_lately(broken, message.debtor, desk.clock.today()) is not None:
        return False
    return not in_collection(message.debtor, desk.handovers.all(*STANDING))


def _called_back(message: Message, desk: Desk) -> Turn:
    desk.queue.put(_item(message, "call", desk))
    return Turn(says=("call_back", "bye"))


def _promised(message: Message, items: Iterable[str], until: date, desk: Desk) -> bool:
    return any(
        one.debtor == message.debtor
        and one.until == until
        and one.by == _HIMSELF
        and one.is_about(items)
        for one in desk.promises.all(PromiseState.OPEN)
    )


def _note(message: Message, key: Key, desk: Desk, kind: str) -> None:
    hear(
        outbox=desk.outbox,
        events=desk.events,
        clock=desk.clock,
        message_id=message.message_id,
        kind=kind,
        provider=f"{key.call}/{kind}",
    )


_ASKED = {
    "dispute": (
        "does not agree",
        (
            ("agreed", "settled with him: his journey goes on"),
            ("credited", "he is right: it is credited in the ERP"),
        ),
    ),
    "call": (
        "asks to be called",
        (
            ("called", "spoke to him: his journey goes on"),
            ("promised", "he promised to pay: note it with `clerkwork promise`"),
            (NOT_REACHED, "nobody answered: his journey goes on"),
        ),
    ),
}


def _item(message: Message, kind: str, desk: Desk) -> WorkItem:
    title, choices = _ASKED[kind]
    return WorkItem(
        id="",
        key=f"{kind}/{message.message_id}/pressed",
        kind=kind,
        title=f"Debtor {message.debtor} {title}",
        created=desk.clock.now(),
        facts={
            "Debtor": message.debtor,
            "Number": message.to,
            "How": "he pressed it in a call that the computer made",
            "About": message.subject,
            "Items": ", ".join(message.items),
        },
        choices=choices,
        debtor=message.debtor,
    )

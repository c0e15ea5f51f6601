"""Pay: what a debtor sees on his page, and what he promises, plans or disputes there himself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clerkwork.app.promise import make_plan, make_promise
from clerkwork.app.remind_facts import money_lying
from clerkwork.core.collection import STANDING, Handover, own_block
from clerkwork.core.declarations import laid_over
from clerkwork.core.ledger import Debtor
from clerkwork.core.messages import Message, MessageEvent, MessageState
from clerkwork.core.money import Money
from clerkwork.core.paying import (
    PAY,
    BadLink,
    Dues,
    Paying,
    PayLink,
    dues,
    file_type,
    instalments,
    read_link,
)
from clerkwork.core.promises import Promise, PromiseState, broken_lately
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError
from clerkwork.ports import (
    Books,
    Clock,
    DebtorFiles,
    Declarations,
    Handovers,
    MessageEvents,
    Outbox,
    PayLinks,
    Promises,
    Queue,
)

__all__ = [
    "LONGEST_REASON",
    "Till",
    "Visit",
    "caller",
    "dispute",
    "in_parts",
    "promise",
    "visit",
    "waiting_files",
    "was_opened",
]

LONGEST_REASON = 2000
"""Characters of what a debtor writes; what is longer is cut."""
_HIMSELF, _PAGE = "the debtor himself", "payment page"
_NOBODY_PAYS = ("deceased", "insolvent", "blocked")
"""Blocks of debtors who are not asked by a page either, but for the block of a handover."""
_MOST_DISPUTES = 5
"""Open ones of a debtor, from which on a person is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """What the page works with."""

    books: Books
    outbox: Outbox
    queue: Queue
    declarations: Declarations
    promises: Promises
    events: MessageEvents
    links: PayLinks
    files: DebtorFiles
    clock: Clock
    rules: Paying
    key: bytes
    """Signs the links; 32 bytes or more."""
    handovers: Handovers | None = None
    """None where nobody is ever handed over."""
    ignored: Money | None = None
    """Money on a debtor's account up to this amount does not count as a payment of his."""
    ways: frozenset[str] = frozenset()
    """Channels that are set up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One debtor's page as it stands now."""

    link: PayLink
    debtor: Debtor
    """With what he declared."""
    dues: Dues
    fetched: datetime | None
    """When the open items were read last (UTC)."""
    money: bool = False
    """Whether a payment that is or may be his is not booked on his items yet: he pays no more."""
    promised: tuple[Promise, ...] = ()
    """Open ones, oldest first."""
    disputing: bool = False
    """Whether a person is looking at what he wrote."""
    promise_until: date | None = None
    """The last day that he may promise to pay on; None if he may not."""
    most_parts: int = 0
    """In how many parts he may pay; below 2 in none."""
    may_dispute: bool = False
    collected: tuple[str, ...] = ()
    """Of what is open, the numbers that were handed over to collection."""
    message: str = ""
    """Key of the message whose link brought him here; empty where that is not known."""


def visit(till: Till, token: str) -> Visit:
    """The page behind a token; raises `BadLink` where there is none, whatever the reason."""
    link, debtor = caller(till, token)
    today = till.clock.today()
    had = till.outbox.histories(link.debtor).get(link.debtor, ())
    own = till.books.open_items(link.debtor)
    asked = dues(own, had, today)
    own_promises = till.promises.all(debtor=link.debtor)
    promised = tuple(one for one in own_promises if one.state is PromiseState.OPEN)
    trusted = broken_lately(own_promises, link.debtor, today) is None
    waiting = [item for item in till.queue.open(link.debtor) if item.kind == "dispute"]
    given = _handover(till, link.debtor)
    free = trusted and not (promised or waiting or debtor.block or given)
    one_sum = asked.owed[0] if len(asked.owed) == 1 else None
    rules = till.rules
    return Visit(
        link=link,
        debtor=debtor,
        dues=asked,
        fetched=till.books.fetched_at("open items"),
        money=money_lying(till.books, debtor, till.ignored, till.queue),
        promised=promised,
        disputing=bool(waiting),
        promise_until=today + timedelta(days=rules.promise_days)
        if free and one_sum and rules.promise_days
        else None,
        most_parts=rules.most_parts(one_sum) if free and one_sum and rules.promise_days else 0,
        may_dispute=rules.disputes and bool(own) and len(waiting) < _MOST_DISPUTES,
        collected=tuple(i.number for i in own if given and i.number in given.items),
        message=_message_of(link, had),
    )


def _handover(till: Till, debtor: str) -> Handover | None:
    """His claim was given away: what he arranges is with whoever collects it."""
    there = till.handovers.all(*STANDING) if till.handovers else ()
    return next((one for one in there if one.debtor == debtor), None)


def caller(till: Till, token: str, opens: str = PAY) -> tuple[PayLink, Debtor]:
    """Whose link a token is, with what he declared; raises `BadLink` where it opens nothing."""
    link = read_link(token, till.key, opens)
    today = till.clock.today()
    if not link.issued <= today <= link.issued + timedelta(days=till.rules.link_days):
        raise BadLink("the link is too old")
    if link.turn != till.links.turn(link.debtor):
        raise BadLink("the link was revoked")
    found = next(iter(till.books.debtors(link.debtor)), None)
    if found is None or _is_left_alone(till, found):
        raise BadLink("there is no such debtor who is asked to pay")
    return link, laid_over(found, till.declarations.standing(link.debtor))


def _is_left_alone(till: Till, debtor: Debtor) -> bool:
    """Who is in collection is not: he may want to pay, and is told to whom his claim was given."""
    if debtor.block not in _NOBODY_PAYS:
        return False
    return not own_block(_handover(till, debtor.number), debtor.block)


def was_opened(till: Till, seen: Visit) -> None:
    """Note that the link of a message was opened, for what is told of thresholds."""
    if seen.message:
        at = till.clock.now()
        kind = "link opened"
        # Once for each message: who comes back does not open it twice.
        event = MessageEvent(message=seen.message, kind=kind, at=at, provider="payment page")
        till.events.note(event)


def _message_of(link: PayLink, had: Sequence[Message]) -> str:
    sent = [m.key for m in had if m.on == link.issued and m.state is MessageState.SENT]
    return sent[-1] if sent else ""


def promise(till: Till, seen: Visit, until: date) -> Promise:
    """His word to pay what is due by a day; raises `BusinessError` beyond the bounds."""
    if seen.promise_until is None or not till.clock.today() <= until <= seen.promise_until:
        raise BusinessError(f"{until} is no day that can be promised on the page")
    return make_promise(
        books=till.books,
        promises=till.promises,
        clock=till.clock,
        debtor=seen.link.debtor,
        until=until,
        by=_HIMSELF,
        channel=_PAGE,
        items=_numbers(seen),
        amount=seen.dues.owed[0],
    )


def in_parts(till: Till, seen: Visit, parts: int, first: date) -> tuple[Promise, ...]:
    """His plan to pay in monthly parts; raises `BusinessError` beyond the bounds."""
    until = seen.promise_until
    if not 2 <= parts <= seen.most_parts:
        raise BusinessError(f"{parts} parts are not offered on the page")
    if until is None or not till.clock.today() <= first <= until:
        raise BusinessError(f"{first} is no day on which a first part can be paid")
    return make_plan(
        books=till.books,
        promises=till.promises,
        clock=till.clock,
        debtor=seen.link.debtor,
        parts=instalments(seen.dues.owed[0], parts, first),
        by=_HIMSELF,
        channel=_PAGE,
        items=_numbers(seen),
    )


def _numbers(seen: Visit) -> list[str]:
    return [item.number for item in seen.dues.due if item.open.minor > 0]


def dispute(
    till: Till, seen: Visit, reason: str, about: Sequence[str] = (), content: bytes = b""
) -> bool:
    """What he says is wrong, as a work item; his reminders wait until somebody decided it.

    Whether it is new: the same words on the same day are asked once. Raises `BusinessError` where
    the page does not offer it, nothing is said, or the file is none of those that are taken.
    """
    said = _plain(reason)
    own = [item.number for item in (*seen.dues.due, *seen.dues.coming, *seen.dues.disputed)]
    numbers = [number for number in about if number in own]
    if not seen.may_dispute or not said:
        raise BusinessError("a dispute is not taken, or says nothing")
    ending = file_type(content)
    if content and (not ending or len(content) > till.rules.file_mb * 1_000_000):
        raise BusinessError("the file is none of those that are taken")
    kept = till.files.keep(seen.link.debtor, content, ending) if content else ""
    today = till.clock.today()
    digest = hashlib.sha256("\x1f".join((said, kept, *numbers)).encode()).hexdigest()[:16]
    return till.queue.put(
        WorkItem(
            id="",
            key=f"dispute/{seen.link.debtor}/{today}/{digest}",
            kind="dispute",
            title=f"Debtor {seen.link.debtor} says on his payment page that something is wrong",
            created=till.clock.now(),
            facts={
                "Debtor": f"{seen.link.debtor} {seen.debtor.name}",
                "About": ", ".join(numbers) or "all of it",
                "Reason": said,
                **({"File": f"output/disputes/{kept}"} if kept else {}),
            },
            choices=(
                ("right", "credited or changed in the ERP; his reminders go on over what is left"),
                ("wrong", "he was told why; his reminders go on"),
            ),
            debtor=seen.link.debtor,
        )
    )


def waiting_files(queue: Queue) -> tuple[str, ...]:
    """Names of files that belong to a dispute which nobody decided yet."""
    kept = (item.facts.get("File", "") for item in queue.open() if item.kind == "dispute")
    return tuple(file.rpartition("/")[2] for file in kept if file)


def _plain(text: str) -> str:
    """His words without what steers a terminal or a page, cut to a length that people read."""
    kept = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return "\n".join(" ".join(line.split()) for line in kept.splitlines()).strip()[:LONGEST_REASON]

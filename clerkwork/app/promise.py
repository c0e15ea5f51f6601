"""Promise: note a debtor's word to pay, and say whether he kept it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clerkwork.core.ledger import OpenItem, by_debtor
from clerkwork.core.money import Money, total
from clerkwork.core.promises import Promise, PromiseState, judged, promised
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError
from clerkwork.ports import Books, Clock, Promises, Queue

__all__ = [
    "Settled",
    "closed_on",
    "judge",
    "make_plan",
    "make_promise",
    "read_to",
    "settle_promises",
    "withdraw_promise",
]

LONGEST = timedelta(days=92)
"""How far ahead a promise may lie: what is later is an instalment plan, or no promise at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of promises in one run."""

    kept: int = 0
    broken: int = 0


def make_promise(
    *,
    books: Books,
    promises: Promises,
    clock: Clock,
    debtor: str,
    until: date,
    by: str,
    channel: str,
    amount: Money | None = None,
    items: Sequence[str] = (),
) -> Promise:
    """Note a promise; reminders of its items wait until its day is over.

    Without `items` it is about his overdue invoices, or all of them where none is overdue;
    without `amount` about all that is open of them. Raises `BusinessError`.
    """
    today = clock.today()
    if not today <= until <= today + LONGEST:
        raise BusinessError(
            f"a promise until {until} cannot be noted; expected a day from today, {today}, to "
            f"{today + LONGEST}"
        )
    own = _about(debtor, books, items, today)
    try:
        owed = promised(own)
        made = Promise(
            debtor=debtor,
            items=tuple(item.number for item in own),
            until=until,
            amount=amount or owed,
            owed=owed,
            made=clock.now(),
            by=by,
            channel=channel,
        )
    except ValueError as error:
        raise BusinessError(f"debtor {debtor}: {error}; nothing was noted") from error
    return promises.make(made)


def make_plan(
    *,
    books: Books,
    promises: Promises,
    clock: Clock,
    debtor: str,
    parts: Sequence[tuple[date, Money]],
    by: str,
    channel: str,
    items: Sequence[str] = (),
) -> tuple[Promise, ...]:
    """Note a plan of instalments, each with its day and amount, as a promise for each.

    They come to no more than is open of what it is about, which is as in `make_promise`. Each
    promises what is to be paid by its day in all, so that money is counted once whatever it
    settles. Raises `BusinessError`.
    """
    today = clock.today()
    own = _about(debtor, books, items, today)
    days = [day for day, _ in parts]
    try:
        owed = promised(own)
        if len(parts) < 2 or days != sorted(set(days)) or days[0] < today:
            raise ValueError("instalments are two or more, each on a later day, none in the past")
        now = clock.now()
        made = [
            Promise(
                debtor=debtor,
                items=tuple(item.number for item in own),
                until=day,
                amount=total((amount for _, amount in parts[: nth + 1]), owed.currency),
                owed=owed,
                made=now,
                by=by,
                channel=channel,
                plan=f"{debtor}/{now.isoformat()}",
            )
            for nth, (day, amount) in enumerate(parts)
            if amount.minor > 0
        ]
        if len(made) != len(parts):
            raise ValueError("an instalment is more than zero")
    except ValueError as error:
        raise BusinessError(f"debtor {debtor}: {error}; nothing was noted") from error
    return promises.make_all(*made)


def _about(debtor: str, books: Books, numbers: Sequence[str], today: date) -> list[OpenItem]:
    if not books.debtors(debtor):
        raise BusinessError(f"there is no debtor {debtor!r} in the ERP; nothing was noted")
    own = [item for item in books.open_items(debtor) if item.open.minor > 0]
    if not own:
        raise BusinessError(f"debtor {debtor} owes nothing; nothing was noted")
    if numbers:
        known = {item.number for item in own}
        if unknown := [number for number in numbers if number not in known]:
            raise BusinessError(
                f"debtor {debtor} has no open invoice {', '.join(unknown)}; he has "
                f"{', '.join(sorted(known))}"
            )
        return [item for item in own if item.number in numbers]
    return [item for item in own if item.days_overdue(today) > 0] or own


def withdraw_promise(promises: Promises, id: str, *, by: str, note: str = "") -> Promise:
    """He takes it back, or it was noted by mistake; raises `BusinessError`."""
    try:
        return promises.settle(id, PromiseState.WITHDRAWN, note=f"{by}: {note}" if note else by)
    except ValueError as error:
        raise BusinessError(f"{error}; `clerkwork promises` shows those that are open") from error


def closed_on(books: Books, accounts: Iterable[str]) -> dict[str, date | None]:
    """Account → closing date of its last statement; None if it has none."""
    statements = {account: books.last_statement(account) for account in accounts}
    return {account: one.closed if one else None for account, one in statements.items()}


def read_to(closed: Mapping[str, date | None]) -> date | None:
    """The day up to which the statements of every account are read; None if one has none."""
    days = [day for day in closed.values() if day is not None]
    return min(days) if days and len(days) == len(closed) else None


def judge(
    promises: Promises,
    items: Mapping[str, Sequence[OpenItem]],
    today: date,
    seen: date | None,
) -> Iterator[tuple[Promise, PromiseState]]:
    """Each open promise with what became of it. `items` are by debtor; `seen` as `read_to` says."""
    for promise in promises.all(PromiseState.OPEN):
        yield promise, judged(promise, items.get(promise.debtor, ()), today, seen)


def settle_promises(
    *, books: Books, promises: Promises, queue: Queue, clock: Clock, accounts: Sequence[str]
) -> Settled:
    """Note which promises were kept and which were broken; a person is told of the broken ones."""
    items, seen = by_debtor(books.open_items()), read_to(closed_on(books, accounts))
    kept = broken = 0
    for promise, state in judge(promises, items, clock.today(), seen):
        if state is PromiseState.KEPT:
            promises.settle(promise.id, state, note="what he promised is paid")
            kept += 1
        elif state is PromiseState.BROKEN:
            # The question first: a crash between the two asks it again, and it is asked once.
            queue.put(_broken(promise, clock))
            promises.settle(promise.id, state, note=f"not paid by {promise.until}")
            broken += 1
    _end_plans(promises)
    return Settled(kept=kept, broken=broken)


def _end_plans(promises: Promises) -> None:
    """Who broke an instalment is not left alone for the sake of those to come."""
    ended = {one.plan for one in promises.all(PromiseState.BROKEN) if one.plan}
    for promise in promises.all(PromiseState.OPEN):
        if promise.plan in ended:
            note = "an instalment of its plan was not paid"
            promises.settle(promise.id, PromiseState.WITHDRAWN, note=note)


def _broken(promise: Promise, clock: Clock) -> WorkItem:
    return WorkItem(
        id="",
        key=f"promise/{promise.id}",
        kind="debtor",
        title=f"Debtor {promise.debtor} did not pay {promise.amount} by {promise.until}",
        created=clock.now(),
        facts={
            "Debtor": promise.debtor,
            "Promised": f"{promise.amount} by {promise.until}",
            "Items": ", ".join(promise.items),
            **({"Plan": "one of several instalments, which end with it"} if promise.plan else {}),
            "Taken by": f"{promise.by}, by {promise.channel}",
        },
        choices=(("seen", "his reminders go on where they stood"),),
        debtor=promise.debtor,
    )

"""Watch behaviour: a change is a call before the next letter, bad payers are advice to a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from clerkwork.app.observe import Habits
from clerkwork.app.remind_facts import Glance
from clerkwork.core.behaviour import Change, Habit, Paid, changes, habit, manner
from clerkwork.core.ledger import Debtor, OpenItem
from clerkwork.core.money import by_currency
from clerkwork.core.promises import Promise, PromiseState
from clerkwork.core.queue import NOT_REACHED, WorkItem
from clerkwork.ports import Clock, Promises, Queue

__all__ = ["Noticed", "watch_behaviour"]

_SAME = timedelta(days=180)
"""For so long a slide that was told is the same slide."""
_BROKEN = 2
"""Broken promises after which somebody's word is advised about."""
_TITLES = {
    "overdue": "Call debtor {0}: he was never this late",
    "slower": "Call debtor {0}: he pays later than he used to",
    "account": "Call debtor {0}: his money came from another account",
}


@dataclass(slots=True, kw_only=True)
class Noticed:
    """What is new in how debtors pay."""

    calls: list[str] = field(default_factory=list)
    """Titles of the calls that were asked for; with `dry`, that would be."""
    advice: list[str] = field(default_factory=list)


def watch_behaviour(
    *,
    glance: Glance,
    habits: Habits,
    promises: Promises,
    queue: Queue,
    clock: Clock,
    dry: bool = False,
) -> Noticed:
    """Ask for a call for each change of a debtor's ways, once; his contacts wait for it.

    Who pays badly is advised about, once for each manner; nothing of it is done by itself.
    """
    noticed = Noticed()
    told = _told(queue)
    broken: dict[str, list[Promise]] = {}
    for promise in promises.all(PromiseState.BROKEN):
        broken.setdefault(promise.debtor, []).append(promise)
    for number, items in glance.items.items():
        debtor, paid = glance.debtors.get(number), habits.paid.get(number, ())
        if debtor is None or number in glance.stops.handed_over:
            # In collection nobody calls him, and his terms are the collector's.
            continue
        for item in _calls(debtor, paid, items, told, clock):
            if dry or queue.put(item):
                noticed.calls.append(item.title)
        advised = _advice(debtor, habit(paid), items, broken.get(number, ()), clock)
        if advised and advised.key not in told and (dry or queue.put(advised)):
            noticed.advice.append(advised.title)
    return noticed


def _told(queue: Queue) -> dict[str, WorkItem]:
    """What was ever asked about debtors, by key."""
    return {item.key: item for kind in ("call", "debtor") for item in queue.of_kind(kind)}


def _calls(
    debtor: Debtor,
    paid: Sequence[Paid],
    items: Sequence[OpenItem],
    told: dict[str, WorkItem],
    clock: Clock,
) -> Iterator[WorkItem]:
    for change in changes(paid, items, clock.today(), debtor.ibans):
        key = f"call/{debtor.number}/{change.kind}/{_mark(change, paid, items, clock.today())}"
        if key in told or _is_same(debtor, change, told, clock):
            continue
        yield _call(key, debtor, change, items, clock)


def _mark(change: Change, paid: Sequence[Paid], items: Iterable[OpenItem], today: date) -> str:
    """What makes this change another one than the last of its kind."""
    if change.kind == "overdue":
        late = (item for item in items if item.number in change.items)
        return min(late, key=lambda item: (item.due, item.number)).number
    if change.kind == "account":
        return max(paid, key=lambda one: (one.on, one.due)).on.isoformat()
    return today.isoformat()


def _is_same(debtor: Debtor, change: Change, told: dict[str, WorkItem], clock: Clock) -> bool:
    """Whether a slide was told of already, or somebody still looks into it."""
    begins = f"call/{debtor.number}/{change.kind}/"
    before = [item for key, item in told.items() if key.startswith(begins)]
    if any(not item.decision for item in before):
        return True
    return change.kind == "slower" and any(clock.now() - item.created < _SAME for item in before)


def _call(
    key: str, debtor: Debtor, change: Change, items: Iterable[OpenItem], clock: Clock
) -> WorkItem:
    return WorkItem(
        id="",
        key=key,
        kind="call",
        title=_TITLES[change.kind].format(debtor.number),
        created=clock.now(),
        facts={
            "Debtor": f"{debtor.number} {debtor.name}",
            "What changed": change.why,
            "Owes": _owed(items),
            "Items": ", ".join(change.items),
            "Number": debtor.mobile,
        },
        choices=(
            ("called", "spoke to him: his reminders go on where they stood"),
            (NOT_REACHED, "nobody answered: his reminders go on"),
            ("leave", "no call is needed: his reminders go on"),
        ),
        debtor=debtor.number,
    )


def _advice(
    debtor: Debtor,
    found: Habit | None,
    items: Sequence[OpenItem],
    broken: Sequence[Promise],
    clock: Clock,
) -> WorkItem | None:
    """Other terms for a business that pays badly; None where there is no reason for any."""
    how = manner(found)
    bad = how in ("late", "worsening", "erratic")
    if debtor.kind != "business" or not (bad or len(broken) >= _BROKEN):
        return None
    why = []
    if found is not None and bad:
        why.append(
            f"{how}: {found.late:g} days after the due date in the middle of "
            f"{found.invoices} invoices, spread {found.spread:.0f} days, {found.trend:+.1f} days "
            "from one to the next"
        )
    if broken:
        why.append(f"{len(broken)} promises were broken, the last one of {broken[-1].until}")
    choices = [("limit", f"no more on credit than {_owed(items)}, which is open now")]
    if how == "worsening" or len(broken) >= _BROKEN:
        choices.append(("prepayment", "the next orders are paid in advance"))
    if debtor.terms > 14:
        choices.append(("terms", f"14 days instead of {debtor.terms} for the next invoices"))
    return WorkItem(
        id="",
        key=f"terms/{debtor.number}/{how if bad else 'promises'}",
        kind="debtor",
        title=f"Other terms for debtor {debtor.number}, who pays badly?",
        created=clock.now(),
        facts={
            "Debtor": f"{debtor.number} {debtor.name}",
            "Why": "; ".join(why),
            "Owes": _owed(items),
            "Credit limit": str(debtor.credit_limit or "none"),
            "What follows": "nothing by itself: whoever decides sets it in the ERP",
        },
        choices=(*choices, ("leave", "everything stays as it is")),
        debtor=debtor.number,
    )


def _owed(items: Iterable[OpenItem]) -> str:
    return " and ".join(str(amount) for amount in by_currency(item.open for item in items))

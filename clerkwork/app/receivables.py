"""Receivables: how they stand, how fast they come in, and what collecting them took and brought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clerkwork.app.observe import Habits
from clerkwork.app.office import Office
from clerkwork.app.remind_facts import look
from clerkwork.app.reminders import known_of, walks_of
from clerkwork.core.aging import aged, ageing, rolled
from clerkwork.core.effort import ContactCosts, collected, effects, effort_of, promises_kept
from clerkwork.core.forecast import calibrated, outlook
from clerkwork.core.ledger import OpenItem, PaidItem
from clerkwork.core.receivables import DayAgeing, Receivables, RollSpan
from clerkwork.core.turnover import Turnover, days_to_pay, sales_of, turnovers
from clerkwork.errors import BusinessError
from clerkwork.ports import Balances

__all__ = ["USUAL", "receivables"]

USUAL = 90
"""Days of a report whose days nobody named."""
_SPAN = timedelta(days=30)
"""Over which buckets roll: as wide as they are."""
_LATE = 7
"""Days by which a balance may be missing: a week without a fetch."""
_POINTS = 60
"""Most days of the history that are told."""
_DAY = timedelta(days=1)


def receivables(
    office: Office,
    costs: ContactCosts,
    *,
    since: date | None = None,
    until: date | None = None,
    creditor: str = "",
) -> Receivables:
    """The report from one day to another, both counted in; else of the last 90 days.

    What is not kept for so long is left out, with a note from when on it can be told. Raises
    `BusinessError` for a period that ends before it begins, or begins after today.
    """
    today = office.clock.today()
    end = min(until or today, today)
    begin = since or end - (USUAL - 1) * _DAY
    if begin > end:
        raise BusinessError(
            f"the report would begin on {begin} and end on {end}; expected a first day that is no "
            "later than the last one, nor than today"
        )
    items, paid = office.books.open_items(), office.paid_items.all()
    histories = office.outbox.histories()
    messages = [message for had in histories.values() for message in had]
    groups = declared_groups(office)
    came_in = collected(paid, begin, end)
    balances = office.balances
    kept = balances.since()
    opened, closed = _ends(balances, begin, end)
    notes = [*_notes(begin, kept, opened, closed, paid)]
    speeds, unknown = _turnovers(balances, items, paid, opened, closed)
    if unknown:
        notes.append(
            f"of {unknown} invoices nobody knows when they were issued: they are in no sales, so "
            "that DSO is told too high"
        )
    effort = effort_of(messages, came_in, costs, begin, end)
    if effort.unpriced:
        notes.append(
            f"config/reports.toml does not say what a contact by {', '.join(effort.unpriced)} "
            "costs: no cost of what was collected is told"
        )
    now = end == today
    return Receivables(
        creditor=creditor,
        zone=ZoneInfo(office.calendar.zone),
        made=office.clock.now(),
        since=begin,
        until=end,
        kept_since=kept,
        ageing=ageing(items, today) if now else aged(balances.on(end), end),
        aged_on=today if now else closed,
        history=_history(balances, begin, end),
        turnovers=speeds,
        late=days_to_pay(one for one in paid if begin <= one.on <= end),
        collected=came_in,
        effort=effort,
        promises=promises_kept(office.promises.all(), begin, end),
        rolls=tuple(_rolls(balances, begin, closed)),
        effects=effects(
            messages,
            office.events.all(),
            paid,
            {(item.customer, item.number) for item in items},
            costs,
            today,
            begin,
            end,
        ),
        outlook=outlook(items, paid, groups, today),
        calibration=calibrated(items, paid, groups, begin, end),
        notes=tuple(notes),
    )


def declared_groups(office: Office) -> Mapping[str, str]:
    """Debtor → the segment in which he is by what is declared of him alone.

    His own invoices say already how he pays; a segment of late payers would say it twice. And it
    is the same on any day, so that what would have been told then is told from it too.
    """
    debtors = look(known_of(office), tuple(office.accounts), office.clock).debtors.values()
    walks = replace(walks_of(office, Habits(office.paid_items, office.outbox)), habits=None)
    assigned = walks.sorted(debtors, {}, frozenset(office.channels))
    return {
        debtor.number: assigned[debtor.number].segment if debtor.number in assigned else debtor.kind
        for debtor in debtors
    }


def _ends(balances: Balances, begin: date, end: date) -> tuple[date | None, date | None]:
    """The last day before the period whose balance is kept, or else the first in it; and the last.

    None where there are no two such days.
    """
    days = balances.days(date.min, end)
    before = [day for day in days if day < begin]
    opened = before[-1] if before else next(iter(days), None)
    closed = days[-1] if days else None
    return (opened, closed) if opened != closed else (None, closed)


def _notes(
    begin: date,
    kept: date | None,
    opened: date | None,
    closed: date | None,
    paid: Sequence[PaidItem],
) -> Iterator[str]:
    if kept is None:
        yield "no open items were fetched yet: nothing can be told of balances"
        return
    if opened is None:
        yield (
            f"balances are kept since {kept}: DSO, delay and CEI need two days on which open items "
            "were fetched"
        )
    elif opened >= begin:
        yield f"balances are kept since {kept}: DSO, delay and CEI are told from the day after"
    if closed is not None and closed - kept < _SPAN:
        yield f"balances are kept since {kept}: roll rates can be told from {kept + _SPAN} on"
    if not paid:
        yield "no invoice that was open was seen paid yet: nothing is told of when others will be"


def _turnovers(
    balances: Balances,
    items: Sequence[OpenItem],
    paid: Sequence[PaidItem],
    opened: date | None,
    closed: date | None,
) -> tuple[tuple[Turnover, ...], int]:
    if opened is None or closed is None:
        return (), 0
    sales, unknown = sales_of(items, paid, opened, closed)
    before, after = balances.on(opened), balances.on(closed)
    return turnovers(before, after, sales, opened, closed), unknown


def _history(balances: Balances, begin: date, end: date) -> tuple[DayAgeing, ...]:
    days = balances.days(begin, end)
    step = max(1, -(-len(days) // _POINTS))
    # From the last day backwards: that one is always told.
    chosen = sorted(days[::-1][::step])
    return tuple(DayAgeing(day=day, buckets=aged(balances.on(day), day)) for day in chosen)


def _rolls(balances: Balances, begin: date, closed: date | None) -> Iterator[RollSpan]:
    """Spans of thirty days that end in the period, told back from its last day."""
    if closed is None:
        return
    days = balances.days(date.min, closed)
    spans = []
    last = closed
    while last >= begin:
        earlier = [day for day in days if day <= last - _SPAN]
        if not earlier or (last - _SPAN - earlier[-1]).days > _LATE:
            break
        first = earlier[-1]
        rolls = rolled(balances.on(first), balances.on(last), first, last)
        spans.append(RollSpan(first=first, last=last, rolls=rolls))
        last = first
    yield from reversed(spans)

"""Account for every slot that is due: ask for its run, or record why it does not run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clerkwork.core.errands import slot_errand
from clerkwork.core.schedules.plan import Plan, Slot, slots
from clerkwork.ports import BEGUN, Accounted, Errand, Errands, SlotRow, Slots

__all__ = ["BY", "Timetable", "account_slots", "waiting_slots"]

BY = "the schedule"
"""Who asks for the run of a slot."""

_BATCH = 500
"""Rows of one transaction: after a long outage, others get their turn between."""
_TICK = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The plans of all tasks by name, of those without a schedule, too."""

    plans: Mapping[str, Plan]
    former: Callable[[Plan, str], Plan | None]
    """A task's plan as another schedule said it; None where that cannot be read any more."""


def account_slots(
    table: Timetable,
    *,
    slots: Slots,
    errands: Errands,
    now: dt.datetime,
    stopped: Mapping[str, str] | None = None,
    batch: int = _BATCH,
) -> tuple[SlotRow, ...]:
    """Account for everything that was due up to now; the rows that were written.

    `stopped` is task → why it is stopped; `batch` rows are one transaction. Any number of
    schedulers may call it at once, with any clocks, and may die anywhere in it: each slot is
    recorded once, and asked for at most once. A task without a row begins now; one whose schedule
    was changed goes on with the new one from now. Raises `StoreError`.
    """
    heard = slots.last()
    written: list[SlotRow] = []
    for plan in table.plans.values():
        known = slots.accounted(plan.task)
        if known is None:
            rows = [_beginning(plan, now, now)] if plan.said else []
        elif known.schedule != plan.said:
            rows = _changed(plan, table.former(plan, known.schedule), known, now)
        else:
            due = _due(plan, known, now)
            # Asked for after `known`: whatever began in between has moved `known` on.
            busy = bool(due) and any(
                errand.task == plan.task and not _for_later(errand, now)
                for errand in errands.under_way()
            )
            house = _House(now, heard, busy, (stopped or {}).get(plan.task, ""))
            rows = [*_decided(plan, due, house)]
        written += _kept(slots, plan.task, rows, known.until if known else None, batch)
    return tuple(written)


def waiting_slots(table: Timetable, slots: Slots, now: dt.datetime) -> tuple[SlotRow, ...]:
    """What is due and not accounted for yet: no scheduler has come to it, or it waits its turn."""
    found = []
    for plan in table.plans.values():
        known = slots.accounted(plan.task)
        if known is not None and known.schedule == plan.said:
            why = "" if plan.overlap or plan.missed != _EACH else "it waits for the run before it"
            due = _due(plan, known, now)
            found += [_row(plan, slot, "waiting", now, slot.why or why) for slot in due]
    return tuple(found)


_EACH = "catch up"


@dataclass(frozen=True, slots=True)
class _House:
    now: dt.datetime
    heard: dt.datetime | None
    """When a scheduler accounted for something last."""
    busy: bool
    """Whether something of the task is queued or running."""
    stopped: str


def _for_later(errand: Errand, now: dt.datetime) -> bool:
    """Whether a person asked for it at a moment to come: nothing waits for its end until then."""
    return (
        errand.by != BY
        and not errand.attempts
        and errand.not_before is not None
        and errand.not_before > now
    )


def _kept(
    slots: Slots, task: str, rows: Sequence[SlotRow], after: dt.datetime | None, size: int
) -> Iterator[SlotRow]:
    """Write batch by batch; whoever comes too late leaves the rest to the other."""
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        if not slots.account(task, batch, after):
            return
        after = batch[-1].due
        yield from batch


def _due(plan: Plan, known: Accounted, now: dt.datetime) -> tuple[Slot, ...]:
    return tuple(slots(plan, known.until, now))


def _beginning(plan: Plan, due: dt.datetime, now: dt.datetime) -> SlotRow:
    return SlotRow(task=plan.task, due=due, state=BEGUN, at=now, why=plan.said)


def _changed(plan: Plan, former: Plan | None, known: Accounted, now: dt.datetime) -> list[SlotRow]:
    """What the schedule of before was due meanwhile has not run, and the new one begins."""
    why = "its schedule was changed before it ran"
    rows = [
        _row(plan, slot, "skipped" if slot.why else "missed", now, slot.why or why)
        for slot in (_due(former, known, now) if former else ())
    ]
    last = rows[-1].due if rows else known.until
    # A clock that went back does not take the new schedule back with it.
    return [*rows, _beginning(plan, max(now, last + _TICK), now)]


def _decided(plan: Plan, due: Collection[Slot], house: _House) -> Iterator[SlotRow]:
    now, busy = house.now, house.busy
    last = max((slot.due for slot in due if not slot.why), default=None)
    for slot in due:
        late = now > slot.start + plan.late_after
        since = _silence(plan, house, slot) if late else ""
        if slot.why:
            yield _row(plan, slot, "skipped", now, slot.why)
        elif late and plan.missed == "skip":
            yield _row(plan, slot, "missed", now, since)
        elif plan.missed == "latest" and slot.due != last:
            later = "a later one was due as well, and only the latest is caught up"
            yield _row(plan, slot, "missed", now, f"{since}; {later}" if since else later)
        elif house.stopped:
            yield _row(plan, slot, "refused", now, f"the task is stopped: {house.stopped}")
        elif busy and not plan.overlap and plan.missed == _EACH:
            # Each is to run, one after the other: this one and those behind it wait, unrecorded.
            return
        elif busy and not plan.overlap:
            yield _row(plan, slot, "refused", now, "its run before has not ended")
        else:
            busy = True
            yield _row(plan, slot, "queued", now, f"caught up: {since}" if since else "")


def _silence(plan: Plan, house: _House, slot: Slot) -> str:
    """Since when nobody was there to run it, as far as the store can tell."""
    seen = f"nobody ran it before {_shown(plan, house.now)}"
    if house.heard is None or house.heard >= slot.due:
        return seen
    return f"{seen}; no scheduler has accounted for anything since {_shown(plan, house.heard)}"


def _shown(plan: Plan, instant: dt.datetime) -> str:
    return f"{instant.astimezone(plan.zone):%Y-%m-%d %H:%M %Z}"


def _row(plan: Plan, slot: Slot, state: str, now: dt.datetime, why: str) -> SlotRow:
    errand = None
    if state == "queued":
        errand = Errand(
            id=slot_errand(plan.task, slot.due),
            task=plan.task,
            by=BY,
            asked=now,
            not_before=slot.start if slot.start > slot.due else None,
            queue=plan.queue,
            priority=plan.priority,
        )
    return SlotRow(task=plan.task, due=slot.due, state=state, at=now, why=why, errand=errand)

"""Alert: look for trouble, and tell of each once, and once more when it is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loguru import logger

from clerkwork.app.attend import due_by_queue, unattended, untaken
from clerkwork.app.audit import verify_run
from clerkwork.app.muster import Lives
from clerkwork.app.resume import BY_ENGINE
from clerkwork.core.alerts import (
    OPEN,
    Alert,
    AlertRules,
    Cause,
    Ended,
    Halted,
    Notice,
    Slot,
    Unattended,
    Underway,
    look,
    notice,
    owed,
)
from clerkwork.core.errands import Endurance
from clerkwork.core.figures import Figure
from clerkwork.errors import ClerkworkError, EvidenceError
from clerkwork.ports import (
    Alerts,
    Census,
    Clock,
    Errands,
    EvidenceStore,
    Leases,
    RunRow,
    Runs,
    SlotRow,
    Slots,
    Stops,
    Teller,
    WorkerRow,
    Workers,
)

__all__ = ["Lookout", "Told", "tell_store_gone", "tell_test", "watch"]

_LEASE = "alerts"
_LONGEST_LOOK = 300.0
"""Seconds after which another process may look, if the one that began has died."""
_RECENT = 500
"""Runs that are looked at, the newest."""
_SLOTS_SINCE = dt.timedelta(days=2)
_EXAMINED_SINCE = dt.timedelta(days=1)
_AT_A_LOOK = 20
"""Runs whose evidence is examined at one look: each of its files is read."""
_DEAD_AFTER = Endurance().dead_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookout:
    """What a look at all that goes on needs."""

    alerts: Alerts
    runs: Runs
    errands: Errands
    slots: Slots
    workers: Workers
    leases: Leases
    stops: Stops
    census: Census
    evidence: EvidenceStore
    picture: Callable[[str], bytes]
    """The last picture of a run (JPEG); empty if there is none on this machine."""
    clock: Clock
    rules: AlertRules
    copies: Callable[[], Mapping[str, str]] = field(default=dict, kw_only=True)
    """Copies the last tree head where it is not yet; by place what is wrong there, or nothing."""
    tasks: Sequence[str]
    tellers: Sequence[Teller]
    waiting_slots: Callable[[], Sequence[SlotRow]] = tuple
    """What is due by the schedules, and nobody has accounted for yet."""
    redact: Callable[[str], str] = str
    host: str = ""
    """This machine, as `WorkerRow.host` has it: evidence of its runs has to be here."""
    me: str = "a look for trouble"
    """Who looks, for people."""
    dead_after: float = _DEAD_AFTER
    """`[engine]`: whoever is silent for less may be well."""
    lives: Lives = lambda row: None
    """Of a process of this machine whether it lives; None of any other."""
    examined: set[str] = field(default_factory=set)
    """Runs whose evidence was found sound by this process."""
    suspected: set[str] = field(default_factory=set)
    """Runs that a dead process had left behind at the last look; others take them over at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a look."""

    wrong: tuple[Cause, ...] = ()
    told: tuple[tuple[str, Notice], ...] = ()
    """Channel and what it told."""
    untold: tuple[tuple[str, str], ...] = ()
    """Channel, and why it could not tell; it is tried again at the next look."""


def watch(lookout: Lookout) -> Told:
    """Look once; nothing where another process is just looking.

    A channel that is down fails nothing: it is logged and tried again at the next look. Takes
    as long as its channels need, so whoever keeps time does it beside that. Raises `StoreError`.
    """
    epoch = lookout.leases.take(
        _LEASE, shown="the look for trouble", holder=lookout.me, worker="", seconds=_LONGEST_LOOK
    )
    if epoch is None:
        return Told()
    try:
        wrong = _see(lookout)
        return replace(_tell(lookout), wrong=wrong)
    finally:
        lookout.leases.release(_LEASE, epoch)


def tell_test(lookout: Lookout) -> Told:
    """Tell a test alert by every channel, and that it is over; nothing of it is kept."""
    now = lookout.clock.now()
    text = "This is a test of the alerts. Nothing is wrong."
    return _tell_once(lookout.tellers, f"test/{now:%Y%m%dT%H%M%SZ}", "test", text, now)


def tell_store_gone(tellers: Iterable[Teller], who: str, text: str, now: dt.datetime) -> Told:
    """Tell by every channel that a process ends because its store is gone: none can remember it."""
    told = _tell_once(tellers, f"store/{who}", "store", f"{who} ends. {text}", now)
    for name, why in told.untold:
        logger.warning("{} does not tell that the store is gone: {}", name, why)
    return told


def _tell_once(
    tellers: Iterable[Teller], cause: str, kind: str, text: str, now: dt.datetime
) -> Told:
    alert = Alert(cause=cause, kind=kind, text=text, run="", first=now, last=now, times=1)
    told: list[tuple[str, Notice]] = []
    untold: list[tuple[str, str]] = []
    for teller in tellers:
        said = notice(alert, OPEN, now)
        try:
            teller.tell(said)
            told.append((teller.name, said))
        except ClerkworkError as error:
            untold.append((teller.name, str(error)))
    return Told(told=tuple(told), untold=tuple(untold))


def _see(lookout: Lookout) -> tuple[Cause, ...]:
    now = lookout.clock.now()
    open_ones = lookout.alerts.open()
    runs = lookout.runs.all(_RECENT)
    silent = {worker.id for worker in lookout.workers.silent(_silence(lookout))}
    underway = [run for run in runs if run.ended is None]
    orphaned = _left_behind(lookout, underway)
    processes = lookout.workers.at_work()
    due = due_by_queue(lookout.errands.waiting(), now)
    missing = tuple(unattended(processes, silent, due=due, slots=lookout.waiting_slots()))
    running = {run.run for run in underway}
    standing, resumed = _stops(lookout)
    was_stuck = {alert.run for alert in open_ones if alert.kind == "stuck"}
    sight = look(
        now,
        replace(lookout.rules, silent_after=_silence(lookout)),
        ended=_ended(lookout, runs, resumed),
        halted=_halted(runs, standing),
        resumed=resumed.keys() - standing.keys(),
        underway=[
            Underway(
                run=run.run,
                task=run.task,
                started=run.started,
                worker_silent=run.worker in silent or run.run in orphaned,
            )
            for run in underway
        ],
        gone={run for run in was_stuck - running if _has_ended(lookout, run)},
        slots=_slots(lookout, _slots_since(open_ones, now), untaken(processes, silent, due)),
        unattended=missing,
        attended=_attended(open_ones, missing),
        evidence=dict(_evidence(lookout, runs, open_ones, now)),
        copies=_copies(lookout),
    )
    for cause in sight.wrong:
        lookout.alerts.see(replace(cause, text=lookout.redact(cause.text)), now)
    over = sight.right & {alert.cause for alert in open_ones}
    if over:
        lookout.alerts.settle(over, now)
    return sight.wrong


def _silence(lookout: Lookout) -> float:
    """Seconds; with a long heartbeat a process is silent for longer than others may be."""
    return max(lookout.rules.silent_after, lookout.dead_after)


def _left_behind(lookout: Lookout, underway: Iterable[RunRow]) -> set[str]:
    """Runs whose process has ended, and that nobody took over since the last look."""
    over = {worker.id for worker in lookout.workers.all() if worker.ended is not None}
    now = {run.run for run in underway if run.worker in over}
    still = now & lookout.suspected
    lookout.suspected.clear()
    lookout.suspected.update(now)
    return still


def _stops(lookout: Lookout) -> tuple[dict[str, str], dict[str, dt.datetime]]:
    """Tasks that failed too often: why each is stopped, and when it was last let go on."""
    standing: dict[str, str] = {}
    resumed: dict[str, dt.datetime] = {}
    for stop in lookout.stops.all():
        kind, _, task = stop.scope.partition(" ")
        if kind != "task" or stop.by != BY_ENGINE:
            continue
        if stop.lifted is None:
            standing[task] = stop.why
        else:
            resumed[task] = max(stop.lifted, resumed.get(task, stop.lifted))
    return standing, resumed


def _halted(runs: Sequence[RunRow], standing: Mapping[str, str]) -> Iterator[Halted]:
    for task, why in standing.items():
        last = next((run.run for run in runs if run.task == task and run.ended is not None), "")
        yield Halted(task=task, why=why, run=last)


def _ended(
    lookout: Lookout, runs: Sequence[RunRow], resumed: Mapping[str, dt.datetime]
) -> Iterator[Ended]:
    """Of each task the newest work that is over; an attempt that is tried again is not.

    What failed before a person let the task go on is not told anew.
    """
    going_on = {errand.id for errand in lookout.errands.under_way()}
    found: dict[str, tuple[dt.datetime, Ended]] = {}
    for run in runs:
        if run.ended is None or run.errand in going_on or run.task in found:
            continue
        ended = Ended(
            task=run.task,
            outcome=run.outcome,
            note=run.note,
            run=run.run,
            total_off=bool(run.figures.get(Figure.TOTALS_OFF)),
        )
        found[run.task] = (run.ended, ended)
    for task in lookout.tasks:
        for errand in lookout.errands.ended(task, 1):
            at = found[task][0] if task in found else None
            # One that came as far as a run is told of by that run.
            if errand.state != "failed" or errand.ended is None or (at and errand.ended <= at):
                continue
            last = next(iter(lookout.runs.of(errand.id)), None)
            run_id = last.run if last else ""
            if last is None or last.outcome != "done":
                ended = Ended(task=task, outcome="failed", note=errand.note, run=run_id)
                found[task] = (errand.ended, ended)
    for at, ended in found.values():
        since = resumed.get(ended.task)
        if ended.outcome != "failed" or since is None or at > since:
            yield ended


def _attended(open_ones: Iterable[Alert], missing: Iterable[Unattended]) -> set[str]:
    told = {one.cause.removeprefix("late/") for one in open_ones if one.kind == "late"}
    return {what for what in told if what.startswith("no ")} - {one.what for one in missing}


def _slots(lookout: Lookout, since: dt.datetime, untaken: Collection[str]) -> Iterator[Slot]:
    """What was asked for, and what was missed; what was skipped or refused was so on purpose.

    What waits in a queue from which nobody takes is late for that one cause.
    """
    rows = lookout.slots.all(since=since)
    for row in rows:
        if row.errand is not None:
            if row.errand.state == "queued" and row.errand.queue in untaken:
                continue
            yield Slot(task=row.task, due=row.due, ended=row.errand.ended is not None)
        elif row.state == "missed":
            yield Slot(task=row.task, due=row.due, ended=_made_up(row, rows), missed=row.why)


def _made_up(missed: SlotRow, rows: Iterable[SlotRow]) -> bool:
    """Whether a later slot of the task has been done since."""
    return any(
        row.task == missed.task and row.due > missed.due and row.outcome == "done" for row in rows
    )


def _slots_since(open_ones: Iterable[Alert], now: dt.datetime) -> dt.datetime:
    """From before the oldest slot that somebody was told is late, so that its end is seen."""
    late = [alert.first for alert in open_ones if alert.kind == "late"]
    return min([now, *late]) - _SLOTS_SINCE


def _has_ended(lookout: Lookout, run: str) -> bool:
    row = lookout.runs.find(run)
    return row is not None and row.ended is not None


def _evidence(
    lookout: Lookout, runs: Iterable[RunRow], open_ones: Iterable[Alert], now: dt.datetime
) -> Iterator[tuple[str, str]]:
    hosts: Mapping[str, WorkerRow] = {worker.id: worker for worker in lookout.workers.all()}
    doubted = {alert.run for alert in open_ones if alert.kind == "evidence"}
    fresh = [
        run.run
        for run in runs
        if run.ended is not None
        and now - run.ended < _EXAMINED_SINCE
        and run.run not in lookout.examined
        and (run.worker not in hosts or hosts[run.worker].host == lookout.host)
    ]
    for name in [*sorted(doubted), *(run for run in fresh[:_AT_A_LOOK] if run not in doubted)]:
        try:
            problem = "; ".join(verify_run(lookout.evidence, name, lookout.runs).broken[:3])
        except EvidenceError as error:
            problem = str(error)
        if not problem:
            lookout.examined.add(name)
        yield name, problem


def _copies(lookout: Lookout) -> Mapping[str, str]:
    try:
        return lookout.copies()
    except ClerkworkError as error:
        return {"anywhere": str(error)}


def _tell(lookout: Lookout) -> Told:
    now = lookout.clock.now()
    alerts = lookout.alerts.owed()
    told: list[tuple[str, Notice]] = []
    untold: list[tuple[str, str]] = []
    for teller in lookout.tellers:
        for alert, want in owed(alerts, teller.name):
            picture = lookout.picture(alert.run) if alert.run and want == OPEN else b""
            said = notice(alert, want, now, picture)
            try:
                teller.tell(said)
            except ClerkworkError as error:
                logger.warning("{} does not tell of {}: {}", teller.name, alert.cause, error)
                untold.append((teller.name, str(error)))
                # The others would wait for it just as long.
                break
            lookout.alerts.told(alert.cause, teller.name, want, now)
            told.append((teller.name, said))
    return Told(told=tuple(told), untold=tuple(untold))

"""The engine's processes: workers, schedulers, and all in one."""

from __future__ import annotations

import datetime as dt
import os
import random
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from types import FrameType

from loguru import logger

from clerkwork.adapters.engine import (
    DIED,
    Deadlines,
    EngineQueue,
    Nursery,
    engine_url,
    launch,
    stop,
)
from clerkwork.adapters.holding import new_worker_id, this_machine
from clerkwork.app.attend import PLANS, WORKS
from clerkwork.app.carry_out import Bench, Said, carry_out, put_due
from clerkwork.app.execute import Attempt
from clerkwork.app.go_on import ask_for_answers
from clerkwork.app.muster import set_right
from clerkwork.app.office import Office
from clerkwork.app.slots import Timetable
from clerkwork.app.task import Task
from clerkwork.bootstrap.attempt import PRELOAD, attempt
from clerkwork.bootstrap.auditing import indexing
from clerkwork.bootstrap.holding import remains
from clerkwork.bootstrap.lookout import tell_that_store_is_gone, watching
from clerkwork.bootstrap.office import open_office
from clerkwork.bootstrap.pages import pages_in_thread
from clerkwork.bootstrap.pulse import Pulse
from clerkwork.bootstrap.slots import account, timetable
from clerkwork.bootstrap.stores import store_password, store_url
from clerkwork.bootstrap.tidying import tidying
from clerkwork.core.attention import Attention
from clerkwork.core.complaint import Complaint
from clerkwork.core.errands import OUTGROWN
from clerkwork.core.schedules.plan import opened
from clerkwork.errors import ClerkworkError, EvidenceError
from clerkwork.ports import Errand, SlotRow, Vault, WorkerRow
from clerkwork.workspace import Workspace

__all__ = ["ask_for", "put_in", "queues_of", "run_engine"]

_UNTOLD = dt.timedelta(days=40)
"""How far back slots are looked for that came to no run, and whose scheduler died before it could
say so."""
_LAST = 50
"""Errands of a task that are looked at for the same."""


@dataclass(slots=True)
class _Told:
    """What signals have told this process: first to come to an end, then to end."""

    ending: threading.Event = field(default_factory=threading.Event)
    now: threading.Event = field(default_factory=threading.Event)
    logged: bool = False
    """Whether what did not run while nobody looked stands in the log of runs."""

    def hear(self, number: int, _frame: FrameType | None) -> None:
        if self.ending.is_set():
            self.now.set()
        self.ending.set()

    @contextmanager
    def listening(self) -> Iterator[None]:
        before = {one: signal.signal(one, self.hear) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def run_engine(
    place: Workspace,
    kind: str,
    *,
    queues: Sequence[str] = (),
    at_once: int = 0,
    host: str = "127.0.0.1",
    port: int = 0,
) -> None:
    """Be a 'worker', a 'scheduler', or with the pages all in one ('serve'), until told to end.

    SIGTERM, SIGINT or `clerkwork drain` let what was begun come to its end. A second signal
    ends it at once; another worker goes on with it. Raises `StoreError`, and `SetupError` where
    the pages cannot be served.
    """
    told = _Told()
    with open_office(place, level="INFO") as (_, office), ExitStack() as stack:
        queue_url = _queue_url(place, office.vault)
        work = EngineQueue(queue_url)
        stack.callback(work.close)
        if kind == "serve":
            # First of all: one that cannot serve its pages takes nothing out of the queue.
            stack.enter_context(pages_in_thread(place, office, host=host, port=port))
        queues = queues or queues_of(place)
        row = _row(kind, queues if kind in WORKS else ())
        office.workers.enrol(row)
        stack.callback(office.workers.retire, row.id)
        stack.enter_context(told.listening())
        table = timetable(place)
        nursery = Nursery(PRELOAD, remains) if kind in WORKS else None
        if kind in PLANS:
            # Whatever became of the queue while nobody was at work, what the store says counts.
            set_right(office.errands, office.workers, work, now=office.clock.now(), queued=True)
        if nursery is not None:
            at_once = at_once or place.config.settings.engine.at_once
            bench = _bench(place, office, work, row, nursery, table, told)
            # The queue counts for each queue; a machine bears so many over all that it takes from.
            seats = threading.BoundedSemaphore(at_once)

            def seated(id: str, number: int) -> str:
                with seats:
                    return _persistently(bench, id, number, place.config.settings.engine.heartbeat)

            launch(queue_url, row.id, queues, at_once, seated)
        stack.enter_context(tidying(place, office, work.let_go))
        if kind in WORKS:
            stack.enter_context(indexing(place, office))
        if kind in PLANS:
            stack.enter_context(watching(place, office, f"{kind} {row.id}"))

        plan = partial(_plan, place, office, work, table, told) if kind in PLANS else None
        pulse = Pulse(
            workers=office.workers,
            work=work,
            row=row,
            attention=Attention(place.config.settings.engine.dead_after),
            ending=told.ending,
            now=told.now,
            plan=plan,
        )
        logger.info("{} {} is at work", kind, row.id)
        while not told.ending.is_set():
            pulse.beat()
            told.ending.wait(place.config.settings.engine.heartbeat)
        if kind in WORKS:
            _drain(place.config.settings.engine.deadline, pulse.beat, told)
        if told.now.is_set():
            # What it had is gone on with elsewhere. Were this process left in order, DBOS would
            # wait for it, or take its being broken off for its end.
            if nursery is not None:
                nursery.close()
            if pulse.gone:
                logger.error("{} {} ends at once: {}", kind, row.id, pulse.gone)
                tell_that_store_is_gone(place, office, f"{kind} {row.id}", pulse.gone)
            else:
                _leave_to_others(office, work, row)
            os._exit(1)
    logger.info("{} {} has ended", kind, row.id)


def queues_of(place: Workspace) -> tuple[str, ...]:
    """All queues that the tasks of a workspace name."""
    return tuple(sorted({task.queue for task in place.tasks.values()}))


def ask_for(office: Office, task: Task, by: str, at: dt.datetime | None = None) -> Errand:
    """Ask for a run of a task, at once or from a moment of the office's clock on.

    Whoever plans puts it into the queue then, and a worker takes it out.
    """
    now = office.clock.now()
    errand = Errand(
        id=f"asked/{task.name}/{now:%Y-%m-%dT%H:%M:%SZ}-{secrets.token_hex(3)}",
        task=task.name,
        by=by,
        asked=now,
        not_before=at,
        queue=task.queue,
        priority=task.priority,
    )
    office.errands.ask(errand)
    return errand


def _queue_url(place: Workspace, vault: Vault) -> str:
    url = store_url(place)
    return engine_url(url, store_password(url, vault))


def put_in(place: Workspace, office: Office) -> None:
    """Put what is due into the queue at once, lest anybody wait for the next look of a planner.

    Raises `StoreError`; what was asked for stands in the store then, and is put in later.
    """
    work = EngineQueue(_queue_url(place, office.vault))
    try:
        now = office.clock.now()
        put_due(office.errands, work, now, partial(_portals, place))
    finally:
        work.close()


def _portals(place: Workspace, task: str) -> tuple[str, ...]:
    """Those that a task opens; of one that is no longer there, none are known."""
    return place.tasks[task].portals if task in place.tasks else ()


def _persistently(bench: Bench, id: str, number: int, wait: float) -> str:
    """Carry it out, for as long as it takes until the store can be written to.

    An error that came so far as the queue would be the errand's end there.
    """
    complaint = Complaint()
    while True:
        try:
            state = carry_out(bench, id, number)
        except ClerkworkError as error:
            if said := complaint.failed(f"{error} It is tried again.", time.monotonic()):
                logger.error("{} (attempt {}): {}", id, number, said)
        else:
            if said := complaint.over(time.monotonic()):
                logger.info("{} (attempt {}): {}", id, number, said)
            return state
        threading.Event().wait(wait)


def _drain(patience: float, beat: Callable[[], None], told: _Told) -> None:
    """Take nothing more, and wait for what was begun; with heartbeats, lest it count as dead."""
    ended = threading.Thread(target=stop, args=(patience,), daemon=True)
    ended.start()
    while ended.is_alive() and not told.now.is_set():
        beat()
        ended.join(1.0)


def _leave_to_others(office: Office, work: EngineQueue, row: WorkerRow) -> None:
    try:
        work.hand_over([row.id])
        office.workers.retire(row.id)
    except ClerkworkError as error:
        # Whoever misses this process does the same.
        logger.error("{}", error)
    logger.warning("{} {} ends at once", row.kind, row.id)


def _plan(
    place: Workspace, office: Office, work: EngineQueue, table: Timetable, told: _Told
) -> None:
    """Account for what is due, and put what may begin into the queue."""
    slots = account(table, office)
    if slots or not told.logged:
        _log_not_run(office, table, slots, told)
    for slot in slots:
        logger.info("{} {:%Y-%m-%d %H:%M} UTC: {} {}", slot.task, slot.due, slot.state, slot.why)
    ask_for_answers(
        place.tasks.values(),
        approvals=office.approvals,
        books=office.books,
        errands=office.errands,
        stops=office.stops,
        queue=office.queue,
        clock=office.clock,
    )
    now = office.clock.now()
    set_right(office.errands, office.workers, work, now=now, queued=False)
    put_due(office.errands, work, now, partial(_portals, place))


def _log_not_run(office: Office, table: Timetable, slots: Sequence[SlotRow], told: _Told) -> None:
    """What came to no run goes into the log of runs; at first also what others left untold."""
    try:
        if not told.logged:
            since = office.clock.now() - _UNTOLD
            slots = office.slots.all(since=since)
            for task in table.plans:
                office.evidence.record_refused(office.errands.ended(task, _LAST))
        office.evidence.record_not_run(slots)
        told.logged = True
    except EvidenceError as error:
        # Told again at the next look, with all that is missing by then.
        told.logged = False
        logger.error("what did not run could not be logged: {}", error)


def _bench(
    place: Workspace,
    office: Office,
    work: EngineQueue,
    row: WorkerRow,
    nursery: Nursery,
    table: Timetable,
    told: _Told,
) -> Bench:
    endurance = place.config.settings.engine

    def begin(errand: Errand, number: int, last: bool) -> Said:
        known = place.tasks.get(errand.task)
        own = known.deadline if known else None
        of = Attempt(errand=errand.id, number=number, worker=row.id, last=last)
        ended = nursery.carry_out(
            attempt,
            (str(place.root), errand.task, of),
            Deadlines(
                whole=own.total_seconds() if own else endurance.deadline, step=endurance.silence
            ),
        )
        if ended.said == DIED:
            return Said(outcome=DIED, note=ended.why)
        outcome, _, note = ended.said.partition(": ")
        if outcome == OUTGROWN and not told.ending.is_set():
            logger.error("{} This worker takes nothing more.", note)
            told.ending.set()
        return Said(outcome=outcome, note=note)

    return Bench(
        errands=office.errands,
        runs=office.runs,
        stops=office.stops,
        queue=office.queue,
        clock=office.clock,
        work=work,
        endurance=endurance,
        chance=random.SystemRandom().random,
        attempt=begin,
        refused=lambda errand: office.evidence.record_refused([errand]),
        portals=partial(_portals, place),
        opens=lambda task, at: opened(table.plans[task], at)[0] if task in table.plans else at,
    )


def _row(kind: str, queues: Sequence[str]) -> WorkerRow:
    now = dt.datetime.now(dt.UTC)
    return WorkerRow(
        id=new_worker_id(),
        kind=kind,
        host=this_machine(),
        process=os.getpid(),
        version=version("clerkwork"),
        queues=tuple(queues),
        started=now,
        seen=now,
    )

"""Carry out an errand: an attempt in a process of its own, and what becomes of it afterwards.

Everything is read from the store, so that whoever carries it out may die at any point: the next
one sees what there is, and goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from loguru import logger

from clerkwork.app.ask import ask
from clerkwork.app.execute import DIED
from clerkwork.app.resume import ask_about, stop_of, stop_task
from clerkwork.core.errands import (
    DONE,
    FAILED,
    REFUSED,
    STOPPED,
    UNREADY,
    Endurance,
    failures_in_a_row,
    fate_of,
)
from clerkwork.core.queue import WorkItem, trouble_key
from clerkwork.errors import StoreError
from clerkwork.ports import (
    Clock,
    Errand,
    Errands,
    Queue,
    RunRow,
    Runs,
    Stops,
    Work,
    WorkQueue,
)

__all__ = ["Bench", "Said", "carry_out", "put_due", "work_of"]

_TURNS = 100
"""Turns that an errand may wait for what others hold, for each run that it may have."""
_DEATHS = 3
"""Runs that an errand may have for each attempt: what kills its workers is not tried for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How an attempt's process ended: with a run's outcome, 'unready', or 'died'."""

    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a worker works with."""

    errands: Errands
    runs: Runs
    stops: Stops
    queue: Queue
    clock: Clock
    work: WorkQueue
    endurance: Endurance
    chance: Callable[[], float]
    """In [0, 1)."""
    attempt: Callable[[Errand, int, bool], Said]
    """Runs an attempt to its end, told whether it is the last one; blocks."""
    refused: Callable[[Errand], None] = lambda errand: None
    """Told of each that came to no run, because its task was stopped."""
    portals: Callable[[str], Collection[str]] = lambda task: ()
    """Those that a task opens."""
    opens: Callable[[str, dt.datetime], dt.datetime] = lambda task, at: at
    """When, from a moment on, all portals of a task may be touched."""


def carry_out(bench: Bench, id: str, attempt: int) -> str:
    """Carry out one attempt of an errand; the state in which the errand is afterwards.

    Safe to repeat, at any time and by anybody: an attempt whose run has ended is only concluded,
    and one whose run died is gone on with by a run of its own.
    """
    errand = bench.errands.get(id)
    if errand is None:
        logger.warning("there is no errand {}; nothing was done", id)
        return REFUSED
    if errand.ended is not None or errand.attempts > attempt:
        return errand.state
    stop = stop_of(bench.stops, errand.task)
    if stop is not None:
        # Whoever pulled it may have died before he could ask.
        ask_about(bench.queue, bench.clock, stop)
        state = _over(bench, errand, REFUSED, f"{stop.by} has stopped the task: {stop.why}")
        if (over := bench.errands.get(id)) is not None:
            bench.refused(over)
        return state
    runs = bench.runs.of(id)
    # One that went down with its worker says nothing against the portal: no failure is counted.
    failures = sum(run.outcome == FAILED and run.note != DIED for run in runs)
    unended = sum(run.outcome == FAILED or run.ended is None for run in runs)
    ended = next((run for run in runs if _by_itself(run) and _counts(run, attempt)), None)
    if ended is not None:
        said = Said(outcome=ended.outcome, note=ended.note)
    elif max(unended, attempt // _TURNS) >= _DEATHS * bench.endurance.attempts:
        said = Said(outcome=UNREADY, note=f"{len(runs)} runs of it did not come to an end")
    else:
        bench.errands.begin(id, attempt)
        said = _attempted(bench, errand, attempt, failures + 1 >= bench.endurance.attempts)
        failures += said.outcome in (FAILED, "died")
        if said.outcome == "died":
            _bury(bench, id, said.note)
    return _conclude(bench, errand, attempt, said, failures)


def _attempted(bench: Bench, errand: Errand, attempt: int, last: bool) -> Said:
    try:
        return bench.attempt(errand, attempt, last)
    except StoreError:
        raise
    except Exception as error:
        # Of this machine, not of the portal: what cannot even be begun is a person's.
        logger.opt(exception=error).error("{} could not be begun: {}", errand.id, error)
        return Said(outcome=UNREADY, note=f"it could not be begun: {type(error).__name__}: {error}")


def put_due(
    errands: Errands,
    work: WorkQueue,
    now: dt.datetime,
    portals: Callable[[str], Collection[str]] = lambda task: (),
) -> int:
    """Put every errand that waits, and may begin by now, into the queue; how many were new.

    `portals` are those that a task opens. What needs one in which another errand is at work waits
    here: a worker that took it would only wait for that one's login.
    """
    taken = {portal for errand in errands.running() for portal in portals(errand.task)}
    due = []
    for errand in errands.waiting():
        wanted = {*portals(errand.task)}
        if (errand.not_before is None or errand.not_before <= now) and not wanted & taken:
            taken |= wanted
            due.append(work_of(errand))
    return work.put(due)


def work_of(errand: Errand, wait: float = 0.0) -> Work:
    """The next attempt of an errand, as the queue takes it; `wait` in seconds."""
    return Work(
        errand=errand.id,
        attempt=errand.attempts + 1,
        queue=errand.queue,
        priority=errand.priority,
        wait=wait,
    )


def _by_itself(run: RunRow) -> bool:
    return run.ended is not None and not run.note.startswith(DIED)


def _counts(run: RunRow, attempt: int) -> bool:
    """Whether an errand is over with that run, though nobody came to write it down."""
    return run.attempt == attempt or run.outcome in (DONE, STOPPED)


def _bury(bench: Bench, id: str, why: str) -> None:
    """End the runs that the attempt's process left behind; it is surely gone."""
    for run in bench.runs.of(id):
        if run.ended is None:
            note = f"{DIED}: {why}"
            bench.runs.end(run.run, bench.clock.now(), FAILED, run.figures, note)


def _conclude(bench: Bench, errand: Errand, attempt: int, said: Said, failures: int) -> str:
    fate = fate_of(said.outcome, failures, bench.chance(), bench.endurance)
    if fate.state == "queued":
        now = bench.clock.now()
        # Not before a portal's closed window has ended: the door would only be closed again.
        again = bench.opens(errand.task, now + dt.timedelta(seconds=fate.wait))
        wait = (again - now).total_seconds()
        logger.warning(
            "{}: {} at attempt {} ({}); the next one in {:.0f} s",
            errand.task, said.outcome, attempt, said.note, wait,
        )  # fmt: skip
        waiting = bench.errands.again(errand.id, again, said.note)
        # Whoever puts in what is due would do so as well, if this process died just here.
        bench.work.put([work_of(waiting, wait)])
        _let_in(bench, errand.task)
        return fate.state
    if fate.state == FAILED:
        # Before it is over: whoever goes on with it then comes by here once more. A run that came
        # as far as that has asked already, and it is the same question.
        ask(bench.queue, _trouble(bench, errand, said))
    state = _over(bench, errand, fate.state, said.note)
    if fate.state == FAILED:
        _stop_if_hopeless(bench, errand, said.note)
    return state


def _let_in(bench: Bench, task: str) -> None:
    """What waited for the portals of a task that has ended comes next, planner or no planner."""
    if bench.portals(task):
        put_due(bench.errands, bench.work, bench.clock.now(), bench.portals)


def _over(bench: Bench, errand: Errand, state: str, note: str) -> str:
    bench.errands.end(errand.id, state, note)
    _let_in(bench, errand.task)
    logger.info("{} ({}): {} {}", errand.task, errand.id, state, note)
    return state


def _stop_if_hopeless(bench: Bench, errand: Errand, note: str) -> None:
    """Too many errands of a task failed in a row: it is not begun again until a person says so."""
    scope = f"task {errand.task}"
    lifted = [s.lifted for s in bench.stops.all() if s.scope == scope and s.lifted]
    since = max(lifted, default=None)
    last = [
        one.state
        for one in bench.errands.ended(errand.task, bench.endurance.stop_after)
        if since is None or (one.ended is not None and one.ended > since)
    ]
    if failures_in_a_row(last) < bench.endurance.stop_after:
        return
    why = f"{bench.endurance.stop_after} runs of it failed in a row, the last one: {note}"
    runs = bench.runs.of(errand.id)
    run = runs[0].run if runs else ""
    if stop_task(bench.stops, bench.queue, bench.clock, task=errand.task, why=why, run=run):
        logger.error("{} is stopped: {}", errand.task, why)


def _trouble(bench: Bench, errand: Errand, said: Said) -> WorkItem:
    runs = bench.runs.of(errand.id)
    return WorkItem(
        id="",
        key=trouble_key(errand.task, "failed"),
        kind="trouble",
        title=f"{errand.task} could not be brought to its end",
        created=bench.clock.now(),
        facts={
            "What happened": said.note or "it ended without a word",
            "Asked for by": errand.by,
            "Attempts": str(len(runs)),
        },
        choices=(("seen", "I have seen to it"),),
        evidence=runs[0].run if runs else "",
    )

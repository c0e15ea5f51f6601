"""Muster the engine's processes and its queue: what nobody has any more is handed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from loguru import logger

from clerkwork.ports import Errand, Errands, WorkerRow, Workers, WorkQueue, work_id

__all__ = ["AT_WORK", "DEAD", "SILENT", "Lives", "hand_over_from_dead", "set_right", "states"]


Lives = Callable[[WorkerRow], bool | None]
"""Of a process of this machine whether it lives; None of any other."""

DEAD, SILENT, AT_WORK = "dead", "silent", "at work"


def states(workers: Workers, *, silence: float, lives: Lives) -> Mapping[str, str]:
    """By id, how each process stands that has not ended: the one judgement for all who ask.

    'dead' is known for certain; 'silent' was not heard of for so many seconds, `dead_after` of
    `[engine]`, and counts as dead; all others are 'at work'.
    """
    silent = {row.id for row in workers.silent(silence)}
    return {
        row.id: DEAD if lives(row) is False else SILENT if row.id in silent else AT_WORK
        for row in workers.at_work()
    }


def hand_over_from_dead(
    workers: Workers, work: WorkQueue, *, silence: float, lives: Lives, attentive: bool
) -> tuple[str, ...]:
    """Hand over the work of whoever is dead, or counts as dead; the ids of that work.

    Who was not `attentive` throughout that silence, because it was itself cut off from the store
    or has only begun, cannot tell silence from an outage, and goes by certain death alone. A
    process that was only frozen learns from its next heartbeat that it counts as dead; until then
    its leases guard what it does.
    """
    found = states(workers, silence=silence, lives=lives)
    handed: list[str] = []
    for row in workers.at_work():
        state = found.get(row.id, AT_WORK)
        if state == AT_WORK or (state == SILENT and not attentive):
            continue
        # In this order: were it noted as dead first, a crash here would leave its work to nobody.
        work_of_it = work.hand_over([row.id])
        if workers.retire(row.id):
            logger.warning(
                "{} {} {}; {} of its runs are handed over",
                row.kind,
                row.id,
                "has died" if state == DEAD else f"was silent for {silence:.0f} s",
                len(work_of_it),
            )
        handed += work_of_it
    return tuple(handed)


def set_right(
    errands: Errands, workers: Workers, work: WorkQueue, *, now: dt.datetime, queued: bool
) -> tuple[str, ...]:
    """Where the queue differs from the store, the store is right; ids of what is begun anew.

    They differ after a restore or a move of the store, or if the queue's own tables were lost.
    What is under way, but in nobody's hands, is queued again. `queued` looks at what waits as well:
    needed once, before a process puts in what is due.
    """
    # Whoever has taken something was enrolled before.
    takers = work.takers()
    if strangers := takers - {row.id for row in workers.at_work()}:
        work.hand_over(strangers)
    running = {work_id(errand.id, errand.attempts): errand for errand in errands.running()}
    stands = work.standing(running)
    lost = [e for id, e in running.items() if stands.get(id, "over") == "over"]
    again = [errand.id for errand in lost if _still(errands, errand)]
    for id in again:
        errands.again(id, now, "its place in the queue was lost")
        logger.warning("{} is in nobody's hands any more; it is gone on with", id)
    if queued:
        waiting = {work_id(e.id, e.attempts + 1): e for e in errands.waiting()}
        for id, state in work.standing(waiting).items():
            errand = waiting[id]
            if state == "over" and errands.number(errand, _last_known(work, errand)):
                again.append(errand.id)
    return tuple(again)


def _still(errands: Errands, errand: Errand) -> bool:
    """Whether it is as it was: an attempt is concluded in the store before it is in the queue."""
    found = errands.get(errand.id)
    return found is not None and (found.state, found.attempts) == (errand.state, errand.attempts)


def _last_known(work: WorkQueue, errand: Errand) -> int:
    """The last of the attempts that the queue knows of an errand."""
    last = errand.attempts + 1
    while work.standing([work_id(errand.id, last + 1)]):
        last += 1
    return last

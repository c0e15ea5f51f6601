"""Muster the engine's processes: who is silent has died, and what he had is handed over."""

from __future__ import annotations

from collections.abc import Callable

from loguru import logger

from clerkwork.ports import WorkerRow, Workers, WorkQueue

__all__ = ["hand_over_from_dead"]


def hand_over_from_dead(
    workers: Workers,
    work: WorkQueue,
    *,
    silence: float,
    lives: Callable[[WorkerRow], bool | None],
) -> tuple[str, ...]:
    """Hand over the work of whoever was silent for so many seconds, or is known to have died.

    `lives` says of a process of this machine whether it lives, and None of any other. A
    process that was only frozen learns from its next heartbeat that it counts as dead; until
    then its leases guard what it does. The ids of the work that was handed over.
    """
    silent = {row.id for row in workers.silent(silence)}
    handed: list[str] = []
    for row in workers.at_work():
        if row.id not in silent and lives(row) is not False:
            continue
        # In this order: were it noted as dead first, a crash here would leave its work to nobody.
        work_of_it = work.hand_over([row.id])
        if workers.retire(row.id):
            logger.warning(
                "{} {} has died; {} of its runs are handed over", row.kind, row.id, len(work_of_it)
            )
        handed += work_of_it
    return tuple(handed)

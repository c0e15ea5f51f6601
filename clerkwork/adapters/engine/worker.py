"""A worker: takes errands out of the durable queue and carries each out in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clerkwork.adapters.engine.queue import APPLICATION, ENGINE, WORKFLOW, told

if TYPE_CHECKING:
    from dbos import DBOSConfig

__all__ = ["launch", "stop"]

_POLL = 0.1
"""Seconds between two looks into the queue."""


def launch(
    url: str, worker: str, queues: Sequence[str], at_once: int, carry_out: Callable[[str, int], str]
) -> None:
    """Begin to take errands, `at_once` of each queue; `carry_out(errand, attempt)` blocks.

    Once a process: DBOS has one instance of itself. It returns at once; `stop` ends it.
    Raises `StoreError`.
    """
    from dbos import DBOS

    config: DBOSConfig = {
        "name": APPLICATION,
        "system_database_url": url,
        "application_version": ENGINE,
        # Its own: a second process of the same id would take what is in flight here for lost.
        "executor_id": worker,
        "log_level": "ERROR",
        "use_listen_notify": False,
    }
    DBOS(config=config)

    @DBOS.step(name="attempt")
    def attempt(errand: str, number: int) -> str:
        return carry_out(errand, number)

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
    def errand(id: str, number: int) -> str:
        return attempt(id, number)

    DBOS.listen_queues([*queues])
    with told("opened"):
        DBOS.launch()
        for queue in queues:
            DBOS.register_queue(
                queue,
                worker_concurrency=at_once,
                polling_interval_sec=_POLL,
                on_conflict="always_update",
            )


def stop(patience: float) -> None:
    """Take nothing more; wait that many seconds for what was begun."""
    from dbos import DBOS

    DBOS.destroy(workflow_completion_timeout_sec=round(patience))

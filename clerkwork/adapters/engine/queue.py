"""The durable queue, seen from outside: put errands into it, hand over what a dead worker had.

DBOS keeps it in tables of its own: beside an SQLite store in a file, in PostgreSQL in a schema of
the store's own database. An errand is one workflow of one step, so that no release ever meets the
middle of a workflow of another; its arguments are ids alone.
"""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from clerkwork.errors import StoreError
from clerkwork.ports import Work

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

__all__ = ["APPLICATION", "ENGINE", "WORKFLOW", "EngineQueue", "engine_url", "told"]

APPLICATION = "clerkwork"
ENGINE = "1"
"""The engine's own version, told to DBOS: not Clerkwork's, so that an upgrade strands nothing.

It changes only when a workflow of before could not be gone on with; it never had to."""
WORKFLOW = "errand"
_BATCH = 500
_STANDING = {"ENQUEUED": "waits", "DELAYED": "waits", "PENDING": "taken"}
"""DBOS's words for what is not over."""
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_BROKEN = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_LEAST_PRIORITY = 2**31 - 1

logging.getLogger("dbos").setLevel(logging.ERROR)


def engine_url(store: str, password: str = "") -> str:
    """Where the queue of a store is kept; raises `StoreError` for a store in memory.

    On a server it lies beside the store, reached with the same password.
    """
    parsed = make_url(store)
    if parsed.get_backend_name() != "sqlite":
        if password:
            parsed = parsed.set(password=password)
        return parsed.render_as_string(hide_password=False)
    if parsed.database in (None, "", ":memory:"):
        raise StoreError("A store in memory has no queue: name a file or PostgreSQL as the store.")
    file = Path(str(parsed.database))
    return f"sqlite:///{file.with_name('engine.db')}"


class EngineQueue:
    """Fulfils `clerkwork.ports.WorkQueue`; works beside any number of workers."""

    def __init__(self, url: str) -> None:
        """Make the queue's tables if they are not there; raises `StoreError`."""
        from dbos import DBOS, DBOSClient

        _make_private(url)
        with told("opened"):
            DBOS.migrate(url)
            self._client: DBOSClient = DBOSClient(
                system_database_url=url,
                application_name=APPLICATION,
                # An unreachable database is an error that somebody reads, not a wait for ever.
                retry_connection_errors=False,
            )
        self._known: set[str] = set()

    def put(self, work: Iterable[Work]) -> int:
        wanted = [one for one in work if one.id not in self._known]
        new = 0
        with told("written to"):
            for start in range(0, len(wanted), _BATCH):
                batch = wanted[start : start + _BATCH]
                there = self._there([one.id for one in batch])
                for one in batch:
                    if one.id not in there:
                        self._client.enqueue(_options(one), one.errand, one.attempt)
                        new += 1
                    self._known.add(one.id)
        return new

    def hand_over(self, workers: Collection[str]) -> tuple[str, ...]:
        if not workers:
            return ()
        with told("written to"):
            taken = self._client.list_workflows(
                executor_id=[*workers], status="PENDING", load_input=False, load_output=False
            )
            by_queue: dict[str, list[str]] = {}
            for one in taken:
                by_queue.setdefault(one.queue_name or "", []).append(one.workflow_id)
            for queue, ids in by_queue.items():
                self._client.resume_workflows(ids, queue_name=queue or None)
        return tuple(one.workflow_id for one in taken)

    def takers(self) -> frozenset[str]:
        with told("read"):
            taken = self._client.list_workflows(
                status="PENDING", load_input=False, load_output=False
            )
        return frozenset(one.executor_id for one in taken if one.executor_id)

    def standing(self, ids: Collection[str]) -> Mapping[str, str]:
        wanted = [*ids]
        found: dict[str, str] = {}
        with told("read"):
            for start in range(0, len(wanted), _BATCH):
                found |= self._there(wanted[start : start + _BATCH])
        return found

    def let_go(self, before: dt.datetime) -> int:
        """Forget what was over by then; how many attempts. The store keeps what became of them."""
        count = 0
        with told("tidied"):
            while True:
                over = self._client.list_workflows(
                    status=_OVER,
                    completed_before=before.isoformat(),
                    limit=_BATCH,
                    load_input=False,
                    load_output=False,
                )
                if not over:
                    return count
                self._client.delete_workflows([one.workflow_id for one in over])
                count += len(over)

    def close(self) -> None:
        self._client.destroy()

    def _there(self, ids: Sequence[str]) -> dict[str, str]:
        found = self._client.list_workflows(
            workflow_ids=[*ids], load_input=False, load_output=False
        )
        return {one.workflow_id: _STANDING.get(one.status, "over") for one in found}


def _options(work: Work) -> EnqueueOptions:
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": work.queue,
        "workflow_id": work.id,
        "app_version": ENGINE,
        "priority": max(1, min(work.priority, _LEAST_PRIORITY)),
    }
    if work.wait > 0:
        options["delay_seconds"] = work.wait
    return options


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise what the database of the queue says as a `StoreError`."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        orig = getattr(error, "orig", None) or error
        said = " ".join(str(orig).split())
        if str(getattr(orig, "sqlite_errorname", "")).startswith(_BROKEN):
            raise StoreError(
                f"The engine's queue cannot be {what}: its file engine.db, beside the store, is "
                f"damaged ({said}). Move it away and start again: it only repeats what the store "
                "says is to be done, and is made anew."
            ) from error
        raise StoreError(
            f"The engine's queue cannot be {what}: {said}. What was asked for is in the store "
            "and is put into the queue later; check that the database runs and is not full."
        ) from error


def _make_private(url: str) -> None:
    """A queue in a file is its owner's alone, as the store is, also one that is there already."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return
    file = Path(str(parsed.database))
    try:
        file.touch(mode=0o600, exist_ok=True)
        for end in ("", "-wal", "-shm"):
            part = file.with_name(f"{file.name}{end}")
            # The last one to close it takes away what lies beside it.
            with suppress(FileNotFoundError):
                if part.stat().st_mode & 0o077:
                    part.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The engine's queue {file} cannot be made: {error.strerror}. Check that its folder "
            "exists, may be written to, and that the disk is not full."
        ) from error

"""What `clerkwork tidy` does, and every process of the engine once a day."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from loguru import logger

from clerkwork.adapters.rooms import Room
from clerkwork.app.collect import standing_files
from clerkwork.app.office import Office
from clerkwork.app.pay import waiting_files
from clerkwork.app.tidy import Cupboard, Memory, Tidied, tidy
from clerkwork.bootstrap.auditing import forget_what_is_gone
from clerkwork.bootstrap.beside import beside
from clerkwork.bootstrap.holding import operator
from clerkwork.bootstrap.lookout import open_lookout
from clerkwork.bootstrap.proving import evidence_of
from clerkwork.bootstrap.stores import store_of
from clerkwork.errors import ClerkworkError
from clerkwork.ports import Clock
from clerkwork.workspace import Workspace

__all__ = ["tidy_up", "tidying"]

_EVERY = 24 * 3600.0
_FIRST = 300.0
"""Seconds after which a process tidies first: its start has enough to do."""


def tidy_up(folder: Path | None, *, dry: bool) -> Tidied:
    """Tidy the workspace in or above a folder, as its config/workspace.toml declares."""
    with open_lookout(folder) as (place, lookout):
        return _tidied(place, lookout.clock, dry=dry)


@contextmanager
def tidying(
    place: Workspace, office: Office, let_go: Callable[[dt.datetime], int]
) -> Iterator[None]:
    """A thread that tidies what lies on this machine, once a day, inside the block.

    `let_go` forgets what was over in the queue by a moment of the machine's own clock.
    """
    with beside(lambda ending: _tidy(place, office.clock, let_go, ending)):
        yield


def _tidy(
    place: Workspace,
    clock: Clock,
    let_go: Callable[[dt.datetime], int],
    ending: threading.Event,
) -> None:
    days = dt.timedelta(days=place.config.settings.retention.log_days)
    wait = _FIRST
    while not ending.wait(wait):
        wait = _EVERY
        try:
            done = _tidied(place, clock, dry=False)
            if over := let_go(dt.datetime.now(dt.UTC) - days):
                logger.info("{} attempts that were over were let go out of the queue", over)
        except ClerkworkError as error:
            logger.error("tidying failed: {}", error)
            continue
        for one in done.let_go:
            if one.count:
                logger.info("{} let go: {}, {:.1f} MB", one.count, one.name, one.bytes / 1e6)
        for spared in done.spared:
            logger.warning("the evidence of {} stays: {}", spared.run, spared.why)


def _tidied(place: Workspace, clock: Clock, *, dry: bool) -> Tidied:
    retention, output = place.config.settings.retention, place.output
    evidence = evidence_of(place, clock, str)
    # What the evidence of a run names stays; where that cannot be read, all of it.
    named = evidence.named_versions()
    versions = Room(name="versions of files", folder=output / "versions", spared=named or ())
    store = store_of(place, clock, want="look")
    try:
        done = tidy(
            cupboards=(
                Cupboard(
                    room=Room(
                        name="logs",
                        folder=output / "log",
                        pattern="*.log",
                        spared=("clerkwork.log",),
                    ),
                    days=retention.log_days,
                    megabytes=retention.log_mb,
                ),
                Cupboard(
                    room=Room(name="downloads", folder=output / "downloads"),
                    days=retention.downloads_days,
                    megabytes=retention.downloads_mb,
                ),
                Cupboard(
                    room=Room(name="reports", folder=place.reports, spared=("latest.html",)),
                    days=retention.reports_days,
                ),
                Cupboard(
                    room=Room(
                        name="pictures of selectors",
                        folder=output / "selectors",
                        pattern="**/*.jpg",
                    ),
                    days=retention.selectors_days,
                ),
                Cupboard(
                    room=Room(name="exports", folder=output / "exports", pattern="*.zip"),
                    days=retention.exports_days,
                ),
                Cupboard(
                    room=Room(
                        name="files of disputes",
                        folder=output / "disputes",
                        spared=waiting_files(store.queue),
                    ),
                    days=retention.disputes_days,
                ),
                Cupboard(
                    room=Room(
                        name="dossiers",
                        folder=output / "dossiers",
                        spared=standing_files(store.handovers),
                    ),
                    days=retention.dossiers_days,
                ),
                *([] if named is None else [Cupboard(room=versions, days=retention.versions_days)]),
            ),
            evidence=evidence,
            runs=store.runs,
            queue=store.queue,
            books=store.books,
            calendar=place.config.calendar,
            clock=clock,
            retention=retention,
            by=operator(),
            memories=(
                Memory(name="paid invoices", dated=store.paid_items, days=retention.paid_days),
                Memory(name="events of messages", dated=store.events, days=retention.events_days),
                # Without the paid invoices nobody knows what came of it.
                Memory(name="arms of debtors", dated=store.trials, days=retention.paid_days),
                Memory(name="replies", dated=store.replies, days=retention.replies_days),
            ),
            dry=dry,
        )
    finally:
        store.close()
    if not dry:
        # What a picture showed goes with it, and with the details of its step.
        forget_what_is_gone(place, clock)
    return done

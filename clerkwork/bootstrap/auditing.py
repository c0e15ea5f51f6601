"""What an auditor's commands work with: evidence, store and the words of pictures."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from loguru import logger

from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.locks import Lock
from clerkwork.adapters.store import Store
from clerkwork.adapters.wordindex import WordIndex
from clerkwork.app.look_through import Looked, look_through
from clerkwork.app.office import Office
from clerkwork.app.read_pictures import PicturesRead, forget_words, read_pictures
from clerkwork.bootstrap.beside import beside
from clerkwork.bootstrap.office import clock_of
from clerkwork.bootstrap.secrets import key_folder
from clerkwork.bootstrap.stores import store_of
from clerkwork.core.complaint import Complaint
from clerkwork.core.seeking import query_of
from clerkwork.errors import BusinessError, ClerkworkError
from clerkwork.ports import Clock, Progress
from clerkwork.workspace import Workspace, open_workspace

__all__ = [
    "forget_what_is_gone",
    "index_pictures",
    "indexing",
    "is_behind",
    "period",
    "read_beside",
    "search",
]

_FIRST, _EVERY = 120.0, 60.0
"""Seconds until a process of the engine looks first for pictures to read, and between two looks."""
_AFTER_TROUBLE = 3600.0
_GENTLE = 19
"""How far reading pictures stands back behind everything else (nice)."""


def word_index(place: Workspace) -> WordIndex:
    return WordIndex(place.output / "picture-words.db")


@contextmanager
def _opened(folder: Path | None) -> Iterator[tuple[Workspace, Store, Clock, WordIndex]]:
    place = open_workspace(folder)
    clock = clock_of(place)
    with closing(store_of(place, clock, want="look")) as store, closing(word_index(place)) as words:
        yield place, store, clock, words


def search(
    folder: Path | None, words: str, since: dt.date | None, until: dt.date | None
) -> tuple[Workspace, Looked]:
    """Every step that concerns it, of the days from `since` to `until`, which is counted in.

    Raises `BusinessError` for too little to look for.
    """
    try:
        query = query_of(words)
    except ValueError as error:
        raise BusinessError(str(error)) from None
    with _opened(folder) as (place, store, clock, index):
        begins, ends = period(since, until, place.config.calendar.zone)
        return place, look_through(
            query,
            shelf=open_evidence(place.evidence, key_folder() / "evidence", clock),
            words=index,
            books=store.books,
            approvals=store.approvals,
            outbox=store.outbox,
            since=begins,
            until=ends,
        )


def period(
    since: dt.date | None, until: dt.date | None, zone: str
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The instants (UTC) at which days begin and end there; `until` is counted in."""

    def midnight(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)

    return (
        midnight(since) if since else None,
        midnight(until + dt.timedelta(days=1)) if until else None,
    )


def index_pictures(
    folder: Path | None, *, anew: bool, gently: bool, progress: Progress
) -> tuple[PicturesRead, int]:
    """Read every picture that was not read yet; what was read, and how many were forgotten.

    Raises `SetupError` while another process does it, `ProgramMissing` without Tesseract.
    """
    from clerkwork.adapters.browser.ocr import picture_text

    if gently and hasattr(os, "nice"):
        os.nice(_GENTLE)
    with _opened(folder) as (place, store, clock, words), _alone(place):
        if anew:
            words.forget()
        shelf = open_evidence(place.evidence, key_folder() / "evidence", clock)
        under_way = {row.run for row in store.runs.running()}
        engine = os.getppid()
        done = read_pictures(
            shelf=shelf,
            words=words,
            read=picture_text,
            is_over=lambda run: run not in under_way,
            now=clock.now,
            progress=progress,
            # Whose child this is may have been killed.
            ending=lambda: gently and os.getppid() != engine,
        )
        return done, 0 if gently else forget_words(shelf, words)


def _alone(place: Workspace) -> Lock:
    lock = place.output / "picture-words.lock"
    return Lock(lock, f"clerkwork audit index in {place.root}", "The file of what pictures show")


def forget_what_is_gone(place: Workspace, clock: Clock) -> int:
    """Forget what pictures showed that are gone; how many. Nothing while they are being read."""
    with closing(word_index(place)) as words:
        shelf = open_evidence(place.evidence, key_folder() / "evidence", clock)
        return forget_words(shelf, words)


@contextmanager
def indexing(place: Workspace, office: Office) -> Iterator[None]:
    """A thread that has pictures read by a process of its own, after runs have ended.

    It stands back behind everything else of the machine, and one machine reads one at a time.
    """
    if not place.config.settings.read_pictures:
        yield
        return
    with beside(lambda ending: _keep_up(place, office, ending)):
        yield


def _keep_up(place: Workspace, office: Office, ending: threading.Event) -> None:
    complaint = Complaint()
    wait = _FIRST
    while not ending.wait(wait):
        wait = _EVERY
        try:
            trouble = read_beside(place, ending) if is_behind(place, office) else ""
        except (ClerkworkError, OSError) as error:
            trouble = str(error)
        if trouble:
            wait = _AFTER_TROUBLE
            if said := complaint.failed(trouble, time.monotonic()):
                logger.error("pictures are not read for the search: {}", said)
        elif said := complaint.over(time.monotonic()):
            logger.info("pictures are read for the search: {}", said)


def is_behind(place: Workspace, office: Office) -> bool:
    """Whether a run that is over is here, of which not all pictures were read."""
    with closing(word_index(place)) as words:
        shelf = open_evidence(place.evidence, key_folder() / "evidence", office.clock)
        under_way = {row.run for row in office.runs.running()}
        return bool({*shelf.names()} - words.looked_through() - under_way)


def read_beside(place: Workspace, ending: threading.Event) -> str:
    """Have the pictures read by another process; what is wrong, empty if nothing is.

    It is ended when `ending` is set.
    """
    command = [sys.executable, "-m", "clerkwork.cli", "audit", "index", "--gently"]
    with subprocess.Popen(  # noqa: S603 - ourselves
        [*command, "--workspace", str(place.root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        while reader.poll() is None:
            if ending.wait(0.5):
                # Each picture is kept by itself: the next one goes on there.
                reader.terminate()
                reader.wait()
                return ""
        said = (reader.stderr.read() if reader.stderr else "").strip()
        return said.splitlines()[-1] if reader.returncode and said else ""

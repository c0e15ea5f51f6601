"""One process for each attempt: a deadline can end a process, but never a hung thread.

The processes are forked from one that has imported the heavy modules and has no threads
(`multiprocessing`'s fork server), so that an attempt does not pay for Python's start. Each leads a
process group of its own, so that its browser's driver ends with it, and each ends itself when its
supervisor is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, NoReturn

from loguru import logger

from clerkwork.errors import SetupError

__all__ = ["DIED", "Deadlines", "Ended", "Nursery", "Sign"]

DIED = "died"
_GRACE = 5.0
"""Seconds that a process which was told to end has before it is ended."""

Remains = Callable[[int], Callable[[], object]]
"""Called with the number of a process that lives: what ends, after it, all that it left behind."""
Sign = Callable[[str], None]
"""Called by an attempt whenever something moved; silence for too long counts as hanging."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds after which an attempt counts as hung, and is ended."""

    whole: float
    step: float
    """Without any sign of it: no step ended, no progress told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an attempt's process ended."""

    said: str
    """What it returned, or 'died'."""
    why: str = ""


class Nursery:
    """Where attempts are begun and watched; one for a process, closed at its end."""

    def __init__(self, preload: Sequence[str], remains: Remains = lambda _: lambda: None) -> None:
        """`preload` are modules to import once; `remains` says what an attempt may leave behind."""
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*preload])
        # Imports what it was told to while nobody waits for it yet.
        forkserver.ensure_running()
        self._remains = remains
        self._alive: dict[int, tuple[ForkServerProcess, Callable[[], object]]] = {}
        self._guard = threading.Lock()
        self._closed = threading.Event()

    def carry_out(
        self, work: Callable[..., str], arguments: tuple[Any, ...], deadlines: Deadlines
    ) -> Ended:
        """Run `work(*arguments, sign)` in a process of its own, to its end or its deadline.

        `work` has to be importable by name; what it returns is told as it is. Blocks.
        """
        here, there = self._context.Pipe()
        child = self._context.Process(target=_child, args=(there, work, arguments))
        with self._guard:
            closed = self._closed.is_set()
            if not closed:
                _start(child)
                clear = self._remains(child.ident or 0)
                self._alive[child.ident or 0] = (child, clear)
        if closed:
            self._wait_for_the_end()
        there.close()
        try:
            ended = _watched(child, here, deadlines)
        finally:
            here.close()
            _end_group(child)
            child.join()
            clear()
            with self._guard:
                self._alive.pop(child.ident or 0, None)
        if self._closed.is_set() and ended.said == DIED:
            self._wait_for_the_end()
        return ended

    def close(self) -> None:
        """End what still runs; it is gone on with by another worker.

        Whoever waits for it is never answered, because to the engine any answer would be its end:
        the process has to end itself.
        """
        with self._guard:
            self._closed.set()
            for child, clear in self._alive.values():
                _end_group(child)
                clear()

    def _wait_for_the_end(self) -> NoReturn:
        while True:
            threading.Event().wait()


def _start(child: ForkServerProcess) -> None:
    try:
        child.start()
    except (EOFError, OSError) as error:
        raise SetupError(
            "The process that attempts are forked from does not start; "
            "`python -c 'import clerkwork.bootstrap.ready'` says why"
        ) from error


def _watched(child: ForkServerProcess, pipe: Connection, deadlines: Deadlines) -> Ended:
    began = heard = time.monotonic()
    last = "it began"
    while True:
        now = time.monotonic()
        left = min(began + deadlines.whole, heard + deadlines.step) - now
        if left <= 0:
            whole = now >= began + deadlines.whole
            why = (
                f"it took longer than {deadlines.whole:.0f} s"
                if whole
                else f"nothing moved for {deadlines.step:.0f} s after: {last}"
            )
            logger.warning("an attempt is ended: {}", why)
            return Ended(said=DIED, why=why)
        if pipe in wait([pipe, child.sentinel], timeout=left):
            try:
                kind, text = pipe.recv()
            except (EOFError, OSError):
                child.join(_GRACE)
                return Ended(said=DIED, why=_how(child.exitcode))
            if kind == "ended":
                child.join(_GRACE)
                return Ended(said=text)
            heard, last = time.monotonic(), text
        elif not child.is_alive():
            return Ended(said=DIED, why=_how(child.exitcode))


def _how(code: int | None) -> str:
    if code is None:
        return "its process fell silent"
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with status {code}"


def _end_group(child: ForkServerProcess) -> None:
    """The attempt and all that it began; nothing if it is over."""
    if child.ident is None:
        return
    try:
        os.killpg(child.ident, signal.SIGKILL)
    except ProcessLookupError:
        # It is over, or did not come so far as to lead a group.
        if child.is_alive():
            child.kill()


def _child(pipe: Connection, work: Callable[..., str], arguments: tuple[Any, ...]) -> None:
    os.setsid()
    telling = threading.Lock()

    def tell(kind: str, text: str) -> None:
        with telling:
            pipe.send((kind, text))

    threading.Thread(target=_end_with_supervisor, args=(pipe,), daemon=True).start()
    tell("ended", work(*arguments, lambda text: tell("sign", text)))


def _end_with_supervisor(pipe: Connection) -> None:
    """A supervisor never says anything: what can be read here is its end."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os.killpg(os.getpgid(0), signal.SIGKILL)

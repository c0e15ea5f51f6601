"""Runs that are killed with -9, browser and all, at a moment that was waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from back_office import BackOffice
from processes import offspring, signal_all
from warm import Clerk

PATIENCE = 240
"""Seconds for which a moment is waited for, on a slow machine."""


@contextmanager
def started(office: BackOffice, task: str) -> Iterator[Clerk]:
    """A run of its own, killed at the end of the block if it still is."""
    clerk = office.start("run", task)
    try:
        yield clerk
    finally:
        if clerk.poll() is None:
            kill(clerk)


def wait(clerk: Clerk, came: Callable[[], bool]) -> bool:
    """Until it came, or the run has ended by itself; whether it came."""
    until = time.monotonic() + PATIENCE
    while not came():
        if clerk.poll() is not None:
            return False
        assert time.monotonic() < until, "it never came"
        try:
            clerk.wait(timeout=0.01)
        except subprocess.TimeoutExpired:
            continue
    return True


def kill(clerk: Clerk) -> None:
    """As if the plug were pulled: the run and its browser, which has a group of its own."""
    os.kill(clerk.pid, signal.SIGSTOP)
    signal_all((*offspring(clerk.pid), clerk.pid), signal.SIGKILL)
    clerk.wait(timeout=30)

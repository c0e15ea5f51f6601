"""Seconds that passed, those in which this process or its machine was asleep among them."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["awake"]


def awake() -> Callable[[], float]:
    """A clock that counts from now, through a suspended process and a machine put to sleep.

    Of the time since the machine's start and that of the wall, whichever says that more has
    passed: a machine that is frozen from outside may know it by one of them only.
    """
    began, wall = _since_boot(), time.time()
    return lambda: max(_since_boot() - began, time.time() - wall)


def _since_boot() -> float:
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()

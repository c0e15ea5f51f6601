"""An end to what a page does for too long: a script that never lets go of it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

__all__ = ["within"]

Result = TypeVar("Result")

_PATIENCE = 5_000
"""Milliseconds for the browser to end a script."""


def within(line: CDPSession, seconds: float, act: Callable[[], Result]) -> Result:
    """Do something with a page; after so many seconds whatever script runs there is ended.

    Raises Playwright's `TimeoutError` if it came to that. Without it, a page in an
    endless loop would hold its robot for ever: such a call has no time limit of its own.
    """
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as TooLate

    ended = False
    tasks: set[asyncio.Task[object]] = set()

    def end() -> None:
        nonlocal ended
        ended = True
        # A synchronous call cannot be made out of Playwright's own loop, where this runs.
        stop = line._impl_obj.send("Runtime.terminateExecution", None, timeout=_PATIENCE)
        tasks.add(asyncio.ensure_future(stop))

    try:
        timer = asyncio.get_running_loop().call_later(seconds, end)
    except RuntimeError:
        # Playwright has been stopped, and the act will say so.
        return act()
    try:
        result = act()
    except Error:
        if not ended:
            raise
    finally:
        timer.cancel()
        for task in tasks:
            task.add_done_callback(_asked)
    if ended:
        raise TooLate("a script of the page did not let go")
    return result


def _asked(task: asyncio.Task[object]) -> None:
    """Take note of how it ended: a page that is gone has no script to end."""
    if not task.cancelled():
        task.exception()

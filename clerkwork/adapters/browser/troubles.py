"""The browser's own errors in our terms, with nothing in them that was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from clerkwork.core.portals import Portal
from clerkwork.errors import (
    ApplicationError,
    ConfigError,
    PageTimeout,
    PortalUnreachable,
    SessionLost,
)

__all__ = [
    "closed_window",
    "guarded",
    "not_understood",
    "stale_page",
    "translated",
    "unreachable",
]

Result = TypeVar("Result")

_NET = re.compile(r"net::(ERR_[A-Z_]+)")
_REASONS = {
    "ERR_CONNECTION_REFUSED": "nothing listens there",
    "ERR_NAME_NOT_RESOLVED": "its name is not known to DNS",
    "ERR_ADDRESS_UNREACHABLE": "there is no way to its address",
    "ERR_CONNECTION_TIMED_OUT": "it does not answer",
    "ERR_TIMED_OUT": "it does not answer",
    "ERR_INTERNET_DISCONNECTED": "this machine is offline",
    "ERR_EMPTY_RESPONSE": "it closed the connection without an answer",
    "ERR_CONNECTION_RESET": "it broke off the connection",
    "ERR_CERT_AUTHORITY_INVALID": "its certificate is not trusted",
    "ERR_CERT_DATE_INVALID": "its certificate has expired",
    "ERR_TOO_MANY_REDIRECTS": "it redirects in circles",
}
_GONE = ("has been closed", "crashed", "Target closed", "Connection closed", "disconnected")
_STALE = (
    "Execution context was destroyed",
    "Cannot find context",
    "Inspected target navigated or closed",
    "Promise was collected",
    "Cannot find default execution context",
    "uniqueContextId not found",
    "No frame",
)


def guarded(portal: Portal, doing: str, act: Callable[[], Result]) -> Result:
    """Do something with the browser; its errors come out as ours.

    The original is dropped, not chained: its call log holds what was typed.
    """
    from playwright.sync_api import Error

    try:
        return act()
    except Error as problem:
        ours = translated(portal, doing, problem)
    raise ours


def translated(portal: Portal, doing: str, problem: Exception) -> ApplicationError:
    """The error of our tree that a browser's error stands for."""
    from playwright.sync_api import TimeoutError as TooLate

    said = str(problem)
    found = _NET.search(said)
    if found:
        return unreachable(portal, found[1])
    if any(words in said for words in _GONE):
        return SessionLost(
            f"{portal.name}: the browser's window was closed or crashed while {doing}. "
            f"A fresh session is needed."
        )
    if isinstance(problem, TooLate):
        return PageTimeout(
            f"{portal.name}: {doing} took longer than {portal.patience:g} s. If the portal is "
            f"always this slow, raise its patience in the config."
        )
    return SessionLost(
        f"{portal.name}: the browser could not go on while {doing}. A fresh session is needed."
    )


def unreachable(portal: Portal, code: str) -> PortalUnreachable:
    """For a net error such as 'ERR_CONNECTION_REFUSED'."""
    why = _REASONS.get(code, code.removeprefix("ERR_").replace("_", " ").lower())
    return PortalUnreachable(
        f"{portal.name} cannot be reached at {portal.address}: {why}. See whether it opens in a "
        f"browser on this machine, and whether its address in the config is right.",
        portal.name,
    )


def not_understood(source: str, which: str) -> ConfigError:
    """For a selector that is looked for on every page, and that the browser does not take."""
    return ConfigError(
        f"{source}: the browser does not understand the selector {which!r} under [portal], "
        f"[interruptions] or [login]. See that each bracket and quote in it is closed, and correct "
        f"it."
    )


def stale_page(problem: Exception) -> bool:
    """Whether the page went away under a script, because something else came in its place."""
    said = str(problem)
    return any(words in said for words in _STALE)


def closed_window(problem: Exception) -> bool:
    """Whether the window itself is gone."""
    said = str(problem)
    return any(words in said for words in _GONE)

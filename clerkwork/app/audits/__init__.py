"""The reports that auditors ask for, by the name by which each is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clerkwork.app.audits.changes import changes
from clerkwork.app.audits.credentials import credentials
from clerkwork.app.audits.decisions import decisions
from clerkwork.app.audits.duties import duties
from clerkwork.app.audits.heals import heals
from clerkwork.app.audits.schedule import schedule
from clerkwork.app.audits.sources import Sources
from clerkwork.app.audits.writes import writes
from clerkwork.core.listing import Listing

__all__ = ["AUDITS", "Sources"]

AUDITS: Mapping[str, Callable[[Sources], Listing]] = {
    "writes": writes,
    "decisions": decisions,
    "heals": heals,
    "schedule": schedule,
    "credentials": credentials,
    "changes": changes,
    "duties": duties,
}

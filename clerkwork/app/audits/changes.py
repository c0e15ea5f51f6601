"""Changes: which run first ran with another code, config, robot or selectors file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from difflib import unified_diff

from clerkwork.app.audits.sources import Sources
from clerkwork.core.listing import Listing, Place, Row

__all__ = ["changes"]

_LONGEST = 200
"""Lines of a difference that are shown."""
_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)


def changes(sources: Sources) -> Listing:
    """A row for each file that a run of the period found otherwise than the run before it.

    What was kept of a file shows how it changed, without what may be a secret.
    """
    return Listing(
        name="changes",
        title="Changes of code and settings",
        about="Each run's evidence names the hash of every file it ran with; here is each run that "
        "ran with another one than the run before.",
        columns=("at", "run", "started by", "file", "change", "before", "after", "difference"),
        rows=tuple(_rows(sources)),
        findings=tuple(sources.amiss),
        since=sources.since,
        until=sources.until,
    )


def _rows(sources: Sources) -> Iterator[Row]:
    before: Mapping[str, str] = {}
    for evidence in sorted(sources.evidence, key=lambda one: one.began or _FIRST):
        if not evidence.versions:
            continue
        if before and sources.within(evidence.began):
            for name in sorted({*before, *evidence.versions}):
                was, now = before.get(name, ""), evidence.versions.get(name, "")
                if was != now:
                    change = "changed" if was and now else "new" if now else "removed"
                    yield (
                        evidence.began,
                        Place(evidence.run),
                        evidence.about.get("operator", ""),
                        name,
                        change,
                        was,
                        now,
                        _difference(sources, name, was, now),
                    )
        before = evidence.versions


def _difference(sources: Sources, name: str, was: str, now: str) -> str:
    old = sources.text_of(was) if was else ""
    new = sources.text_of(now) if now else ""
    if old is None or new is None:
        return ""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), name, name, n=1, lineterm=""))[2:]
    more = [f"… {len(lines) - _LONGEST} more lines"] if len(lines) > _LONGEST else []
    return "\n".join([*lines[:_LONGEST], *more])

"""Changes: which run first ran with another code, config, robot or selectors file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff

from clerkwork.app.audits.sources import Sources
from clerkwork.core.evidence import RunEvidence
from clerkwork.core.listing import Listing, Place

__all__ = ["Changed", "changed", "changes", "in_order"]

_LONGEST = 200
"""Lines of a difference that are shown."""
_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A file that a run found otherwise than the run before it."""

    at: dt.datetime | None
    run: str
    begun_by: str
    """Who began that run; who changed the file nobody knows."""
    file: str
    was: str
    """SHA-256; empty where there was none."""
    now: str

    @property
    def change(self) -> str:
        """'changed', 'new' or 'removed'."""
        return "changed" if self.was and self.now else "new" if self.now else "removed"


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
        rows=tuple(
            (
                one.at,
                Place(one.run),
                one.begun_by,
                one.file,
                one.change,
                one.was,
                one.now,
                _difference(sources, one.file, one.was, one.now),
            )
            for one in changed(sources)
            if sources.within(one.at)
        ),
        findings=(*sources.amiss, *sources.unproved),
        since=sources.since,
        until=sources.until,
    )


def in_order(sources: Sources) -> list[RunEvidence]:
    """Runs that say with what they ran, as they began."""
    known = (one for one in sources.evidence if one.versions)
    return sorted(known, key=lambda one: one.began or _FIRST)


def changed(sources: Sources) -> Iterator[Changed]:
    """All changes, of whatever time, the oldest first."""
    before: Mapping[str, str] = {}
    for evidence in in_order(sources):
        for name in sorted({*before, *evidence.versions}) if before else ():
            was, now = before.get(name, ""), evidence.versions.get(name, "")
            if was != now:
                yield Changed(
                    at=evidence.began,
                    run=evidence.run,
                    begun_by=evidence.about.get("operator", ""),
                    file=name,
                    was=was,
                    now=now,
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

"""Holds what a check found of a run against what the log of all runs says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from clerkwork.core.evidence.finding import Finding, Kind
from clerkwork.core.evidence.log import LEAVES, RunLeaves
from clerkwork.core.evidence.parse import instant
from clerkwork.core.evidence.record import Verdict
from clerkwork.core.evidence.witness import names_log

__all__ = ["against_log"]


def against_log(
    verdict: Verdict,
    said: RunLeaves | None,
    since: str,
    header: Mapping[str, object],
    removal: bytes | None,
    *,
    emptied: bool = False,
) -> Verdict:
    """The verdict, with what the log lacks of a run, or says and is not so.

    `since` is when the log was opened, empty where there is none; evidence that is older, or has
    no log, is as good as ever, which goes into the notes. `emptied` says that the steps are gone.
    """
    older = not names_log(header) or any(one.file == "run.json" for one in verdict.findings)
    if not since and not older:
        words = f"{LEAVES} is missing or empty: the run names the log in which it was put"
        lost = Finding(kind=Kind.MISSING_FILE, words=words, file=LEAVES, run=verdict.run)
        return replace(verdict, findings=(*verdict.findings, lost))
    if not since:
        note = "There is no log of runs beside it: that no run is missing cannot be told."
        return replace(verdict, notes=(*verdict.notes, note))
    if said is None or said.begun is None:
        return _unknown(verdict, since if older else "", header)
    if said.removed is not None and removal is None:
        words = "removed.json is missing: the log of runs says that the evidence was removed"
        gone = Finding(kind=Kind.MISSING_FILE, words=words, file="removed.json", run=verdict.run)
        return replace(verdict, findings=(*verdict.findings, gone))
    if removal is not None and said.removed is None and emptied:
        # Nothing goes before the log says so: whoever made this record did so afterwards.
        words = "removed.json: the log of runs does not know this removal, and the steps are gone"
        lost = Finding(kind=Kind.MISSING_RUN, words=words, file="removed.json", run=verdict.run)
        return replace(verdict, findings=(*verdict.findings, lost))
    if removal is not None and said.removed is None:
        note = "The log of runs does not say yet that it was removed: `clerkwork tidy` ends it."
        return replace(verdict, notes=(*verdict.notes, note))
    if verdict.state == "sound" and said.ended is None:
        words = "checkpoint.json is not in the log of runs yet: the run died as it ended"
        torn = Finding(kind=Kind.TORN, words=words, file="checkpoint.json", run=verdict.run)
        return replace(verdict, findings=(*verdict.findings, torn))
    return verdict


def _unknown(verdict: Verdict, since: str, header: Mapping[str, object]) -> Verdict:
    """`since` is empty where the run says itself that there was a log."""
    began, opened = instant(header.get("began")), instant(since)
    if began is not None and opened is not None and began < opened:
        note = "The run is older than the log of runs, which begins after it."
        return replace(verdict, notes=(*verdict.notes, note))
    if not verdict.steps and not verdict.broken:
        words = "run.json: the run died before the log of runs could say that it began"
        kind = Kind.TORN
    else:
        words = "run.json: the log of runs does not know this run"
        kind = Kind.ADDED
    found = Finding(kind=kind, words=words, file="run.json", run=verdict.run)
    return replace(verdict, findings=(*verdict.findings, found))

"""Schedule: every slot that was due and every run that was, so that none is missing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from clerkwork.app.audits.logged import against_log
from clerkwork.app.audits.sources import Sources
from clerkwork.core.listing import Listing, Place, Row, ordered
from clerkwork.ports import BEGUN, RunRow, SlotRow

__all__ = ["schedule"]

_HERE, _REMOVED, _GONE = "here", "removed as declared", "not here"


def schedule(sources: Sources) -> Listing:
    """All slots of the period against all runs; runs without a slot and evidence without a run.

    Both are held against the log of runs, in which also what did not run has its leaf.
    """
    runs = sources.runs.all()
    here = {evidence.run for evidence in sources.evidence}
    known = [row for row in sources.slots() if row.state != BEGUN]
    slots = [row for row in known if sources.within(row.due)]
    return Listing(
        name="schedule",
        title="Runs against the schedule",
        about="Every moment at which a task was due, with what became of it, and every run that "
        "somebody asked for besides.",
        columns=(
            "at",
            "task",
            "asked by",
            "what became of it",
            "why",
            "run",
            "began",
            "ended",
            "evidence",
        ),
        rows=ordered([*_slots(sources, slots, runs, here), *_others(sources, slots, runs, here)]),
        findings=(
            *sources.amiss,
            *sources.unverified,
            *_findings(sources, slots, runs, here),
            *against_log(sources, known, runs, here),
        ),
        since=sources.since,
        until=sources.until,
    )


def _slots(
    sources: Sources, slots: list[SlotRow], runs: tuple[RunRow, ...], here: set[str]
) -> Iterator[Row]:
    of = _by_errand(runs)
    for slot in slots:
        errand = slot.errand
        why = "; ".join(filter(None, (slot.why, errand.note if errand else "")))
        attempts: list[RunRow | None] = [*of[errand.id]] if errand else []
        for row in attempts or [None]:
            yield (
                slot.due,
                slot.task,
                "the schedule",
                row.outcome if row else slot.outcome,
                (row.note or why) if row else why,
                *_run(sources, row, here),
            )


def _others(
    sources: Sources, slots: list[SlotRow], runs: tuple[RunRow, ...], here: set[str]
) -> Iterator[Row]:
    due = {slot.errand.id for slot in slots if slot.errand}
    for row in runs:
        if row.errand in due or not sources.within(row.started):
            continue
        errand = sources.errands.get(row.errand) if row.errand else None
        by = errand.by if errand else "a person, at his desk"
        yield row.started, row.task, by, row.outcome, row.note, *_run(sources, row, here)


def _run(sources: Sources, row: RunRow | None, here: set[str]) -> Row:
    if row is None:
        return None, None, None, ""
    return Place(row.run), row.started, row.ended, _evidence(sources, row.run, here)


def _evidence(sources: Sources, run: str, here: set[str]) -> str:
    if run in here:
        return _HERE
    return _REMOVED if sources.removed(run) else _GONE


def _by_errand(runs: tuple[RunRow, ...]) -> defaultdict[str, list[RunRow]]:
    found: defaultdict[str, list[RunRow]] = defaultdict(list)
    for row in reversed(runs):
        if row.errand:
            found[row.errand].append(row)
    return found


def _findings(
    sources: Sources, slots: list[SlotRow], runs: tuple[RunRow, ...], here: set[str]
) -> Iterator[str]:
    of = _by_errand(runs)
    for slot in slots:
        name = f"{slot.task}, due {_told(slot.due)}"
        if slot.state in ("missed", "refused"):
            yield f"{name}: {slot.state}: {slot.why}"
        elif slot.errand is not None and slot.outcome == "done" and not of[slot.errand.id]:
            yield f"{name}: it is called done, and the journal has no run of it"
        elif slot.outcome == "failed":
            yield f"{name}: failed: {slot.errand.note if slot.errand else slot.why}"
    for row in runs:
        if sources.within(row.started) and _evidence(sources, row.run, here) == _GONE:
            yield f"run {row.run}: its evidence is not here, and was not removed as declared"
    known = {row.run for row in runs}
    for evidence in sources.evidence:
        if evidence.run not in known and sources.within(evidence.began):
            yield f"run {evidence.run}: there is evidence of it, and the journal does not know it"


def _told(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

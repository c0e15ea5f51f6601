"""`clerkwork export`: evidence as one file, for whoever may not have this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.evidence.export import Exported, write_export
from clerkwork.adapters.report.words import Words
from clerkwork.app.audit import verify_row
from clerkwork.bootstrap.auditing import period
from clerkwork.bootstrap.office import clock_of
from clerkwork.bootstrap.secrets import key_folder
from clerkwork.bootstrap.stores import store_of
from clerkwork.errors import EvidenceError
from clerkwork.ports import RunRow, Runs
from clerkwork.workspace import open_workspace

__all__ = ["export"]


def export(
    folder: Path | None,
    runs: Sequence[str],
    *,
    every: bool,
    since: dt.date | None,
    until: dt.date | None,
    to: Path | None,
    details: bool,
) -> tuple[Exported, tuple[str, ...]]:
    """Export runs by name, or all of these days; also the runs that are under way, left out.

    Those that are not sound are in it as they are, and it says so of them.
    Raises `EvidenceError` where no run, or more than one, is meant by a name, and where there is
    nothing to export.
    """
    from clerkwork.adapters.report.html import evidence_page

    place = open_workspace(folder)
    clock = clock_of(place)
    zone = place.config.calendar.zone
    keys = key_folder() / "evidence"
    shelf = open_evidence(place.evidence, keys, clock)
    with closing(store_of(place, clock, want="look")) as store:
        under_way = {row.run for row in store.runs.running()}
        # The log is read whole once, and not in part for each run.
        shelf.known()
        if every or not runs:
            begin, end = period(since, until, zone)
            # A run that was removed as declared is proved by what stays of it.
            chosen = [run for run in shelf.folders() if _within(shelf.span(run)[0], begin, end)]
        else:
            chosen = list(dict.fromkeys(_named(store.runs, run) for run in runs))
        left = tuple(run for run in chosen if run in under_way)
        chosen = [run for run in chosen if run not in under_way]
        rows = {row.run: row for row in store.runs.all()}
        found = {run: verify_row(shelf, run, rows.get(run), lambda _: False) for run in chosen}
    if not chosen:
        raise EvidenceError(
            f"there is nothing to export{f': {left[0]} is under way' if left else ''}. "
            "`clerkwork list` shows the last runs"
        )
    now = clock.now()
    path = to or place.output / "exports" / f"evidence-{now:%Y%m%d-%H%M%S-%f}.zip"
    words = Words("en_GB", ZoneInfo(zone))

    def page(run: str) -> bytes:
        """Of the records alone: the one that lies there is held by nothing."""
        if found[run].removed or not shelf.folder(run).is_dir():
            return b""
        return evidence_page(shelf.read(run), found[run], words).encode()

    done = write_export(
        place.evidence,
        chosen,
        keys,
        path,
        made=now,
        details=details,
        states={
            run: verdict.state if verdict.trusted else "checked with no trusted key"
            for run, verdict in found.items()
        },
        page=page,
    )
    return done, left


def _named(runs: Runs, name: str) -> str:
    try:
        row: RunRow | None = runs.find(name)
    except ValueError as error:
        raise EvidenceError(f"{error}. `clerkwork list` shows the last runs") from error
    return row.run if row is not None else name


def _within(at: dt.datetime | None, since: dt.datetime | None, until: dt.datetime | None) -> bool:
    if at is None:
        return since is None and until is None
    return (since is None or at >= since) and (until is None or at < until)

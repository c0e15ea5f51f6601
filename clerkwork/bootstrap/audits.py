"""The reports that auditors ask for, made from a workspace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from clerkwork.adapters.browser.proposals import Proposals
from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.keeping import KeptFiles
from clerkwork.adapters.store import Store
from clerkwork.app.audits import AUDITS, Sources
from clerkwork.app.slots import waiting_slots
from clerkwork.bootstrap.auditing import midnight
from clerkwork.bootstrap.office import clock_of
from clerkwork.bootstrap.secrets import key_folder
from clerkwork.bootstrap.slots import timetable
from clerkwork.bootstrap.stores import store_of
from clerkwork.core.listing import Listing
from clerkwork.ports import Clock, SlotRow
from clerkwork.workspace import Workspace, open_workspace

__all__ = ["audit", "audited", "write_audit"]


@contextmanager
def audited(
    folder: Path | None, since: dt.date | None = None, until: dt.date | None = None
) -> Iterator[tuple[Workspace, Clock, Sources]]:
    """What reports over these days are made from; `until` is counted in."""
    place = open_workspace(folder)
    clock = clock_of(place)
    with closing(store_of(place, clock)) as store:
        yield place, clock, _sources(place, clock, store, since, until)


def _sources(
    place: Workspace, clock: Clock, store: Store, since: dt.date | None, until: dt.date | None
) -> Sources:
    shelf = open_evidence(place.evidence, key_folder() / "evidence", clock)
    zone = place.config.calendar.zone

    def slots() -> tuple[SlotRow, ...]:
        waiting = waiting_slots(timetable(place), store.slots, clock.now())
        return (*store.slots.all("", None), *waiting)

    return Sources(
        shelf=shelf,
        books=store.books,
        approvals=store.approvals,
        outbox=store.outbox,
        runs=store.runs,
        lessons=store.lessons,
        stops=store.stops,
        errands=store.errands,
        history=store.history,
        slots=slots,
        proposals=Proposals(place.output / "selectors" / "proposals").all(),
        removed=shelf.was_removed,
        text_of=KeptFiles(place.output / "versions").text,
        since=midnight(since, zone) if since else None,
        until=midnight(until + dt.timedelta(days=1), zone) if until else None,
    )


def audit(
    folder: Path | None, name: str, since: dt.date | None, until: dt.date | None
) -> tuple[Workspace, Listing]:
    """One of `AUDITS`, over these days."""
    with audited(folder, since, until) as (place, _, sources):
        return place, AUDITS[name](sources)


def write_audit(place: Workspace, listing: Listing, *, page: bool) -> Path:
    """Write it as a page or a workbook into output/reports/audit; the path. Raises `StoreError`."""
    from clerkwork.adapters.report.listings import write_listing_page, write_listing_workbook
    from clerkwork.adapters.report.words import Words

    words = Words("en_GB", ZoneInfo(place.config.calendar.zone))
    now = clock_of(place).now()
    name = f"{listing.name}-{now.astimezone(words.zone):%Y%m%d-%H%M%S}"
    folder = place.reports / "audit"
    if page:
        return write_listing_page(listing, folder / f"{name}.html", place.evidence, words, now)
    return write_listing_workbook(listing, folder / f"{name}.xlsx", words)

"""The reports that auditors ask for, made from a workspace."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from clerkwork.adapters.browser.proposals import Proposals
from clerkwork.adapters.evidence import open_evidence
from clerkwork.adapters.keeping import KeptFiles
from clerkwork.adapters.report.words import Words
from clerkwork.adapters.store import Store, is_on_server
from clerkwork.app.audits import AUDITS, Sources
from clerkwork.app.audits.story import story_of
from clerkwork.app.slots import waiting_slots
from clerkwork.bootstrap.answers import verified
from clerkwork.bootstrap.auditing import period
from clerkwork.bootstrap.office import clock_of, open_office
from clerkwork.bootstrap.secrets import key_folder
from clerkwork.bootstrap.slots import timetable
from clerkwork.bootstrap.stores import store_of, store_url
from clerkwork.core.listing import Listing
from clerkwork.errors import EvidenceError
from clerkwork.ports import Clock, SlotRow
from clerkwork.workspace import Workspace, open_workspace

__all__ = ["audit", "audited", "run_report", "write_audit"]


@contextmanager
def audited(
    folder: Path | None, since: dt.date | None = None, until: dt.date | None = None
) -> Iterator[tuple[Workspace, Clock, Sources]]:
    """What reports over these days are made from; `until` is counted in."""
    place = open_workspace(folder)
    clock = clock_of(place)
    with closing(store_of(place, clock, want="look")) as store:
        yield place, clock, _sources(place, clock, store, since, until)


def _sources(
    place: Workspace, clock: Clock, store: Store, since: dt.date | None, until: dt.date | None
) -> Sources:
    shelf = open_evidence(place.evidence, key_folder() / "evidence", clock)
    begins, ends = period(since, until, place.config.calendar.zone)

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
        handovers=store.handovers,
        slots=slots,
        proposals=Proposals(place.output / "selectors" / "proposals").all(),
        removed=shelf.was_removed,
        text_of=KeptFiles(place.output / "versions").text,
        log=shelf.leaves,
        one_log=not is_on_server(store_url(place)),
        since=begins,
        until=ends,
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

    words = Words("en_GB", ZoneInfo(place.config.calendar.zone))
    now = clock_of(place).now()
    name = f"{listing.name}-{now.astimezone(words.zone):%Y%m%d-%H%M%S}"
    folder = place.reports / "audit"
    if page:
        return write_listing_page(listing, folder / f"{name}.html", place.evidence, words, now)
    return write_listing_workbook(listing, folder / f"{name}.xlsx", words)


def run_report(folder: Path | None, run: str, *, pdf: bool) -> Path:
    """Write the readable report of a run: its `index.html`, or a PDF in output/reports/audit.

    Raises `EvidenceError` where no run, or more than one, is meant, or where it was removed.
    """
    from clerkwork.adapters.report.html import evidence_page, write_evidence_page

    with open_office(folder, want="look") as (place, office):
        verdict = verified(place, office, run)
        if verdict.removed:
            raise EvidenceError(
                f"the evidence of {verdict.run} was removed on {verdict.removed}: there is nothing "
                "to report but that. `clerkwork verify` checks what is left of it"
            )
        with audited(folder) as (_, _, sources):
            story = story_of(sources, verdict.run)
        words = Words("en_GB", ZoneInfo(place.config.calendar.zone))
        if not pdf:
            return write_evidence_page(story.evidence, verdict, place.evidence, words, story)
        shown = {p.file: p for step in story.evidence.steps for p in step.pictures if p.file}

        def image(file: str) -> str:
            content = sources.shelf.picture(verdict.run, shown[file])
            return f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"

        path = place.reports / "audit" / f"{verdict.run}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        page = evidence_page(story.evidence, verdict, words, story, image)
        office.browser().print_pdf(page, path)
        return path

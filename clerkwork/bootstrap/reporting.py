"""The report on receivables, made from a workspace."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from clerkwork.app.receivables import receivables
from clerkwork.bootstrap.office import open_office
from clerkwork.core.receivables import Receivables
from clerkwork.workspace import Workspace

__all__ = ["report_receivables", "write_receivables"]


def report_receivables(
    folder: Path | None, since: dt.date | None, until: dt.date | None
) -> tuple[Workspace, Receivables]:
    """The report over these days, both counted in; raises `BusinessError`."""
    with open_office(folder, want="look") as (place, office):
        return place, receivables(
            office,
            place.config.costs,
            since=since,
            until=until,
            creditor=place.config.creditor.name,
        )


def write_receivables(place: Workspace, report: Receivables, *, page: bool) -> Path:
    """Write it as a page or a workbook into output/reports; the path. Raises `StoreError`."""
    from clerkwork.adapters.report.receivables import (
        write_receivables_page,
        write_receivables_workbook,
    )

    made = report.made.astimezone(report.zone)
    path = place.reports / f"receivables-{made:%Y%m%d-%H%M%S}"
    if page:
        return write_receivables_page(report, path.with_suffix(".html"))
    return write_receivables_workbook(report, path.with_suffix(".xlsx"))

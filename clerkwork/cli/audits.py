"""`clerkwork audit writes`, `decisions` and the other reports that auditors ask for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import show
from clerkwork.cli.audit import AsJson, Since, Until, day
from clerkwork.cli.options import Where
from clerkwork.errors import SetupError

if TYPE_CHECKING:
    from clerkwork.core.listing import Cell, Listing
    from clerkwork.workspace import Workspace

__all__ = ["add_to"]

_ABOUT = {
    "writes": "List all that was entered in portals or sent: before, after, and by whose word.",
    "decisions": "List all decisions of people, also those that were taken back.",
    "heals": "List each use of a selector that was healed, and who accepted the change.",
    "schedule": "List all slots that were due against all runs, so that none is missing.",
    "credentials": "List which run used which login, by its name in the vault.",
    "changes": "List which run first ran with changed code, config, robots or selectors.",
    "duties": "List who made a rule or setting and who approved by it: the same is a finding.",
}
_FORMAT = "clerkwork audit 1"
_STATUS = "Exit status 1 if there is a finding."


def add_to(app: typer.Typer) -> None:
    """Add a command for each report."""
    for name, about in _ABOUT.items():
        app.command(name, help=f"{about}\n\n{_STATUS}")(_command(name))


def _command(name: str) -> Callable[..., None]:
    def command(
        since: Since = "",
        until: Until = "",
        as_json: AsJson = False,
        xlsx: Annotated[
            bool, typer.Option("--xlsx", help="An Excel workbook in output/reports/audit.")
        ] = False,
        html: Annotated[
            bool, typer.Option("--html", help="A page in output/reports/audit.")
        ] = False,
        workspace: Where = None,
    ) -> None:
        from clerkwork import bootstrap

        if as_json + xlsx + html > 1:
            raise SetupError("--json, --xlsx and --html exclude each other: give one of them")
        place, listing = bootstrap.audit(
            workspace, name, day(since, "--since"), day(until, "--until")
        )
        if as_json:
            show.say(json.dumps(_plain(listing), indent=2))
        elif xlsx or html:
            show.say(str(bootstrap.write_audit(place, listing, page=html)))
        else:
            _tell(place, listing)
        for finding in listing.findings:
            show.notice(f"finding: {finding}")
        if listing.findings:
            raise typer.Exit(1)

    return command


def _plain(listing: Listing) -> dict[str, Any]:
    from clerkwork.core.listing import plain

    names = [name.replace(" ", "_").replace("-", "_") for name in listing.columns]
    return {
        "format": _FORMAT,
        "report": listing.name,
        "since": plain(listing.since),
        "until": plain(listing.until),
        "rows": [dict(zip(names, map(plain, row), strict=True)) for row in listing.rows],
        "findings": list(listing.findings),
    }


def _tell(place: Workspace, listing: Listing) -> None:
    """Each row as its own paragraph: there are more columns than a terminal is wide."""
    wide = show.width()
    for row in listing.rows:
        first, *rest = (
            (name, _told(place, cell)) for name, cell in zip(listing.columns, row, strict=True)
        )
        show.heading(first[1] or "-")
        for name, text in rest:
            if text:
                for line in text.splitlines():
                    show.paragraph(f"{name}: ", line, 2, wide)
    rows, found = len(listing.rows), len(listing.findings)
    show.say(
        f"{listing.title}: {rows} row{'' if rows == 1 else 's'}, "
        f"{found} finding{'' if found == 1 else 's'}"
    )


def _told(place: Workspace, cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return f"{place.config.calendar.local(cell):%Y-%m-%d %H:%M:%S}"
    return "" if cell is None else str(cell)

"""`clerkwork report`: figures over a time, for people who steer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clerkwork.cli import show
from clerkwork.cli.options import AsJson, Where, a_day
from clerkwork.errors import SetupError

if TYPE_CHECKING:
    from clerkwork.core.receivables import Receivables
    from clerkwork.core.receivables_tables import Figure, Table

__all__ = ["app"]

app = typer.Typer(
    help="Figures over a time: how receivables stand, and what collecting them took and brought.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_FORMAT = "clerkwork receivables 1"
_LISTED = "Expected"
"""The table that has a row for each open invoice: for a page, a workbook or a program."""


@app.callback()
def report() -> None:
    """Figures over a time: how receivables stand, and what collecting them took and brought."""


@app.command("receivables")
def receivables(
    since: Annotated[
        str,
        typer.Option("--since", metavar="DAY", help="First day; else ninety days are told."),
    ] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="Last day, its end; else today.")
    ] = "",
    as_json: AsJson = False,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="An Excel workbook in output/reports.")
    ] = False,
    html: Annotated[
        bool, typer.Option("--html", help="A page with charts in output/reports.")
    ] = False,
    workspace: Where = None,
) -> None:
    """Show ageing, DSO, CEI, roll rates, promises, contacts, their cost and what is expected.

    What is not kept for so long is not told, and why is said.
    """
    from clerkwork import bootstrap

    if as_json and (xlsx or html):
        raise SetupError("--json prints, --xlsx and --html write: give --json alone")
    place, found = bootstrap.report_receivables(
        workspace,
        a_day(since, "--since") if since else None,
        a_day(until, "--until") if until else None,
    )
    if as_json:
        show.say(json.dumps(_plain(found), indent=2))
        return
    for wanted, page in ((html, True), (xlsx, False)):
        if wanted:
            show.say(str(bootstrap.write_receivables(place, found, page=page)))
    if not (xlsx or html):
        _tell(found)
    for note in found.notes:
        show.notice(f"note: {note}")


def _tell(found: Receivables) -> None:
    from clerkwork.core.receivables_tables import tables_of

    show.say(f"Receivables, {found.since} to {found.until}")
    for table in tables_of(found):
        if not table.rows:
            continue
        if table.name == _LISTED:
            show.say()
            show.say(f"{len(table.rows)} open invoices, one by one: --html, --xlsx or --json")
            continue
        show.say()
        show.heading(table.title)
        show.table(
            table.columns,
            (tuple("-" if cell is None else str(cell) for cell in row) for row in table.rows),
            right=_figures(table),
        )


def _figures(table: Table) -> tuple[int, ...]:
    """The columns that hold figures, and no words or days."""
    from clerkwork.core.receivables_tables import is_figure

    return tuple(
        at for at in range(len(table.columns)) if any(is_figure(row[at]) for row in table.rows)
    )


def _plain(found: Receivables) -> dict[str, Any]:
    from clerkwork.core.receivables_tables import tables_of

    return {
        "format": _FORMAT,
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "kept_since": found.kept_since.isoformat() if found.kept_since else None,
        "tables": {
            table.name.lower(): [
                {
                    name.replace(" ", "_"): _value(cell)
                    for name, cell in zip(table.columns, row, strict=True)
                }
                for row in table.rows
            ]
            for table in tables_of(found)
        },
        "notes": list(found.notes),
    }


def _value(cell: Figure) -> str | int | float | None:
    from clerkwork.core.receivables_tables import Days, Share

    if cell is None or isinstance(cell, (str, int)):
        return cell
    if isinstance(cell, Share):
        return round(cell.of, 4)
    if isinstance(cell, Days):
        return round(cell.count, 2)
    return str(cell)

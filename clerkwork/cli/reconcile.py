"""`clerkwork reconcile`: what bank lines pay, on files alone or on what the store holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Optional

import typer

from clerkwork.cli import show
from clerkwork.cli.options import Where

__all__ = ["reconcile"]

_File = Optional[Path]  # noqa: UP045 - typer reads the annotation at run time


def reconcile(
    files: Annotated[
        Optional[list[Path]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Argument(
            metavar="[FILE]...",
            help="Bank statements: CAMT, MT940, CSV and what else is known. Without any, the "
            "lines of the workspace's store that are not decided yet.",
            show_default=False,
        ),
    ] = None,
    items: Annotated[
        _File, typer.Option(metavar="FILE", help="The open items: CSV, Excel or JSON.")
    ] = None,
    debtors: Annotated[
        _File, typer.Option(metavar="FILE", help="The debtors, with names and IBANs.")
    ] = None,
    known: Annotated[
        _File, typer.Option(metavar="FILE", help="IBANs that paid before, and for which debtor.")
    ] = None,
    rules: Annotated[
        _File,
        typer.Option(metavar="FILE", help="A matching.toml; else the rules Clerkwork comes with."),
    ] = None,
    layouts: Annotated[
        _File,
        typer.Option(
            metavar="FILE",
            help="A statements.toml that says how your bank lays out its CSV or Excel statements.",
        ),
    ] = None,
    explain: Annotated[
        str,
        typer.Option(
            metavar="LINE",
            help="Tell of one line why, and why not the others: by its number in the table, or by "
            "its id or the beginning of it.",
        ),
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object, for machines.")] = False,
    out: Annotated[
        _File, typer.Option(metavar="FILE.csv", help="Write the result as CSV, too.")
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            metavar="FIELD=HEADING,...",
            help="Which heading holds which field, as in number=Factuur,open=Saldo; of the "
            "debtors as in debtors.name=Naam.",
        ),
    ] = "",
    dates: Annotated[
        str, typer.Option(metavar="ORDER", help="How lists write dates, as in dd-mm-yyyy.")
    ] = "",
    decimal: Annotated[
        str, typer.Option(metavar="SIGN", help="Decimal sign of the lists: , or .")
    ] = "",
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="Currency of amounts that name none.")
    ] = "EUR",
    own: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads the annotation at run time
        typer.Option(metavar="IBAN", help="A further account of ours; may be given repeatedly."),
    ] = None,
    today: Annotated[
        str,
        typer.Option(metavar="YYYY-MM-DD", help="The day to reckon from; else this machine's."),
    ] = "",
    workspace: Where = None,
) -> None:
    """Say what each bank line pays, and why. Nothing is booked, keyed or asked.

    With FILE and --items it works on files alone. What is not certain is shown for review, with
    the candidates side by side. Exit status 0 if everything could be read.
    """
    from clerkwork import bootstrap
    from clerkwork.cli import objects, reconciled

    day = _day(today)
    if files:
        if items is None:
            raise typer.BadParameter("name the open items, too: --items FILE")
        sources = bootstrap.Sources(
            statements=files,
            items=items,
            debtors=debtors,
            known=known,
            rules=rules,
            layouts=layouts,
            own=tuple(own or ()),
            lists=bootstrap.list_style(columns, dates, decimal, currency),
        )
        with show.progress(elsewhere=False) as progress:
            trial = bootstrap.try_sources(sources, day, progress)
    elif items or debtors or known or rules or layouts or columns or own:
        raise typer.BadParameter("name the statements, too: clerkwork reconcile FILE --items FILE")
    else:
        sources = None
        trial = bootstrap.try_in_workspace(workspace)
    told = reconciled.explained(trial, explain) if explain else None
    if out is not None:
        bootstrap.write_trial(trial, out, sources)
    if json:
        show.say(objects.as_object(trial, told))
    elif told is not None:
        reconciled.say_why(trial, told)
    else:
        reconciled.tables(trial)
    if any(tie.difference for tie in trial.accounts):
        raise typer.Exit(1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"--today {text!r}: expected a day such as 2026-03-02") from error

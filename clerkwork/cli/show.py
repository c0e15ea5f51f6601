"""What the command line prints: tables, progress and failures."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from clerkwork.ports import Progress

__all__ = ["err", "failure", "figures", "out", "progress", "table", "when"]

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def failure(problem: object) -> None:
    """One message, whole and without colour codes where it is not a terminal."""
    err.print(f"[bold red]error:[/] {escape(str(problem))}", soft_wrap=True)


def when(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M}" if instant else ""


def table(headings: Iterable[str], rows: Iterable[Iterable[object]], title: str = "") -> None:
    """A table; cells are escaped, for they hold what debtors and portals wrote."""
    shown = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*(escape(str(cell)) for cell in row))
    out.print(shown)


def figures(counted: Mapping[str, int]) -> None:
    table(("", ""), ((name, number) for name, number in counted.items()))


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on a terminal; elsewhere a line whenever something else begins."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=err, transient=True) as bar:
        row = bar.add_task("", total=None)

        def told(what: str, at: int, of: int | None) -> None:
            bar.update(row, description=what, completed=at, total=of)

        yield told


def _lines() -> Progress:
    last = ""

    def told(what: str, at: int, of: int | None) -> None:
        nonlocal last
        if what != last:
            last = what
            err.print(escape(what + (f" ({of})" if of else "")))

    return told

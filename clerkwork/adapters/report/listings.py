"""An auditor's report as a page, and as a workbook whose texts no spreadsheet runs as formulas."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

from clerkwork.adapters.report.html import environment, write_page
from clerkwork.adapters.report.whole_book import money_columns, whole_workbook
from clerkwork.adapters.report.words import Words
from clerkwork.core.cells import harmless
from clerkwork.core.listing import Cell, Listing, Place
from clerkwork.core.money import Money

__all__ = ["linking", "told", "write_listing_page", "write_listing_workbook"]


def write_listing_page(
    listing: Listing, path: Path, evidence_folder: Path, words: Words, made: datetime
) -> Path:
    """Write it as one page, whole or not at all; raises `StoreError`.

    Links to the evidence are relative, so that both can be moved together.
    """
    page = (
        environment()
        .get_template("listing.html.j2")
        .render(
            listing=listing,
            words=words,
            made=made,
            told=lambda cell: told(cell, words),
            link=linking(path.parent, evidence_folder),
            is_number=lambda cell: isinstance(cell, (int, Money)),
        )
    )
    write_page(path, page)
    return path


def linking(folder: Path, evidence_folder: Path) -> Callable[[Cell], str]:
    """The address of what a cell points at; empty for any other."""
    base = Path(os.path.relpath(evidence_folder, folder)).as_posix()

    def link(cell: Cell) -> str:
        if not isinstance(cell, Place):
            return ""
        run = f"{quote(base)}/{quote(cell.run, safe='')}"
        if cell.picture:
            return f"{run}/pictures/{quote(cell.picture, safe='')}"
        return f"{run}/index.html{f'#step-{cell.step}' if cell.step else ''}"

    return link


def told(cell: Cell, words: Words) -> str:
    """A cell for people, instants by the reader's clock."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return words.moment(cell)
    if isinstance(cell, date):
        return words.day(cell)
    if isinstance(cell, Money):
        return words.money(cell)
    if isinstance(cell, Place):
        if cell.picture:
            return "picture"
        return f"step {cell.step}" if cell.step else cell.run
    return str(cell)


def write_listing_workbook(listing: Listing, path: Path, words: Words) -> Path:
    """Write it as an Excel workbook, whole or not at all; raises `StoreError`.

    Amounts are numbers with their currency beside them; every text is made harmless.
    """
    with whole_workbook(path, "Findings", "ask again") as book:
        findings = [[harmless(finding)] for finding in listing.findings]
        book.append_rows_to_worksheet([["Finding"], *(findings or [["none"]])], name="Findings")
        book.create_worksheet(listing.title[:31])
        money = money_columns(listing.rows)
        book.append_rows_to_worksheet([_headings(listing, money)], name=listing.title[:31])
        book.append_rows_to_worksheet(
            [_cells(row, money, words) for row in listing.rows], name=listing.title[:31]
        )
    return path


def _headings(listing: Listing, money: frozenset[int]) -> list[str]:
    names = []
    for at, name in enumerate(listing.columns):
        names += [name, "currency"] if at in money else [name]
    return names


def _cells(
    row: tuple[Cell, ...], money: frozenset[int], words: Words
) -> list[str | int | Decimal | datetime | date]:
    cells: list[str | int | Decimal | datetime | date] = []
    for at, cell in enumerate(row):
        if isinstance(cell, Money):
            cells += [cell.decimal, cell.currency]
        elif at in money:
            cells += ["", ""]
        elif isinstance(cell, datetime):
            # A spreadsheet knows no zone: the reader's clock, as the pages have it.
            cells.append(cell.astimezone(words.zone).replace(tzinfo=None, microsecond=0))
        elif isinstance(cell, (int, date)):
            cells.append(cell)
        else:
            cells.append(harmless("" if cell is None else str(cell)))
    return cells

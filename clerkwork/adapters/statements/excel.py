"""Excel and OpenDocument statements (.xlsx, .xls, .ods), laid out as declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from math import isfinite
from pathlib import Path

from clerkwork.adapters.statements.checks import refusal
from clerkwork.adapters.statements.columns import Columns, header_row
from clerkwork.adapters.statements.columns_lines import Cell, Row, statements_in
from clerkwork.adapters.statements.excel_rows import BookCell, sheet_rows
from clerkwork.core.payments import Statement

__all__ = ["is_workbook", "read_excel"]

_LARGEST = 16 * 1024 * 1024
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def is_workbook(start: bytes) -> bool:
    """Whether the beginning of a file is that of a workbook, old or new."""
    return start.startswith(_MAGIC)


def read_excel(path: Path, maps: Sequence[Columns]) -> tuple[Statement, ...]:
    """The statements of a workbook's sheet, by the first of the maps whose headings it has.

    Formulas are not calculated: what counts is the value that stands in the file. Raises
    `StatementError` and refuses the file whole.
    """
    size = path.stat().st_size
    if size > _LARGEST:
        raise refusal(path, "whole file", f"{size:,} bytes", f"at most {_LARGEST:,}")
    sheets: dict[str, list[Row]] = {}
    for columns in maps:
        if columns.sheet not in sheets:
            sheets[columns.sheet] = list(_rows(path, columns.sheet))
        rows = sheets[columns.sheet]
        if header_row([row.cells for row in rows], columns) >= 0:
            return statements_in(path, columns, rows)
    wanted = "; or ".join(", ".join(columns.headings()) for columns in maps)
    raise refusal(path, "whole file", "no row with the headings that are declared", wanted[:800])


def _rows(path: Path, sheet: str) -> Iterator[Row]:
    try:
        for _, number, cells in sheet_rows(path, sheet):
            yield Row(f"row {number}", [_cell(cell) for cell in cells])
    except (PermissionError, ValueError) as error:
        raise refusal(path, "whole file", f"a workbook that {error}", "a sound workbook") from None


def _cell(cell: BookCell) -> Cell:
    # What has no end is left as text, which is refused as no amount.
    if isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell):
        return Decimal(repr(cell))
    return cell if isinstance(cell, date) else str(cell)

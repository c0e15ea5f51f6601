"""Excel and OpenDocument statements (.xlsx, .xls, .ods), laid out as declared."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from os import fstat
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from clerkwork.adapters.statements.checks import refusal
from clerkwork.adapters.statements.columns import Columns, header_row
from clerkwork.adapters.statements.columns_lines import Cell, Row, statements_in
from clerkwork.core.payments import Statement

__all__ = ["is_workbook", "read_excel"]

_LARGEST = 16 * 1024 * 1024
_LARGEST_CELLS = 64 * 1024 * 1024
_LONGEST = 30.0
"""Seconds on the clock; the script has its own bound on processor time and memory."""
_SCRIPT = Path(__file__).with_name("excel_cells.py")
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
    with TemporaryFile() as out, TemporaryFile() as told:
        try:
            # Our own script, with the path as its argument.
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", str(_SCRIPT), str(path.resolve()), sheet],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=told,
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            found = f"not opened within {_LONGEST:.0f} seconds"
            raise refusal(path, "whole file", found, "a sound workbook") from None
        if done.returncode or fstat(out.fileno()).st_size > _LARGEST_CELLS:
            raise refusal(path, "whole file", _why(done.returncode, told), "a sound workbook")
        out.seek(0)
        first = json.loads(out.readline()) + 1
        for number, line in enumerate(out):
            yield Row(f"row {first + number}", [_cell(cell) for cell in json.loads(line)])


def _why(ended: int, told: IO[bytes]) -> str:
    if ended == 0:
        return f"more than {_LARGEST_CELLS:,} bytes of cells"
    if ended not in (2, 3):
        return "a workbook that takes more memory or time than one may (or is damaged)"
    told.seek(0)
    lines = told.read(2_000).decode("utf-8", errors="replace").strip().splitlines()
    return f"a workbook that cannot be opened: {lines[-1][:200] if lines else 'no reason given'}"


def _cell(told: Any) -> Cell:
    if isinstance(told, str):
        return told
    kind, value = told
    return date.fromisoformat(value) if kind == "d" else Decimal(value)

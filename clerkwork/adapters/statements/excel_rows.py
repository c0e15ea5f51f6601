"""The rows of a workbook, opened by a process of its own: a hostile one ends that, not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from os import fstat
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

__all__ = ["BookCell", "BookRow", "Bounds", "sheet_rows", "visible_rows"]

BookCell = str | bool | int | float | date | time | timedelta
"""A date has no time: what counts is the day."""
BookRow = tuple[str, int, list[BookCell]]
"""Name of the sheet, number of the row from 1, cells."""

_SCRIPT = Path(__file__).with_name("excel_cells.py")
_FAILED, _TOO_MUCH, _PROTECTED = 2, 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What opening one workbook may take."""

    memory: int = 420 * 1024 * 1024
    """Bytes."""
    seconds: int = 5
    """Processor time."""
    clock: float = 30.0
    """Seconds that may pass; all that holds where the system cannot bound a process."""
    rows: int = 200_000
    printed: int = 64 * 1024 * 1024
    """Bytes of all cells as JSON."""


_STATEMENT = Bounds()
_LIST = Bounds(
    memory=1024 * 1024 * 1024,
    seconds=90,
    clock=180.0,
    # As many as a sheet of Excel can have.
    rows=1_048_576,
    printed=256 * 1024 * 1024,
)


def sheet_rows(path: Path, sheet: str) -> Iterator[BookRow]:
    """The rows of one sheet, the first for an empty name; raises as `visible_rows` does."""
    return _rows(path, sheet, _STATEMENT)


def visible_rows(path: Path) -> Iterator[BookRow]:
    """The rows of all sheets that are not hidden, one sheet after the other.

    Formulas are not calculated: what counts is the value that stands in the file. Raises
    `PermissionError` if a password protects the workbook, and `ValueError` if it is not sound or
    takes too much; what they say goes on from 'the workbook'. The first row raises, if any does.
    """
    return _rows(path, None, _LIST)


def _rows(path: Path, sheet: str | None, bounds: Bounds) -> Iterator[BookRow]:
    options = json.dumps(
        {
            "sheet": sheet,
            "memory": bounds.memory,
            "seconds": bounds.seconds,
            "rows": bounds.rows,
            "printed": bounds.printed,
        }
    )
    with TemporaryFile() as out, TemporaryFile() as told:
        try:
            # Our own script, with the path as its argument.
            done = subprocess.run(  # noqa: S603
                [sys.executable, "-I", str(_SCRIPT), str(path.resolve()), options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=told,
                timeout=bounds.clock,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ValueError(f"is not opened within {bounds.clock:.0f} seconds") from None
        if done.returncode == _PROTECTED:
            raise PermissionError("is protected by a password")
        if fstat(out.fileno()).st_size > bounds.printed:
            raise ValueError(f"has more than {bounds.printed:,} bytes of cells")
        if done.returncode:
            raise ValueError(_why(done.returncode, told))
        out.seek(0)
        yield from _parsed(out)


def _parsed(out: IO[bytes]) -> Iterator[BookRow]:
    name, number = "", 1
    for line in out:
        read = json.loads(line)
        if isinstance(read, dict):
            name, number = read["sheet"], read["first"]
        else:
            yield name, number, [_cell(cell) for cell in read]
            number += 1


def _why(ended: int, told: IO[bytes]) -> str:
    if ended not in (_FAILED, _TOO_MUCH):
        return "takes more memory or time than one may, or is damaged"
    told.seek(0)
    lines = told.read(2_000).decode("utf-8", errors="replace").strip().splitlines()
    return f"cannot be opened: {lines[-1][:200] if lines else 'no reason given'}"


def _cell(read: Any) -> BookCell:
    match read:
        case ["day", text]:
            return date.fromisoformat(text)
        case ["time", text]:
            return time.fromisoformat(text)
        case ["span", seconds]:
            return timedelta(seconds=seconds)
    cell: str | bool | int | float = read
    return cell

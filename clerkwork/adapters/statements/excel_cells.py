"""A script of its own that prints a workbook's cells: a hostile one ends this process, not ours."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

TOO_MUCH, PROTECTED = 3, 4
"""How the process ends; 2 where the workbook cannot be opened."""
SPARE = 1024 * 1024
"""Bytes that may be printed beyond the bound, so that who reads can tell that it was reached."""


def bound(memory: int, seconds: int, printed: int) -> None:
    """Where the system can, let this process take no more than that."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (printed + SPARE, printed + SPARE))


def plain(cell: Any) -> Any:
    """A cell as JSON, with the kind before it where JSON has none: ['day', year-month-day]."""
    if isinstance(cell, str | bool | int | float):
        return cell
    if isinstance(cell, datetime):
        return ["day", cell.date().isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    if isinstance(cell, time):
        return ["time", cell.isoformat()]
    if isinstance(cell, timedelta):
        return ["span", cell.total_seconds()]
    return str(cell)


def wanted(book: Any, sheet: str | None) -> Iterator[tuple[str, Any]]:
    """The sheets of that name, or the first for an empty name, or all visible ones for none."""
    from python_calamine import SheetVisibleEnum

    if sheet is None:
        for about in book.sheets_metadata:
            if about.visible is SheetVisibleEnum.Visible:
                yield about.name, book.get_sheet_by_name(about.name)
    else:
        yield sheet, book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)


def main(path: str, options: str) -> int:
    asked = json.loads(options)
    bound(asked["memory"], asked["seconds"], asked["printed"])
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_path(path)
    except PasswordError:
        return PROTECTED
    count = 0
    for name, sheet in wanted(book, asked["sheet"]):
        first = sheet.start[0] + 1 if sheet.start else 1
        print(json.dumps({"sheet": name, "first": first}))
        for row in sheet.iter_rows():
            count += 1
            if count > asked["rows"]:
                print(f"more than {asked['rows']:,} rows", file=sys.stderr)
                return TOO_MUCH
            print(json.dumps([plain(cell) for cell in row], separators=(",", ":")))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:3]))
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)

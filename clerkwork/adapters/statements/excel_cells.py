"""A script of its own that prints a workbook's cells: a hostile one ends this process, not ours."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import date, datetime
from typing import Any

MEMORY = 420 * 1024 * 1024
SECONDS = 5
"""Processor time."""
MOST_ROWS = 200_000
PRINTED = 65 * 1024 * 1024
"""Bytes."""


def bound() -> None:
    """Where the system can, let this process take no more than that."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (PRINTED, PRINTED))


def plain(cell: Any) -> Any:
    """A cell as JSON: text is text, a number is ['n', digits], a day is ['d', year-month-day]."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        return ["n", repr(cell)]
    if isinstance(cell, datetime):
        return ["d", cell.date().isoformat()]
    if isinstance(cell, date):
        return ["d", cell.isoformat()]
    return cell if isinstance(cell, str) else str(cell)


def main(path: str, sheet: str) -> int:
    bound()
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
    offset = found.start[0] if found.start else 0
    print(json.dumps(offset))
    for number, row in enumerate(found.iter_rows()):
        if number >= MOST_ROWS:
            print(f"more than {MOST_ROWS:,} rows", file=sys.stderr)
            return 3
        print(json.dumps([plain(cell) for cell in row]))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:3]))
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(2)

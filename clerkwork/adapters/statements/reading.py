"""Reading a statement file, recognised by what is in it, never by its name."""

from __future__ import annotations

from pathlib import Path

from clerkwork.adapters.statements.camt import read_camt
from clerkwork.adapters.statements.checks import numbered, refusal
from clerkwork.adapters.statements.columns import CsvColumns, read_csv
from clerkwork.adapters.statements.mt import read_mt940
from clerkwork.core.payments import Statement

__all__ = ["CsvColumns", "read_statements"]

_POLDER_BANK = CsvColumns()


def read_statements(path: Path, *, columns: CsvColumns = _POLDER_BANK) -> tuple[Statement, ...]:
    """All statements of a CAMT.053, MT940 or CSV file, in the order of the file.

    Only booked entries are lines; each line has its id. `columns` says how a CSV is laid out.
    Raises `StatementError` with the file, the place and what was expected, and refuses the file
    whole: unreadable, cut off, hostile, or opening + lines is not closing.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise refusal(path, "whole file", error.strerror or str(error), "a file to read") from error
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise refusal(path, "whole file", "nothing", "a CAMT.053, MT940 or CSV statement")
    if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return numbered(read_camt(path))
    if b":20:" in start and (b":25:" in start or b":60" in start):
        return numbered(read_mt940(path))
    if columns.recognises(start):
        return numbered(read_csv(path, columns))
    raise refusal(path, "line 1", "no format that is known", "a CAMT.053, MT940 or CSV statement")

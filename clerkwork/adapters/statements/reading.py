"""Reading a statement file, recognised by what is in it, never by its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clerkwork.adapters.statements.camt import read_camt
from clerkwork.adapters.statements.checks import numbered, refusal
from clerkwork.adapters.statements.columns import POLDER_BANK, Columns
from clerkwork.adapters.statements.columns_csv import read_csv
from clerkwork.adapters.statements.excel import is_workbook, read_excel
from clerkwork.adapters.statements.mt import read_mt
from clerkwork.adapters.statements.ofx import is_ofx, read_ofx
from clerkwork.core.payments import Statement

__all__ = ["Columns", "read_statements"]

_KNOWN = "a CAMT.052, .053 or .054, MT940 or MT942, OFX, or a CSV or Excel table that is declared"


def read_statements(
    path: Path, *, columns: Sequence[Columns] = (POLDER_BANK,)
) -> tuple[Statement, ...]:
    """All statements of a CAMT, MT940, MT942, OFX, CSV or Excel file, in the order of the file.

    Only booked entries are lines; each line has its id. `columns` says how tables are laid out:
    the first whose headings a file has is taken.
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
        raise refusal(path, "whole file", "nothing", _KNOWN)
    if is_ofx(start):
        return numbered(read_ofx(path))
    if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return read_camt(path)
    if b":20:" in start and (b":25:" in start or b":60" in start):
        return numbered(read_mt(path))
    if is_workbook(head):
        return numbered(read_excel(path, columns))
    for one in columns:
        if one.recognises(head):
            return numbered(read_csv(path, one))
    raise refusal(path, "line 1", "no format that is known", _KNOWN)

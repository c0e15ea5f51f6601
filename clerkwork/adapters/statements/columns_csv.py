"""CSV statements, laid out as declared."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from clerkwork.adapters.statements.checks import decoded, refusal
from clerkwork.adapters.statements.columns import Columns
from clerkwork.adapters.statements.columns_lines import Row, statements_in
from clerkwork.core.payments import Statement

__all__ = ["read_csv"]

_LARGEST = 64 * 1024 * 1024


def read_csv(path: Path, columns: Columns) -> tuple[Statement, ...]:
    """The statements of a CSV file; raises `StatementError` and refuses it whole."""
    return statements_in(path, columns, _rows(path, columns, decoded(path, _LARGEST)))


def _rows(path: Path, columns: Columns, text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text), delimiter=columns.delimiter, strict=True)
    try:
        for cells in reader:
            if cells:
                yield Row(f"line {reader.line_num}", cells)
    except csv.Error as error:
        raise refusal(path, f"line {reader.line_num}", str(error), "a sound CSV") from error

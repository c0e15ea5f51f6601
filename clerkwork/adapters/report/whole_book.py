"""Excel workbooks that are written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from clerkwork.core.money import Money
from clerkwork.errors import StoreError

__all__ = ["money_columns", "whole_workbook"]


@contextmanager
def whole_workbook(path: Path, sheet: str, again: str) -> Iterator[Any]:
    """A new workbook of the RPA library, with its first sheet; saved at the end of the block.

    `again` says what to do after it could not be written, which raises `StoreError` and leaves
    what stands at `path` as it was. Takes seconds: the library is slow to import.
    """
    from RPA.Excel.Files import Files  # type: ignore[import-untyped]

    draft = path.with_name(f".{path.stem}.part.xlsx")
    book = Files()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book.create_workbook(fmt="xlsx", sheet_name=sheet)
        yield book
        book.save_workbook(str(draft))
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise StoreError(
            f"{path}: the workbook cannot be written ({error.strerror}); make room on the disk, or "
            f"close it if it is open, and {again}"
        ) from error
    finally:
        book.close_workbook()


def money_columns(rows: Iterable[Sequence[object]]) -> frozenset[int]:
    """Places of the columns that hold an amount in any row: each gets its currency beside it."""
    return frozenset(at for row in rows for at, cell in enumerate(row) if isinstance(cell, Money))

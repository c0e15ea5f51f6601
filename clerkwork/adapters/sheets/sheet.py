"""The rows of a CSV, Excel or JSON file with their places, whatever they mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Any

from clerkwork.errors import BusinessError

__all__ = ["Cell", "Heads", "OpenWorkbook", "Row", "Sheet", "read_sheet", "refusal"]

Cell = str | int | Decimal | date | bool | None
"""Text as it stands (blanks folded), or a number, date or truth that the format itself knows."""
Heads = Callable[[Sequence[str]], int]
"""How many of the wanted headings a row holds."""
OpenWorkbook = Callable[[Path], Iterable[tuple[str, int, Sequence[object]]]]
"""The rows of a workbook's visible sheets: name of the sheet, number of the row from 1, cells.

It bounds what a hostile workbook may take. `PermissionError`: a password protects it; `ValueError`:
it is not sound, or too much ('cannot be opened: ...')."""

_LARGEST = 256 * 1024 * 1024
_PREAMBLE = 20
"""Rows among which the headings are looked for; exports put titles above them."""
_DELIMITERS = (";", ",", "\t", "|")
_SHOWN = 200
"""Characters of what was found that a message repeats."""


@dataclass(frozen=True, slots=True)
class Row:
    place: str
    """E.g. 'line 7', 'row 7', 'entry 7'."""
    cells: tuple[Cell, ...]
    """As many as there are headings."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose headings are known; empty rows are left out."""

    path: Path
    place: str
    """Where the headings stand."""
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def refusal(path: Path, place: str, found: str, expected: str, *, then: str = "") -> BusinessError:
    """The error that refuses a file: where, what stands there, what was expected, what to do."""
    shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}..."
    what = then or "Correct it there, or export it anew"
    return BusinessError(
        f"{path.name}, {place}: {shown}; expected {expected}. {what}. Nothing of it was used"
    )


def read_sheet(path: Path, heads: Heads, open_workbook: OpenWorkbook) -> Sheet:
    """The table of a file, recognised by what is in it, never by its name.

    Of several sheets and rows, those are taken whose headings `heads` counts most of. Raises
    `BusinessError` with the place: unreadable, too large, damaged, rows of unequal length.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        said = error.strerror or str(error)
        raise refusal(
            path, "whole file", said, "a file to read", then="Check its name and that you may read"
        ) from error
    if size > _LARGEST:
        raise refusal(path, "whole file", f"{size:,} bytes", f"at most {_LARGEST:,}")
    if start.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _workbook(path, heads, open_workbook)
    text = _text(path)
    if not text.strip():
        raise refusal(path, "whole file", "nothing", "a table")
    if text.lstrip()[0] in "[{":
        return _json(path, text)
    return _csv(path, text, heads)


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise refusal(path, f"line {line}", "a NUL byte", "text, Excel or JSON")
    return text


def _csv(path: Path, text: str, heads: Heads) -> Sheet:
    lines = text.splitlines()[:_PREAMBLE]

    def found(delimiter: str) -> tuple[int, int]:
        rows = [_lenient(line, delimiter) for line in lines]
        return max(map(heads, rows), default=0), max(map(len, rows), default=0)

    delimiter = max(_DELIMITERS, key=found)
    # Python's own limit of a cell stays: 131,072 characters are no invoice's text.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, Sequence[Cell]]] = []
    last = 0
    try:
        for cells in reader:
            rows.append((f"line {last + 1}", [_clean(cell) for cell in cells]))
            last = reader.line_num
    except csv.Error as error:
        raise refusal(path, f"line {last + 1}", str(error), "a sound CSV") from error
    return _sheet(path, rows, heads)


def _lenient(line: str, delimiter: str) -> list[str]:
    try:
        return [_clean(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _workbook(path: Path, heads: Heads, open_workbook: OpenWorkbook) -> Sheet:
    sheets: list[Sheet] = []
    try:
        for name, numbered in groupby(open_workbook(path), key=lambda row: row[0]):
            rows: list[tuple[str, Sequence[Cell]]] = []
            for _, n, plain in numbered:
                cells = [_excel(path, n, cell) for cell in plain]
                # Below the headings, a million empty rows are worth no memory.
                if len(rows) < _PREAMBLE or _filled(cells):
                    rows.append((f"sheet {name!r}, row {n}", cells))
            if any(_filled(cells) for _, cells in rows):
                sheets.append(_sheet(path, rows, heads))
    except PermissionError as error:
        raise refusal(path, "whole file", "a password protects it", "an open workbook") from error
    except ValueError as error:
        raise refusal(
            path,
            "whole file",
            f"no sound workbook (it {error})",
            "Excel or ODS",
            then="Export it anew, or copy the table alone into a new workbook",
        ) from error
    if not sheets:
        raise refusal(path, "whole file", "no visible sheet with anything in it", "a table")
    counts = [heads(sheet.headings) for sheet in sheets]
    if counts.count(max(counts)) > 1:
        raise refusal(
            path,
            "whole file",
            f"{counts.count(max(counts))} sheets that could be meant",
            "one",
            then="Save the sheet that is meant as a file of its own",
        )
    return sheets[counts.index(max(counts))]


def _excel(path: Path, row: int, cell: object) -> Cell:
    match cell:
        case bool() | int():
            return cell
        case float() if not isfinite(cell):
            raise refusal(path, f"row {row}", f"{cell}", "a number")
        case float():
            # Excel itself keeps no more than 15 digits; the rest is binary noise of its sums.
            short = Decimal(f"{cell:.15g}")
            return int(short) if short == short.to_integral_value() else short
        case date():
            return cell
        case str():
            return _clean(cell)
    raise refusal(path, f"row {row}", f"a time of day or a span ({cell})", "text, number or date")


def _json(path: Path, text: str) -> Sheet:
    try:
        data = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=lambda pairs: _once(path, pairs),
        )
    except (ValueError, RecursionError) as error:
        raise refusal(path, "whole file", f"no valid JSON ({error})", "a list of objects") from None
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else data
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise refusal(path, "whole file", "something else", "a list of objects, one an item")
    headings = tuple(dict.fromkeys(key for one in data for key in one))
    rows = [
        Row(
            f"entry {n}",
            tuple(_plain(path, f"entry {n}", key, one.get(key)) for key in headings),
        )
        for n, one in enumerate(data, start=1)
    ]
    return Sheet(path, "whole file", headings, tuple(r for r in rows if _filled(r.cells)))


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _once(path: Path, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise refusal(path, "whole file", f"the key {key!r} twice in one object", "it once")
        result[key] = value
    return result


def _plain(path: Path, place: str, key: str, value: Any) -> Cell:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return _clean(", ".join(value))
    if value is None or isinstance(value, bool | int | Decimal):
        return value
    raise refusal(path, place, f"{key!r} holds an object", "text, a number, or a list of texts")


def _sheet(path: Path, rows: Sequence[tuple[str, Sequence[Cell]]], heads: Heads) -> Sheet:
    """The table below the row with the most of the wanted headings, rows as long as that."""
    texts = [[str(c or "") for c in cells] for _, cells in rows[:_PREAMBLE]]
    at = max(range(len(texts)), key=lambda n: (heads(texts[n]), -n), default=0)
    headings = texts[at] if texts else []
    while headings and not headings[-1]:
        headings = headings[:-1]
    kept = []
    for place, cells in rows[at + 1 :]:
        if not _filled(cells):
            continue
        if _filled(cells[len(headings) :]) or len(cells) < len(headings):
            raise refusal(path, place, f"{len(cells)} cells", f"{len(headings)} as the headings")
        kept.append(Row(place, tuple(cells[: len(headings)])))
    return Sheet(path, rows[at][0] if rows else "whole file", tuple(headings), tuple(kept))


def _filled(cells: Sequence[Cell]) -> bool:
    return any(cell not in ("", None) for cell in cells)


def _clean(text: str) -> str:
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())

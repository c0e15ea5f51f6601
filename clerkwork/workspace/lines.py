"""In which line of a TOML file a key stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["line_of"]

Path = tuple[str | int, ...]

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Line of a key, e.g. ('approvers', 1, 'email'), or of the table it should stand in.

    A key inside braces or brackets has the line where those begin. 0 if nothing is found.
    """
    known = _lines(text)
    wanted = tuple(path)
    while wanted:
        if wanted in known:
            return known[wanted]
        wanted = wanted[:-1]
    return 0


def _lines(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    last: dict[Path, int] = {}
    """The index of the last table of each array of tables."""
    table: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _TABLE.match(line):
            table = _table(_parts(heading[2]), heading[1] == "[[", last)
            found.setdefault(table, number)
            # Of an array of tables also its name alone, which has no place of its own.
            found.setdefault(tuple(_parts(heading[2])), number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _table(parts: Sequence[str], repeated: bool, last: dict[Path, int]) -> Path:
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in last:
            path = (*path, last[path])
    path = (*path, parts[-1])
    if repeated:
        last[path] = last.get(path, -1) + 1
        return (*path, last[path])
    return path


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_NAME, dotted)]

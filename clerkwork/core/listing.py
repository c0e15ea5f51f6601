"""A report that an auditor asks for: rows in columns, and what of it has to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from clerkwork.core.money import Money

__all__ = ["Cell", "Listing", "Place", "Row", "ordered", "plain"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence of something is; step 0 means the run as a whole."""

    run: str
    step: int = 0
    picture: str = ""
    """A picture's file in the run's folder."""

    def __str__(self) -> str:
        if self.picture:
            return f"{self.run}/pictures/{self.picture}"
        return f"{self.run}#{self.step}" if self.step else self.run


Cell = str | int | Money | datetime | date | Place | None
"""None where there is nothing to say."""
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One report over a period."""

    name: str
    """By which it is asked for, e.g. 'writes'."""
    title: str
    about: str
    """What is in it, and from where, in a sentence."""
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[str, ...] = ()
    """What is missing, or not as it has to be; each in a sentence."""
    since: datetime | None = None
    until: datetime | None = None
    """Excluded; both UTC."""


def plain(cell: Cell) -> str | int | None:
    """A cell as JSON has it: amounts as '12.50 EUR', instants in UTC, by ISO 8601."""
    if cell is None or isinstance(cell, (str, int)):
        return cell
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return str(cell)


def ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """By the instant in their first column; those without one come last."""
    kept = list(rows)
    timed = [row for row in kept if isinstance(row[0], datetime)]
    rest = [row for row in kept if not isinstance(row[0], datetime)]
    return (*sorted(timed, key=lambda row: str(row[0])), *rest)

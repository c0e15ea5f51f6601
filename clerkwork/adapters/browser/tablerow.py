"""One row of a portal's table, its cells by their columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from clerkwork.adapters.browser.values import read_date, read_money
from clerkwork.core.money import Money
from clerkwork.core.portals import Portal
from clerkwork.errors import SelectorLost

__all__ = ["TableRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row as it was read; fulfils `Row`."""

    cells: Mapping[str, str | None]
    portal: Portal
    place: str

    @property
    def columns(self) -> Collection[str]:
        return self.cells.keys()

    def text(self, column: str) -> str:
        found = self.cells.get(column)
        if found is None and column in self.cells:
            raise SelectorLost(
                f"{self.place}: this row ends before its column {column!r}, or has none. The page "
                f"may have come cut off, so run again; if it stays, look at the picture and mend "
                f"'columns' in the selectors file."
            )
        if found is None:
            known = ", ".join(key for key, cell in self.cells.items() if cell is not None)
            raise SelectorLost(
                f"{self.place}: there is no column {column!r} in this row (there are: {known}). "
                f"Correct 'columns' in the selectors file."
            )
        return found

    def money(self, column: str) -> Money:
        return read_money(self.text(column), self.portal, f"{self.place}, {column}")

    def date(self, column: str) -> dt.date:
        return read_date(self.text(column), self.portal, f"{self.place}, {column}")

    def maybe_money(self, column: str) -> Money | None:
        return self.money(column) if self.text(column) else None

    def maybe_date(self, column: str) -> dt.date | None:
        return self.date(column) if self.text(column) else None

"""Tables read whole, over all their pages, and tied to the portal's own total."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.pictures import Camera
from clerkwork.adapters.browser.values import read_date, read_money
from clerkwork.adapters.browser.window import Answer
from clerkwork.core.finders import Section, Table
from clerkwork.core.money import Money
from clerkwork.core.portals import Portal
from clerkwork.errors import ConfigError, ControlTotalError, PageTimeout, SelectorLost

__all__ = ["TableRow", "read_rows"]

_ROWS_A_PAGE = 20_000
_PAGES = 5_000
_NUMBER = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?!\d)|\d+")


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


def read_rows(
    locator: Locator, camera: Camera, section: str, values: Mapping[str, str]
) -> Iterator[TableRow]:
    """All rows of a section's table; `ControlTotalError` at the end if they do not tie."""
    found = locator.session.selectors.section(section)
    if found.table is None:
        raise ConfigError(
            f"{locator.session.selectors.source}: section [{section}] has no 'rows', so it is no "
            f"table. Add 'rows' and 'columns'."
        )
    return _Reading(locator, camera, found, found.table, values).rows()


class _Reading:
    """One table being read."""

    def __init__(
        self,
        locator: Locator,
        camera: Camera,
        section: Section,
        table: Table,
        values: Mapping[str, str],
    ) -> None:
        self._locator = locator
        self._session = locator.session
        self._portal = locator.session.portal
        self._camera = camera
        self._section = section
        self._table = table
        self._values = values

    def rows(self) -> Iterator[TableRow]:
        count, sum_so_far = 0, Money(0, self._portal.currency)
        for number, cells in enumerate(self._pages(), start=1):
            self._camera.take(f"{self._section.name}, page {number}")
            for at, row in enumerate(cells, start=1):
                read = TableRow(
                    cells=dict(zip(self._table.columns, row, strict=True)),
                    portal=self._portal,
                    place=f"{self._portal.name}, {self._section.name}, page {number}, row {at}",
                )
                if self._table.total_of:
                    sum_so_far += read.maybe_money(self._table.total_of) or Money(
                        0, self._portal.currency
                    )
                count += 1
                yield read
        self._tie_out(count, sum_so_far)

    def _pages(self) -> Iterator[Sequence[Sequence[str | None]]]:
        if self._table.scroll:
            self._scroll_to_end()
        page = self._read()
        yield page
        for _ in range(_PAGES):
            if not self._table.next or not self._has_next():
                return
            page = self._turn(page)
            yield page
        raise PageTimeout(
            f"{self._portal.name}: {self._section.name} has more than {_PAGES} pages, or goes in "
            f"circles. Look at the pictures."
        )

    def _read(self) -> list[list[str | None]]:
        """The rows of this page; waits for them, or for what says that there are none."""
        begun = time.monotonic()
        wait = 0
        while True:
            answer = self._asked_table(wait)
            if answer["at"] == "no heading":
                missing = ", ".join(repr(words) for words in answer["missing"])
                raise SelectorLost(
                    f"{self._portal.name}: the table of {self._section.name} has no column "
                    f"{missing}. If the page changed, mend 'columns' of [{self._section.name}] "
                    f"in {self._session.selectors.source}."
                )
            if "rows" in answer:
                return [list(row) for row in answer["rows"]]
            if answer["at"] == "broken":
                raise ConfigError(
                    f"{self._session.selectors.source}: [{self._section.name}] has a selector "
                    f"that the browser does not understand ({answer['by'][:80]})."
                )
            window = self._session.window(self._section)
            self._session.settle(window, everywhere=True)
            if wait and self._says_empty():
                return []
            if wait and time.monotonic() - begun > self._locator.grace:
                raise self._locator.lost(f"{self._section.name}.rows", self._table.rows, answer)
            wait = 250

    def _asked_table(self, wait: int) -> Answer:
        table = self._table
        name = f"{self._section.name}.rows"
        section, _, request = self._locator.request(name, self._values)
        window = self._session.window(section)
        columns = [{"heading": c.heading, "css": c.css} for c in table.columns.values()]
        skip = self._locator.wired(name, table.skip, self._values)["finders"]
        more = {"columns": columns, "skip": skip, "limit": _ROWS_A_PAGE, "wait": wait}
        answer = window.ask("table", {**request, **more})
        self._session.raise_problem()
        if "rows" in answer:
            self._locator.note(name)
        return answer

    def _says_empty(self) -> bool:
        """Whether the page says by itself that there is nothing: only that proves it."""
        if self._table.empty:
            return self._there("empty")
        if self._table.count and self._there("count"):
            return self._count() == 0
        if self._table.total and self._there("total"):
            return not self._total()
        return False

    def _there(self, key: str) -> bool:
        section, _, request = self._locator.request(f"{self._section.name}.{key}", self._values)
        answer = self._session.window(section).ask("count", request)
        return answer["at"] in ("one", "many")

    def _has_next(self) -> bool:
        name = f"{self._section.name}.next"
        section, _, request = self._locator.request(name, self._values)
        answer = self._session.window(section).ask("enabled", request)
        if answer["at"] == "many":
            raise self._locator.lost(name, self._table.next, answer)
        return bool(answer.get("enabled"))

    def _turn(self, before: Sequence[Sequence[str | None]]) -> list[list[str | None]]:
        name = f"{self._section.name}.next"
        window, answer = self._locator.ask("aim", name, self._values)
        window.press(answer["point"]["x"], answer["point"]["y"])
        self._session.raise_problem()
        begun = time.monotonic()
        while True:
            self._session.settle(window)
            page = self._read()
            if page != before:
                return page
            if time.monotonic() - begun > self._locator.grace:
                raise SelectorLost(
                    f"{self._portal.name}: {name} was clicked, but the same page of "
                    f"{self._section.name} stayed. Look at the last picture."
                )
            window.rest(50)

    def _scroll_to_end(self) -> None:
        name = f"{self._section.name}.rows"
        self._read()
        section, _, request = self._locator.request(name, self._values)
        window = self._session.window(section)
        loaded = self._locator.wired(name, self._table.loaded, self._values)["finders"]
        for _ in range(_PAGES):
            window.ask("mark", {})
            before = window.ask("scroll", request).get("count", 0)
            patience = self._portal.patience if self._table.loaded else self._locator.grace
            after = window.ask(
                "more",
                {**request, "loaded": loaded, "count": before, "wait": patience * 1000},
            )
            self._session.raise_problem()
            self._session.settle(window)
            if after.get("done"):
                return
            if after.get("count", 0) <= before:
                if self._table.loaded:
                    raise PageTimeout(
                        f"{self._portal.name}: {self._section.name} did not load further, nor "
                        f"did the page say that this is all of it. Run again."
                    )
                return
        raise PageTimeout(f"{self._portal.name}: {self._section.name} never ends. Look at it.")

    def _tie_out(self, count: int, total: Money) -> None:
        if self._table.count:
            told = self._count()
            if told != count:
                raise ControlTotalError(
                    f"{self._portal.name}: {count} rows of {self._section.name} were read, but "
                    f"the portal counts {told}. Nothing was replaced; run again, and if it stays, "
                    f"check 'rows' and 'count' in {self._session.selectors.source}."
                )
        if self._table.total:
            told_total = self._total()
            if told_total != total:
                raise ControlTotalError(
                    f"{self._portal.name}: the rows of {self._section.name} add up to {total}, "
                    f"but the portal's own total is {told_total}. Nothing was replaced; run "
                    f"again, and if it stays, compare the pictures of the pages."
                )

    def _count(self) -> int:
        text = self._text("count")
        numbers = _NUMBER.findall(text)
        if not numbers:
            raise ControlTotalError(
                f"{self._portal.name}: {self._section.name}.count says {text[:80]!r}, in which "
                f"there is no number. Point it at the portal's number of rows."
            )
        return int(re.sub(r"\D", "", numbers[-1]))

    def _total(self) -> Money:
        place = f"{self._portal.name}, {self._section.name}.total"
        return read_money(self._text("total"), self._portal, place)

    def _text(self, key: str) -> str:
        _, answer = self._locator.ask("look", f"{self._section.name}.{key}", self._values)
        return str(answer["text"])

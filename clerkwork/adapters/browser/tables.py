"""Tables read whole, over all their pages, and tied to the portal's own total."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping

from clerkwork.adapters.browser.columns import Doubt, know_again
from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.pictures import Camera
from clerkwork.adapters.browser.tablerow import TableRow
from clerkwork.adapters.browser.unread import changed, is_headed, not_understood, nothing_in
from clerkwork.adapters.browser.values import read_money
from clerkwork.adapters.browser.window import Answer, Window
from clerkwork.core.finders import Section, Table
from clerkwork.core.money import Money
from clerkwork.errors import (
    BusinessError,
    ConfigError,
    ControlTotalError,
    PageTimeout,
    SelectorLost,
)
from clerkwork.ports import Picture

__all__ = ["read_rows"]

_ROWS_A_SLICE = 2_000
"""So many rows of a page are held at once; a longer page is read on from there."""
_ROWS_A_PAGE = 500_000
_PAGES = 5_000
_CALM = 600
"""Milliseconds without a new row, after which a table that grows by itself is whole."""
_Rows = list[list[str | None]]
_ANOTHER = frozenset({"no heading", "twice"})
"""Answers after which it may be another table than it was."""
_NUMBER = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?!\d)|\d+")


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
        self._unread = False
        """Whether the page being read has more rows than were read yet."""
        self._is_known = locator.healer is None
        """Whether it was seen to be the table that it was; asked on its first page."""
        self._is_moved = False
        """Whether its rows are read elsewhere than written."""
        self._instead: dict[str, object] = {}
        """What is asked for instead of the written rows, where the table changed."""

    def rows(self) -> Iterator[TableRow]:
        count, sum_so_far = 0, Money(0, self._portal.currency)
        page = at = 0
        for number, cells in self._slices():
            if number != page:
                self._picture(number)
                page, at = number, 0
            for row in cells:
                at += 1
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

    def _picture(self, page: int) -> None:
        """One of each page, up to as many as are wanted of a table; then a gap that says so."""
        most = self._session.longest_table
        if not most or page <= most:
            self._camera.take(f"{self._section.name}, page {page}")
        elif page == most + 1:
            gap = f"longest_table of [pictures] is {most}: no page of a table is shown behind that"
            label = f"{self._section.name}, page {page} and all behind it"
            self._camera.keep(Picture(label=label, image=b"", gap=gap))

    def _slices(self) -> Iterator[tuple[int, _Rows]]:
        """The rows with the number of their page, a page in as many slices as it takes."""
        self._have_all()
        first = self._read()
        for number in range(1, _PAGES + 1):
            yield number, first
            while self._unread:
                yield number, self._read_on()
            way = self._pressed_on(number + 1)
            if not way:
                return
            first = self._turn(first, way)
        raise PageTimeout(
            f"{self._portal.name}: {self._section.name} has more than {_PAGES} pages, or goes in "
            f"circles. Look at the pictures."
        )

    def _have_all(self) -> None:
        if self._table.all and self._there("all"):
            self._press("all")
            self._session.settle(self._session.window(self._section))
        if self._table.more == "scroll":
            self._scroll_to_end()
        elif self._table.more == "grows":
            self._wait_grown()

    def _read(self) -> _Rows:
        """The rows of this page; waits for them, or for what says that there are none."""
        begun = time.monotonic()
        wait = 0
        while True:
            answer = self._asked_table(wait)
            if ("rows" in answer or answer["at"] in _ANOTHER) and self._is_changed():
                continue
            if answer["at"] == "twice":
                raise SelectorLost(
                    f"{self._portal.name}: the table of {self._section.name} has the column "
                    f"{', '.join(map(repr, answer['twice']))} twice. Where a heading stands above "
                    f"it, write both, as in 'Amount / Debit'; else use a css= in 'columns'.",
                    f"{self._section.name}.columns",
                )
            if answer["at"] == "too many":
                raise BusinessError(
                    f"{self._portal.name}: one page of {self._section.name} has "
                    f"{answer['count']} rows, more than {_ROWS_A_PAGE}. Have the portal show a "
                    f"shorter period."
                )
            if answer["at"] == "no heading":
                missing = ", ".join(repr(words) for words in answer["missing"])
                raise SelectorLost(
                    f"{self._portal.name}: the table of {self._section.name} has no column "
                    f"{missing}. If the page changed, mend 'columns' of [{self._section.name}] "
                    f"in {self._session.selectors.source}.",
                    f"{self._section.name}.columns",
                )
            if "rows" in answer:
                return self._taken(answer)
            if answer["at"] == "broken":
                raise not_understood(
                    self._locator, self._section, self._table, self._values, str(answer["by"])
                )
            window = self._session.window(self._section)
            self._session.settle(window, everywhere=True)
            if wait and self._says_empty():
                return []
            if wait and time.monotonic() - begun > self._locator.grace:
                if not self._says_some() and is_headed(self._locator, self._section, self._table):
                    raise nothing_in(self._locator, self._section, self._table)
                if self._is_changed():
                    continue
                raise self._locator.lost(f"{self._section.name}.rows", self._table.rows, answer)
            wait = 250

    def _is_changed(self) -> bool:
        """Whether it has to be read otherwise than written; raises where that is doubtful."""
        healer = self._locator.healer
        if self._is_known or healer is None:
            return False
        self._is_known = True
        name = f"{self._section.name}.rows"
        section, _, _ = self._locator.request(name, self._values)
        wired = self._locator.wired(name, self._table.rows, self._values)["finders"]
        window = self._session.window(section)
        found = know_again(healer, window, section, self._table, wired)
        if found is None:
            return False
        if isinstance(found, Doubt) or self._locator.is_writing:
            raise changed(self._locator, self._section, self._table, found)
        self._table = found.table
        finders = self._locator.wired(name, found.table.rows, self._values)
        self._instead = {"frames": list(found.frames), **finders}
        for key, told in (("rows", found.rows_told), ("columns", found.told)):
            if told:
                self._locator.noted.healed(f"{self._section.name}.{key}", "; ".join(told))
        self._is_moved = bool(found.rows_told)
        return True

    def _read_on(self) -> _Rows:
        """The next slice of the page that is being read."""
        answer = self._asked_table(0, on=True)
        if "rows" not in answer:
            raise SelectorLost(
                f"{self._portal.name}: the page of {self._section.name} changed while it was "
                f"read. Nothing was replaced; run again."
            )
        return self._taken(answer)

    def _taken(self, answer: Answer) -> _Rows:
        self._unread = bool(answer["more"])
        return [list(row) for row in answer["rows"]]

    def _asked_table(self, wait: int, *, on: bool = False) -> Answer:
        window = self._session.window(self._section)
        return self._heard(window.ask("table", self._request(wait, on=on)))

    def _request(self, wait: int, *, on: bool = False) -> dict[str, object]:
        table = self._table
        name = f"{self._section.name}.rows"
        request = self._locator.request(name, self._values)[2]
        columns = [{"heading": c.heading, "css": c.css} for c in table.columns.values()]
        skip = self._locator.wired(name, table.skip, self._values)["finders"]
        bounds = {"limit": _ROWS_A_SLICE, "most": _ROWS_A_PAGE, "wait": wait, "on": on}
        return {**request, **self._instead, "columns": columns, "skip": skip, **bounds}

    def _heard(self, answer: Answer) -> Answer:
        self._session.raise_problem()
        if "rows" in answer and not self._is_moved:
            self._locator.noted.used(f"{self._section.name}.rows")
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

    def _says_some(self) -> bool:
        """Whether the page says that there are rows, though none is found."""
        for key, told in (("count", self._count), ("total", self._total)):
            if getattr(self._table, key) and self._there(key):
                return bool(told())
        return False

    def _there(self, key: str) -> bool:
        section, _, request = self._locator.request(f"{self._section.name}.{key}", self._values)
        answer = self._session.window(section).ask("count", request)
        return answer["at"] in ("one", "many")

    def _pressed_on(self, number: int) -> str:
        """Press what leads to the page of that number, and tell which; empty on the last page."""
        ways = (("pages", str(number)), ("next", ""))
        for key, saying in ways:
            if not getattr(self._table, key):
                continue
            name = f"{self._section.name}.{key}"
            # One look where all is well. Else it is asked whether there is a link, and, if so, the
            # link is given its time.
            seen = self._locator.glimpse("aim", name, self._values, saying=saying, enabled=True)
            if seen is not None:
                self._press_at(*seen)
                return key
            if self._enabled(key, saying):
                self._press(key, saying)
                return key
        return ""

    def _enabled(self, key: str, saying: str = "") -> bool:
        name = f"{self._section.name}.{key}"
        section, entry, request = self._locator.request(name, self._values)
        answer = self._session.window(section).ask("enabled", {**request, "saying": saying})
        if answer["at"] == "many":
            raise self._locator.lost(name, entry, answer)
        return bool(answer.get("enabled"))

    def _press(self, key: str, saying: str = "") -> None:
        name = f"{self._section.name}.{key}"
        self._press_at(*self._locator.ask("aim", name, self._values, saying=saying))

    def _press_at(self, window: Window, answer: Answer) -> None:
        window.press(answer["point"]["x"], answer["point"]["y"])
        self._session.raise_problem()

    def _turn(self, before: _Rows, key: str) -> _Rows:
        """The next page's rows, once there are others than before."""
        begun = time.monotonic()
        while True:
            window = self._session.window(self._section)
            self._session.settle(window)
            page = self._read()
            if page != before:
                return page
            if time.monotonic() - begun > self._locator.grace:
                raise SelectorLost(
                    f"{self._portal.name}: {self._section.name}.{key} was clicked, but the same "
                    f"page of {self._section.name} stayed. Look at the last picture.",
                    f"{self._section.name}.{key}",
                )
            window.rest(50)

    def _wait_grown(self) -> None:
        self._read()
        section, _, request = self._locator.request(f"{self._section.name}.rows", self._values)
        window = self._session.window(section)
        wait = self._portal.patience * 1000
        answer = window.ask("calm", {**request, "calm": _CALM, "wait": wait})
        self._session.raise_problem()
        if not answer.get("still"):
            raise PageTimeout(
                f"{self._portal.name}: rows of {self._section.name} still came after "
                f"{self._portal.patience:g} s, {answer.get('count', 0)} so far. Run again; if it "
                f"is always so, raise the portal's patience in the config."
            )

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
        tied, name = self._locator.noted.tied, self._section.name
        tied(f"{name}, rows read", str(count))
        if self._table.count:
            told = self._count()
            tied(f"{name}, rows by the portal", str(told))
            if told != count:
                raise ControlTotalError(
                    f"{self._portal.name}: {count} rows of {self._section.name} were read, but "
                    f"the portal counts {told}. Nothing was replaced; run again, and if it stays, "
                    f"check 'rows' and 'count' in {self._session.selectors.source}."
                )
        if self._table.total:
            told_total = self._total()
            tied(f"{name}, sum of the rows", str(total))
            tied(f"{name}, total by the portal", str(told_total))
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

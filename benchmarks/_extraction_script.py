"""The paged list read by a plain Playwright script: a page in one call, or cell by cell.

Run as `python -m benchmarks._extraction_script bulk|scripted|cells ADDRESS FOLDER`; it is told what
to read as `_extraction_clerk` is. It checks nothing: no heading, no total, no count, not which page
it is on. 'scripted' has the page's own script click the link, as neither people nor robots do.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from clerkwork.adapters.browser.program import find_browser, flags

# Rows, and whether there is a next page, in one call; textContent spares a layout.
READ = """() => {
    const rows = [...document.querySelectorAll("table.list tbody tr")]
        .map(row => [...row.cells].map(cell => cell.textContent.trim()));
    const next = [...document.links].find(link => link.textContent.trim() === "Volgende");
    return [rows, Boolean(next)];
}"""
# Locators are left aside: what they put into each new document takes longer than the click itself.
POINT = """words => {
    const link = [...document.links].find(each => each.textContent.trim() === words);
    link.scrollIntoView({block: "nearest"});
    const box = link.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
}"""
PRESS = """words => {
    [...document.links].find(link => link.textContent.trim() === words).click();
}"""
PICTURE = {"format": "jpeg", "quality": 60, "optimizeForSpeed": True}
COLUMNS = 8

Shown = tuple[list[list[str]], bool]
"""The cells of a page, row by row, and whether it leads on to another."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row with typed values, as a robot hands it on; amounts in cents."""

    number: str
    debtor: str
    issued: date
    due: date
    total: int
    open: int
    discount: int | None
    disputed: bool


def typed(cells: Sequence[str]) -> Item:
    number, debtor, issued, due, total, left, discount, state = cells
    return Item(
        number,
        debtor,
        _day(issued),
        _day(due),
        _cents(total),
        _cents(left),
        _cents(discount) if discount else None,
        state != "",
    )


def _day(text: str) -> date:
    return datetime.strptime(text, "%d-%m-%Y").date()  # noqa: DTZ007


def _cents(text: str) -> int:
    return int(Decimal(text.replace(".", "").replace(",", ".")).scaleb(2))


class Script:
    """One page of a browser, and its pictures."""

    def __init__(
        self, page: Page, folder: Path, read: Callable[[Page], Shown], *, by_script: bool
    ) -> None:
        self._page = page
        self._by_script = by_script
        self._line = page.context.new_cdp_session(page)
        self._folder = folder
        self._read = read
        self._pictures = 0

    def press(self, words: str) -> None:
        """Press a link, and wait until its page is there."""
        if self._by_script:
            with self._page.expect_navigation(wait_until="domcontentloaded"):
                self._page.evaluate(PRESS, words)
            return
        x, y = self._page.evaluate(POINT, words)
        with self._page.expect_navigation(wait_until="domcontentloaded"):
            self._page.mouse.click(x, y)

    def items(self, *, pictured: bool = True) -> Iterator[Item]:
        """All rows from the page that is shown to the last, with a picture of each page."""
        while True:
            cells, leads_on = self._read(self._page)
            if pictured:
                self._take()
            yield from map(typed, cells)
            if not leads_on:
                return
            self.press("Volgende")

    def _take(self) -> None:
        self._pictures += 1
        data = base64.b64decode(self._line.send("Page.captureScreenshot", PICTURE)["data"])
        (self._folder / f"{self._pictures:06}.jpg").write_bytes(data)


def bulk(page: Page) -> Shown:
    rows, leads_on = page.evaluate(READ)
    return rows, leads_on


def cell_by_cell(page: Page) -> Shown:
    cells = page.locator("table.list tbody td")
    texts = [cells.nth(at).inner_text() for at in range(cells.count())]
    rows = [texts[at : at + COLUMNS] for at in range(0, len(texts), COLUMNS)]
    return rows, page.get_by_text("Volgende", exact=True).count() > 0


def main() -> None:
    how, address, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    folder.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags())
        context = browser.new_context(
            locale="nl-NL", viewport={"width": 1100, "height": 800}, reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto(address)
        read = cell_by_cell if how == "cells" else bulk
        script = Script(page, folder, read, by_script=how == "scripted")
        for line in sys.stdin:
            print(json.dumps(_done(script, line.strip())), flush=True)
        browser.close()


def _done(script: Script, asked: str) -> dict[str, object]:
    alone = asked in ("page", "bare")
    if alone:
        script.press("Openstaande posten")
    began, used = time.perf_counter(), time.process_time()
    if not alone:
        script.press("Openstaande posten")
    items = list(script.items(pictured=asked != "bare"))
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}
    rows = total = due = 0
    for item in items:
        rows, total, due = rows + 1, total + item.open, due + item.due.toordinal()
    return {**took, "rows": rows, "open": total, "due": due}


if __name__ == "__main__":
    main()

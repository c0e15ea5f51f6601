"""The paged list read by a robot, in one run of a workspace, wired as `clerkwork run` wires it.

Run as `python -m benchmarks._extraction_clerk WORKSPACE`: each line on standard input names what
to read, each line on standard output is one JSON object of what came of it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from clerkwork.adapters.browser.pictures import Camera
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.adapters.browser.tables import read_rows
from clerkwork.app.execute import execute
from clerkwork.app.run import Run
from clerkwork.app.task import Task
from clerkwork.bootstrap.office import open_office
from clerkwork.core.ledger import OpenItem
from clerkwork.workspace import make_workspace

__all__ = ["PORTAL", "settle"]

PORTAL = "paged_erp"
_SELECTORS = """
[menu]
open_items = "text=Openstaande posten"

[open_items]
rows = "css=table.list tbody tr"
next = "text=Volgende"
count = "css=#count"
total = "css=#total"
total_of = "open"

[open_items.columns]
number = "Stuknr"
customer = "Debiteur"
issued = "Datum"
due = "Vervaldatum"
total = "Totaal"
open = "Openstaand"
discount = "Betalingskorting"
state = "Status"
"""
_ROBOT = '''
"""The benchmark's paged list."""

from __future__ import annotations

from collections.abc import Iterator

from clerkwork import Money, OpenItem, Robot


class PagedErp(Robot):
    """A list of open items, a hundred a page."""

    name = "paged_erp"

    def sign_in(self) -> None:
        self.screen.open()

    def show_items(self) -> None:
        self.screen.click("menu.open_items")

    def shown_items(self) -> Iterator[OpenItem]:
        for row in self.screen.rows("open_items"):
            yield self.item(row)

    @staticmethod
    def item(row):
        return OpenItem(
            number=row.text("number"),
            customer=row.text("customer"),
            issued=row.maybe_date("issued"),
            due=row.date("due"),
            total=row.money("total"),
            open=row.money("open"),
            discount=row.maybe_money("discount"),
            disputed=row.text("state") != "",
        )

    def open_items(self) -> Iterator[OpenItem]:
        self.show_items()
        yield from self.shown_items()

    def add_up(self) -> tuple[int, Money, int]:
        """How many there are, their sum, and the sum of their days: none of them is kept."""
        count, total, days = 0, Money(0, "EUR"), 0
        for item in self.open_items():
            count, total, days = count + 1, total + item.open, days + item.due.toordinal()
        return count, total, days
'''


def settle(workspace: Path, address: str) -> None:
    """A fresh workspace that knows the portal at this address."""
    make_workspace(workspace)
    (workspace / "robots" / f"{PORTAL}.py").write_text(_ROBOT, encoding="utf-8")
    (workspace / "selectors" / f"{PORTAL}.toml").write_text(_SELECTORS, encoding="utf-8")
    with (workspace / "config" / "portals.toml").open("a", encoding="utf-8") as portals:
        portals.write(f'\n[{PORTAL}]\naddress = "{address}"\nwrites = "never"\n')


def main() -> None:
    with open_office(Path(sys.argv[1])) as (place, office):
        robot = place.robots[PORTAL]

        def work(run: Run) -> None:
            with run.open(robot) as erp:
                for line in sys.stdin:
                    print(json.dumps(_done(erp, run.worker(robot), line.strip())), flush=True)

        task = Task(name="read_items", work=work, schedule="", calendar="", about="")
        execute(office, task, progress=lambda *_: None)


class _NoCamera(Camera):
    """A page's picture takes longer than reading it."""

    def __init__(self) -> None: ...

    def take(self, label: str) -> None:
        """None."""


def _done(erp: Any, worker: Any, asked: str) -> dict[str, object]:
    """Read, and tell what came of it: 'pages' from the first to the last, as a step of the run.

    Of a page that is loaded already, 'page' reads it as a step, 'bare' without picture and
    record. 'sum' keeps no row. What `erp` is asked for is a step, what `worker` is, is none.
    """
    if asked in ("page", "bare"):
        erp.show_items()
    began, used = time.perf_counter(), time.process_time()
    if asked == "sum":
        rows, total, due = erp.add_up()
        told = {"rows": rows, "open": total.minor, "due": due}
    elif asked == "bare":
        screen = cast(PortalScreen, worker.screen)
        shown = read_rows(screen.locator, _NoCamera(), "open_items", {})
        items, told = [worker.item(row) for row in shown], {}
    else:
        items = list(erp.open_items() if asked == "pages" else erp.shown_items())
        told = {}
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - used}
    return {**took, **(told or _checksum(items))}


def _checksum(items: Iterable[OpenItem]) -> dict[str, int]:
    rows = total = due = 0
    for item in items:
        rows, total, due = rows + 1, total + item.open.minor, due + item.due.toordinal()
    return {"rows": rows, "open": total, "due": due}


if __name__ == "__main__":
    main()

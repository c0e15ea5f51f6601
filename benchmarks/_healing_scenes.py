"""Pages of the demo's two portals as a browser was served them, and what is looked up there."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.adapters.clock import DemoClock
from clerkwork.core.finders import PortalSelectors
from clerkwork.core.portals import Portal
from clerkwork.demo.places import free_ports
from clerkwork.demo.start import Places, credentials, world
from clerkwork.ports import Screen, Secret

__all__ = ["Camera", "Lookup", "Scene", "capture", "live", "page_of", "walk_bank", "walk_erp"]

_SCRIPT = re.compile(r"<script\b.*?</script>|<link\b[^>]*>", re.DOTALL | re.IGNORECASE)

_PRESSED = (
    ".submit", ".next", ".show", ".release", ".hold", ".search", ".confirm", ".start",
    "orders.open", "download.open",
)  # fmt: skip
"""Names of buttons and links."""

_HALVE = """(half) => {
    for (const table of document.querySelectorAll("table[border='1']")) {
        const width = table.rows[0].cells.length;
        const rows = [...table.rows].slice(1).filter((row) => row.cells.length === width);
        if (rows.length > 5) rows.forEach((row, at) => at % 2 === half && row.remove());
    }
}"""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One name of a selectors file on one page; without a key, a whole table of them."""

    name: str
    values: Mapping[str, str]
    writes: bool = False
    """Whether robots use it in a writing step."""

    @property
    def is_table(self) -> bool:
        return self.name.endswith(".rows")

    @property
    def act(self) -> str:
        """How it is asked for: what is pressed is not trusted for its words, as what is read is."""
        pressed = self.name.startswith("menu.") or self.name.endswith(_PRESSED)
        return "aim" if pressed else "look"

    @property
    def truth(self) -> str:
        """Its name among the right answers."""
        return f"{self.name}@row" if "item" in self.values else self.name


@dataclass(frozen=True, slots=True)
class Scene:
    """One page with all its frames."""

    name: str
    portal: str
    path: str
    files: Mapping[str, str]
    lookups: tuple[Lookup, ...]


def page_of(screen: Screen) -> Any:
    """The browser's page behind a screen."""
    return cast(Any, screen)._session.main.page


class Camera(Protocol):
    """What is shown each page of a walk."""

    def take(self, name: str, lookups: Sequence[Lookup], *, half: int | None = None) -> None:
        """`half` is which half of a long list's rows is left out."""


class _Camera:
    """Saves what a screen shows as scenes."""

    def __init__(self, portal: str, screen: Screen) -> None:
        self._portal = portal
        self._screen = screen
        self.scenes: list[Scene] = []

    def take(self, name: str, lookups: Sequence[Lookup], *, half: int | None = None) -> None:
        """Save the page; of long lists one half of the rows, so that two visits share none."""
        page = page_of(self._screen)
        files = {}
        for frame in page.frames:
            if half is not None:
                frame.evaluate(_HALVE, half)
            path = urlsplit(frame.url).path
            html = _SCRIPT.sub("", frame.content())
            files[path] = html.replace("charset=windows-1252", "charset=utf-8")
            if frame.name == "werk":
                work = path
        outer = urlsplit(page.url).path
        if len(page.frames) > 1:
            files[outer] = files[outer].replace("welkom.asp", work.strip("/"))
        self.scenes.append(Scene(name, self._portal, outer, files, tuple(lookups)))


def _names(section: str, keys: str, *, writes: bool = False, **values: str) -> list[Lookup]:
    return [Lookup(f"{section}.{key}", values, writes) for key in keys.split()]


@contextmanager
def live(
    selectors: Mapping[str, PortalSelectors], seed: int = 2026
) -> Iterator[tuple[Any, Places, dict[str, str]]]:
    """A browser, the demo's portals with a small book, and what opens them."""
    with TemporaryDirectory(prefix="healing-") as folder:
        place = Path(folder)
        ports = free_ports(4)
        places = Places(kantoor=ports[0], polder=ports[1], control=ports[2], mail=ports[3])
        with world(place / "demo", places, size="small", seed=seed, approver=False, hiccups=False):
            clock = DemoClock(place / "demo" / "clock.json", ZoneInfo("Europe/Amsterdam"))
            browser = open_browser(
                selectors=selectors,
                clock=clock,
                downloads=place / "downloads",
                executable=find_browser(),
            )
            try:
                yield browser, places, credentials(place / "demo")
            finally:
                browser.close()


def capture(selectors: Mapping[str, PortalSelectors]) -> tuple[list[Scene], list[Scene]]:
    """Two visits: one to learn from, one to be changed, with other data and other sessions."""
    visits: list[list[Scene]] = []
    with live(selectors) as (browser, places, known):
        erp = Portal(name="kantoor_erp", address=f"http://127.0.0.1:{places.kantoor}/")
        bank = Portal(name="polder_bank", address=f"http://127.0.0.1:{places.polder}/")
        for visit in range(2):
            scenes = []
            for portal, walk in ((erp, walk_erp), (bank, walk_bank)):
                screen = browser.open(portal)
                camera = _Camera(portal.name, screen)
                walk(screen, camera, known, visit)
                scenes += camera.scenes
                screen.close()
            visits.append(scenes)
    return visits[0], visits[1]


def walk_erp(screen: Screen, camera: Camera, known: Mapping[str, str], visit: int) -> None:
    camera.take("login", _names("login", "user password submit"))
    screen.fill("login.user", known["kantoor_erp.user"])
    screen.fill("login.password", Secret("password", known["kantoor_erp.password"]))
    screen.click("login.submit")
    screen.wait_for("menu.debtors")
    screen.click("menu.sales")
    screen.click("menu.ledger")
    camera.take(
        "menu",
        _names("menu", "open_items debtors find_receipt sales find_order ledger ledger_card")
        + _names("menu", "receipt orders", writes=True),
    )
    items = _lists(screen, camera, visit)
    _orders(screen, camera, visit)
    _receipt(screen, camera, items, visit)
    screen.click("menu.ledger_card")
    screen.wait_for("ledger.heading")
    screen.click("ledger.show")
    while not screen.shows("ledger.closing"):
        screen.click("ledger.next")
    camera.take("ledger", _names("ledger", "account show closing"))


def _lists(screen: Screen, camera: Camera, visit: int) -> list[tuple[str, str, str]]:
    screen.click("menu.open_items")
    screen.wait_for("open_items.heading")
    items = [
        (row.text("customer"), row.text("number"), row.text("open"))
        for row in screen.rows("open_items")
    ]
    for section, end in (("open_items", "total"), ("debtors", "count")):
        screen.click(f"menu.{section}")
        screen.wait_for(f"{section}.heading")
        if screen.shows(f"{section}.next"):
            camera.take(f"{section}, first", _names(section, "next"), half=visit)
        while screen.shows(f"{section}.next"):
            screen.click(f"{section}.next")
        camera.take(section, _names(section, f"rows {end}"), half=visit)
    return items


def _orders(screen: Screen, camera: Camera, visit: int) -> None:
    screen.click("menu.orders")
    screen.wait_for("orders.heading")
    numbers = [row.text("number") for row in screen.rows("orders")]
    number = numbers[visit % len(numbers)]
    opened = _names("orders", "open", writes=True, number=number)
    camera.take("orders", _names("orders", "rows count") + opened)
    screen.click("orders.open", number=number)
    screen.wait_for("decision.reason")
    camera.take("decision", _names("decision", "reason release hold", writes=True))
    screen.click("menu.find_order")
    screen.wait_for("find_order.heading")
    screen.fill("find_order.number", number)
    screen.click("find_order.search")
    screen.wait_for("find_order.found")
    camera.take("find order", _names("find_order", "number search rows"))


def _receipt(
    screen: Screen, camera: Camera, items: Sequence[tuple[str, str, str]], visit: int
) -> None:
    busy = Counter(customer for customer, _, open in items if not open.endswith("-"))
    customer = [one for one, _ in busy.most_common(2)][visit]
    mine = [(number, open) for one, number, open in items if one == customer]
    number, open = next(each for each in mine if not each[1].endswith("-"))
    screen.click("menu.receipt")
    screen.wait_for("receipt.heading")
    screen.fill("receipt.customer", customer)
    screen.wait_for("receipt.items")
    camera.take(
        "receipt",
        _names("receipt", "customer date ledger amount reference memo submit", writes=True)
        + _names("receipt", "open tick paid discount", writes=True, item=number),
    )
    screen.fill("receipt.amount", open)
    screen.check("receipt.tick", item=number)
    screen.fill("receipt.reference", f"CW-BENCH-{visit}")
    screen.click("receipt.submit")
    screen.click("menu.find_receipt")
    screen.wait_for("find.heading")
    screen.fill("find.reference", f"CW-BENCH-{visit}")
    screen.click("find.search")
    screen.wait_for("find.found")
    camera.take("find", _names("find", "reference search rows"))


def walk_bank(screen: Screen, camera: Camera, known: Mapping[str, str], visit: int) -> None:
    camera.take("login", _names("login", "user next"))
    screen.fill("login.user", known["polder_bank.user"])
    screen.click("login.next")
    screen.wait_for("pin.heading")
    screen.pin("pin", Secret("pin", known["polder_bank.pin"]))
    camera.take("pin", _names("pin", "submit"))
    screen.click("pin.submit")
    screen.wait_for("code.code")
    camera.take("code", _names("code", "code confirm"))
    screen.one_time_code("code.code", Secret("totp", known["polder_bank.totp"]))
    screen.click("code.confirm")
    screen.wait_for("accounts.heading")
    camera.take("accounts", _names("download", "open"))
    screen.click("download.open")
    screen.fill("download.first", dt.date(2026, 3, 1))
    camera.take("download", _names("download", "account first last camt053 mt940 csv start"))

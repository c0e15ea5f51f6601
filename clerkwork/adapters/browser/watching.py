"""A screen that notes how each selector was found, and refuses to write: for checking selectors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

from clerkwork.adapters.browser.annotated import Box, annotated
from clerkwork.adapters.browser.columns import places
from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.onetime import OneTime
from clerkwork.adapters.browser.pictures import Camera
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.core.evidence import SelectorUse
from clerkwork.core.finders import PortalSelectors
from clerkwork.core.money import Money
from clerkwork.core.portals import Portal
from clerkwork.errors import BusinessError, ConfigError, PageTimeout, SelectorLost, SelectorStopped
from clerkwork.ports import Browser, Entrance, Row, Screen, Secret, Seen

__all__ = ["Finding", "Watch", "WatchingBrowser"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a selector stands."""

    name: str
    status: str
    """'found', 'healed', 'ambiguous', 'lost' or 'not reached'."""
    note: str = ""


@dataclass(slots=True)
class Watch:
    """What was seen of one portal's selectors, and pictures of its pages with their boxes."""

    selectors: PortalSelectors
    findings: dict[str, Finding] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    """By section: JPEG."""
    _seen: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, status: str, note: str = "") -> None:
        """The worst of what was seen of a name stays."""
        before = self.findings.get(name)
        if before is None or _RANK[status] > _RANK[before.status]:
            self.findings[name] = Finding(name=name, status=status, note=note)

    def picture(self, section: str, image: bytes, boxes: list[Box]) -> None:
        """Keep the picture of a section on which most was found."""
        found = len({box.name for box in boxes})
        if image and found > self._seen.get(section, 0):
            self._seen[section] = found
            self.pictures[section] = annotated(image, boxes)

    def all(self) -> tuple[Finding, ...]:
        """Of every selector in the file, in its order."""
        names = [
            f"{section.name}.{key}"
            for section in self.selectors.sections.values()
            for key in (*section.entries, *(("columns",) if section.table else ()))
        ]
        missed = {name: Finding(name=name, status="not reached") for name in names}
        return tuple((missed | self.findings).values())


_RANK = {"not reached": 0, "found": 1, "healed": 2, "lost": 3, "ambiguous": 4}


class WatchingBrowser:
    """A browser whose screens are watched."""

    def __init__(self, browser: Browser, watch: Watch) -> None:
        self._browser = browser
        self._watch = watch

    def open(self, portal: Portal, entrance: Entrance | None = None) -> Screen:
        screen = self._browser.open(portal, entrance)
        if not isinstance(screen, PortalScreen):
            raise ConfigError("only a real browser's pages can be looked through for selectors")
        return _WatchedScreen(screen, self._watch)

    def print_pdf(self, html: str, to: Path) -> None:
        self._browser.print_pdf(html, to)

    def close(self) -> None:
        self._browser.close()


class _WatchedScreen:
    """Looks for each thing, strictly and with patience, before it is used."""

    def __init__(self, screen: PortalScreen, watch: Watch) -> None:
        self._screen = screen
        self._watch = watch
        self._locator: Locator = screen.locator
        self._camera: Camera = screen.camera
        self._used: dict[SelectorUse, None] = {}

    def open(self, path: str = "") -> None:
        self._screen.open(path)

    def click(self, name: str, **values: str) -> None:
        self._look(name, values)
        self._screen.click(name, **values)

    def fill(self, name: str, value: str | Secret | Money | dt.date, **values: str) -> None:
        self._look(name, values, value if isinstance(value, Secret) else None)
        self._screen.fill(name, value, **values)

    def choose(self, name: str, option: str, **values: str) -> None:
        self._look(name, values)
        self._screen.choose(name, option, **values)

    def check(self, name: str, on: bool = True, **values: str) -> None:
        self._look(name, values)
        self._screen.check(name, on, **values)

    def text(self, name: str, **values: str) -> str:
        self._look(name, values)
        return self._screen.text(name, **values)

    def value(self, name: str, **values: str) -> str:
        self._look(name, values)
        return self._screen.value(name, **values)

    def money(self, name: str, **values: str) -> Money:
        self._look(name, values)
        return self._screen.money(name, **values)

    def date(self, name: str, **values: str) -> dt.date:
        self._look(name, values)
        return self._screen.date(name, **values)

    def knows(self, name: str) -> bool:
        return self._screen.knows(name)

    def shows(self, name: str, **values: str) -> bool:
        there = self._screen.shows(name, **values)
        if there:
            self._watch.note(name, "found")
        return there

    def wait_for(self, *names: str, **values: str) -> str:
        try:
            came = self._screen.wait_for(*names, **values)
        except PageTimeout:
            for name in names:
                self._watch.note(name, "lost", f"waited for {' or '.join(names)}")
            self._survey(names[0].partition(".")[0], {})
            raise
        self._watch.note(came, "found")
        self._survey(came.partition(".")[0], values)
        return came

    def rows(self, section: str, **values: str) -> Iterator[Row]:
        looked = False
        try:
            for row in self._screen.rows(section, **values):
                if not looked:
                    self._notice()
                    self._survey(section, values)
                looked = True
                yield row
        except SelectorLost as error:
            about = error.about or f"{section}.rows"
            is_twice = not about.endswith(".columns") and self._count(about, values) > 1
            self._watch.note(about, "ambiguous" if is_twice else "lost", _short(error))
            self._survey(section, values)
            raise
        finally:
            self._notice()
            if looked:
                self._watch.note(f"{section}.columns", "found")
        if not looked:
            self._survey(section, values)

    def download(self, name: str, **values: str) -> Path:
        self._look(name, values)
        return self._screen.download(name, **values)

    def upload(self, name: str, path: Path, **values: str) -> None:
        self._refuse("hand a file over")

    def pin(self, section: str, pin: Secret) -> None:
        self._survey(section, {})
        self._screen.pin(section, pin)

    def one_time_code(self, name: str, secret: Secret) -> None:
        self._look(name, {}, OneTime(secret.name, ""))
        self._screen.one_time_code(name, secret)

    def entered(self) -> None:
        self._screen.entered()

    def session(self) -> str:
        return self._screen.session()

    def writing(self) -> AbstractContextManager[None]:
        self._refuse("write")

    def read_back(self) -> None:
        self._screen.read_back()

    def picture(self, label: str) -> None:
        self._screen.picture(label)

    def drain(self) -> Seen:
        seen = self._notice()
        used = tuple(self._used)
        self._used.clear()
        return replace(seen, selectors=used)

    def close(self) -> None:
        self._screen.close()

    def _refuse(self, what: str) -> NoReturn:
        raise BusinessError(
            f"{self._watch.selectors.source}: a check of selectors only reads, and the robot's "
            f"verb would {what}. Give it a name that begins with fill_, so that it is left out"
        )

    def _look(self, name: str, values: Mapping[str, str], secret: Secret | None = None) -> None:
        """Find it as the act after this will; what was found instead is used by that too."""
        try:
            self._locator.ask("look", name, values, secret=secret)
        except (SelectorLost, SelectorStopped) as error:
            status = "ambiguous" if self._count(name, values) > 1 else "lost"
            self._watch.note(name, status, _short(error))
            self._survey(name.partition(".")[0], values)
            raise
        self._watch.note(name, "found")
        self._notice()
        self._survey(name.partition(".")[0], values)

    def _notice(self) -> Seen:
        """Take over what the screen noted as used, above all what was healed."""
        seen = self._screen.drain()
        for each in seen.selectors:
            self._used[each] = None
            if each.healed:
                self._watch.note(each.name, "healed", each.used)
            elif each.used:
                self._watch.note(each.name, "found", f"by {each.used}, which is not its first way")
            elif each.name.partition(".")[2]:
                self._watch.note(each.name, "found")
        return seen

    def _count(self, name: str, values: Mapping[str, str]) -> int:
        return len(self._boxes(name, values))

    def _boxes(self, name: str, values: Mapping[str, str]) -> list[Box]:
        section, _, request = self._locator.request(name, values)
        request = {**request, **self._locator.instead(name, values)}
        if section.window and not self._locator.session.has_popup(section.window):
            return []
        answer = self._locator.session.window(section).ask("boxes", {**request, "wait": 0})
        self._locator.session.raise_problem()
        return [
            Box(
                name=name,
                status="found",
                left=each["x"],
                top=each["y"],
                width=each["width"],
                height=each["height"],
            )
            for each in answer.get("boxes", ())
        ]

    def _survey(self, section: str, values: Mapping[str, str]) -> None:
        """Look for all that the section has, and keep a picture of the page."""
        boxes = self._columns(section)
        for key, entry in self._watch.selectors.sections[section].entries.items():
            if all(finder.needs() <= values.keys() for finder in entry):
                found = self._boxes(f"{section}.{key}", values)
                if len(found) == 1 or (found and key == "rows"):
                    self._watch.note(found[0].name, "found")
                status = self._watch.findings.get(f"{section}.{key}")
                found = [_around(found)] if len(found) > 1 and key == "rows" else found
                boxes += [
                    replace(box, status=status.status if status else "found") for box in found
                ]
        if boxes:
            self._watch.picture(section, self._camera.nameless(section).image, boxes)

    def _columns(self, section: str) -> list[Box]:
        """Of a table that was read, each column."""
        healer = self._locator.healer
        told = healer.tables.get(section) if healer else None
        if told is None:
            return []
        window = self._locator.session.window(self._watch.selectors.sections[section])
        return [
            Box(
                name=f"{section}.columns.{key}",
                status="healed" if key in told.healed else "found",
                left=left,
                top=top,
                width=width,
                height=height,
            )
            for key, (left, top, width, height) in places(window, told).items()
        ]


def _around(boxes: Sequence[Box]) -> Box:
    """One box around all of them."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return replace(boxes[0], left=left, top=top, width=right - left, height=bottom - top)


def _short(error: SelectorLost | SelectorStopped) -> str:
    """What is wrong, without what to do about it."""
    return str(error).partition(". ")[0].partition(": ")[2] or str(error)

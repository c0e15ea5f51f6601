"""A portal's pages by the names of its selectors file: the `Screen` that robots drive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urljoin

from clerkwork.adapters.browser.downloads import Downloads
from clerkwork.adapters.browser.entries import Entries
from clerkwork.adapters.browser.healing import Healer
from clerkwork.adapters.browser.kept import packed
from clerkwork.adapters.browser.locate import Locator
from clerkwork.adapters.browser.memory import Memory
from clerkwork.adapters.browser.noted import page_of
from clerkwork.adapters.browser.onetime import OneTime, code_now
from clerkwork.adapters.browser.picking import choose_from_list, is_list, unfold
from clerkwork.adapters.browser.pictures import Camera
from clerkwork.adapters.browser.pinpress import press_pin
from clerkwork.adapters.browser.retyping import own_forms, retyped
from clerkwork.adapters.browser.session import Session, Settled
from clerkwork.adapters.browser.tables import read_rows
from clerkwork.adapters.browser.uploads import hand_over
from clerkwork.adapters.browser.values import read_date, read_money, same, typed
from clerkwork.adapters.browser.window import Answer, Window
from clerkwork.core.money import Money
from clerkwork.errors import BusinessError, PageTimeout, SelectorLost
from clerkwork.ports import Clock, Row, Secret, Seen

__all__ = ["PortalScreen"]


class PortalScreen:
    """Fulfils `Screen` with a session of a real browser."""

    def __init__(
        self,
        session: Session,
        downloads: Downloads,
        clock: Clock,
        memory: Memory | None = None,
    ) -> None:
        self._session = session
        self._portal = session.portal
        self._camera = Camera(session)
        self._healer = Healer(self._portal.name, self._camera, memory, clock) if memory else None
        self._locator = Locator(session, self._healer)
        self._noted = self._locator.noted
        self._entries = Entries(self._locator)
        self._downloads = downloads
        self._shown = ""
        """Of what it was asked last whether it is there."""
        self._read: set[str] = set()
        """What was read once it was there, and is looked at along with it from then on."""
        self._clock = clock
        session.arrived = downloads.begun
        downloads.is_ours = session.holds

    @property
    def locator(self) -> Locator:
        """Finds things by their names; for whoever watches over this screen."""
        return self._locator

    @property
    def camera(self) -> Camera:
        return self._camera

    def open(self, path: str = "") -> None:
        base = self._portal.address
        self._session.open(urljoin(base if base.endswith("/") or not path else f"{base}/", path))

    def click(self, name: str, **values: str) -> None:
        unfold(self._locator, name, values)
        window, settled = self._press(name, values)
        self._locator.sent()
        if settled.landed or settled.moved or window.closed:
            return
        if self._locator.is_writing:
            # It may still come, so it is not made twice: whoever keys asks the portal first.
            raise PageTimeout(
                f"{self._portal.name}: nothing on the page heard the click on {name}. It is not "
                f"repeated; what became of it is asked after in a fresh session."
            )
        # Nothing heard of the click, so it is as if it was not made.
        self._press(name, values)

    def fill(self, name: str, value: str | Secret | Money | dt.date, **values: str) -> None:
        if isinstance(value, Secret):
            self._camera.hide(value)
        try:
            text = typed(value, self._portal)
        except ValueError as problem:
            raise BusinessError(f"{name}: {problem}.") from None
        secret = value if isinstance(value, Secret) else None
        window, answer = self._locator.ask(
            "fill", name, values, secret=secret, text=text, **own_forms(value)
        )
        self._noted.typed(name, values, str(value) if secret else text)
        held = self._held_after(window, name, values, answer)
        if answer["at"] == "one" and not answer["moved"] and not same(value, held, self._portal):
            held = retyped(self._locator, name, values, value)
        self._entries.check(name, value, held)
        self._entries.note(name, values, value)

    def choose(self, name: str, option: str, **values: str) -> None:
        wanted = " ".join(option.split())
        if is_list(self._session.selectors, name):
            shown = choose_from_list(self._locator, self._press, name, wanted, values)
            self._noted.typed(name, values, shown)
            self._entries.note(name, values, shown)
            return
        window, answer = self._locator.ask("choose", name, values, option=wanted)
        if answer["at"] == "one" and answer["fits"] != 1:
            there = ", ".join(repr(each[:40]) for each in answer["options"])
            raise BusinessError(
                f"{self._portal.name}: {name} has {answer['fits']} options {wanted!r}, one was "
                f"expected; it offers {there}."
            )
        chosen = str(answer.get("chosen", wanted))
        self._noted.typed(name, values, chosen)
        self._entries.check(name, chosen, self._held_after(window, name, values, answer))
        self._entries.note(name, values, chosen)

    def check(self, name: str, on: bool = True, **values: str) -> None:
        window, answer = self._locator.ask("check", name, values, on=on)
        wanted = "on" if on else ""
        self._noted.typed(name, values, wanted or "off")
        self._entries.check(name, wanted, self._held_after(window, name, values, answer))
        self._entries.note(name, values, wanted)

    def text(self, name: str, **values: str) -> str:
        text = str(self._look(name, values)["text"])
        self._noted.read(name, values, text)
        return text

    def value(self, name: str, **values: str) -> str:
        held = str(self._look(name, values)["value"])
        self._noted.read(name, values, held)
        return held

    def money(self, name: str, **values: str) -> Money:
        return read_money(self.text(name, **values), self._portal, f"{self._portal.name}, {name}")

    def date(self, name: str, **values: str) -> dt.date:
        return read_date(self.text(name, **values), self._portal, f"{self._portal.name}, {name}")

    def knows(self, name: str) -> bool:
        section, _, entry = name.partition(".")
        found = self._session.selectors.sections.get(section)
        return found is not None and entry in found.entries

    def shows(self, name: str, **values: str) -> bool:
        section, entry, request = self._locator.request(name, values)
        if section.window and not self._session.has_popup(section.window):
            return False
        window = self._session.window(section)
        also = [self._locator.looking(name, values)] if name in self._read else []
        answer = window.ask("count", request, also=also)
        self._session.raise_problem()
        if answer["at"] == "busy":
            self._session.settle(window)
            answer = window.ask("count", request)
        self._shown = name
        if answer["at"] == "broken":
            raise self._locator.unfit(name, entry, answer)
        return answer["at"] in ("one", "many")

    def wait_for(self, *names: str, **values: str) -> str:
        return self._locator.wait_for(names, values)

    def rows(self, section: str, **values: str) -> Iterator[Row]:
        return read_rows(self._locator, self._camera, section, values)

    def download(self, name: str, **values: str) -> Path:
        self._downloads.drop()
        window, answer = self._locator.ask("aim", name, values)
        self._downloads.press(
            self._session, name, lambda: self._press_at(window, name, answer["point"])
        )
        kinds = self._session.selectors.entry(name)[0].files
        return self._downloads.fetch(self._session, name, kinds)

    def upload(self, name: str, path: Path, **values: str) -> None:
        is_field = hand_over(self._locator, name, path, values)
        self._noted.typed(name, values, path.name)
        # A portal may take the file away at once; what it still shows must stay.
        if is_field and self._locator.is_writing and self.shows(name, **values):
            self._entries.note(name, values, self.value(name, **values))

    def pin(self, section: str, pin: Secret) -> None:
        self._camera.hide(pin)
        press_pin(self._locator, section, pin)
        self._noted.typed(f"{section}.buttons", {}, str(pin))

    def one_time_code(self, name: str, secret: Secret) -> None:
        self._camera.hide(secret)
        self.fill(name, OneTime(f"{secret.name} code", code_now(secret, self._clock.now())))

    def entered(self) -> None:
        self._session.entered()

    def session(self) -> str:
        return packed(self._session)

    def writing(self) -> AbstractContextManager[None]:
        if not self._locator.is_writing:
            self._entries.forget()
        return self._locator.writing()

    def read_back(self) -> None:
        self._entries.read_back()

    def picture(self, label: str) -> None:
        self._camera.take_whole(label)

    def drain(self) -> Seen:
        typed_, read, totals = self._noted.drain_values()
        return Seen(
            selectors=self._noted.drain(),
            pictures=self._camera.drain(),
            page=page_of(self._session.shown().page.url),
            typed=typed_,
            read=read,
            totals=totals,
        )

    def close(self) -> None:
        if self._healer:
            self._healer.flush()
        self._session.close()

    def _press(self, name: str, values: dict[str, str]) -> tuple[Window, Settled]:
        window, answer = self._locator.ask("aim", name, values)
        return window, self._press_at(window, name, answer["point"])

    def _press_at(self, window: Window, name: str, point: Mapping[str, float]) -> Settled:
        window.press(point["x"], point["y"])
        self._session.raise_problem()
        settled = self._session.settle(window)
        if settled.landed == "beside":
            raise SelectorLost(
                f"{self._portal.name}: the click on {name} arrived beside it, because the page "
                f"moved. Look at the picture before going on."
            )
        return settled

    def _look(self, name: str, values: dict[str, str]) -> Answer:
        if self._shown == name:
            self._read.add(name)
        return self._locator.ask("look", name, values)[1]

    def _held_after(self, window: Window, name: str, values: dict[str, str], answer: Answer) -> str:
        """What the field holds, read anew if a postback put another in its place."""
        self._session.raise_problem()
        if answer["at"] == "one" and not answer["moved"]:
            return str(answer["value"])
        self._session.settle(window)
        return str(self._look(name, values)["value"])

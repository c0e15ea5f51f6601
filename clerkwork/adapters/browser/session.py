"""A signed-in visit to a portal: its windows, what comes in between, and waiting for pages."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clerkwork.adapters.browser.foresight import Foresight
from clerkwork.adapters.browser.refused import Refused
from clerkwork.adapters.browser.terms import terms_of, wire
from clerkwork.adapters.browser.troubles import guarded, not_understood, unreachable
from clerkwork.adapters.browser.window import Answer, Window, same_site
from clerkwork.core.finders import Entry, PortalSelectors, Section
from clerkwork.core.pictures import PictureRules
from clerkwork.core.portals import Portal
from clerkwork.errors import (
    BusinessError,
    ClerkworkError,
    ConfigError,
    EntryRefused,
    PageTimeout,
    PortalUnreachable,
    SelectorLost,
    SessionLost,
)

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Dialog, Page

__all__ = ["Session", "Settled", "standing", "wire"]

_SLICES = (50, 500)
"""Milliseconds that the page waits by itself before it reports: at first, and at most."""
_INTERRUPTIONS_IN_A_ROW = 5
_DIALOGS_IN_A_ROW = 20
_POPUPS = 8


@dataclass(frozen=True, slots=True)
class Settled:
    """How the pages stand after an act."""

    moved: bool
    """Whether a page came in place of another."""
    anew: bool
    """Whether the window that was waited for shows another page as a whole."""
    landed: str
    """Where the last click arrived: 'there', 'beside', or '' if it was not seen."""


class Session:
    """One browser context at one portal."""

    def __init__(
        self,
        context: BrowserContext,
        portal: Portal,
        selectors: PortalSelectors,
        sure: Callable[[], None] = lambda: None,
        pictures: PictureRules | None = None,
    ) -> None:
        """`sure` is asked just before each act, and raises where none may be done any more."""
        self.context = context
        self.portal = portal
        self.selectors = selectors
        self.refused = Refused(portal.name)
        self._terms = terms_of(portal, selectors, pictures)
        self.longest_picture = (pictures or PictureRules()).longest
        self.longest_table = (pictures or PictureRules()).longest_table
        self._sure = sure
        self._foresight = Foresight()
        self.main = self._window_of(context.new_page())
        self.front = self.main
        """The window that was last used."""
        self.arrived: Callable[[], bool] = lambda: False
        """Whether what was clicked for has come otherwise than as a page (a download)."""
        self._popups: list[Window] = []
        self._entered = False
        self.home = ""
        """The address at which signing in came to its end."""
        self._problem: ClerkworkError | None = None
        self._dialogs = 0
        self._watch = list(self._watched())
        context.on("dialog", self._answer)
        context.on("page", self._note_popup)

    def open(self, address: str) -> None:
        """Go there in the main window, and wait until it is there."""
        from playwright.sync_api import Error

        self.main.connect()
        self.main.ask("mark", {})
        try:
            guarded(self.portal, f"opening {_bare(address)}", lambda: self._goto(address, Error))
        except PortalUnreachable:
            self.raise_problem()
            raise
        self.raise_problem()
        self.settle(self.main)

    def window(self, section: Section) -> Window:
        """The window that a section is in; waits for a pop-up that was asked for."""
        if not section.window:
            self.front = self.main
            return self.main
        deadline = time.monotonic() + self.portal.patience
        while True:
            self._popups = [popup for popup in self._popups if not popup.closed]
            popup = self._popup_named(section.window)
            if popup is not None:
                if self.front is not popup:
                    self.front = popup
                    self.settle(self.front)
                return self.front
            self.raise_problem()
            if time.monotonic() > deadline:
                raise PageTimeout(
                    f"{self.portal.name}: the window {section.window!r} of section "
                    f"[{section.name}] did not open. See whether the click before it opens one."
                )
            self.main.rest(20)

    def entered(self) -> None:
        """Signing in is over: from now on the page that asks for the password ends the visit."""
        if not self._entered:
            self._entered = True
            self.home = self.main.page.url
            self._watch += [*self._watched_inside()]

    def has_popup(self, name: str = "") -> bool:
        """Whether a pop-up window is open, or the one of that name."""
        self._popups = [popup for popup in self._popups if not popup.closed]
        return bool(self._popup_named(name) if name else self._popups)

    def close(self) -> None:
        """End the visit; nothing of it stays."""
        from playwright.sync_api import Error

        # A browser that is gone has closed it already.
        with contextlib.suppress(Error):
            self.context.close()

    def holds(self, frame: str) -> bool:
        """Whether the browser's frame of that id is in one of its windows."""
        return any(window.holds(frame) for window in self._open_windows())

    def shown(self) -> Window:
        """The window to take a picture of."""
        return self.main if self.front.closed else self.front

    def mark(self, acting: Window) -> None:
        """Note which documents the other windows hold, before an act in one of them."""
        for window in self._open_windows():
            if window is not acting:
                window.ask("mark", {})

    def settle(self, window: Window, *, everywhere: bool = False) -> Settled:
        """Wait until all pages stand still, and look what they are.

        Raises `SessionLost`, `PortalUnreachable` or `EntryRefused` if one says
        so, `PageTimeout` if one does not come. What covers a page is clicked
        away. With `everywhere`, pages that did not change are looked at too.
        """
        moved, anew, landed = False, False, ""
        windows = [window, *(each for each in self._open_windows() if each is not window)]
        for each in windows:
            for _ in range(_INTERRUPTIONS_IN_A_ROW):
                answer = self._still(each, everywhere)
                if answer is None:
                    moved = True
                    break
                moved = moved or bool(answer["moved"])
                if each is window:
                    anew = anew or bool(answer["anew"])
                    landed = landed or str(answer["landed"])
                if not self._judged(each, answer):
                    break
        return Settled(moved, anew, landed)

    def raise_problem(self) -> None:
        """Raise what came up by itself meanwhile, such as an undeclared dialog."""
        problem, self._problem, self._dialogs = self._problem, None, 0
        if problem is not None:
            raise problem

    def _window_of(self, page: Page) -> Window:
        bounds = (self._note_stray, self.refused.note, self.raise_problem)
        return Window(page, self.portal, *bounds, self._terms, self._sure, self._foresight)

    def _popup_named(self, name: str) -> Window | None:
        """The last one opened under that name; the only one may have none."""
        for popup in reversed(self._popups):
            own = popup.name()
            if own == name or (own == "" and len(self._popups) == 1):
                return popup
        return None

    def _goto(self, address: str, error: type[Exception]) -> None:
        try:
            self.main.page.goto(address, wait_until="commit", timeout=self.portal.patience * 1000)
        except error as problem:
            # A page may send the browser on before it has come itself.
            if "interrupted by another navigation" not in str(problem):
                raise

    def _open_windows(self) -> list[Window]:
        return [window for window in (self.main, *self._popups) if not window.closed]

    def _still(self, window: Window, everywhere: bool) -> Answer | None:
        begun = time.monotonic()
        while True:
            waited = time.monotonic() - begun
            first, most = _SLICES
            # A download leaves the page waiting, and is seen between two slices alone.
            slice_ = first if self.arrived() else min(max(first, round(waited * 1000)), most)
            request = {
                "wait": slice_,
                "impatient": waited > self.portal.patience / 4,
                "watch": self._watch,
                "all": everywhere,
            }
            answer = window.ask("settle", request)
            self.raise_problem()
            if answer.get("at") == "gone":
                if window is self.main:
                    raise SessionLost(
                        f"{self.portal.name}: its window was closed. A fresh session is needed."
                    )
                return None
            if answer.get("at") == "broken":
                raise self._unfit(window)
            if answer["state"] == "ready":
                return answer
            if answer["state"] == "crowded":
                raise PageTimeout(
                    f"{self.portal.name}: its page has more than {answer['frames']} frames, or "
                    f"makes ever more of them. Look at it in a browser; no robot can read it."
                )
            if waited > self.portal.patience:
                raise PageTimeout(
                    f"{self.portal.name}: {', '.join(answer['busy'])} did not come within "
                    f"{self.portal.patience:g} s. If the portal is always this slow, raise its "
                    f"patience in the config.{self.refused.words()}"
                )
            if self.arrived():
                # The click brought a file, so that no other page is to come.
                window.ask("stay", {})

    def _unfit(self, window: Window) -> ConfigError:
        """For a selector that is looked for on every page, and that the browser does not take."""
        wrong = (
            str(each["name"])
            for each in self._watch
            if window.ask("count", {"frames": [], **each})["at"] == "broken"
        )
        which = next(wrong, "busy").removeprefix("interruption.")
        return not_understood(self.selectors.source, which)

    def _judged(self, window: Window, answer: Answer) -> bool:
        """Whether something had to be clicked away, so that the page must settle again."""
        seen = {each["name"]: each for each in answer["seen"]}
        # What the page says comes first: an expired session is shown with any status.
        self._raise_seen({name: str(each["text"]) for name, each in seen.items()})
        for failed in answer["failed"]:
            raise PortalUnreachable(
                f"{self.portal.name} answered with server error {failed['status']} at "
                f"{failed['path'][:80]}. It may pass; if it stays, tell the portal's owner.",
                self.portal.name,
            )
        if answer["error"] or (answer["foreign"] and self._has_error_page(window)):
            raise unreachable(self.portal, "ERR_FAILED_TO_LOAD_A_PAGE")
        for interruption in self.selectors.interruptions:
            found = seen.get(f"interruption.{interruption.name}")
            if found is not None:
                self._click_away(window, interruption.name, interruption.click, found["within"])
                return True
        return False

    def _has_error_page(self, window: Window) -> bool:
        return any(frame.url.startswith("chrome-error:") for frame in window.page.frames)

    def _raise_seen(self, seen: Mapping[str, str]) -> None:
        name = self.portal.name
        if "maintenance" in seen:
            raise PortalUnreachable(
                f"{name} is under maintenance: {seen['maintenance']!r}. Run again when it is over.",
                name,
            )
        if "expired" in seen:
            raise SessionLost(
                f"{name} ended the session: {seen['expired']!r}. A fresh session is needed."
            )
        if "login" in seen:
            raise SessionLost(
                f"{name} asks for the password again: the session is over. A fresh session is "
                f"needed."
            )
        if "error" in seen:
            raise PortalUnreachable(
                f"{name} shows an error: {seen['error']!r}. It may pass; if it stays, tell the "
                f"portal's owner.",
                name,
            )
        if "refused" in seen:
            raise EntryRefused(f"{name} refused: {seen['refused']}")

    def _click_away(self, window: Window, name: str, click: Entry, within: int) -> None:
        request = {"frames": within, "finders": wire(click, {}), "wait": 1000}
        answer = window.ask("aim", request)
        if answer["at"] != "one":
            raise SelectorLost(
                f"{self.selectors.source}, [interruptions], {name!r}: it covers the page, but "
                f"what to click ({click[0].written}) is {standing(answer)}."
            )
        window.press(answer["point"]["x"], answer["point"]["y"])

    def _watched(self) -> Iterable[Mapping[str, object]]:
        portal = ("expired", "maintenance", "error", "refused")
        for name in portal:
            entry: Entry = getattr(self.selectors, name)
            if entry:
                yield {"name": name, "finders": wire(entry, {})}
        for each in self.selectors.interruptions:
            yield {"name": f"interruption.{each.name}", "finders": wire(each.when, {})}

    def _watched_inside(self) -> Iterable[Mapping[str, object]]:
        login = self.selectors.sections.get("login")
        entry = login.entries.get("password", ()) if login else ()
        if entry and not any(finder.needs() for finder in entry):
            yield {"name": "login", "finders": wire(entry, {})}

    def _note_stray(self, address: str) -> None:
        host = urlsplit(address).netloc
        self._problem = self._problem or PortalUnreachable(
            f"{self.portal.name} led to another host, {host[:100]}, which was not followed. If "
            f"the portal has moved, correct its address ({self.portal.address}) in the config.",
            self.portal.name,
        )

    def _note_popup(self, page: Page) -> None:
        if page is self.main.page:
            return
        if not same_site(self.portal.address, page.url):
            self._note_stray(page.url)
        self._popups.append(self._window_of(page))
        if len(self._open_windows()) > _POPUPS:
            self._problem = self._problem or BusinessError(
                f"{self.portal.name} opens window after window, more than {_POPUPS}. Look at the "
                f"last picture; a person must see what it wants."
            )
            page.close()

    def _answer(self, dialog: Dialog) -> None:
        from playwright.sync_api import Error

        self._dialogs += 1
        message = " ".join(dialog.message.split())[:300]
        if dialog.type == "beforeunload":
            message = "beforeunload"
        rule = next((rule for rule in self.selectors.dialogs if rule.text in message), None)
        if rule is None:
            self._problem = self._problem or BusinessError(
                f"{self.portal.name} asked {message!r}, which was dismissed: "
                f"{self.selectors.source} does not say under [[dialogs]] what to answer. Add "
                f'{{ text = "...", answer = "accept" }} once a person knows what it means.'
            )
        elif rule.answer == "refuse":
            self._problem = self._problem or EntryRefused(f"{self.portal.name} refused: {message}")
        accept = rule is not None and rule.answer == "accept"
        # A window that closes takes its dialog with it.
        with contextlib.suppress(Error):
            dialog.accept() if accept else dialog.dismiss()
        if self._dialogs >= _DIALOGS_IN_A_ROW:
            self._problem = BusinessError(
                f"{self.portal.name} asks again and again, {self._dialogs} times, last "
                f"{message[:80]!r}. Nobody can answer that; look at the last picture, and ask the "
                f"portal's owner."
            )
            for window in self._open_windows():
                window.silence()


def standing(answer: Answer) -> str:
    """How an element that could not be used stands on the page, in words."""
    if answer["at"] == "covered":
        return f"covered by {answer['by']}"
    return {"many": f"there {answer['count']} times", "closed": "disabled"}.get(
        answer["at"], "not there"
    )


def _bare(address: str) -> str:
    return address.partition("?")[0]

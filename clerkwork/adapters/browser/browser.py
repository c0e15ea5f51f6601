"""One Chromium process, and in it a context of its own for each portal."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clerkwork.adapters.browser.downloads import Downloads
from clerkwork.adapters.browser.program import flags, missing_browser_message
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.adapters.browser.session import Session
from clerkwork.adapters.browser.troubles import guarded
from clerkwork.core.finders import PortalSelectors
from clerkwork.core.portals import Portal
from clerkwork.errors import ConfigError, ProgramMissing, SessionLost
from clerkwork.ports import Browser, Clock, Screen

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page, Playwright

__all__ = ["open_browser"]

_VIEW = (1100, 800)


def open_browser(
    *,
    selectors: Mapping[str, PortalSelectors],
    clock: Clock,
    downloads: Path,
    executable: Path | None,
    headless: bool = True,
) -> Browser:
    """A browser that is started at its first use; `executable` None is Playwright's own.

    `selectors` are by portal's name; files go to a folder of the portal's name in `downloads`.
    """
    return _PortalBrowser(selectors, clock, downloads, executable, headless)


class _PortalBrowser:
    def __init__(
        self,
        selectors: Mapping[str, PortalSelectors],
        clock: Clock,
        downloads: Path,
        executable: Path | None,
        headless: bool,
    ) -> None:
        self._selectors = selectors
        self._clock = clock
        self._downloads = downloads
        self._executable = executable
        self._headless = headless
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._printer: Page | None = None

    def open(self, portal: Portal) -> Screen:
        selectors = self._selectors.get(portal.name)
        if selectors is None:
            raise ConfigError(
                f"There is no selectors/{portal.name}.toml, which says where things are on the "
                f"pages of {portal.name}. Add it."
            )
        session = guarded(portal, "opening a window", lambda: self._session(portal, selectors))
        folder = self._downloads / portal.name
        screen = guarded(
            portal,
            "opening a window",
            lambda: PortalScreen(session, Downloads.of(session.context, folder), self._clock),
        )
        opened = False
        try:
            screen.open()
            opened = True
        finally:
            if not opened:
                screen.close()
        return screen

    def print_pdf(self, html: str, to: Path) -> None:
        from playwright.sync_api import Error

        partial = to.with_name(f".{to.name}.part")
        try:
            page = self._print_page()
            page.set_content(html, wait_until="load")
            page.pdf(path=partial, format="A4", print_background=True, prefer_css_page_size=True)
            printed = True
        except Error:
            self._printer = None
            printed = False
        if not printed:
            partial.unlink(missing_ok=True)
            raise SessionLost(f"The browser could not print {to.name}. Run again.")
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(to)

    def close(self) -> None:
        from playwright.sync_api import Error

        if self._chromium is not None:
            # A browser that crashed is closed already.
            with contextlib.suppress(Error):
                self._chromium.close()
        if self._playwright is not None:
            self._playwright.stop()
        self._chromium = self._playwright = self._printer = None

    def _session(self, portal: Portal, selectors: PortalSelectors) -> Session:
        context = self._running().new_context(
            locale=portal.language,
            viewport={"width": _VIEW[0], "height": _VIEW[1]},
            service_workers="block",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        return Session(context, portal, selectors)

    def _running(self) -> Chromium:
        """The browser, started if it is not, or is not any more."""
        from playwright.sync_api import Error, sync_playwright

        if self._chromium is not None and self._chromium.is_connected():
            return self._chromium
        self._printer = None
        if self._playwright is None:
            self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(
                executable_path=self._executable, headless=self._headless, args=flags()
            )
        except Error as problem:
            said = str(problem).strip().splitlines()
        else:
            return self._chromium
        self._playwright.stop()
        self._playwright = None
        which = self._executable or "Playwright's own browser"
        raise ProgramMissing(
            f"{which} does not start: {said[0][:200] if said else 'no reason given'}. "
            f"{missing_browser_message()}"
        )

    def _print_page(self) -> Page:
        chromium = self._running()
        if self._printer is None or self._printer.is_closed():
            context = chromium.new_context(offline=True, java_script_enabled=False)
            self._printer = context.new_page()
        return self._printer

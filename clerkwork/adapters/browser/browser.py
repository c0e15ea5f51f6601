"""One Chromium process, and in it a context of its own for each portal."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clerkwork.adapters.browser.certificates import shown_to, trust
from clerkwork.adapters.browser.downloads import Downloads
from clerkwork.adapters.browser.kept import Unpacked, unpack
from clerkwork.adapters.browser.memory import Memory
from clerkwork.adapters.browser.program import flags, missing_browser_message
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.adapters.browser.session import Session
from clerkwork.adapters.browser.troubles import guarded
from clerkwork.core.finders import PortalSelectors
from clerkwork.core.pictures import PictureRules
from clerkwork.core.portals import Portal
from clerkwork.errors import ConfigError, ProgramMissing, SessionLost
from clerkwork.ports import Browser, Clock, Entrance, Screen

if TYPE_CHECKING:
    from playwright._impl._api_structures import ClientCertificate
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
    authorities: Sequence[Path] = (),
    memory: Path | None = None,
    mark: str = "",
    sure: Callable[[], None] = lambda: None,
    pictures: PictureRules | None = None,
) -> Browser:
    """A browser that is started at its first use; `executable` None is Playwright's own.

    `selectors` are by portal's name; files go to a folder of the portal's name in `downloads`.
    `authorities` are PEM files that are trusted, besides the public ones, where a portal wants
    to see a certificate. In `memory` it is kept how things on the pages look, so that they are
    known again; without it, nothing heals. The browser bears `mark` on its command line, a flag
    that it does not know, so that it is found again. `sure` is asked just before each
    act on a page, and raises where none may be done any more. `pictures` says what none shows.
    """
    return _PortalBrowser(
        selectors,
        clock,
        downloads,
        executable,
        headless,
        tuple(authorities),
        memory,
        [*flags(), *([mark] if mark else [])],
        sure,
        pictures,
    )


class _PortalBrowser:
    def __init__(
        self,
        selectors: Mapping[str, PortalSelectors],
        clock: Clock,
        downloads: Path,
        executable: Path | None,
        headless: bool,
        authorities: tuple[Path, ...],
        memory: Path | None,
        flags: Sequence[str],
        sure: Callable[[], None],
        pictures: PictureRules | None,
    ) -> None:
        self._selectors = selectors
        self._clock = clock
        self._downloads = downloads
        self._executable = executable
        self._headless = headless
        self._authorities = authorities
        self._memory = memory
        self._flags = flags
        self._sure = sure
        self._pictures = pictures
        self._trusted: Path | None = None
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._printer: Page | None = None

    def open(self, portal: Portal, entrance: Entrance | None = None) -> Screen:
        selectors = self._selectors.get(portal.name)
        if selectors is None:
            raise ConfigError(
                f"There is no selectors/{portal.name}.toml, which says where things are on the "
                f"pages of {portal.name}. Add it."
            )
        entrance = entrance or Entrance()
        kept = unpack(entrance.kept) if entrance.kept else None
        if entrance.kept and kept is None:
            raise SessionLost(f"{portal.name}: the kept session is none. Sign in afresh.")
        shown = shown_to(portal, entrance, self._clock.now())
        session = guarded(
            portal, "opening a window", lambda: self._session(portal, selectors, shown, kept)
        )
        folder = self._downloads / portal.name
        screen = guarded(
            portal,
            "opening a window",
            lambda: PortalScreen(
                session,
                Downloads.of(session.context, folder),
                self._clock,
                Memory(self._memory, portal.name) if self._memory else None,
            ),
        )
        opened = False
        try:
            screen.open(kept.at if kept else "")
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
        if self._trusted is not None:
            self._trusted.unlink(missing_ok=True)
        self._chromium = self._playwright = self._printer = None

    def _session(
        self,
        portal: Portal,
        selectors: PortalSelectors,
        shown: Sequence[ClientCertificate],
        kept: Unpacked | None,
    ) -> Session:
        context = self._running().new_context(
            client_certificates=shown or None,
            storage_state=kept.storage if kept else None,
            locale=portal.language,
            viewport={"width": _VIEW[0], "height": _VIEW[1]},
            service_workers="block",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        if kept:
            kept.lay_out(context)
        return Session(context, portal, selectors, self._sure, self._pictures)

    def _running(self) -> Chromium:
        """The browser, started if it is not, or is not any more."""
        from playwright.sync_api import Error, sync_playwright

        if self._chromium is not None and self._chromium.is_connected():
            return self._chromium
        self._printer = None
        if self._playwright is None:
            self._trusted = trust(self._authorities)
            self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(
                executable_path=self._executable, headless=self._headless, args=self._flags
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

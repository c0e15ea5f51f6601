"""Saved pages as a portal for the tests of a robot: served on this machine, opened in a browser."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from clerkwork.app.robot import Robot
from clerkwork.core.ledger import OwnAccount
from clerkwork.core.portals import PortalSettings
from clerkwork.core.selectors import PortalSelectors, parse_selectors
from clerkwork.errors import ConfigError, ProgramMissing
from clerkwork.ports import Browser
from clerkwork.testing import FixedClock, MemoryVault

__all__ = ["Portals", "SavedPages", "Visit"]

R = TypeVar("R", bound=Robot)

_LARGEST_FORM = 1024 * 1024
"""Bytes of a POST that are read."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of the browser, and what it sent."""

    method: str
    path: str
    form: Mapping[str, str]


class _Desk:
    """One browser for all robots of a test, started when the first is opened."""

    def __init__(self, downloads: Path, closing: ExitStack) -> None:
        self._downloads = downloads
        self._closing = closing
        self._selectors: dict[str, PortalSelectors] = {}
        self._browser: Browser | None = None

    def browser(self, name: str, selectors: PortalSelectors) -> Browser:
        from clerkwork.adapters.browser import (
            find_browser,
            missing_browser_message,
            open_browser,
        )

        self._selectors[name] = selectors
        if self._browser is None:
            executable = find_browser()
            if executable is None:
                raise ProgramMissing(missing_browser_message())
            self._browser = open_browser(
                selectors=self._selectors,
                clock=FixedClock(),
                downloads=self._downloads,
                executable=executable,
            )
            self._closing.callback(self._browser.close)
        return self._browser


@dataclass(slots=True, kw_only=True)
class SavedPages:
    """A folder of saved pages as a portal: `/x` is x.html, `/` is index.html."""

    folder: Path
    after: Mapping[str, str | Sequence[str]]
    address: str = ""
    visits: list[Visit] = field(default_factory=list)
    """What the browser asked for, in order."""
    _sent: dict[str, int] = field(default_factory=dict)
    _desk: _Desk

    def robot(
        self,
        shape: type[R],
        *,
        secrets: Mapping[str, str] | None = None,
        accounts: Mapping[str, OwnAccount] | None = None,
        patience: float = 5.0,
    ) -> R:
        """The robot in front of the first page, not signed in, with these secrets of its own.

        `secrets` are by their names without the robot's ('user', 'password'), `patience` is
        in seconds. Its selectors are those of the workspace that the pages lie in. Raises
        `ConfigError`, `ProgramMissing`.
        """
        browser = self._desk.browser(shape.name, _selectors(self.folder, shape.name))
        settings = PortalSettings(address=self.address, patience=patience)
        screen = browser.open(shape.portal(self.address, settings))
        named = {f"{shape.name}.{name}": value for name, value in (secrets or {}).items()}
        return shape(screen, MemoryVault(named), accounts or {})

    def answer(self, visit: Visit, query: str) -> tuple[int, str, bytes]:
        """Status, type and content of what a request gets."""
        self.visits.append(visit)
        name = visit.path
        if visit.method == "POST" and name in self.after:
            declared = self.after[name]
            pages = (declared,) if isinstance(declared, str) else tuple(declared)
            at = self._sent.get(name, 0)
            self._sent[name] = at + 1
            name = pages[min(at, len(pages) - 1)]
        file = self._file(name, query)
        if file is None:
            told = f"<p>There is no saved page for {escape(name.strip('/') or 'index')} here.</p>"
            return 404, "text/html; charset=utf-8", told.encode("utf-8", "replace")
        content = file.read_bytes()
        kind = guess_type(file.name)[0] or "application/octet-stream"
        if kind == "text/html" and b"charset" not in content[:2048].lower():
            kind = "text/html; charset=utf-8"
        return 200, kind, content

    def _file(self, name: str, query: str) -> Path | None:
        """The file that a path stands for, never one outside the folder."""
        plain = name.strip("/") or "index"
        asked = (f"{plain}@{query}.html",) if query else ()
        for each in (*asked, f"{plain}.html", plain):
            file: Path = (self.folder / each).resolve()
            if file.is_relative_to(self.folder) and file.is_file():
                return file
        return None


class Portals:
    """Makes portals of folders with saved pages; the fixture `portal`."""

    def __init__(self, start: Path, downloads: Path) -> None:
        self._start = start
        self._closing = ExitStack()
        self._desk = _Desk(downloads, self._closing)

    def __enter__(self) -> Portals:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._closing.close()

    def __call__(
        self, folder: str | Path, *, after: Mapping[str, str | Sequence[str]] | None = None
    ) -> SavedPages:
        """Serve a folder of saved pages, relative to the test file.

        `/x` is answered with x.html, and with `x@page=2.html` where that is there and the
        query is `page=2`. A POST to a path in `after` is answered with the page named there,
        or one after the other of a list, the last again and again. Raises `ConfigError` if
        the folder, or a page that is named, is not there.
        """
        place = (self._start / folder).resolve()
        if not place.is_dir():
            raise ConfigError(
                f"{place} is no folder: save the portal's pages there, as index.html and so on"
            )
        pages = SavedPages(folder=place, after=after or {}, _desk=self._desk)
        for path, named in pages.after.items():
            for page in (named,) if isinstance(named, str) else named:
                if pages._file(page, "") is None:
                    raise ConfigError(
                        f"after {path} comes the page {page!r}, but {place / page}.html is missing"
                    )
        self._closing.enter_context(_Served(pages))
        return pages


class _Served:
    """The pages, on a free port of loopback for the time of a block."""

    def __init__(self, pages: SavedPages) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        pages.address = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *ended: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(pages: SavedPages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._reply("GET", {})

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), _LARGEST_FORM)
            sent = self.rfile.read(length).decode("utf-8", "replace")
            self._reply("POST", dict(parse_qsl(sent, keep_blank_values=True)))

        def _reply(self, method: str, form: dict[str, str]) -> None:
            asked = urlsplit(self.path)
            visit = Visit(method, unquote(asked.path), form)
            status, kind, content = pages.answer(visit, asked.query)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: what was asked for stands in `visits`."""

    return Handler


def _selectors(folder: Path, name: str) -> PortalSelectors:
    from clerkwork.workspace.find import find_root
    from clerkwork.workspace.images import read_images
    from clerkwork.workspace.toml import read_toml

    root = find_root(folder)
    shown = f"selectors/{name}.toml"
    images = read_images(root / "selectors" / name, f"selectors/{name}")
    return parse_selectors(read_toml(root / shown, shown), shown, images)

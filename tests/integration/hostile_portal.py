"""A small portal for the tests, with everything that makes a page hard to drive."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

PAGES = Path(__file__).with_name("pages")


@dataclass(slots=True)
class Visit:
    """One request, and what was sent with it."""

    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]


@dataclass(slots=True)
class Reply:
    body: str | bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "text/html; charset=utf-8"
    hang_after: bool = False
    """Promises one byte more than it sends, and never sends it."""
    flood: int = 0
    """Sends its body over and over; announced as so many bytes, or (-1) without saying."""
    drip: float = 0
    """Seconds from one body to the next of a flood."""


Route = Callable[[Visit], Reply]


@dataclass(slots=True)
class HostilePortal:
    """Pages of `pages/` by name, and routes that a test adds."""

    routes: dict[str, Route] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    address: str = ""
    flooded: int = 0
    """Bytes of a flood that were taken."""
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, visit: Visit) -> Reply:
        self.visits.append(visit)
        route = self.routes.get(visit.path)
        if route is not None:
            return route(visit)
        page = PAGES / f"{visit.path.strip('/') or 'index'}.html"
        if page.is_file():
            return Reply(page.read_text(encoding="utf-8"))
        return Reply("<p>Niet gevonden</p>", 404)

    def seen(self, path: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.path == path]


@contextmanager
def a_portal() -> Iterator[HostilePortal]:
    portal = HostilePortal()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            sent = self.rfile.read(length).decode()
            self._reply(dict(parse_qsl(sent, keep_blank_values=True)))

        def _reply(self, form: dict[str, str]) -> None:
            asked = urlsplit(self.path)
            reply = portal.answer(Visit(asked.path, dict(parse_qsl(asked.query)), form))
            body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.type)
            if reply.flood >= 0:
                length = reply.flood or len(body) + reply.hang_after
                self.send_header("Content-Length", str(length))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            if reply.flood:
                self._flood(body, reply.flood, reply.drip)
            if reply.hang_after:
                self.wfile.flush()
                portal.over.wait(60)
                self.close_connection = True

        def _flood(self, body: bytes, length: int, drip: float) -> None:
            self.close_connection = True
            sent = len(body)
            with contextlib.suppress(OSError):
                while not portal.over.is_set() and not 0 < length < sent + len(body):
                    portal.over.wait(drip)
                    self.wfile.write(body)
                    sent += len(body)
            portal.flooded = sent

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    portal.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield portal
    finally:
        portal.over.set()
        server.shutdown()
        server.server_close()
        thread.join()

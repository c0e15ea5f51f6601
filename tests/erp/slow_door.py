"""A door before SQL-Ledger: counts who goes through, and holds one request or its answer back."""

from __future__ import annotations

import contextlib
import http.client
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PATIENCE = 120.0
"""Seconds that a request is held at most."""
_OWN = frozenset({"connection", "transfer-encoding", "keep-alive", "content-length"})


class Door(ThreadingHTTPServer):
    """Passes requests on to an address as they are."""

    daemon_threads = True

    def __init__(self, inner: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passage)
        self.inner = urllib.parse.urlsplit(inner).netloc
        self.passed = 0
        """Requests so far."""
        self.held = threading.Event()
        """Set while one is held back."""
        self.idle = threading.Event()
        """Set once what was held has gone its way."""
        self._open = threading.Event()
        self._dropped = False
        self._wanted: tuple[bytes, str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def hold(self, words: bytes, when: str) -> None:
        """Hold the next request with these words in its body, 'before' or 'after' its effect."""
        self.held.clear()
        self.idle.clear()
        self._open.clear()
        self._dropped = False
        self._wanted = (words, when)

    def release(self) -> None:
        """Let go what is held; nothing is held from now on."""
        self._wanted = None
        self._open.set()

    def drop(self) -> None:
        """Let nothing of what is held go through."""
        self._dropped = True
        self.release()

    def is_held(self, body: bytes, when: str) -> bool:
        """Wait where this is what is to be held; whether it was."""
        wanted = self._wanted
        if wanted is None or wanted[1] != when or wanted[0] not in body:
            return False
        self._wanted = None
        self.held.set()
        self._open.wait(_PATIENCE)
        return True

    @property
    def dropped(self) -> bool:
        return self._dropped


class _Passage(BaseHTTPRequestHandler):
    server: Door

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.passed += 1
        was_held = self.server.is_held(body, "before")
        if was_held and self.server.dropped:
            return
        status, headers, content = self._ask(body)
        self.server.is_held(body, "after")
        if was_held:
            self.server.idle.set()
        # Whoever asked may be dead by now.
        with contextlib.suppress(ConnectionError):
            self.send_response_only(status)
            for key, value in headers:
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        inside = http.client.HTTPConnection(self.server.inner, timeout=_PATIENCE)
        # The name of the door goes along: it is answered with the name it was asked by.
        headers = {key: value for key, value in self.headers.items() if key.lower() not in _OWN}
        inside.request(self.command, self.path, body=body, headers=headers)
        answer = inside.getresponse()
        content = answer.read()
        inside.close()
        kept = [(key, value) for key, value in answer.getheaders() if key.lower() not in _OWN]
        return answer.status, kept, content


@contextmanager
def door_before(address: str) -> Iterator[Door]:
    door = Door(address)
    thread = threading.Thread(target=door.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield door
    finally:
        door.release()
        door.shutdown()
        door.server_close()
        thread.join()

"""Troubles a test switches on in a portal: slow pages, errors, cut answers, held requests."""

from __future__ import annotations

import asyncio
import re
import threading
import zlib
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["KINDS", "Fault", "Faults", "Faulty", "Held", "Hold", "struck"]

KINDS = ("slow", "500", "expired", "maintenance", "layout", "cut", "picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A trouble for requests of `portal` whose path holds the regular expression `match`."""

    portal: str
    kind: str
    """One of KINDS. 'cut' lets the request have its effect and breaks off inside the answer;
    'picture' has a sign-in ask what a picture shows."""
    match: str = ""
    after: int = 0
    """So many matching requests pass before the first is struck."""
    every: int = 1
    """From there on, one in so many is struck."""
    times: int | None = None
    """After so many strikes it is over; None: until cleared."""
    probability: float = 1.0
    seed: int = 0
    """The nth matching request strikes or not by this seed alone."""
    seconds: float = 0.0
    """How long 'slow' waits, in real seconds."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}: expected one of {', '.join(KINDS)}")
        if self.after < 0 or self.every < 1:
            raise ValueError(f"after {self.after}, every {self.every}: expected 0 and 1, or more")
        _pattern(self.match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The next request of `portal` whose path holds `match` waits until it is released."""

    portal: str
    match: str
    when: str
    """'before' the portal sees it, or 'after': its effect is committed, its answer withheld."""

    def __post_init__(self) -> None:
        if self.when not in ("before", "after"):
            raise ValueError(f"unknown moment {self.when!r}: expected 'before' or 'after'")
        _pattern(self.match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    portal: str
    method: str
    path: str
    when: str


@dataclass(slots=True)
class _Running:
    fault: Fault
    matched: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        self.matched += 1
        if self.fault.times is not None and self.struck >= self.fault.times:
            return False
        since = self.matched - self.fault.after - 1
        if since < 0 or since % self.fault.every:
            return False
        draw = zlib.crc32(f"{self.fault.seed}:{self.matched}".encode()) / 2**32
        if draw >= self.fault.probability:
            return False
        self.struck += 1
        return True


@dataclass(slots=True)
class _Waiting:
    hold: Hold
    held: Held | None = None
    released: Future[None] = field(default_factory=Future)


class Faults:
    """What is switched on in the portals, and what they saw; safe between threads and loops."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[_Running] = []
        self._waiting: list[_Waiting] = []
        self._watchers: list[Future[None]] = []
        self._requests: dict[str, Counter[str]] = {}
        self._sign_ins: dict[str, Counter[str]] = {}
        self._given: dict[str, dict[str, str]] = {}
        self._newest: dict[tuple[str, str], str] = {}
        self._overlaps: Counter[str] = Counter()
        self._pictures: dict[str, str] = {}

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._running.append(_Running(fault))

    def clear(self, portal: str | None = None) -> None:
        """Switch faults off, of one portal or of all; holds stay."""
        with self._lock:
            self._running = [r for r in self._running if portal not in (None, r.fault.portal)]

    def strike(self, portal: str, path: str) -> tuple[Fault, ...]:
        """The faults that hit this request, which is counted."""
        with self._lock:
            self._requests.setdefault(portal, Counter())[path] += 1
            return tuple(
                running.fault
                for running in self._running
                if running.fault.portal == portal
                and _pattern(running.fault.match).search(path)
                and running.strikes()
            )

    def signed_in(self, portal: str, user: str, session: str) -> None:
        """Called by a portal for each session it gives out; `session` tells it from others."""
        with self._lock:
            self._sign_ins.setdefault(portal, Counter())[user] += 1
            self._given.setdefault(portal, {})[session] = user
            self._newest[portal, user] = session

    def visited(self, portal: str, session: str) -> None:
        """Called by a portal for each request: two sessions of one user at once are counted."""
        with self._lock:
            user = self._given.get(portal, {}).get(session)
            if user is not None and self._newest[portal, user] != session:
                self._overlaps[portal] += 1

    def drew(self, portal: str, word: str) -> None:
        """Called by a portal for the picture that a sign-in has to read."""
        with self._lock:
            self._pictures[portal] = word

    def pictures(self) -> dict[str, str]:
        """Per portal the word of its last picture, for a test that plays the person."""
        with self._lock:
            return dict(self._pictures)

    def requests(self) -> dict[str, dict[str, dict[str, int]]]:
        """Per portal: 'requests' by path, 'sessions' given out by user, and 'overlaps': requests
        of a session after its user had begun a newer one.
        """
        with self._lock:
            portals = sorted(self._requests.keys() | self._sign_ins.keys())
            return {
                portal: {
                    "requests": dict(self._requests.get(portal, {})),
                    "sessions": dict(self._sign_ins.get(portal, {})),
                    "overlaps": {"requests": self._overlaps[portal]},
                }
                for portal in portals
            }

    def hold(self, hold: Hold) -> None:
        """Make the next matching request wait; one hold takes one request."""
        with self._lock:
            self._waiting.append(_Waiting(hold))

    def held(self) -> tuple[Held, ...]:
        """The requests that wait now."""
        with self._lock:
            return tuple(waiting.held for waiting in self._waiting if waiting.held)

    def release(self) -> int:
        """Let all held requests go on and forget holds nobody ran into; says how many went on."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for one in waiting:
            _settle(one.released)
        return sum(one.held is not None for one in waiting)

    async def until_held(self, seconds: float) -> tuple[Held, ...]:
        """The held requests, as soon as there is one; empty after `seconds`."""
        watcher: Future[None] = Future()
        with self._lock:
            if any(waiting.held for waiting in self._waiting):
                watcher.set_result(None)
            else:
                self._watchers.append(watcher)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.wrap_future(watcher), seconds)
        with self._lock:
            self._watchers = [one for one in self._watchers if one is not watcher]
        return self.held()

    async def pass_by(self, portal: str, method: str, path: str, when: str) -> None:
        """Wait here if a hold for this moment of this request is armed."""
        with self._lock:
            caught = next((w for w in self._waiting if _catches(w, portal, path, when)), None)
            if caught is None:
                return
            caught.held = Held(portal=portal, method=method, path=path, when=when)
            watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            _settle(watcher)
        await asyncio.wrap_future(caught.released)


class Faulty:
    """ASGI middleware that lets `faults` loose on a portal.

    `pages` are the portal's own answers to '500' and 'maintenance'. 'expired' and
    'layout' are the portal's business: it asks `struck(request)`.
    """

    def __init__(
        self, app: ASGIApp, *, portal: str, faults: Faults, pages: Mapping[str, Response]
    ) -> None:
        self.app = app
        self.portal = portal
        self.faults = faults
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        hits = {fault.kind: fault for fault in self.faults.strike(self.portal, scope["path"])}
        scope["struck"] = frozenset(hits)
        if scope["method"] == "POST":
            receive = await _arrived(receive)
        if "slow" in hits:
            await asyncio.sleep(hits["slow"].seconds)
        await self._pass_by(scope, "before")
        app = next((self.pages[k] for k in ("maintenance", "500") if k in hits), self.app)
        await app(scope, receive, self._answering(scope, send, cut="cut" in hits))

    async def _pass_by(self, scope: Scope, when: str) -> None:
        await self.faults.pass_by(self.portal, scope["method"], scope["path"], when)

    def _answering(self, scope: Scope, send: Send, *, cut: bool) -> Send:
        async def answering(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._pass_by(scope, "after")
            if not cut or message["type"] == "http.response.start":
                await send(message)
            elif message["type"] == "http.response.body":
                # Never completing the answer makes the server close the connection.
                body = message.get("body", b"")
                await send({**message, "body": body[: len(body) // 2], "more_body": True})

        return answering


async def _arrived(receive: Receive) -> Receive:
    """What was sent, read whole before anything waits: it takes effect though its sender is gone.

    Raises `HTTPException` where the portal limits a body and this one is larger.
    """
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return again


def struck(request: HTTPConnection) -> frozenset[str]:
    """The kinds of fault that hit this request."""
    kinds: frozenset[str] = request.scope.get("struck", frozenset())
    return kinds


def _catches(waiting: _Waiting, portal: str, path: str, when: str) -> bool:
    hold = waiting.hold
    free = waiting.held is None and (hold.portal, hold.when) == (portal, when)
    return free and _pattern(hold.match).search(path) is not None


def _settle(future: Future[None]) -> None:
    # Whoever waited may have been cancelled, by a time limit or a shutdown.
    with suppress(InvalidStateError):
        future.set_result(None)


def _pattern(match: str) -> re.Pattern[str]:
    try:
        return re.compile(match)
    except re.error as error:
        raise ValueError(f"match {match!r} is not a regular expression: {error}") from error

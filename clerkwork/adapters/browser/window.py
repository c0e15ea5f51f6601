"""One window of a browser: asks its page things in single round trips, and presses in it."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from clerkwork.adapters.browser.foresight import Foresight
from clerkwork.adapters.browser.limits import within
from clerkwork.adapters.browser.looking import by_looks, with_points
from clerkwork.adapters.browser.terms import Terms
from clerkwork.adapters.browser.troubles import closed_window, guarded, stale_page
from clerkwork.core.portals import Portal
from clerkwork.errors import ApplicationError

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

__all__ = ["ACTS", "QUALITY", "Answer", "Window", "same_site"]

Answer = dict[str, Any]
Asked = tuple[str, Mapping[str, object]]
"""A request of `acts.js`, and its name."""
Result = TypeVar("Result")

ACTS = frozenset({"fill", "choose", "check", "leave"})
"""Requests that may take the page away under themselves."""
QUALITY = 60
"""Of the pictures (JPEG), of 100."""
_GONE: Answer = {"at": "gone"}
_TO_END = 3_000
"""Milliseconds for the browser to end a script."""


_LIBRARY = (
    "find.js", "page.js", "acts.js", "tables.js", "pickers.js", "likeness.js", "names.js",
    "healing.js", "patterns.js", "masks.js", "whole.js",
)  # fmt: skip


@lru_cache(maxsize=1)
def _library() -> str:
    here = files("clerkwork.adapters.browser")
    return "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in _LIBRARY)


def _call(op: str, request: Mapping[str, object], along: Sequence[Asked]) -> str:
    if not along:
        return f"clerk({json.dumps(op)},{json.dumps(request)})"
    return f"clerkAlong({json.dumps(op)},{json.dumps(request)},{json.dumps(along)})"


def _frames_of(tree: Mapping[str, Any]) -> Iterator[str]:
    yield str(tree["frame"]["id"])
    for inner in tree.get("childFrames", ()):
        yield from _frames_of(inner)


def same_site(address: str, other: str) -> bool:
    """Whether two addresses are of one host, and of one port unless both are the usual ones."""
    ours, theirs = urlsplit(address), urlsplit(other)
    if theirs.scheme not in ("http", "https"):
        return theirs.scheme in ("about", "data", "blob", "javascript")
    usual = {"http": 80, "https": 443}
    our_port = ours.port or usual.get(ours.scheme, 0)
    their_port = theirs.port or usual[theirs.scheme]
    ports_fit = our_port == their_port or {our_port, their_port} <= {80, 443}
    return (ours.hostname or "") == (theirs.hostname or "") and ports_fit


class Window:
    """A page with a line of its own to the browser.

    Scripts run in an isolated world of the page's outermost document, where
    the page's own scripts can neither see nor alter them; that world is made
    anew when the document is.
    """

    def __init__(
        self,
        page: Page,
        portal: Portal,
        strayed: Callable[[str], None],
        refused: Callable[[str], None],
        troubled: Callable[[], None],
        terms: Terms,
        sure: Callable[[], None] = lambda: None,
        foresight: Foresight | None = None,
    ) -> None:
        """`sure` is asked just before each act, and raises where none may be done any more.

        `foresight` is of all windows of a session.
        """
        self.page = page
        self._foresight = foresight or Foresight()
        self._sure = sure
        self._troubled = troubled
        self._terms = terms
        self._portal = portal
        self._strayed = strayed
        self._refused = refused
        self._line: CDPSession | None = None
        self._frame = ""
        self._world = 0
        self._is_covered = False
        """Whether it was covered for a picture that was foreseen, and not asked for more since."""

    @property
    def closed(self) -> bool:
        return self.page.is_closed()

    def connect(self) -> CDPSession:
        """The line; from now on nothing of another host is asked for that is not declared."""
        if self._line is None:
            line = self.page.context.new_cdp_session(self.page)
            line.on("Fetch.requestPaused", self._judge_request)
            timeout = self._portal.patience * 1000
            asked = {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]}
            line.send("Fetch.enable", asked, timeout=timeout)
            tree = line.send("Page.getFrameTree", timeout=timeout)
            self._frame = tree["frameTree"]["frame"]["id"]
            # Who first listens when a button is pressed may come too late: the browser hears of
            # the listener and of the mouse by different ways. What nobody asked for opens nothing.
            self.page.on("filechooser", lambda chooser: None)
            self._line = line
        return self._line

    def ask(self, op: str, request: Mapping[str, object], *, also: Sequence[Asked] = ()) -> Answer:
        """One request of `acts.js`; {'at': 'gone'} where an act or the window took the page away.

        `also` are readings that will be asked for next, which spares their round trips. Raises
        `SessionLost` and the like, never an error of the browser's.
        """
        looks = by_looks(request)
        wait = request.get("wait", 0)
        seconds = self._portal.patience + (wait / 1000 if isinstance(wait, int | float) else 0)

        def asked() -> Answer:
            seen: Mapping[str, object]
            along: Sequence[Asked]
            line = self._line_of_open()
            if line is None:
                return dict(_GONE)
            seen, along = request, ()
            if looks:
                seen = with_points(request, self.ask, self.capture, self._terms)
                self._foresight.acted()
            else:
                foreseen = self._foresight.recall(self, op, request)
                if foreseen is not None:
                    return foreseen
                along = self._foresight.along(also)
            if op in ACTS:
                self._sure()
            # A picture that is foreseen takes nothing of the time of what it follows on.
            covers = any(name == "mask" for name, _ in along)
            deadline = time.monotonic() + seconds + (self._portal.patience if covers else 0)
            answer = self._ask(_call(op, seen, along), op, deadline)
            heard = answer.pop("along", ())
            self._is_covered = any(each.get("at") == "masked" for each in heard)
            self._foresight.hear(heard)
            return answer

        return self._told("reading the page", asked)

    def press(self, x: float, y: float) -> None:
        """Click there with the mouse; the window may be gone after it."""
        from playwright.sync_api import Error

        def pressed() -> None:
            self._sure()
            self._foresight.acted()
            self.page.mouse.click(x, y)

        def click() -> None:
            try:
                within(self.connect(), self._portal.patience, pressed)
            except Error as problem:
                if not (closed_window(problem) and self.page.is_closed()):
                    raise

        self._uncover()
        self._told("clicking", click)

    def capture(self, clip: Mapping[str, float] | None = None, scale: float = 1) -> bytes:
        """What the window shows, as a fast JPEG; a part of it, enlarged, as PNG.

        Raises Playwright's `Error`: the caller knows whether to try again.
        """
        options: dict[str, object] = {
            "format": "jpeg",
            "quality": QUALITY,
            "optimizeForSpeed": True,
        }
        if clip is not None:
            self._uncover()
            options = {"format": "png", "clip": {**clip, "scale": scale}}
        shot = self.connect().send(
            "Page.captureScreenshot", options, timeout=self._portal.patience * 1000
        )
        return base64.b64decode(shot["data"])

    def holds(self, frame: str) -> bool:
        """Whether the browser's frame of that id is in it."""
        from playwright.sync_api import Error

        try:
            told = self.connect().send("Page.getFrameTree", timeout=self._portal.patience * 1000)
        except Error:
            # It is closing, and holds nothing any more.
            return False
        return frame in _frames_of(told["frameTree"])

    def name(self) -> str | None:
        """As its opener called it, empty if it did not; none if the window is closing."""
        answer = self.ask("name", {})
        return None if answer.get("at") == "gone" else str(answer.get("name", ""))

    def type_keys(self, text: str) -> None:
        """Press the keys of a text, where the page has its focus."""
        self._uncover()
        line, seconds = self.connect(), self._portal.patience
        self._sure()
        self._foresight.acted()
        keyboard = self.page.keyboard
        self._told("typing", lambda: within(line, seconds, lambda: keyboard.type(text)))

    def give(self, path: Path) -> None:
        """Put a file into the file field that was offered last."""
        self._uncover()
        held = {"expression": "clerkOffered.el", "contextId": self._world}

        def given() -> None:
            line, timeout = self.connect(), self._portal.patience * 1000
            field = line.send("Runtime.evaluate", held, timeout=timeout)["result"]["objectId"]
            files = {"files": [str(path.resolve())], "objectId": field}
            self._sure()
            self._foresight.acted()
            line.send("DOM.setFileInputFiles", files, timeout=timeout)

        self._told("handing over a file", given)

    def silence(self) -> None:
        """End what the page waits for, and the script that runs in it now."""
        from playwright.sync_api import Error

        # A page that is gone is silent, and one that was never spoken to is not waited for.
        with contextlib.suppress(Error):
            if self._line is not None:
                # An answer of which the browser has not seen enough to tell what it is holds up
                # all that the page is asked.
                self._line.send("Page.stopLoading", timeout=_TO_END)
                self._line.send("Runtime.terminateExecution", timeout=_TO_END)

    def rest(self, milliseconds: float) -> None:
        """Let the browser's events in for a while."""
        self._foresight.acted()
        guarded(self._portal, "waiting", lambda: self.page.wait_for_timeout(milliseconds))

    def _uncover(self) -> None:
        if self._is_covered:
            self.ask("uncover", {})

    def _told(self, doing: str, act: Callable[[], Result]) -> Result:
        """Do it; what came up meanwhile, such as a storm of dialogs, is told before its effect."""
        try:
            return guarded(self._portal, doing, act)
        except ApplicationError:
            self._troubled()
            raise

    def _line_of_open(self) -> CDPSession | None:
        """The line, or none if the window is closed."""
        from playwright.sync_api import Error

        try:
            return self.connect()
        except Error as problem:
            if closed_window(problem) and self.page.is_closed():
                return None
            raise

    def _ask(self, expression: str, op: str, deadline: float) -> Answer:
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as TooLate

        for attempt in range(40):
            library = ""
            try:
                if not self._world:
                    library = self._entered_world(deadline)
                return self._evaluate(library + expression, deadline)
            except TooLate:
                self.silence()
                if library:
                    # It may not have come to be read.
                    self._world = 0
                raise
            except Error as problem:
                if closed_window(problem) and self.page.is_closed():
                    return dict(_GONE)
                if not stale_page(problem):
                    raise
                began = self._world and "Cannot find context" not in str(problem)
            self._world = 0
            if began and op in ACTS:
                return dict(_GONE)
            # The next document is most often there when the last one is gone.
            if attempt:
                self.page.wait_for_timeout(5)
        raise TooLate("the page was replaced again and again")

    def _entered_world(self, deadline: float) -> str:
        """Enter the document's isolated world; what is to be read there before anything else."""
        timeout = max(1.0, (deadline - time.monotonic()) * 1000)
        made = self.connect().send(
            "Page.createIsolatedWorld",
            {"frameId": self._frame, "worldName": "clerk"},
            timeout=timeout,
        )
        self._world = made["executionContextId"]
        return f"globalThis.clerkTerms = {json.dumps(self._terms.told)};\n{_library()}\n"

    def _evaluate(self, expression: str, deadline: float) -> Answer:
        got = self.connect().send(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": self._world,
                "awaitPromise": True,
                "returnByValue": True,
                "userGesture": True,
            },
            timeout=max(1.0, (deadline - time.monotonic()) * 1000),
        )
        answer = got["result"].get("value")
        return answer if isinstance(answer, dict) else {"at": "broken", "by": "no answer"}

    def _judge_request(self, event: Mapping[str, Any]) -> None:
        from playwright.sync_api import Error

        line = self._line or self.page.context.new_cdp_session(self.page)
        address = str(event["request"]["url"])
        allowed = same_site(self._portal.address, address)
        if not allowed and event.get("resourceType") == "Document":
            self._strayed(address)
        elif not allowed:
            allowed = self._portal.may_ask(urlsplit(address).hostname or "")
            if not allowed:
                self._refused(address)
        try:
            if allowed:
                line.send("Fetch.continueRequest", {"requestId": event["requestId"]})
            else:
                line.send(
                    "Fetch.failRequest",
                    {"requestId": event["requestId"], "errorReason": "BlockedByClient"},
                )
        except Error as problem:
            # A request that was given up meanwhile needs no answer.
            if not (closed_window(problem) or "Invalid InterceptionId" in str(problem)):
                raise

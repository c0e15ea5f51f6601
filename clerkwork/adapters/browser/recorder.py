"""Record what is done at a portal, by a person or by a script; what is typed is never told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerkwork.adapters.browser.downloads import Downloads
from clerkwork.adapters.browser.program import find_browser, flags, missing_browser_message
from clerkwork.adapters.browser.screen import PortalScreen
from clerkwork.adapters.browser.session import Session
from clerkwork.adapters.browser.troubles import guarded
from clerkwork.core.finder_words import Place, entry_of
from clerkwork.core.finders import DialogRule, Entry, PortalSelectors, Section
from clerkwork.core.portals import Portal
from clerkwork.errors import ClerkworkError, ProgramMissing, SelectorLost
from clerkwork.ports import Clock, Secret

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, Page

__all__ = ["Act", "Line", "record_by_hand", "record_script"]

_MOST = 2_000
"""Acts that are taken down; a page may tell more of them than a person makes."""
_LONGEST = 120
_PRESSES = ("role=button[name='{}']", "role=link[name='{}']", "text={}", "title={}", "alt={}")
_FIELDS = ("label={}", "near={}", "placeholder={}", "title={}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act as the page told it; the finders hit their thing and nothing else, best first."""

    act: str
    """'open', 'click', 'fill', 'choose', 'check', 'submit' (only marked, not done) or 'table'."""
    frame: tuple[str, ...]
    finders: tuple[Mapping[str, str], ...]
    words: str
    """What a person would call it."""
    secret: bool
    """A field that hides what is typed."""
    login: bool
    """On a page that asks for a password."""
    link: bool
    on: bool = True
    language: str = ""
    rows: str = ""
    """Of a table: css of its rows."""
    heads: tuple[str, ...] = ()
    next: tuple[Mapping[str, str], ...] = ()
    skip: tuple[Mapping[str, str], ...] = ()
    """Of rows that are totals, where the css cannot leave them out."""
    total: tuple[Mapping[str, str], ...] = ()
    total_of: int = -1
    """Number of the column that adds up to the total, from 0."""
    decimal: str = ""
    """The decimal sign that the total is written with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a script: `type "User name" secret user`."""

    place: str
    """File and line, for messages."""
    verb: str
    """'open', 'click', 'type', 'choose', 'tick', 'untick', 'table', 'submit', 'accept' ..."""
    words: str
    value: str = ""
    secret: str = ""
    """Name of the secret that is typed."""


class _Notes:
    """What the pages of one context told."""

    def __init__(self, context: BrowserContext) -> None:
        self.acts: list[Act] = []
        here = files("clerkwork.adapters.browser")
        terms = json.dumps({"decimal": ",", "dates": "%d-%m-%Y", "busy": []})
        names = ("find.js", "totals.js", "recorder.js")
        parts = [here.joinpath(name).read_text(encoding="utf-8") for name in names]
        context.expose_binding("clerkTell", lambda source, told: self._take(told))
        context.add_init_script(f"globalThis.clerkTerms = {terms};\n" + "\n".join(parts))

    def _take(self, told: object) -> None:
        """Pages are strangers: what is no act is left out."""
        if isinstance(told, str) and len(told) < 100_000 and len(self.acts) < _MOST:
            try:
                self.acts.append(_act(json.loads(told)))
            except (ValueError, KeyError, TypeError, AttributeError):
                return


def record_script(
    portal: Portal,
    script: Sequence[Line],
    *,
    clock: Clock,
    downloads: Path,
    secret: Callable[[str], Secret],
    shown: bool = False,
) -> tuple[Act, ...]:
    """Do what the lines say, and take it down as if a person had done it.

    Raises what a screen raises, with file and line; `SelectorLost` where the words of one are
    not there or there twice; and `ProgramMissing`.
    """
    sections: dict[str, Section] = {}
    selectors = PortalSelectors(
        source="the script",
        sections=sections,
        dialogs=tuple(
            DialogRule(line.words, "accept" if line.verb == "accept" else "dismiss")
            for line in script
            if line.verb in ("accept", "dismiss")
        ),
    )
    with _Chromium(shown) as chromium:
        context = chromium.new_context(locale=portal.language, service_workers="block")
        notes = _Notes(context)
        session = Session(context, portal, selectors)
        screen = PortalScreen(session, Downloads.of(context, downloads), clock)
        try:
            screen.open()
            for line in script:
                with _placed(line):
                    _Doing(session, screen, sections, secret).do(line)
                if line.verb == "open":
                    notes.acts.append(_opened(line))
            session.settle(session.main)
        finally:
            screen.close()
    return tuple(notes.acts)


def record_by_hand(
    portal: Portal, *, shown: bool = True, hand: Callable[[Page], object] | None = None
) -> tuple[Act, ...]:
    """Open the portal and take down what is done there, until its window is closed.

    `hand` does it in a person's place and ends the recording when it returns.
    """
    from playwright.sync_api import Error

    with _Chromium(shown) as chromium:
        context = chromium.new_context(locale=portal.language, no_viewport=shown or None)
        notes = _Notes(context)
        # Listened to and not answered, a dialog waits for the person who sees it.
        context.on("dialog", lambda dialog: None)
        page = context.new_page()
        guarded(portal, "opening it", lambda: page.goto(portal.address))
        try:
            hand(page) if hand else page.wait_for_event("close", timeout=0)
        except Error:
            # The whole browser was closed: the person is done.
            return tuple(notes.acts)
    return tuple(notes.acts)


class _Chromium:
    """A browser of its own for a recording."""

    def __init__(self, shown: bool) -> None:
        self._shown = shown

    def __enter__(self) -> Chromium:
        from playwright.sync_api import Error, sync_playwright

        executable = find_browser(shown=self._shown)
        if executable is None:
            raise ProgramMissing(missing_browser_message())
        self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(
                executable_path=executable, headless=not self._shown, args=flags()
            )
        except Error as problem:
            said = str(problem).strip().splitlines()[0][:200]
        else:
            return self._chromium
        self._playwright.stop()
        raise ProgramMissing(f"{executable} does not start: {said}. {missing_browser_message()}")

    def __exit__(self, *ended: object) -> None:
        from contextlib import suppress

        from playwright.sync_api import Error

        # A person may have closed it already.
        with suppress(Error):
            self._chromium.close()
        self._playwright.stop()


class _Doing:
    """Does the lines of a script by what a person sees, in whatever frame it is."""

    def __init__(
        self,
        session: Session,
        screen: PortalScreen,
        sections: dict[str, Section],
        secret: Callable[[str], Secret],
    ) -> None:
        self._session = session
        self._screen = screen
        self._sections = sections
        self._secret = secret

    def do(self, line: Line) -> None:
        match line.verb:
            case "open":
                self._screen.open(line.words)
            case "click":
                self._screen.click(self._there(line, _PRESSES))
            case "type":
                value = self._secret(line.secret) if line.secret else line.value
                self._screen.fill(self._there(line, _FIELDS), value)
            case "choose":
                self._screen.choose(self._there(line, _FIELDS), line.value)
            case "tick" | "untick":
                self._screen.check(self._there(line, _FIELDS), line.verb == "tick")
            case "table" | "submit":
                self._mark(line)

    def _there(self, line: Line, ways: Sequence[str]) -> str:
        """The name under which the words can be used, in the one frame where they are."""
        entry: Entry = entry_of([way.format(line.words) for way in ways], Place("the script", ""))
        until = time.monotonic() + self._session.portal.patience
        while True:
            found = []
            for path in self._frames():
                self._sections["line"] = Section(name="line", entries={"it": entry}, frame=path)
                if self._screen.shows("line.it"):
                    found.append(path)
            if len(found) == 1:
                self._sections["line"] = Section(name="line", entries={"it": entry}, frame=found[0])
                return "line.it"
            if time.monotonic() > until:
                raise _lost(line, len(found))
            self._session.main.rest(50)

    def _frames(self) -> list[tuple[str, ...]]:
        """Paths of the frames that can be named, the page itself first."""
        paths: list[tuple[str, ...]] = []
        for frame in self._session.main.page.frames:
            names: list[str] = []
            at = frame
            while at.parent_frame is not None:
                names.insert(0, at.name)
                at = at.parent_frame
            if all(names):
                paths.append(tuple(names))
        return paths

    def _mark(self, line: Line) -> None:
        asked = f"words => clerkRecord.{line.verb}(words)"
        until = time.monotonic() + self._session.portal.patience
        while True:
            self._session.settle(self._session.main)
            count = sum(int(f.evaluate(asked, line.words)) for f in self._session.main.page.frames)
            if count == 1:
                return
            if time.monotonic() > until:
                raise _lost(line, count)
            self._session.main.rest(50)


@contextmanager
def _placed(line: Line) -> Iterator[None]:
    """What goes wrong with a line is told with its place."""
    try:
        yield
    except ClerkworkError as error:
        told = type(error)(f"{line.place}: {error}")
        vars(told).update(vars(error))
        raise told from error


def _lost(line: Line, count: int) -> SelectorLost:
    how = f"there {count} times" if count else "not there"
    return SelectorLost(
        f"{line.verb} {line.words!r}: it is {how}. Write it as the page shows it, whole and with "
        "its capitals"
    )


def _opened(line: Line) -> Act:
    return Act(
        act="open",
        frame=(),
        finders=(),
        words=line.words,
        secret=False,
        login=False,
        link=True,
    )


def _act(told: Mapping[str, Any]) -> Act:
    if told["act"] not in ("click", "fill", "choose", "check", "submit", "table"):
        raise ValueError(told["act"])
    return Act(
        act=told["act"],
        frame=tuple(_text(name) for name in told["frame"]),
        finders=_finders(told["finders"]),
        words=_text(told["words"]),
        secret=bool(told["secret"]),
        login=bool(told["login"]),
        link=bool(told["link"]),
        on=bool(told.get("on", True)),
        language=_text(told.get("language", ""))[:2].lower(),
        rows=_text(told.get("rows", ""), 500),
        heads=tuple(_text(head) for head in told.get("heads", ())),
        next=_finders(told.get("next", ())),
        skip=_finders(told.get("skip", ())),
        total=_finders(told.get("total", ())),
        total_of=_column(told),
        decimal="." if told.get("decimal") == "." else "," if told.get("decimal") == "," else "",
    )


def _column(told: Mapping[str, Any]) -> int:
    at = told.get("total_of", -1)
    return at if isinstance(at, int) and 0 <= at < len(told.get("heads", ())) else -1


def _finders(told: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, str], ...]:
    return tuple(
        {
            "kind": _text(each["kind"]),
            "text": _text(each["text"], 500),
            "name": _text(each.get("name", "")),
        }
        for each in told
    )


def _text(value: object, longest: int = _LONGEST) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    if len(value) > longest:
        raise ValueError(value[:longest])
    return value

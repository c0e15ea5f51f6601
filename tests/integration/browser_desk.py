"""A browser with the hostile portal's selectors, for every test that drives one."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hostile_portal import HostilePortal, Reply

from clerkwork.adapters.browser import find_browser, open_browser
from clerkwork.core.selectors import parse_selectors
from clerkwork.ports import Browser, Screen

SELECTORS = Path(__file__).with_name("hostile.toml")
AT_59 = dt.datetime(1970, 1, 1, 0, 0, 59, tzinfo=dt.UTC)


class ClockOf1970:
    def now(self) -> dt.datetime:
        return AT_59

    def today(self) -> dt.date:
        return AT_59.date()


@contextmanager
def a_browser(
    downloads: Path,
    written: str = "",
    images: Mapping[str, bytes] | None = None,
    memory: Path | None = None,
    mark: str = "",
    sure: Callable[[], None] = lambda: None,
) -> Iterator[Browser]:
    """A browser for the portal 'hostile', with these selectors or those of `hostile.toml`.

    With `memory`, what it saw is kept there, and things are known again by it.
    """
    text = written or SELECTORS.read_text(encoding="utf-8")
    selectors = parse_selectors(tomllib.loads(text), "selectors/hostile.toml", images)
    opened = open_browser(
        selectors={"hostile": selectors},
        clock=ClockOf1970(),
        downloads=downloads,
        executable=find_browser(),
        memory=memory,
        mark=mark,
        sure=sure,
    )
    try:
        yield opened
    finally:
        opened.close()


def showing(screen: Screen, site: HostilePortal, page: str) -> Screen:
    """The screen, with this page open in it."""
    site.routes["/page"] = lambda _: Reply(page)
    screen.open("page")
    return screen

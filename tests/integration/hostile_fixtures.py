"""A browser at the hostile portal: fixtures for the modules that name this one as a plugin.

Such a module may say SELECTORS other than those of `hostile.toml`, IMAGES of theirs, and its
portal's PATIENCE in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_desk import a_browser
from hostile_portal import HostilePortal, Reply, a_portal

from clerkwork.core.portals import Portal
from clerkwork.ports import Browser, Screen


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest, downloads: Path) -> Iterator[Browser]:
    said = vars(request.module)
    with a_browser(downloads, said.get("SELECTORS", ""), said.get("IMAGES")) as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[HostilePortal]:
    with a_portal() as portal:
        portal.routes["/"] = lambda _: Reply("<p>Welkom</p>")
        yield portal


@pytest.fixture
def hostile(request: pytest.FixtureRequest, site: HostilePortal) -> Portal:
    patience = vars(request.module).get("PATIENCE", 4)
    return Portal(name="hostile", address=site.address, patience=patience)


@pytest.fixture
def screen(browser: Browser, hostile: Portal) -> Iterator[Screen]:
    opened = browser.open(hostile)
    yield opened
    opened.close()

"""What pytest finds of Clerkwork by itself: the fixture `portal`, and a workspace's robots."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from clerkwork.testing_portal import Portals

__all__ = ["portal", "pytest_configure"]

_PARTS = ("robots/__init__.py", "tasks/__init__.py", "selectors", "config")


def pytest_configure(config: pytest.Config) -> None:
    """Let the tests of a workspace import its robots, wherever in it pytest was called."""
    start = config.invocation_params.dir
    for folder in (start, *start.parents):
        if all((folder / part).exists() for part in _PARTS):
            if str(folder) not in sys.path:
                sys.path.insert(0, str(folder))
            return


@pytest.fixture
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portals]:
    """Serve a folder of saved pages and open robots at it, in a real browser.

    `portal("pages/acme_erp").robot(AcmeErp, secrets={"user": "clerk"})`; the folder is
    that of the test file, and everything is closed with the test.
    """
    from clerkwork.testing_portal import Portals

    with Portals(request.path.parent, tmp_path) as portals:
        yield portals

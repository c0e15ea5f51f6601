"""What the acceptance tests share: a back office with its world open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from back_office import BackOffice, match_all, move_in, open_world, settle_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[BackOffice]:
    """A back office over the small book: 20 items, 10 lines, 6 postings, 5 reminders, 2 orders."""
    settled = settle_in(tmp_path)
    with open_world(settled):
        yield settled


@pytest.fixture(scope="session")
def left_before_keying(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matched")
    match_all(folder)
    return folder


@pytest.fixture
def matched_office(left_before_keying: Path, tmp_path: Path) -> Iterator[BackOffice]:
    """The same, when everything was fetched and matched: all there is to do is to key."""
    office = move_in(left_before_keying, tmp_path)
    with open_world(office):
        yield office

"""What the acceptance tests share: a back office with its world open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from back_office import BackOffice, open_world, settle_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[BackOffice]:
    """A back office over the small book: 20 items, 10 lines, 6 postings, 5 reminders, 2 orders."""
    settled = settle_in(tmp_path)
    with open_world(settled):
        yield settled

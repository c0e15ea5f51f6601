"""Whoever cannot serve its pages says so once, and has taken nothing on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from back_office import BackOffice, settle_in


@pytest.fixture
def office(tmp_path: Path) -> BackOffice:
    return settle_in(tmp_path)


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("command", ["serve", "console"])
def test_pages_that_cannot_be_served_are_one_error_and_nothing_is_begun(
    office: BackOffice, taken: int, command: str
) -> None:
    office.done("run", "fetch_ledger", "--queued")
    for at, words in (
        (f"127.0.0.1:{taken}", ("--port", str(taken))),
        ("203.0.113.9:", ("--host", "203.0.113.9")),
    ):
        ended = office.run(command, *words)
        assert ended.returncode == 2
        (told,) = ended.stderr.splitlines()
        assert f"the pages cannot be served at {at}" in told
    assert office.store("SELECT state, attempts FROM errands") == [("queued", 0)]
    assert office.store("SELECT id FROM workers") == []

"""What the engine cannot do it says at once, once, and has taken nothing on."""

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


def test_a_run_of_a_stopped_task_is_refused_where_it_is_asked_for(office: BackOffice) -> None:
    office.done("stop", "--task", "fetch_ledger", "--why", "release day", "--by", "Inge")
    ended = office.run("run", "fetch_ledger", "--queued")
    assert ended.returncode == 1
    assert ended.stdout == ""
    (told,) = ended.stderr.splitlines()
    assert "Inge has stopped fetch_ledger since" in told
    assert "because 'release day'" in told
    assert "clerkwork resume --task fetch_ledger" in told
    assert office.store("SELECT id FROM errands") == []
    office.done("resume", "--task", "fetch_ledger")
    office.done("run", "fetch_ledger", "--queued")


def test_what_is_not_stopped_cannot_be_resumed(office: BackOffice) -> None:
    for words, told in (
        ((), "all writes are not stopped; `clerkwork stops` shows what is"),
        (("--robot", "kantoor_erp"), "writes of kantoor_erp are not stopped;"),
        (("--task", "daily_round"), "task daily_round is not stopped;"),
    ):
        ended = office.run("resume", *words)
        assert ended.returncode == 1
        assert told in ended.stderr
    assert "it is not begun any more" not in office.done("resume", "--help")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--queues", "typo"), "there is no queue 'typo': the tasks here name clerks"),
        (("--queues", "clerks,typo"), "there is no queue 'typo': the tasks here name clerks"),
        (("--queues", ","), "--queues ',' names no queue: the tasks here name clerks"),
        (("--at-once", "0"), "'--at-once': Input should be greater than or equal to 1"),
    ],
)
def test_a_worker_that_could_never_work_does_not_begin(
    office: BackOffice, words: tuple[str, ...], told: str
) -> None:
    ended = office.run("worker", *words)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert not (office.output / "clerkwork.db").exists() or not office.store(
        "SELECT * FROM workers"
    )

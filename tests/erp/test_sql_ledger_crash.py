"""Killed with -9 while it keys into the real SQL-Ledger: each receipt stands there once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from back_office import BackOffice
from killing import kill, started, wait
from ledger_book import FIRST
from ledger_host import Host
from ledger_office import approve, assert_books, keyed, move_in
from slow_door import Door, door_before

pytest_plugins = ["ledger_fixtures"]
pytestmark = [pytest.mark.erp, pytest.mark.timeout(1200)]

TASK = "ledger_receipts"
UPDATE = b"action=Update"
POST = b"action=Post"
KILLS = 3


def test_killed_around_the_post_each_is_keyed_once(ledger: Host, tmp_path: Path) -> None:
    with door_before(ledger.address) as door:
        office = move_in(tmp_path, door.address)
        postings = approve(office, FIRST[:5])

        _kill_at(office, door, UPDATE, "before")
        door.drop()
        assert not keyed(ledger), "killed over a form that was filled in half"

        _kill_at(office, door, POST, "before")
        door.drop()
        assert not keyed(ledger), "killed just after the button, and nothing of it arrived"

        _kill_at(office, door, POST, "before")
        door.release()
        assert door.idle.wait(60)
        assert len(keyed(ledger)) == 1, "what was on its way arrived after the clerk was dead"

        _kill_at(office, door, POST, "after")
        door.release()
        assert len(keyed(ledger)) == 2, "SQL-Ledger has booked it, and the clerk never heard of it"

        office.done("run", TASK)
        assert office.figures()["keyed"] == 4
        assert office.figures()["found after a crash"] == 1
    assert_books(ledger, postings)
    submits = "SELECT count(*) FROM posting_moves WHERE note = 'submitting'"
    # The one that never arrived was submitted again; none that had arrived was.
    assert office.store(submits) == [(len(postings) + 1,)]


def test_killed_at_random_moments_it_ends_as_if_never_killed(
    ledger: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(326)
    moments = [draw.randint(15, 70) for _ in range(KILLS)]
    with door_before(ledger.address) as door:
        office = move_in(tmp_path, door.address)
        postings = approve(office, FIRST[5:])
        for moment in moments:
            _kill_after(office, door, moment)
        office.done("run", TASK)
    assert_books(ledger, postings)
    assert office.store("SELECT DISTINCT state FROM postings") == [("keyed",)]
    with capsys.disabled():
        print(f"\nkilled after {moments} requests: {len(postings)} receipts, each once")


def _kill_at(office: BackOffice, door: Door, words: bytes, when: str) -> None:
    """Start a run, and kill it when its next such request is before or after its effect."""
    door.hold(words, when)
    with started(office, TASK) as clerk:
        assert wait(clerk, door.held.is_set)
        kill(clerk)


def _kill_after(office: BackOffice, door: Door, requests: int) -> None:
    """Start a run, and kill it after so many requests."""
    before = door.passed
    with started(office, TASK) as clerk:
        assert wait(clerk, lambda: door.passed - before >= requests)
        kill(clerk)

"""Many machines over one PostgreSQL: each slot runs once, and one login has one session."""

from __future__ import annotations

from pathlib import Path

import pytest
from many_machines import crowded_day

from clerkwork.testing_postgres import postgres

pytestmark = pytest.mark.timeout(900)


def test_three_schedulers_and_four_workers_run_each_slot_once(tmp_path: Path) -> None:
    with postgres() as server:
        day = crowded_day(tmp_path, server, slots=40)
    assert day.wrong == ()
    assert day.slots >= 40
    assert day.killed > 0
    assert day.sessions > 0

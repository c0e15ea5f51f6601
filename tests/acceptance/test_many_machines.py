"""Many machines over one PostgreSQL: each slot runs once, and one login has one session."""

from __future__ import annotations

from pathlib import Path

import pytest
from many_machines import crowded_day

from clerkwork.testing_postgres import Postgres

pytestmark = pytest.mark.timeout(900)


def test_three_schedulers_and_four_workers_run_each_slot_once(
    tmp_path: Path, postgres: Postgres
) -> None:
    day = crowded_day(tmp_path, postgres, slots=40)
    assert day.wrong == ()
    assert day.slots >= 40
    assert day.killed > 0
    assert day.sessions > 0

"""Schedulers as processes, over a clock that the test moves: each slot once, whoever dies."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path

import pytest
from engine_office import Plant, plant

from clerkwork.adapters.clock import anchor
from clerkwork.testing_postgres import Postgres

MORNING = dt.datetime(2026, 3, 27, 8, 3, tzinfo=dt.UTC)
"""A Friday; on Sunday the clock goes forward."""
LOOKS = 10
HOURS = 4
"""From one look to the next; of each hour the task has a slot."""


def states(made: Plant) -> dict[str, int]:
    return dict(made.ask("SELECT state, count(*) FROM slots GROUP BY state"))


def looked(made: Plant, look: int) -> bool:
    return sum(states(made).values()) == look * HOURS + 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_three_schedulers_of_which_one_after_the_other_is_killed(
    tmp_path: Path, database: str, postgres: Postgres
) -> None:
    with plant(tmp_path, postgres.database() if database == "PostgreSQL" else "") as made:
        schedules = made.office.folder / "config" / "schedules.toml"
        schedules.write_text(
            '[tasks.daily_round]\nschedule = "0 * * * *"\ncalendar = ""\n'
            '[tasks.remind_debtors]\nschedule = ""\n'
        )
        clock = made.office.output / "demo" / "clock.json"
        anchor(clock, MORNING, running=False)
        # Whoever looks first makes the store.
        assert "daily_round" in made.office.done("list")
        for number in range(3):
            made.begin(f"scheduler-{number}", "scheduler")
        made.wait(functools.partial(looked, made, 0), "the first look")
        for look in range(1, LOOKS + 1):
            if look in (3, 6):
                made.kill(f"scheduler-{look // 3 - 1}", whole=True)
            if look == 8:
                made.begin("scheduler-3", "scheduler")
            anchor(clock, MORNING + dt.timedelta(hours=look * HOURS), running=False)
            made.wait(functools.partial(looked, made, look), f"look {look}")
        # Nobody works: the first one stays asked for, and of each look's others it is said why not.
        assert states(made) == {
            "begun": 1,
            "queued": 1,
            "missed": LOOKS * (HOURS - 1),
            "refused": LOOKS - 1,
        }
        assert made.ask("SELECT count(*) FROM errands") == [(1,)]
        assert made.ask("SELECT count(DISTINCT due) FROM slots") == [(LOOKS * HOURS + 1,)]
        assert "its run before has not ended" in made.office.done("slots")

"""Ten kills on each database and more: nothing is done twice or lost, all evidence verifies.

On both together there are ten between submit and receipt, and ten between 250 and commit. Three
hundred kills at random are made by `make soak`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from killings import Plan, killed_morning
from soak import Books, clean_books

from clerkwork.testing_postgres import Postgres

pytestmark = pytest.mark.timeout(1500)
PLAN: Plan = (
    ("request", "browser"),
    ("step", "attempt"),
    ("submit", "worker"),
    ("receipt", "machine"),
    ("submit", "attempt"),
    ("receipt", "frozen"),
    ("receipt", "connection"),
    ("250", "worker"),
    ("250", "machine"),
    ("250", "connection"),
    ("250", "attempt"),
    # Last: the run that sends lives on.
    ("250", "scheduler"),
)
LEAST = 10
"""Kills on each database."""
LEAST_AROUND = 5
"""Of them between submit and receipt, and between 250 and commit."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return clean_books(tmp_path_factory.mktemp("clean"))


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_whoever_is_killed_the_morning_ends_as_if_nobody_had_been(
    tmp_path: Path,
    clean: Books,
    database: str,
    postgres: Postgres,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = postgres.database() if database == "PostgreSQL" else ""
    morning = killed_morning(tmp_path, 0, clean, address, PLAN)
    assert morning.wrong == ()
    points = Counter(point for point, _ in morning.kills)
    assert len(morning.kills) >= LEAST
    assert points["submit"] + points["receipt"] >= LEAST_AROUND
    assert points["250"] >= LEAST_AROUND
    with capsys.disabled():
        told = ", ".join(f"{victim} at {point}" for point, victim in morning.kills)
        print(f"\n{database}: {len(morning.kills)} kills, {dict(points)}: {told}")

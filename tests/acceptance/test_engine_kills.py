"""Ten kills on each database: nothing is done twice, nothing is lost, all evidence verifies.

Three hundred of them are made by `make soak`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from killings import killed_morning
from soak import Books, clean_books

from clerkwork.testing_postgres import postgres

pytestmark = pytest.mark.timeout(1500)
LEAST = 10
"""Kills on each database."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return clean_books(tmp_path_factory.mktemp("clean"))


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_whoever_is_killed_the_morning_ends_as_if_nobody_had_been(
    tmp_path: Path, clean: Books, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kills: list[tuple[str, str]] = []
    seed = 0
    with postgres() as server:
        while len(kills) < LEAST:
            address = server.database() if database == "PostgreSQL" else ""
            morning = killed_morning(tmp_path / str(seed), seed, clean, address)
            assert morning.wrong == ()
            kills += morning.kills
            seed += 1
    with capsys.disabled():
        told = ", ".join(f"{victim} at {point}" for point, victim in kills)
        print(f"\n{database}: {len(kills)} kills in {seed} mornings: {told}")

"""A store that is gone for a while is spoken of, and fills no log."""

from __future__ import annotations

import math
import time
from pathlib import Path

from engine_office import plant

from clerkwork.core.complaint import EVERY
from clerkwork.testing_postgres import Postgres, postgres

_REFUSED = "is not currently accepting connections"


def test_a_database_that_is_gone_is_told_once_then_counted_and_told_when_it_is_back(
    tmp_path: Path,
) -> None:
    with (
        postgres() as server,
        plant(tmp_path, server.store("gone"), heartbeat=0.05, dead_after=60.0) as made,
    ):
        made.begin("w", "worker")
        log = made.office.output / "w.log"
        made.wait(lambda: " is at work" in log.read_text(), "a worker at work")
        before = log.stat().st_size
        began = time.monotonic()
        server.run("ALTER DATABASE gone ALLOW_CONNECTIONS false")
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'gone'")
        made.wait(lambda: tries(server) > 50, "many heartbeats without a store")
        server.run("ALTER DATABASE gone ALLOW_CONNECTIONS true")
        made.wait(lambda: "it works again" in log.read_text(), "word that it is back")
        most = 3 + math.ceil((time.monotonic() - began) / EVERY)
        said = log.read_text()[before:].splitlines()
    told = [line for line in said if _REFUSED in line]
    assert told, "it is told"
    assert len(said) <= most, said
    assert said[-1].startswith("worker ")
    assert "it works again, after" in said[-1]


def tries(server: Postgres) -> int:
    """How often the server has refused somebody, as it says itself."""
    return (server.folder / "log").read_text(errors="replace").count(_REFUSED)

"""A store that is gone for a while ends nobody and fills no log; one that is lost ends all."""

from __future__ import annotations

import math
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from engine_office import plant

from clerkwork.core.complaint import EVERY
from clerkwork.demo.places import free_ports
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


def test_an_outage_that_is_longer_than_dead_after_ends_nobody(tmp_path: Path) -> None:
    """Whoever is back first has heard of nobody for as long; all come back within a heartbeat."""
    with (
        postgres() as server,
        plant(tmp_path, server.store("gone"), heartbeat=0.5, dead_after=10.0) as made,
    ):
        made.begin("w", "worker")
        made.begin("s", "scheduler")
        logs = [made.office.output / f"{name}.log" for name in ("w", "s")]
        made.wait(lambda: all(" is at work" in log.read_text() for log in logs), "both at work")
        began = time.monotonic()
        server.run("ALTER DATABASE gone ALLOW_CONNECTIONS false")
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'gone'")
        made.wait(lambda: time.monotonic() - began > 15.0, "an outage")
        server.run("ALTER DATABASE gone ALLOW_CONNECTIONS true")
        made.wait(lambda: all("it works again" in log.read_text() for log in logs), "word of it")
        back = time.monotonic()
        made.wait(lambda: time.monotonic() - back > 15.0, "that nobody is missed")
        said = "".join(log.read_text() for log in logs)
        assert "counts as dead" not in said
        assert "handed over" not in said
        assert made.ask("SELECT count(*) FROM workers WHERE ended IS NULL") == [(2,)]
        # What is really dead is still missed.
        made.kill("w", whole=True)
        made.ask("SELECT 1")
        made.wait(
            lambda: made.ask("SELECT count(*) FROM workers WHERE ended IS NULL") == [(1,)],
            "that it is missed",
        )


def test_a_store_that_vanishes_ends_who_works_with_it_and_is_not_made_anew(tmp_path: Path) -> None:
    with plant(tmp_path) as made:
        first, second = map(str, free_ports(2))
        made.begin("s", "serve", "--port", first)
        made.begin("c", "console", "--port", second)
        output = made.office.output
        log, pages = output / "s.log", output / "c.log"
        made.wait(lambda: " is at work" in log.read_text(), "a serve at work")
        made.wait(lambda: "pages at" in pages.read_text(), "a console")
        for file in output.glob("clerkwork.db*"):
            file.unlink()
        for name in ("s", "c"):
            assert made.processes.pop(name).wait(timeout=60) == 1
        for said in (log.read_text(), pages.read_text()):
            assert f"The store {output / 'clerkwork.db'} is gone: it was removed" in said
        for words in (("status",), ("run", "fetch_ledger"), ("serve",)):
            ended = made.office.run(*words)
            assert ended.returncode == 1
            (told,) = ended.stderr.splitlines()
            assert "There is no store at" in told
            assert "clerkwork store restore FILE" in told
        assert not [*output.glob("clerkwork.db*")]


def test_a_store_that_is_replaced_under_a_process_ends_it_in_so_many_words(tmp_path: Path) -> None:
    with plant(tmp_path, heartbeat=0.2) as made:
        made.begin("w", "worker")
        log = made.office.output / "w.log"
        made.wait(lambda: " is at work" in log.read_text(), "a worker at work")
        with closing(sqlite3.connect(made.office.output / "clerkwork.db")) as store:
            store.execute("DELETE FROM workers")
            store.commit()
        assert made.processes.pop("w").wait(timeout=60) == 1
        assert "was replaced while this process worked with it" in log.read_text()
        assert "a fault in Clerkwork" not in log.read_text()

"""A store of any release before is brought to this one, with all that it holds."""

from __future__ import annotations

import gzip
import hashlib
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import column, insert, inspect, select, table
from store_cases import sample
from workspaces import fresh

from clerkwork import bootstrap
from clerkwork.adapters.store import open_store
from clerkwork.adapters.store.backup import Backup
from clerkwork.adapters.store.database import Database, open_database
from clerkwork.adapters.store.schema import KNOWN, metadata
from clerkwork.adapters.store.upgrade import run_migrations
from clerkwork.testing import FixedClock

pytest_plugins = ["store_fixtures"]

Held = dict[str, list[dict[str, object]]]


def fill(database: Database, revision: str) -> Held:
    """Make a store as a release of before had it, with two rows in each of its tables."""
    held: Held = {}
    with database.write() as connection:
        run_migrations(connection, revision)
        there = inspect(connection)
        names = set(there.get_table_names())
        for now in metadata.sorted_tables:
            if now.name not in names:
                continue
            had = {found["name"] for found in there.get_columns(now.name)}
            kept = [one for one in now.columns if one.name in had]
            then = table(now.name, *(column(one.name, one.type) for one in kept))
            held[now.name] = [{one.name: sample(one, number) for one in kept} for number in (1, 2)]
            connection.execute(insert(then), held[now.name])
    return held


def still_there(database: Database, held: Held) -> None:
    with database.read() as connection:
        for name, rows in held.items():
            now = metadata.tables[name]
            found = connection.execute(select(*(now.c[key] for key in rows[0]))).mappings()
            assert sorted(map(repr, found)) == sorted(map(repr, rows)), name


@pytest.mark.parametrize("revision", KNOWN[:-1])
def test_a_store_of_before_is_brought_here_with_all_it_holds(
    blank_address: str, revision: str
) -> None:
    with closing(open_database(blank_address)) as before:
        held = fill(before, revision)
    assert held
    with closing(open_store(blank_address, FixedClock())) as store:
        still_there(store.database, held)


@pytest.mark.parametrize("revision", KNOWN[:-1])
def test_a_backup_of_before_is_restored(tmp_path: Path, revision: str) -> None:
    old = tmp_path / "old.db"
    with closing(open_database(f"sqlite:///{old}")) as before:
        held = fill(before, revision)
    packed = gzip.compress(old.read_bytes())
    header = Backup(
        taken="2026-03-03T08:00:00+00:00",
        release="0.0.9",
        schema=revision,
        sha256=hashlib.sha256(packed).hexdigest(),
        size=len(packed),
    )
    file = tmp_path / "old.backup"
    file.write_bytes(b"clerkwork backup 1 " + json.dumps(asdict(header)).encode() + b"\n" + packed)
    place = bootstrap.open_workspace(fresh(tmp_path))
    bootstrap.restore(place, file, replace=False)
    with closing(open_store(f"sqlite:///{place.output / 'clerkwork.db'}", FixedClock())) as store:
        still_there(store.database, held)

"""The store on both of its databases: a test that takes `stores` runs on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text
from store_cases import Stores, emptied

from clerkwork.adapters.store import Gate, Store, store_in
from clerkwork.adapters.store.database import open_database
from clerkwork.adapters.store.instants import database_now
from clerkwork.ports import Clock
from clerkwork.testing import FixedClock, memory_store
from clerkwork.testing_postgres import Postgres

BOTH = ("sqlite", "postgresql")


@dataclass
class PostgresStores:
    """Stores that are emptied and used again, in a tenth of the time that a new one takes."""

    server: Postgres
    free: list[str] = field(default_factory=list)

    def open(
        self, clock: Clock | None, ticks: Clock | None, held: Mapping[str, int] | None
    ) -> Store:
        database = open_database(self.free.pop() if self.free else self.server.store())
        now = database_now if ticks is None else lambda _: ticks.now()
        store = emptied(store_in(database, clock or FixedClock(), Gate(held, now), now))
        with database.write() as connection:
            # What counts, counts from one again, as in a new store.
            connection.execute(
                text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
            )
        return store

    def back(self, store: Store) -> None:
        self.free.append(store.database.at)


@pytest.fixture(scope="session")
def postgres_stores(postgres: Postgres) -> PostgresStores:
    return PostgresStores(postgres)


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a new, empty store that several processes can open."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'output' / 'clerkwork.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.store()


@pytest.fixture(params=BOTH)
def blank_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'output' / 'clerkwork.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture(params=BOTH)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    yield from _stores(request)


@pytest.fixture(scope="module", params=BOTH)
def lasting_stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """For a store that the examples of a law share, each of which empties it."""
    yield from _stores(request)


def _stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "sqlite":
        stores = Stores(memory_store)
    else:
        kept: PostgresStores = request.getfixturevalue("postgres_stores")
        stores = Stores(kept.open)
    yield stores
    for store in stores.opened:
        store.close()
        if request.param != "sqlite":
            kept.back(store)

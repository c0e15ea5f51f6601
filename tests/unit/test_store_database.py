"""A store is whole or says in one message what is wrong with it; a commit survives kill -9."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from store_cases import Stores, doubtful, emptied, eur, item, line, statement

from clerkwork.adapters.store import Store, open_store
from clerkwork.adapters.store.schema import KNOWN, metadata
from clerkwork.core.ledger import LedgerBalance
from clerkwork.core.money import Money
from clerkwork.errors import StoreError
from clerkwork.testing import FixedClock

pytest_plugins = ["store_fixtures"]


def store_in(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder / 'output' / 'clerkwork.db'}", FixedClock())


def file_of(folder: Path) -> Path:
    return folder / "output" / "clerkwork.db"


def test_the_migrations_lead_to_the_schema(stores: Stores) -> None:
    store = stores()
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == KNOWN[-1]


def test_what_was_committed_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.books.replace_open_items("kantoor", [item("1", 100)])
    store.close()
    again = store_in(tmp_path)
    assert again.books.open_items() == (item("1", 100),)
    again.close()


def test_an_open_store_that_is_up_to_date_needs_no_alembic(tmp_path: Path) -> None:
    store_in(tmp_path).close()
    code = (
        "import sys; from clerkwork.adapters.store import open_store; "
        "from clerkwork.testing import FixedClock; "
        "open_store(sys.argv[1], FixedClock()).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{file_of(tmp_path)}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


def test_commits_go_to_the_disk_and_keys_are_checked(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    with store.database.read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.books.replace_open_items("kantoor", [item("1", 100)])
    modes = [path.stat().st_mode & 0o077 for path in file_of(tmp_path).parent.iterdir()]
    assert modes == [0] * len(modes)
    store.close()


def test_a_store_of_a_newer_release_is_refused_and_left_alone(tmp_path: Path) -> None:
    store_in(tmp_path).close()
    with sqlite3.connect(file_of(tmp_path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0999'")
    raw.close()
    with pytest.raises(StoreError, match=r"newer release \(schema 0999.*Upgrade Clerkwork"):
        store_in(tmp_path)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    file_of(tmp_path).parent.mkdir()
    with sqlite3.connect(file_of(tmp_path)) as raw:
        raw.execute("CREATE TABLE recipes (name TEXT)")
    raw.close()
    with pytest.raises(StoreError, match=r"another program's database .*'recipes'"):
        store_in(tmp_path)
    with sqlite3.connect(file_of(tmp_path)) as raw:
        tables = raw.execute("SELECT name FROM sqlite_master").fetchall()
    raw.close()
    assert tables == [("recipes",)]


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file_of(tmp_path).parent.mkdir()
    file_of(tmp_path).write_text("a letter, not a database " * 100)
    with pytest.raises(StoreError, match="is not a store of Clerkwork"):
        store_in(tmp_path)
    assert file_of(tmp_path).read_text().startswith("a letter")


def test_a_place_where_no_file_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be made"):
        store_in(tmp_path)
    with pytest.raises(StoreError, match="is written like"):
        open_store("my store", FixedClock())
    with pytest.raises(StoreError, match="is written like") as caught:
        open_store("nosuch://anna:geheim@host/db", FixedClock())
    assert "geheim" not in str(caught.value)


def test_a_store_that_may_only_be_read_says_so(tmp_path: Path) -> None:
    store_in(tmp_path).close()
    store = open_store(f"sqlite:///file:{file_of(tmp_path)}?mode=ro&uri=true", FixedClock())
    with pytest.raises(StoreError, match="may not be written to"):
        store.books.replace_open_items("kantoor", [item("1", 100)])
    store.close()


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.books.replace_open_items("kantoor", [item("1", 100)])
    store.database.engine.dispose()

    def small(connection: sqlite3.Connection, record: object) -> None:
        # SQLite's own way to be out of room, with the same error as a full disk.
        connection.execute("PRAGMA max_page_count = 60").close()

    event.listen(store.database.engine, "connect", small)
    many = [item(f"2026-{number:05}", 100) for number in range(5_000)]
    with pytest.raises(StoreError, match=r"disk of the store .* is full\. Make room"):
        store.books.replace_open_items("kantoor", many)
    assert store.books.open_items() == (item("1", 100),)
    store.close()


LOCK = """
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_locked_store_says_who_locks_it(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.database.engine.dispose()

    def impatient(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 50").close()

    event.listen(store.database.engine, "connect", impatient)
    holder = subprocess.Popen(
        [sys.executable, "-c", LOCK, str(file_of(tmp_path))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    who = rf"process {holder.pid}\)" if sys.platform == "linux" else "another program"
    with pytest.raises(StoreError, match=rf"locked by .*{who}.*nothing was written"):
        store.books.replace_open_items("kantoor", [item("1", 100)])
    assert store.books.open_items() == ()
    holder.communicate()
    assert store.books.replace_open_items("kantoor", [item("1", 100)]) == 1
    store.close()


def test_an_amount_beyond_all_measure_is_refused(stores: Stores) -> None:
    store = stores()
    huge = LedgerBalance(ledger="1100", balance=Money(10**30, "EUR"))
    with pytest.raises(StoreError, match="larger than the store can hold"):
        store.books.note_ledger_balance("kantoor", huge)
    assert store.books.ledger_balances() == ()
    assert store.books.fetched_at("ledger") is None


WRITE = """
import sys
from store_cases import doubtful, item
from clerkwork.adapters.store import open_store
from clerkwork.testing import FixedClock
store = open_store(sys.argv[1], FixedClock())
lines = store.books.unmatched()
print("ready", flush=True)
for turn in range(1, 1000):
    store.books.replace_open_items("kantoor", [item(str(n), turn) for n in range(400)])
    store.books.record_matches([doubtful(line) for line in lines], [])
    print(turn, flush=True)
"""


KEPT_ADDRESS = [HealthCheck.function_scoped_fixture]


@settings(max_examples=5, deadline=None, suppress_health_check=KEPT_ADDRESS)
@given(delay=st.floats(0, 0.4))
def test_killed_while_it_writes_all_or_nothing_is_there(address: str, delay: float) -> None:
    store = emptied(open_store(address, FixedClock()))
    store.books.book_statement(statement([line(n + 1) for n in range(200)]))
    store.close()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE, address],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    try:
        writer.wait(timeout=delay)
    except subprocess.TimeoutExpired:
        writer.send_signal(signal.SIGKILL)
    told = [int(turn) for turn in writer.communicate()[0].split()]
    again = open_store(address, FixedClock())
    items = again.books.open_items()
    turns = {one.open for one in items}
    assert len(items) in (0, 400)
    assert len(turns) == (1 if items else 0)
    # What the writer said was done is done; it may have done one thing more.
    done = max(told, default=0)
    assert {eur(done), eur(done + 1)} >= turns
    matches = again.books.matches()
    assert len(matches) + len(again.books.unmatched()) == 200
    assert len(matches) == 200 or (not matches and not told)
    assert all(found == doubtful(found.line) for found in matches)
    again.close()

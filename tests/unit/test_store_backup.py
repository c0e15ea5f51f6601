"""A backup holds all of the store and goes back into either database; nothing is half-restored."""

from __future__ import annotations

import datetime as dt
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text, update
from store_cases import everything, item, one_of_everything
from store_fixtures import BOTH
from typer.testing import CliRunner
from workspaces import fresh

from clerkwork import bootstrap
from clerkwork.adapters.holding import new_worker_id, this_machine
from clerkwork.adapters.locks import alone_in
from clerkwork.adapters.store import Store, open_store, schema
from clerkwork.cli.app import app
from clerkwork.errors import SetupError, StoreError
from clerkwork.ports import WorkerRow
from clerkwork.testing import MORNING, FixedClock
from clerkwork.testing_postgres import Postgres
from clerkwork.workspace import Workspace

Place = Callable[[str], Workspace]


@pytest.fixture
def place(postgres: Postgres, tmp_path: Path) -> Place:
    """Makes a workspace on a kind of database, with an empty store."""

    def make(kind: str) -> Workspace:
        root = fresh(tmp_path / f"office {len(list(tmp_path.iterdir()))}")
        if kind == "postgresql":
            config = root / "config" / "workspace.toml"
            lines = config.read_text().splitlines()
            kept = [line for line in lines if not line.startswith("store")]
            config.write_text("\n".join([f'store = "{postgres.store()}"', *kept]) + "\n")
        return bootstrap.open_workspace(root)

    return make


@contextmanager
def opened(place: Workspace) -> Iterator[Store]:
    url = place.config.settings.store
    path = url.removeprefix("sqlite:///")
    with closing(
        open_store(url if path == url else f"sqlite:///{place.root / path}", FixedClock())
    ) as store:
        yield store


def rows(place: Workspace) -> dict[str, list[tuple[object, ...]]]:
    with opened(place) as store:
        return everything(store)


@pytest.mark.parametrize("to", BOTH)
@pytest.mark.parametrize("of", BOTH)
def test_what_is_restored_is_what_was_backed_up(
    place: Place, tmp_path: Path, of: str, to: str
) -> None:
    old, new, file = place(of), place(to), tmp_path / "march.backup"
    with opened(old) as store:
        one_of_everything(store)
        # It is in use while it is backed up.
        bootstrap.back_up(old, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".clerkwork*"))
    _, kept = bootstrap.restore(new, file, replace=False)
    assert kept is None
    assert rows(new) == rows(old)
    with opened(new) as store:
        # Keys go on after those that were carried over.
        assert store.errands.waiting() == ()
        with store.database.write() as connection:
            connection.execute(
                text(
                    "INSERT INTO stops (scope, by, why, since, lifted_by) "
                    "VALUES ('writes', 'ann', '', '2026-03-03T08:00:00.000000+00:00', '')"
                )
            )
            assert connection.scalar(text("SELECT max(id) FROM stops")) == 43


@pytest.mark.parametrize("to", BOTH)
@pytest.mark.parametrize("of", BOTH)
def test_a_store_moves_to_another_database(
    place: Place, postgres: Postgres, tmp_path: Path, of: str, to: str
) -> None:
    old = place(of)
    with opened(old) as store:
        one_of_everything(store)
    before = rows(old)
    url = postgres.database() if to == "postgresql" else f"sqlite:///{tmp_path / 'new.db'}"
    carried = bootstrap.move_store(old, url)
    assert set(carried.values()) == {2}
    assert rows(old) == before
    with closing(open_store(url, FixedClock())) as store:
        assert everything(store) == before
    with pytest.raises(StoreError, match=r"holds something already \(2 rows of"):
        bootstrap.move_store(old, url)
    with pytest.raises(StoreError, match="is the store already"):
        bootstrap.move_store(old, old.config.settings.store)


@pytest.mark.parametrize("kind", BOTH)
def test_a_store_that_holds_something_goes_only_if_it_may(
    place: Place, tmp_path: Path, kind: str
) -> None:
    office, file = place(kind), tmp_path / "empty.backup"
    with opened(office):
        bootstrap.back_up(office, file)
    with opened(office) as store:
        one_of_everything(store)
    before = rows(office)
    with pytest.raises(StoreError, match=r"holds something; nothing was changed\. Give --replace"):
        bootstrap.restore(office, file, replace=False)
    assert rows(office) == before
    _, kept = bootstrap.restore(office, file, replace=True)
    assert kept is not None
    assert not any(rows(office).values())
    bootstrap.restore(office, kept, replace=False)
    assert rows(office) == before


@pytest.mark.parametrize("kind", BOTH)
def test_nothing_is_restored_or_moved_while_something_runs(
    place: Place, tmp_path: Path, kind: str
) -> None:
    office, file = place(kind), tmp_path / "march.backup"
    worker = WorkerRow(
        id="desk-1.7",
        kind="worker",
        host="desk-1",
        process=7,
        version="1",
        queues=("clerks",),
        started=MORNING,
        seen=MORNING,
    )
    with opened(office) as store:
        store.workers.enrol(worker)
        bootstrap.back_up(office, file)
        with pytest.raises(StoreError, match=r"desk-1\.7 is at work on desk-1.*clerkwork drain"):
            bootstrap.restore(office, file, replace=True)
        with pytest.raises(StoreError, match="so the store cannot be moved"):
            bootstrap.move_store(office, f"sqlite:///{tmp_path / 'other.db'}")
        store.workers.retire(worker.id)
    bootstrap.restore(office, file, replace=True)
    with alone_in(office.output, "a run"), pytest.raises(SetupError, match="in use by"):
        bootstrap.restore(office, file, replace=True)


@pytest.mark.parametrize("kind", BOTH)
def test_a_process_that_is_silent_for_less_than_dead_after_is_at_work(
    place: Place, tmp_path: Path, kind: str
) -> None:
    """With a long heartbeat nobody is heard of for longer than others may be silent."""
    made, file = place(kind), tmp_path / "march.backup"
    settings = made.root / "config" / "workspace.toml"
    engine = "[engine]\nheartbeat = 100.0\ndead_after = 400.0\n"
    settings.write_text(f"{settings.read_text()}\n{engine}")
    office = bootstrap.open_workspace(made.root)
    with opened(office) as store:
        store.workers.enrol(far_away())
        bootstrap.back_up(office, file)
        last_heard(store, seconds=300)
        with pytest.raises(StoreError, match=r"desk-1\.7 is at work on desk-1"):
            bootstrap.restore(office, file, replace=True)
        with pytest.raises(StoreError, match="so the store cannot be moved"):
            bootstrap.move_store(office, f"sqlite:///{tmp_path / 'other.db'}")
        last_heard(store, seconds=500)
        with pytest.raises(SetupError, match="not heard of for 400 s and counts as dead"):
            bootstrap.drain(office, "desk-1")
    bootstrap.restore(office, file, replace=True)


@pytest.mark.parametrize("kind", BOTH)
def test_a_process_of_this_machine_that_was_killed_bars_no_restore(
    place: Place, tmp_path: Path, kind: str
) -> None:
    office, file = place(kind), tmp_path / "march.backup"
    killed = ended_here()
    with opened(office) as store:
        bootstrap.back_up(office, file)
        store.workers.enrol(killed)
        with pytest.raises(SetupError, match=rf"is dead: its process {killed.process} is gone"):
            bootstrap.drain(office, killed.id)
        _, standing = bootstrap.how_it_stands(office.root)
        (found,) = standing.workers
        assert (found.dead, found.silent) == (True, True)
        assert any(one.startswith("dead: worker ") for one in standing.needs)
    bootstrap.restore(office, file, replace=True)


def test_a_process_of_this_machine_that_hangs_bars_a_restore(place: Place, tmp_path: Path) -> None:
    office, file = place("sqlite"), tmp_path / "march.backup"
    here = replace(far_away(), id=new_worker_id(), host=this_machine(), process=os.getpid())
    with opened(office) as store:
        bootstrap.back_up(office, file)
        store.workers.enrol(here)
        last_heard(store, seconds=3600)
        with pytest.raises(StoreError, match=rf"silent, but its process {os.getpid()} lives"):
            bootstrap.restore(office, file, replace=True)


def far_away() -> WorkerRow:
    return WorkerRow(
        id="desk-1.7", kind="worker", host="desk-1", process=7, version="1", queues=("clerks",),
        started=MORNING, seen=MORNING,
    )  # fmt: skip


def ended_here() -> WorkerRow:
    """A worker of this machine that has just ended."""
    code = (
        "import os; from clerkwork.adapters.holding import new_worker_id, this_machine; "
        "print(new_worker_id(), this_machine(), os.getpid())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    id, host, process = done.stdout.split()
    return replace(far_away(), id=id, host=host, process=int(process))


def last_heard(store: Store, *, seconds: int) -> None:
    """Nobody was heard of for so long."""
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)
    with store.database.write() as connection:
        connection.execute(update(schema.workers).values(seen=long_ago))


def test_a_run_at_another_desk_is_respected(place: Place, tmp_path: Path) -> None:
    office, file = place("postgresql"), tmp_path / "march.backup"
    with opened(office) as store:
        store.runs.begin("20260303-1", "round", MORNING)
        bootstrap.back_up(office, file)
        with pytest.raises(StoreError, match="20260303-1 is under way at somebody's desk"):
            bootstrap.restore(office, file, replace=True)


class TestFiles:
    @pytest.fixture
    def office(self, place: Place) -> Workspace:
        made = place("sqlite")
        with opened(made) as store:
            store.books.replace_open_items("kantoor", [item(str(n), 100) for n in range(500)])
        return made

    def test_every_cut_and_every_changed_byte_is_seen(
        self, office: Workspace, place: Place, tmp_path: Path
    ) -> None:
        file, other = tmp_path / "march.backup", place("sqlite")
        bootstrap.back_up(office, file)
        whole = file.read_bytes()
        body = whole.index(b"\n") + 1
        broken = [whole[:at] for at in (0, 5, body - 9, body, body + 7, len(whole) - 1)]
        for at in (3, body - 4, body, body + 99, len(whole) - 2):
            broken.append(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        for content in [*broken, whole + b"more", b"a letter"]:
            file.write_bytes(content)
            with pytest.raises(StoreError, match=r"damaged|no backup"):
                bootstrap.restore(other, file, replace=True)
        assert not any(rows(other).values())

    def test_nothing_is_overwritten_and_nothing_is_left_of_what_failed(
        self, office: Workspace, tmp_path: Path
    ) -> None:
        file = tmp_path / "march.backup"
        file.write_text("kept")
        with pytest.raises(StoreError, match="exists already"):
            bootstrap.back_up(office, file)
        with pytest.raises(StoreError, match="cannot be written: No such file"):
            bootstrap.back_up(office, tmp_path / "nowhere" / "march.backup")
        with pytest.raises(StoreError, match="cannot be read: No such file"):
            bootstrap.restore(office, tmp_path / "nothing.backup", replace=True)
        assert file.read_text() == "kept"

    def test_one_of_a_newer_release_is_refused(self, office: Workspace, tmp_path: Path) -> None:
        file = tmp_path / "march.backup"
        made = bootstrap.back_up(office, file)
        newer = file.read_bytes().replace(f'"{made.schema}"'.encode(), b'"0999"', 1)
        file.write_bytes(newer)
        with pytest.raises(StoreError, match=r"of a newer release .*schema 0999"):
            bootstrap.restore(office, file, replace=True)
        assert len(rows(office)["open_items"]) == 500

    def test_a_damaged_store_is_told_and_its_last_backup_put_back(
        self, office: Workspace, tmp_path: Path
    ) -> None:
        file, before = tmp_path / "march.backup", rows(office)
        bootstrap.back_up(office, file)
        store = office.output / "clerkwork.db"
        with store.open("r+b") as opened_file:
            opened_file.seek(4096)
            opened_file.write(os.urandom(store.stat().st_size - 8192))
        with pytest.raises(StoreError, match="damaged"):
            bootstrap.back_up(office, tmp_path / "april.backup")
        assert not (tmp_path / "april.backup").exists()
        with pytest.raises(StoreError, match=r"is damaged; nothing was changed\. Give --replace"):
            bootstrap.restore(office, file, replace=False)
        _, kept = bootstrap.restore(office, file, replace=True)
        assert kept is not None
        assert kept.suffix == ".damaged"
        assert rows(office) == before


def test_as_it_is_typed(place: Place, tmp_path: Path) -> None:
    office, file = place("postgresql"), tmp_path / "march.backup"
    with opened(office) as store:
        store.books.replace_open_items("kantoor", [item("1", 100)])

    def typed(*words: str) -> str:
        done = CliRunner().invoke(app, ["store", *words, "--workspace", str(office.root)])
        assert done.exit_code == 0, done.output
        return done.stdout

    shown = typed("show")
    assert shown.startswith("postgresql://clerk@/")
    assert "open_items" in shown
    assert "SHA-256" in typed("backup", str(file))
    told = typed("restore", "--replace", str(file))
    assert "the store is what it was at" in told
    assert "what the store held is in" in told
    moved = typed("move", "sqlite:///output/moved.db")
    assert moved.endswith('store = "sqlite:///output/moved.db"\n')
    assert (office.output / "moved.db").exists()


@pytest.mark.parametrize("kind", BOTH)
def test_a_dry_run_works_on_a_copy(place: Place, kind: str) -> None:
    office = place(kind)
    with opened(office) as store:
        one_of_everything(store)
    before = rows(office)
    with bootstrap.open_office(office, dry=True) as (_, tried):
        assert len(tried.books.debtors()) == 2
        tried.books.replace_open_items("kantoor", [item("1", 100)])
        assert len(tried.books.open_items()) == 3
    assert rows(office) == before

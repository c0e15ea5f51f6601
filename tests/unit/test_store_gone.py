"""A store that was lost under a process is noticed at once; none is made anew without a word."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from store_cases import item
from typer.testing import CliRunner
from workspaces import fresh

from clerkwork import bootstrap
from clerkwork.adapters.engine import EngineQueue, engine_url
from clerkwork.adapters.holding import HeldLeases
from clerkwork.adapters.store import Store, open_store
from clerkwork.cli.app import app
from clerkwork.errors import LeaseLost, StoreError, StoreGone
from clerkwork.testing import FixedClock

LOOKS = (
    ("status",),
    ("list",),
    ("schedule",),
    ("slots",),
    ("stops",),
    ("review", "list"),
    ("alerts", "list"),
    ("store", "show"),
    ("store", "backup", "x.backup"),
    ("drain", "desk"),
    ("tidy",),
    ("verify", "last"),
    ("resume",),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


@pytest.fixture
def env(tmp_path: Path) -> Mapping[str, str]:
    return {**os.environ, "CLERKWORK_VAULT_KEY": str(tmp_path / "key")}


def store_file(root: Path) -> Path:
    return root / "output" / "clerkwork.db"


def opened(root: Path) -> Store:
    return open_store(f"sqlite:///{store_file(root)}", FixedClock())


def told(root: Path, *words: str) -> tuple[int, str]:
    """Exit status and what was said, of an error the message."""
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)])
    return done.exit_code, done.output if done.exception is None else str(done.exception)


def name_store(root: Path, url: str) -> None:
    settings = root / "config" / "workspace.toml"
    kept = [one for one in settings.read_text().splitlines() if not one.startswith("store")]
    settings.write_text("\n".join([f'store = "{url}"', *kept]) + "\n")


def leave_evidence(root: Path) -> None:
    run = root / "output" / "evidence" / "20260303-080000-daily_round-1f3a"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")


@pytest.mark.parametrize("became", ["gone", "another"])
def test_nothing_is_read_or_written_in_a_file_that_is_not_the_stores_any_more(
    root: Path, became: str
) -> None:
    store = opened(root)
    store.books.replace_open_items("kantoor", [item("1", 100)])
    for file in store_file(root).parent.glob("clerkwork.db*"):
        file.rename(root / file.name)
    if became == "another":
        opened(root).close()
    with pytest.raises(StoreGone, match=r"is gone|is another file now"):
        store.books.replace_open_items("kantoor", [item("2", 100)])
    with pytest.raises(StoreGone):
        store.books.open_items()
    with pytest.raises(StoreGone):
        store.database.check()
    # Nor is an empty one made by a connection that is opened later.
    store.database.engine.dispose()
    with pytest.raises(StoreGone):
        store.books.open_items()
    assert store_file(root).exists() == (became == "another")
    for file in root.glob("clerkwork.db*"):
        file.rename(store_file(root).parent / file.name)
    assert store.books.open_items() == (item("1", 100),), "it is there again, as it was"
    store.close()


def test_what_was_begun_before_the_store_was_lost_is_not_called_written(root: Path) -> None:
    store = opened(root)
    with pytest.raises(StoreGone):
        stop_and_lose(store, root)
    (root / "kept.db").rename(store_file(root))
    assert store.stops.standing() == ()
    store.close()


def stop_and_lose(store: Store, root: Path) -> None:
    with store.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO stops (scope, by, why, since, lifted_by) "
            "VALUES ('writes', 'ann', '', '2026-03-03T08:00:00.000000+00:00', '')"
        )
        store_file(root).rename(root / "kept.db")


def test_no_act_is_done_at_a_portal_once_the_store_is_lost(root: Path) -> None:
    store = opened(root)
    holding = HeldLeases(store.leases, {}, holder="ann", threads=False, check=store.database.check)
    with holding.hold("login x", "the login of x"):
        holding.sure()
        store_file(root).rename(root / "kept.db")
        with pytest.raises(StoreGone):
            holding.sure()
        lost: list[str] = []
        holding.on_loss(lambda: lost.append("its browsers are ended"))
        holding.renew()
        assert lost
        with pytest.raises(LeaseLost):
            holding.sure()
    store.close()


def test_a_worker_that_the_store_does_not_know_was_robbed_of_its_store(root: Path) -> None:
    store = opened(root)
    with pytest.raises(StoreGone, match="was replaced while this process worked"):
        store.workers.seen("desk-1-a")
    store.close()


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_what_only_reads_makes_no_store(
    root: Path, env: Mapping[str, str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    told(root, *words)
    assert not store_file(root).exists(), "not where nothing was ever run either"
    deep = tmp_path / "deep"
    name_store(root, f"sqlite:///{deep / 'er' / 'clerkwrok.db'}")
    code, said = told(root, *words)
    assert code != 0
    assert f"There is no store at {deep / 'er' / 'clerkwrok.db'}; nothing was made" in said
    assert not deep.exists()


def test_no_folder_is_made_outside_of_the_workspace(root: Path, tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    name_store(root, f"sqlite:///{deep / 'clerkwork.db'}")
    code, said = told(root, "stop", "--why", "release day")
    assert (code, deep.exists()) == (1, False)
    assert f"There is no folder {deep} for the store; nothing was made" in said
    deep.mkdir()
    assert told(root, "stop", "--why", "release day")[0] == 0
    assert (deep / "clerkwork.db").exists()


@pytest.mark.parametrize("left", ["queue", "evidence"])
@pytest.mark.parametrize("words", [*LOOKS, ("run", "daily_round"), ("serve",)], ids=" ".join)
def test_a_store_that_was_lost_is_not_made_anew_without_a_word(
    root: Path, left: str, words: tuple[str, ...]
) -> None:
    lose_store(root, left)
    code, said = told(root, *words)
    assert code == 1
    assert f"There is no store at {store_file(root)}, but" in said
    assert {"queue": "engine.db lies beside it", "evidence": "evidence of 1 runs"}[left] in said
    assert "clerkwork store restore FILE" in said
    assert "clerkwork store new" in said
    assert not store_file(root).exists()


def lose_store(root: Path, left: str) -> None:
    if left == "queue":
        store_file(root).parent.mkdir(exist_ok=True)
        EngineQueue(engine_url(f"sqlite:///{store_file(root)}")).close()
    else:
        leave_evidence(root)


def test_a_lost_store_is_restored_or_begun_anew_by_name(root: Path, tmp_path: Path) -> None:
    with_items = opened(root)
    with_items.books.replace_open_items("kantoor", [item("1", 100)])
    with_items.close()
    place, backup = bootstrap.open_workspace(root), tmp_path / "march.backup"
    bootstrap.back_up(place, backup)
    leave_evidence(root)
    with pytest.raises(StoreError, match="There is a store already, so nothing was made"):
        bootstrap.begin_anew(place)
    store_file(root).unlink()
    assert told(root, "store", "new") == (0, f"an empty store is at {store_file(root)}\n")
    assert told(root, "list")[0] == 0
    store_file(root).unlink()
    bootstrap.restore(place, backup, replace=False)
    again = opened(root)
    assert again.books.open_items() == (item("1", 100),)
    again.close()


def test_a_store_of_which_only_the_name_is_left_is_lost(root: Path) -> None:
    opened(root).close()
    leave_evidence(root)
    store_file(root).write_bytes(b"")
    code, said = told(root, "list")
    assert code == 1
    assert "There is no store at" in said


def test_a_damaged_queue_is_one_clear_error_and_its_file_its_owners_alone(root: Path) -> None:
    opened(root).close()
    queue = store_file(root).with_name("engine.db")
    queue.write_bytes(b"not a database " * 500)
    queue.chmod(0o644)
    with pytest.raises(StoreError) as caught:
        EngineQueue(engine_url(f"sqlite:///{store_file(root)}"))
    said = str(caught.value)
    assert "engine.db, beside the store, is damaged" in said
    assert "Move it away and start again" in said
    assert "\n" not in said
    assert "sqlalche" not in said.lower()
    assert stat.S_IMODE(queue.stat().st_mode) == 0o600
    queue.unlink()
    EngineQueue(engine_url(f"sqlite:///{store_file(root)}")).close()
    modes = {stat.S_IMODE(one.stat().st_mode) for one in queue.parent.glob("engine.db*")}
    assert modes == {0o600}

"""`clerkwork status`: a page for people, an object for machines, and whether anybody is needed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from warm import run
from workspaces import fresh

from clerkwork.adapters.store import Store, open_store
from clerkwork.core.alerts import Cause
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Errand, SlotRow, WorkerRow
from clerkwork.testing import MORNING, FixedClock


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


@pytest.fixture
def store(root: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", FixedClock())
    yield store
    store.close()


@pytest.fixture
def env(tmp_path: Path) -> Mapping[str, str]:
    return {**os.environ, "CLERKWORK_VAULT_KEY": str(tmp_path / "key"), "COLUMNS": "100"}


def said(root: Path, env: Mapping[str, str], *words: str, code: int = 0) -> str:
    done = run(("status", *words), root, env, patience=60)
    assert done.returncode == code, done.stderr
    return done.stdout


def as_object(root: Path, env: Mapping[str, str], code: int = 0) -> Any:
    return json.loads(said(root, env, "--json", code=code))


def process(id: str, kind: str = "worker", queues: tuple[str, ...] = ("clerks",)) -> WorkerRow:
    return WorkerRow(
        id=id, kind=kind, host="clerk-2", process=7, version="1", queues=queues,
        started=MORNING, seen=MORNING,
    )  # fmt: skip


def test_a_fresh_workspace_needs_nobody(root: Path, env: Mapping[str, str]) -> None:
    page = said(root, env)
    assert "Needs a person" not in page
    assert "daily_round" in page
    assert "never" in page
    assert "`clerkwork serve` is both" in page
    found = as_object(root, env)
    assert found["needs"] == found["alerts"] == found["workers"] == []
    (daily,) = (one for one in found["tasks"] if one["task"] == "daily_round")
    assert daily["next"].endswith("Z")


def test_all_that_goes_on_is_on_the_page(root: Path, env: Mapping[str, str], store: Store) -> None:
    store.workers.enrol(process("w-77"))
    store.workers.enrol(process("s-1", "serve"))
    store.workers.drain("w-77")
    store.errands.ask(Errand(id="e-1", task="daily_round", by="ann", asked=MORNING))
    store.runs.begin("20260303-080000-daily_round-1f3a", "daily_round", MORNING, worker="w-77")
    store.leases.take(
        "x", shown="the login of kantoor_erp", holder="run 1", worker="w-77", seconds=600
    )
    page = said(root, env)
    for words in (
        "20260303-080000-daily_round-1f3a",
        "2026-03-03 09:00",
        "clerk-2",
        "draining",
        "clerks 1",
        "the login of kantoor_erp",
    ):
        assert words in page
    assert "`clerkwork serve`" not in page


def test_that_no_scheduler_is_at_work_needs_a_person_where_one_was(
    root: Path, env: Mapping[str, str], store: Store
) -> None:
    """Whoever runs everything by hand needs none, and is not told."""
    store.workers.enrol(process("w-1"))
    told = (
        "no scheduler is at work, and 2 of the tasks have a schedule: "
        "clerkwork serve, or clerkwork scheduler"
    )
    assert as_object(root, env, code=1)["needs"] == [told]
    store.workers.retire("w-1")
    assert as_object(root, env)["needs"] == []
    begun = SlotRow(task="daily_round", due=MORNING, state="begun", at=MORNING)
    store.slots.account("daily_round", [begun])
    assert as_object(root, env, code=1)["needs"] == [told]
    store.workers.enrol(process("s-1", "scheduler"))
    assert as_object(root, env)["needs"] == []


def test_that_nobody_takes_from_a_queue_needs_a_person(
    root: Path, env: Mapping[str, str], store: Store
) -> None:
    store.workers.enrol(process("s-1", "scheduler"))
    store.workers.enrol(process("w-1"))
    for id in ("e-1", "e-2"):
        errand = Errand(id=id, task="key", by="ann", asked=MORNING, queue="approvals")
        store.errands.ask(errand)
    found = as_object(root, env, code=1)
    (told,) = found["needs"]
    assert told.startswith("no worker takes from the queue approvals, where 2 wait:")
    assert (found["schedulers"], found["queue_workers"]) == (1, {"approvals": 0, "clerks": 1})
    store.workers.enrol(process("w-2", queues=("approvals",)))
    assert as_object(root, env)["needs"] == []


@pytest.mark.parametrize("what", ["alert", "stop", "item"])
def test_what_needs_a_person_comes_first_and_the_status_is_1(
    root: Path, env: Mapping[str, str], store: Store, what: str
) -> None:
    if what == "alert":
        wrong = Cause(cause="failed/x", kind="failed", text="remind failed: the mail is down")
        store.alerts.see(wrong, MORNING)
    if what == "stop":
        store.stops.pull("writes", "ann", "release day")
    if what == "item":
        item = WorkItem(id="a", key="a", kind="match", title="De Vries BV", created=MORNING)
        store.queue.put(item)
    page = said(root, env, code=1)
    told = {
        "alert": "alert: remind failed: the mail is down",
        "stop": "stopped: writes, by ann: release day",
        "item": "work items that wait for a decision: 1",
    }[what]
    assert page.splitlines()[:2] == ["Needs a person", f"  {told}"]
    assert as_object(root, env, code=1)["needs"] == [told]


def test_a_text_from_outside_steers_no_terminal(
    root: Path, env: Mapping[str, str], store: Store
) -> None:
    wrong = Cause(cause="failed/x", kind="failed", text="remind failed: \x1b[2J\u202e gone")
    store.alerts.see(wrong, MORNING)
    assert "\x1b" not in said(root, env, code=1)

"""What was asked for is carried out once; what a worker's silence means is told by the store."""

from __future__ import annotations

import datetime as dt

import pytest
from store_cases import Stores

from clerkwork.adapters.store import Store
from clerkwork.ports import Errand, WorkerRow

ASKED = dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)


def errand(id: str, **more: object) -> Errand:
    return Errand(**{"id": id, "task": "daily_round", "by": "Inge", "asked": ASKED, **more})  # type: ignore[arg-type]


def worker(id: str) -> WorkerRow:
    return WorkerRow(
        id=id,
        kind="worker",
        host="desk-1",
        process=4711,
        version="1",
        queues=("clerks",),
        started=ASKED,
        seen=ASKED,
    )


pytest_plugins = ["store_fixtures"]


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def test_the_same_errand_is_asked_for_once(store: Store) -> None:
    assert store.errands.ask(errand("slot/1"))
    assert not store.errands.ask(errand("slot/1", by="somebody else"))
    assert [one.by for one in store.errands.all()] == ["Inge"]


def test_the_most_urgent_waits_in_front(store: Store) -> None:
    store.errands.ask(errand("extract"))
    store.errands.ask(errand("approval", priority=10))
    store.errands.ask(errand("another extract"))
    waiting = [one.id for one in store.errands.waiting()]
    assert waiting == ["approval", "extract", "another extract"]


def test_an_errand_goes_from_queued_over_running_to_its_end(store: Store) -> None:
    store.errands.ask(errand("one"))
    store.errands.begin("one", 1)
    assert store.errands.waiting() == ()
    later = ASKED + dt.timedelta(minutes=1)
    waits = store.errands.again("one", later, "the bank was down")
    assert (waits.state, waits.not_before, waits.attempts) == ("queued", later, 1)
    store.errands.begin("one", 2)
    store.errands.end("one", "done", "")
    done = store.errands.get("one")
    assert done is not None
    assert (done.state, done.attempts, done.ended is not None) == ("done", 2, True)
    assert [one.id for one in store.errands.ended("daily_round", 5)] == ["one"]


def test_what_is_over_stays_as_it_is(store: Store) -> None:
    store.errands.ask(errand("one"))
    store.errands.end("one", "done", "")
    store.errands.end("one", "failed", "a worker that woke up late")
    over = store.errands.get("one")
    assert over is not None
    assert over.state == "done"
    with pytest.raises(ValueError, match="is over"):
        store.errands.begin("one", 2)


def test_a_worker_is_silent_when_nobody_saw_it_for_so_long(store: Store) -> None:
    store.workers.enrol(worker("desk-1-a"))
    store.workers.enrol(worker("desk-1-b"))
    assert store.workers.silent(3600) == ()
    assert {one.id for one in store.workers.silent(-1)} == {"desk-1-a", "desk-1-b"}
    assert store.workers.retire("desk-1-a")
    assert not store.workers.retire("desk-1-a")
    assert [one.id for one in store.workers.silent(-1)] == ["desk-1-b"]


def test_draining_is_told_to_the_worker_with_its_next_heartbeat(store: Store) -> None:
    store.workers.enrol(worker("desk-1-a"))
    assert not store.workers.seen("desk-1-a").draining
    store.workers.drain("desk-1")
    assert store.workers.seen("desk-1-a").draining
    with pytest.raises(ValueError, match="no worker 'desk-9'"):
        store.workers.drain("desk-9")


def test_a_beginning_that_several_workers_share_names_none_of_them(store: Store) -> None:
    store.workers.enrol(worker("desk-1-a"))
    store.workers.enrol(worker("desk-1-b"))
    with pytest.raises(ValueError, match="several workers: desk-1-a, desk-1-b"):
        store.workers.drain("desk-1")

"""Alerts and counts in the store, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from store_cases import Stores

from clerkwork.adapters.store import Store
from clerkwork.core.alerts import OPEN, OVER, Cause
from clerkwork.core.queue import WorkItem
from clerkwork.ports import BEGUN, Errand, RunTally, SlotRow, WorkerRow
from clerkwork.testing import MORNING, FixedClock

MINUTE = dt.timedelta(minutes=1)
LATER = MORNING + MINUTE

pytest_plugins = ["store_fixtures"]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(stores: Stores, clock: FixedClock) -> Store:
    # The database's own clock is the same here.
    return stores(clock, clock)


def cause(run: str = "r-1", of: str = "failed/x", text: str = "x failed") -> Cause:
    return Cause(cause=of, kind="failed", text=text, run=run)


class TestAlerts:
    def test_what_is_seen_again_is_the_same_and_another_run_counts(self, store: Store) -> None:
        first = store.alerts.see(cause(), MORNING)
        again = store.alerts.see(cause(), LATER)
        other = store.alerts.see(cause("r-2", text="worse"), LATER)
        assert (first.times, again.times, other.times) == (1, 1, 2)
        assert (other.first, other.last, other.run) == (MORNING, LATER, "r-2")
        assert store.alerts.open() == (other,)

    def test_what_was_told_is_remembered_by_channel(self, store: Store) -> None:
        store.alerts.see(cause(), MORNING)
        store.alerts.told("failed/x", "mail", OPEN, MORNING)
        store.alerts.told("failed/x", "teams", OPEN, LATER)
        (alert,) = store.alerts.all()
        assert (alert.told_by, alert.told) == ({"mail": OPEN, "teams": OPEN}, MORNING)

    def test_one_that_is_over_is_owed_until_all_who_were_told_know(self, store: Store) -> None:
        store.alerts.see(cause(), MORNING)
        store.alerts.see(cause(of="failed/y"), MORNING)
        for channel in ("mail", "teams"):
            store.alerts.told("failed/x", channel, OPEN, MORNING)
        store.alerts.settle(["failed/x", "failed/y", "unknown"], LATER)
        assert store.alerts.open() == ()
        store.alerts.told("failed/x", "mail", OVER, LATER)
        assert [one.cause for one in store.alerts.owed()] == ["failed/x"]
        store.alerts.told("failed/x", "teams", OVER, LATER)
        assert store.alerts.owed() == ()

    def test_one_that_comes_back_is_as_new(self, store: Store) -> None:
        store.alerts.see(cause(), MORNING)
        store.alerts.told("failed/x", "mail", OPEN, MORNING)
        store.alerts.settle(["failed/x"], MORNING)
        again = store.alerts.see(cause(), LATER)
        assert (again.first, again.over, again.told, again.told_by) == (LATER, None, None, {})

    def test_the_newest_come_first(self, store: Store) -> None:
        for number in range(3):
            store.alerts.see(cause(of=f"failed/{number}"), MORNING + number * MINUTE)
        assert [one.cause for one in store.alerts.all(2)] == ["failed/2", "failed/1"]

    def test_there_is_nothing_to_tell_of_what_is_not_there(self, store: Store) -> None:
        with pytest.raises(ValueError, match="no alert"):
            store.alerts.told("failed/x", "mail", OPEN, MORNING)


class TestCensus:
    def test_an_empty_store_counts_nothing(self, store: Store) -> None:
        census = store.census
        assert (census.runs(), census.latest()) == ((), ())
        assert not any(
            (census.slots(), census.postings(), census.work_items(), census.heartbeats())
        )

    def test_runs_are_counted_with_the_time_they_took(self, store: Store) -> None:
        for number, outcome in enumerate(("done", "done", "failed")):
            store.runs.begin(f"r-{number}", "daily_round", MORNING)
            ended = MORNING + (number + 1) * MINUTE
            store.runs.end(f"r-{number}", ended, outcome, {}, "")
        store.runs.begin("r-9", "remind", MORNING)
        assert store.census.runs() == (
            RunTally(task="daily_round", outcome="done", runs=2, seconds=180.0),
            RunTally(task="daily_round", outcome="failed", runs=1, seconds=180.0),
            RunTally(task="remind", outcome="running", runs=1, seconds=0.0),
        )
        assert [run.run for run in store.census.latest()] == ["r-2", "r-9"]

    def test_a_slot_counts_by_what_became_of_it(self, store: Store) -> None:
        errand = Errand(id="slot/1", task="remind", by="the schedule", asked=MORNING)
        rows = [
            SlotRow(task="remind", due=MORNING, state=BEGUN, at=MORNING, why="daily"),
            SlotRow(task="remind", due=LATER, state="queued", at=MORNING, errand=errand),
            SlotRow(task="remind", due=LATER + MINUTE, state="missed", at=MORNING, why="off"),
        ]
        assert store.slots.account("remind", rows)
        assert store.census.slots() == {("remind", "queued"): 1, ("remind", "missed"): 1}
        store.errands.end("slot/1", "done", "")
        assert store.census.slots() == {("remind", "done"): 1, ("remind", "missed"): 1}

    def test_work_items_count_until_they_are_decided(self, store: Store) -> None:
        for key in ("a", "b"):
            store.queue.put(WorkItem(id=key, key=key, kind="match", title=key, created=MORNING))
        assert store.census.work_items() == {"match": 2}
        store.queue.close("a", decision="seen", by="ann")
        assert store.census.work_items() == {"match": 1}

    def test_a_heartbeat_is_as_old_as_the_database_says(self, store: Store) -> None:
        for id in ("w1", "w2"):
            worker = WorkerRow(
                id=id, kind="worker", host="here", process=7, version="1", queues=(),
                started=MORNING, seen=MORNING,
            )  # fmt: skip
            store.workers.enrol(worker)
        store.workers.retire("w2")
        (age,) = store.census.heartbeats().values()
        assert 0 <= age < 60

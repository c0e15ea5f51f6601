"""Slots in the store: each recorded once with its errand, whoever comes, on both databases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from schedule_cases import plan
from store_cases import Stores

from clerkwork.adapters.store import Store, open_store
from clerkwork.app.slots import Timetable, account_slots
from clerkwork.core.schedules.plan import Plan, slots
from clerkwork.ports import BEGUN, Accounted, Errand, SlotRow
from clerkwork.testing import FixedClock
from clerkwork.testing_postgres import Postgres

pytest_plugins = ["store_fixtures"]

BEGIN = dt.datetime(2026, 3, 2, 8, 3, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SCHEDULERS = 4


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def row(hour: int, state: str = "queued", task: str = "daily_round") -> SlotRow:
    due = BEGIN + hour * HOUR
    asked = Errand(id=f"slot/{task}/{due:%Y-%m-%dT%H:%MZ}", task=task, by="test", asked=BEGIN)
    return SlotRow(
        task=task,
        due=due,
        state=state,
        at=BEGIN + hour * HOUR,
        why="" if state == "queued" else "=cmd|x",
        errand=asked if state == "queued" else None,
    )


def test_a_batch_is_recorded_with_its_errands(store: Store) -> None:
    batch = (row(0, BEGUN), row(1), row(2, "skipped"))
    assert store.slots.account("daily_round", batch)
    assert store.slots.all() == batch
    assert [errand.id for errand in store.errands.all()] == ["slot/daily_round/2026-03-02T09:03Z"]
    found = store.slots.accounted("daily_round")
    assert found == Accounted(until=BEGIN + 2 * HOUR, schedule="=cmd|x")
    assert store.slots.last() == BEGIN + 2 * HOUR


def test_whoever_has_not_seen_the_last_one_writes_nothing(store: Store) -> None:
    assert store.slots.account("daily_round", [row(0, BEGUN)])
    assert not store.slots.account("daily_round", [row(1)])
    assert not store.slots.account("daily_round", [row(1)], after=BEGIN + HOUR)
    assert store.slots.account("daily_round", [row(1)], after=BEGIN)
    assert not store.slots.account("daily_round", [row(2)], after=BEGIN)
    assert len(store.slots.all()) == 2
    assert len(store.errands.all()) == 1


def test_nothing_is_known_of_what_never_began(store: Store) -> None:
    assert store.slots.accounted("daily_round") is None
    assert store.slots.last() is None
    assert store.slots.all() == ()


def test_tasks_are_accounted_for_apart(store: Store) -> None:
    assert store.slots.account("daily_round", [row(0, BEGUN), row(3)])
    assert store.slots.account("another", [row(1, BEGUN, "another"), row(2, task="another")])
    assert [one.task for one in store.slots.all()] == [
        *("daily_round", "another", "another", "daily_round"),
    ]
    assert [one.due for one in store.slots.all("another", BEGIN + 2 * HOUR)] == [BEGIN + 2 * HOUR]


def test_an_errand_that_is_there_already_is_not_asked_for_again(store: Store) -> None:
    asked = row(1).errand
    assert asked is not None
    store.errands.ask(asked)
    store.errands.end(asked.id, "done", "")
    assert store.slots.account("daily_round", [row(0, BEGUN), row(1)])
    assert [one.outcome for one in store.slots.all()] == [BEGUN, "done"]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("missed", ["latest", "catch up"])
def test_several_schedulers_at_once_give_each_slot_once(
    database: str, missed: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Each has a connection and a clock of its own, and they come in the same moment, 40 times."""
    url = f"sqlite:///{tmp_path / 'clerkwork.db'}"
    if database == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.store()
    made = replace(plan("*/20 * * * *"), missed=missed)
    stores = [open_store(url, FixedClock(BEGIN)) for _ in range(SCHEDULERS)]
    together = Barrier(SCHEDULERS)
    ends = [BEGIN + n * dt.timedelta(minutes=47) for n in range(40)]

    def schedule(number: int) -> None:
        store = stores[number]
        for at in ends:
            together.wait(60)
            tick(store, made, at + number * dt.timedelta(seconds=1))
            for errand in store.errands.under_way() if number == 0 else ():
                store.errands.end(errand.id, "done", "")

    with ThreadPoolExecutor(SCHEDULERS) as pool:
        for done in [pool.submit(schedule, number) for number in range(SCHEDULERS)]:
            done.result()
    while tick(stores[0], made, ends[-1] + dt.timedelta(seconds=SCHEDULERS)):
        for errand in stores[0].errands.under_way():
            stores[0].errands.end(errand.id, "done", "")
    begun, *rows = stores[0].slots.all()
    assert begun.state == BEGUN
    wanted = [slot.due for slot in slots(made, begun.due, ends[-1])]
    assert [one.due for one in rows] == wanted
    assert len(wanted) > 90
    asked = Counter(one.errand.id for one in rows if one.errand)
    assert set(asked.values()) == {1}
    assert {errand.id for errand in stores[0].errands.all()} == set(asked)
    for store in stores:
        store.close()


def tick(store: Store, made: Plan, now: dt.datetime) -> tuple[SlotRow, ...]:
    return account_slots(
        Timetable(plans={made.task: made}, former=lambda plan, said: None),
        slots=store.slots,
        errands=store.errands,
        now=now,
        batch=2,
    )

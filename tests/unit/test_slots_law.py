"""Over any ticks, outages, schedulers and crashes, what is accounted for is just what was due."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_cases import plan
from store_cases import emptied

from clerkwork.adapters.store import Store, open_store
from clerkwork.app.slots import Timetable, account_slots, waiting_slots
from clerkwork.core.schedules.plan import MISSED, Plan, slots
from clerkwork.core.schedules.windows import Blackout, read_span, read_windows
from clerkwork.ports import BEGUN, Accounted, SlotRow
from clerkwork.testing import FixedClock, memory_store
from clerkwork.testing_postgres import Postgres

MINUTE = dt.timedelta(minutes=1)
BEGIN = dt.datetime(2026, 3, 27, 20, 3, tzinfo=dt.UTC)
"""A Friday evening, and the clock goes forward on Sunday."""


class Died(Exception):
    """A scheduler's process ended."""


@dataclass(slots=True)
class Shaky:
    """The store as a scheduler sees it that may die, or be overtaken, at its nth write."""

    store: Store
    dies_before: int = 0
    dies_after: int = 0
    overtaken_at: int = 0
    overtake: Callable[[], object] = lambda: None
    writes: int = 0

    def account(self, task: str, rows: Sequence[SlotRow], after: dt.datetime | None = None) -> bool:
        self.writes += 1
        if self.writes == self.overtaken_at:
            self.overtake()
        if self.writes == self.dies_before:
            raise Died
        done = self.store.slots.account(task, rows, after)
        if self.writes == self.dies_after:
            raise Died
        return done

    def accounted(self, task: str) -> Accounted | None:
        return self.store.slots.accounted(task)

    def last(self) -> dt.datetime | None:
        return self.store.slots.last()

    def all(self, task: str = "", since: dt.datetime | None = None) -> tuple[SlotRow, ...]:
        return self.store.slots.all(task, since)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    said = draw(
        st.sampled_from(
            ["*/20 * * * *", "7 * * * *", "30 2 * * *", "06:00 and 14:00 on business days"]
        )
    )
    span = read_span("2026-03-28 04:00 to 2026-03-28 09:30")
    return plan(
        said,
        draw(st.sampled_from(["", "NL"])),
        missed=draw(st.sampled_from(MISSED)),
        overlap=draw(st.booleans()),
        late_after=draw(st.sampled_from([MINUTE, 15 * MINUTE, 90 * MINUTE])),
        jitter=draw(st.sampled_from([0 * MINUTE, MINUTE])),
        blackouts=draw(st.sampled_from([(), (Blackout(span=span, why="closing"),)])),
        windows={"bank": read_windows(draw(st.sampled_from([(), ("daily 01:30-03:10",)])))},
        when_closed=draw(st.sampled_from(["wait", "skip"])),
    )


MOVES = st.one_of(
    st.tuples(st.just("pass"), st.sampled_from([1, 5, 20, 60, 60 * 7, 60 * 30, -3, -90])),
    st.tuples(st.just("tick"), st.sampled_from([0, 0, 0, -2, 3])),
    st.tuples(st.just("dies before"), st.integers(1, 3)),
    st.tuples(st.just("dies after"), st.integers(1, 3)),
    st.tuples(st.just("overtaken"), st.integers(1, 3)),
    st.tuples(st.just("run ends"), st.just(0)),
    st.tuples(st.just("stop"), st.booleans()),
)


@dataclass(slots=True)
class World:
    """One task, its store, and a clock that is moved about."""

    store: Store
    made: Plan
    now: dt.datetime = BEGIN
    furthest: dt.datetime = BEGIN
    stopped: bool = False
    batch: int = 2

    def tick(self, skew: int = 0, shaky: Shaky | None = None) -> None:
        at = self.now + skew * MINUTE
        self.furthest = max(self.furthest, at)
        account_slots(
            Timetable(plans={self.made.task: self.made}, former=lambda plan, said: None),
            slots=shaky or self.store.slots,
            errands=self.store.errands,
            now=at,
            stopped={self.made.task: "for the test"} if self.stopped else {},
            batch=self.batch,
        )

    def move(self, what: str, number: int) -> None:
        match what:
            case "pass":
                self.now += number * MINUTE
            case "tick":
                self.tick(number)
            case "run ends":
                for errand in self.store.errands.under_way()[:1]:
                    self.store.errands.end(errand.id, "done", "")
            case "stop":
                self.stopped = bool(number)
            case "overtaken":
                self.tick(0, Shaky(self.store, overtaken_at=number, overtake=lambda: self.tick(1)))
            case _:
                shaky = Shaky(self.store)
                setattr(shaky, what.replace(" ", "_"), number)
                try:
                    self.tick(0, shaky)
                except Died:
                    return

    def check_no_overlap(self) -> None:
        if not self.made.overlap:
            assert len(self.store.errands.under_way()) <= 1


@pytest.fixture(scope="module")
def kept() -> Iterator[Store]:
    store = memory_store()
    yield store
    store.close()


HISTORIES = st.tuples(plans(), st.lists(MOVES, max_size=25), st.integers(1, 4))
History = tuple[Plan, list[tuple[str, int]], int]


@pytest.fixture(scope="module")
def kept_there(postgres: Postgres) -> Iterator[Store]:
    store = open_store(postgres.store(), FixedClock())
    yield store
    store.close()


@settings(max_examples=250, deadline=None)
@given(history=HISTORIES)
def test_every_slot_is_accounted_for_once(kept: Store, history: History) -> None:
    check_history(emptied(kept), history)


@settings(max_examples=25, deadline=None)
@given(history=HISTORIES)
def test_on_postgresql_as_well(kept_there: Store, history: History) -> None:
    check_history(emptied(kept_there), history)


def check_history(store: Store, history: History) -> None:
    made, moves, batch = history
    world = World(store, made, batch=batch)
    world.tick()
    for what, number in moves:
        world.move(what, number)
        world.check_no_overlap()
    world.now = max(world.now, world.furthest)
    world.tick()
    rows = store.slots.all()
    waiting = waiting_slots(
        Timetable(plans={made.task: made}, former=lambda plan, said: None), store.slots, world.now
    )
    assert rows[0].state == BEGUN
    begun, due = rows[0], [row.due for row in rows[1:]] + [row.due for row in waiting]
    assert due == [slot.due for slot in slots(made, begun.due, world.furthest)]
    if waiting:
        assert (made.missed, made.overlap) == ("catch up", False)
        assert store.errands.under_way()
    check_reasons(made, rows[1:])
    asked = Counter(row.errand.id for row in rows if row.errand)
    assert {errand.id for errand in store.errands.all()} == set(asked)
    assert set(asked.values()) <= {1}


def check_reasons(made: Plan, rows: Sequence[SlotRow]) -> None:
    first = rows[0].due - MINUTE if rows else BEGIN
    last = rows[-1].due if rows else BEGIN
    for row, slot in zip(rows, slots(made, first, last), strict=True):
        assert (row.state == "skipped") == bool(slot.why)
        assert (row.state == "queued") == (row.errand is not None)
        assert row.why or row.state == "queued"
        if row.state == "missed":
            assert made.missed in ("latest", "skip")
        if row.errand is not None:
            assert row.errand.id == f"slot/daily_round/{row.due:%Y-%m-%dT%H:%MZ}"
            assert (row.errand.not_before or row.due) == slot.start
        if row.state == "queued" and made.missed == "skip":
            assert row.at <= slot.start + made.late_after
    # Of what was missed the last one runs, or its run before is still under way.
    runnable = [row.state for row in rows if row.state != "skipped"]
    if made.missed == "latest" and runnable:
        assert runnable[-1] in ("queued", "refused")
    if made.missed == "catch up":
        assert set(runnable) <= {"queued", "refused"}


def test_of_a_long_outage_each_runs_once_in_turn_where_it_is_so_declared(kept: Store) -> None:
    store = emptied(kept)
    world = World(store, replace(plan("0 * * * *"), missed="catch up"))
    world.tick()
    world.now += dt.timedelta(hours=10)
    for _ in range(10):
        world.tick()
        assert len(store.errands.under_way()) == 1
        store.errands.end(store.errands.under_way()[0].id, "done", "")
    world.tick()
    assert [row.outcome for row in store.slots.all()] == ["begun", *["done"] * 10]


def test_what_waits_for_its_turn_is_not_overtaken_by_what_is_skipped(kept: Store) -> None:
    store = emptied(kept)
    dark = Blackout(span=read_span("2026-03-28 02:00 to 2026-03-28 04:00"), why="closing")
    made = replace(plan("0 * * * *"), missed="catch up", blackouts=(dark,))
    world = World(store, made)
    world.tick()
    world.now += dt.timedelta(hours=8)
    world.tick()
    assert [row.state for row in store.slots.all()] == ["begun", "queued"]
    for _ in range(8):
        world.move("run ends", 0)
        world.tick()
    assert Counter(row.outcome for row in store.slots.all()) == {
        "begun": 1,
        "done": 6,
        "skipped": 2,
    }

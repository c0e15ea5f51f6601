"""An outage of the store is nobody's death; what was really dead is still taken over."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.adapters.holding import lives_here, new_worker_id, this_machine
from clerkwork.adapters.store import Store
from clerkwork.app.muster import hand_over_from_dead, states
from clerkwork.bootstrap.pulse import Pulse
from clerkwork.core.attention import Attention
from clerkwork.errors import StoreError, StoreGone
from clerkwork.ports import WorkerRow, Workers
from clerkwork.testing import MORNING, memory_store

SILENCE = 30.0


def worker(id: str, kind: str = "worker") -> WorkerRow:
    return WorkerRow(
        id=id, kind=kind, host="clerk-2", process=7, version="1", queues=("clerks",),
        started=MORNING, seen=MORNING,
    )  # fmt: skip


def test_who_has_just_begun_or_was_cut_off_has_heard_of_nobody_for_too_short() -> None:
    attention = Attention(SILENCE)
    assert not attention.is_long(1000.0)
    for at in range(0, 31, 5):
        attention.heard(at)
        assert not attention.is_long(at)
    attention.heard(35)
    assert attention.is_long(35)
    attention.cut_off()
    attention.heard(40)
    assert not attention.is_long(70)


@pytest.mark.parametrize("later", [100.0, -100.0])
def test_who_was_frozen_begins_anew(later: float) -> None:
    attention = Attention(SILENCE)
    for at in range(0, 101, 5):
        attention.heard(at)
    attention.heard(100 + later)
    assert not attention.is_long(100 + later + 1)


@given(
    heartbeat=st.floats(0.1, SILENCE / 3),
    outage=st.floats(0, 10 * SILENCE),
    before=st.floats(0, 5 * SILENCE),
    apart=st.floats(0, 1),
)
def test_of_two_that_live_none_takes_the_other_for_dead_after_any_outage(
    heartbeat: float, outage: float, before: float, apart: float
) -> None:
    """Each beats in its own rhythm; whoever comes back first judges first."""
    attention, last = Attention(SILENCE), 0.0
    beats = sorted(
        [(n * heartbeat, "I") for n in range(1, 200)]
        + [((n + apart) * heartbeat, "other") for n in range(1, 200)]
    )
    for at, who in beats:
        away = before < at < before + outage
        if who == "other":
            last = last if away else at
        elif away:
            attention.cut_off()
        else:
            attention.heard(at)
            assert not (attention.is_long(at) and at - last > SILENCE)


@dataclass
class Slips:
    """The queue's part in it."""

    had: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def hand_over(self, workers: Collection[str]) -> tuple[str, ...]:
        return tuple(one for id in workers for one in self.had.pop(id, ()))


def judge(store: Store, slips: Slips, *, attentive: bool, alive: bool | None) -> tuple[str, ...]:
    return hand_over_from_dead(
        store.workers,
        slips,  # type: ignore[arg-type]
        silence=-1.0,
        lives=lambda row: alive,
        attentive=attentive,
    )


def test_silence_counts_for_who_was_attentive_and_certain_death_for_everybody() -> None:
    with closing(memory_store()) as store:
        store.workers.enrol(worker("w1"))
        slips = Slips({"w1": ("e1",)})
        assert judge(store, slips, attentive=False, alive=None) == ()
        assert judge(store, slips, attentive=False, alive=True) == ()
        assert [row.id for row in store.workers.at_work()] == ["w1"]
        assert judge(store, slips, attentive=False, alive=False) == ("e1",)
        assert store.workers.at_work() == ()


@pytest.mark.parametrize("alive", [None, True], ids=["elsewhere", "frozen here"])
def test_who_was_silent_all_the_while_is_taken_over(alive: bool | None) -> None:
    with closing(memory_store()) as store:
        store.workers.enrol(worker("w1"))
        assert judge(store, Slips({"w1": ("e1",)}), attentive=True, alive=alive) == ("e1",)
        assert store.workers.at_work() == ()


def test_the_three_ways_in_which_a_process_stands() -> None:
    with closing(memory_store()) as store:
        for id in ("w1", "w2", "w3"):
            store.workers.enrol(worker(id))
        alive = {"w1": False, "w2": True, "w3": None}

        def lives(row: WorkerRow) -> bool | None:
            return alive[row.id]

        assert states(store.workers, silence=60, lives=lives) == {
            "w1": "dead", "w2": "at work", "w3": "at work",
        }  # fmt: skip
        assert states(store.workers, silence=-1, lives=lives) == {
            "w1": "dead", "w2": "silent", "w3": "silent",
        }  # fmt: skip


@dataclass
class Doorway:
    """Workers that are reached or not, as the store answers or not."""

    workers: Workers
    fails: Exception | None = None

    def __getattr__(self, name: str) -> object:
        if self.fails is not None:
            raise self.fails
        return getattr(self.workers, name)


def pulse(door: Doorway, row: WorkerRow, clock: list[float]) -> Pulse:
    return Pulse(
        workers=door,  # type: ignore[arg-type]
        work=Slips(),  # type: ignore[arg-type]
        row=row,
        attention=Attention(0.0),
        ending=threading.Event(),
        now=threading.Event(),
        clock=lambda: clock[0],
    )


def test_who_comes_back_beats_first_and_takes_nobody_for_dead_at_once() -> None:
    with closing(memory_store()) as store:
        door, clock = Doorway(store.workers), [0.0]
        own = worker("w1")
        store.workers.enrol(own)
        store.workers.enrol(worker("w2"))
        one = replace_silence(pulse(door, own, clock), 10.0)
        for at in (0.0, 4.0, 8.0):
            clock[0] = at
            one.beat()
        door.fails = StoreError("the database is gone")
        clock[0] = 1000.0
        one.beat()
        door.fails = None
        one.beat()
        assert not one.now.is_set()
        assert {row.id for row in store.workers.at_work()} == {"w1", "w2"}


def replace_silence(pulse: Pulse, silence: float) -> Pulse:
    return replace(pulse, attention=Attention(silence))


def test_who_was_declared_dead_meanwhile_ends() -> None:
    with closing(memory_store()) as store:
        own = worker("w1")
        store.workers.enrol(own)
        one = pulse(Doorway(store.workers), own, [0.0])
        one.beat()
        assert not one.ending.is_set()
        store.workers.retire("w1")
        one.beat()
        assert one.ending.is_set()
        assert one.now.is_set()
        assert one.gone == ""


def test_whose_store_was_lost_or_replaced_ends_at_once_and_knows_why() -> None:
    with closing(memory_store()) as store:
        door = Doorway(store.workers)
        one = pulse(door, worker("w1"), [0.0])
        one.beat()
        assert "was replaced while this process worked with it" in one.gone
        assert one.now.is_set()
        door.fails = StoreGone("the store is gone")
        two = pulse(door, worker("w2"), [0.0])
        two.beat()
        assert two.gone == "the store is gone"
        assert two.now.is_set()


def test_a_process_is_told_by_its_workers_id_from_a_later_one_of_the_same_number() -> None:
    own, here = new_worker_id(), this_machine()
    assert own != new_worker_id()
    assert lives_here(here, os.getpid(), own) is (True if "/" in here else None)
    head, _, began = own.rpartition("-")
    earlier = f"{head}-{int(began.partition('t')[0], 16) - 1:x}t00"
    assert lives_here(here, os.getpid(), earlier) is (False if "/" in here else None)
    assert lives_here(here, os.getpid(), f"{here}-{os.getpid()}-9c3e") is not False
    assert lives_here("elsewhere/123456", os.getpid(), own) is None

"""Leases that a process holds: surely ours or lost, and a dead holder's are free at once."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest

from clerkwork.adapters.holding import HeldLeases
from clerkwork.adapters.holding.processes import (
    browser_mark,
    end_browsers,
    is_dead,
    this_process,
    told,
)
from clerkwork.adapters.store import Store
from clerkwork.errors import HeldElsewhere, LeaseLost, SetupError, StoreError
from clerkwork.ports import Leases
from clerkwork.testing import FixedClock, memory_store

SECONDS = 30.0
NAMED = """
import sys
from clerkwork.adapters.holding import this_process
print(this_process(), flush=True)
sys.stdin.read()
"""


@dataclass
class Machine:
    """One process of a machine: its own clock, which counts while it is frozen too."""

    store: Store
    ticks: FixedClock
    name: str = "run 1"
    patience: float = 0.0
    now: float = 0.0
    held: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    while_waiting: Callable[[], object] = lambda: None
    answers: Callable[[], bool] | None = None
    """To renewals, in place of the store's own."""
    holding: HeldLeases = field(init=False)

    def __post_init__(self) -> None:
        self.holding = HeldLeases(
            cast(Leases, Renewing(self.store, self.answers)),
            self.held,
            holder=self.name,
            patience=self.patience,
            seconds=SECONDS,
            clock=lambda: self.now,
            pause=self.pause,
            threads=False,
        )
        self.holding.on_loss(lambda: self.ended.append("browser"))

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.while_waiting()
        self.later(seconds)

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.ticks.advance(dt.timedelta(seconds=seconds))


@pytest.fixture
def ticks() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(ticks: FixedClock) -> Iterator[Store]:
    opened = memory_store(ticks=ticks)
    yield opened
    opened.close()


@pytest.fixture
def ours(store: Store, ticks: FixedClock) -> Machine:
    return Machine(store, ticks)


def elsewhere(store: Store, name: str, worker: str = "") -> int:
    epoch = store.leases.take(name, shown=name, holder="run other", worker=worker, seconds=SECONDS)
    assert epoch is not None
    return epoch


def other_process() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", NAMED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def named(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


class TestHolding:
    def test_what_is_held_is_told_to_the_gate_and_given_up_in_order(
        self, ours: Machine, store: Store
    ) -> None:
        with ours.holding.hold("run r1", "run r1"), ours.holding.hold("task x", "Task x"):
            assert ours.held == {"run r1": 1, "task x": 1}
            lease = store.leases.get("task x")
            assert lease is not None
            assert (lease.held, lease.holder, lease.shown) == (True, "run r1", "Task x")
            ours.holding.sure()
        assert ours.held == {}
        lease = store.leases.get("task x")
        assert lease is not None
        assert (lease.held, lease.until) == (False, None)

    def test_renewed_in_time_it_is_held_for_as_long_as_it_takes(self, ours: Machine) -> None:
        with ours.holding.hold("run r1", "run r1"):
            for _ in range(100):
                ours.later(SECONDS / 3)
                assert ours.holding.renew()
                ours.holding.sure()
        assert ours.ended == []

    def test_five_seconds_before_its_end_nothing_that_counts_is_done(self, ours: Machine) -> None:
        with ours.holding.hold("login 1", "The login of erp"):
            ours.later(25)
            ours.holding.sure()
            ours.later(0.1)
            with pytest.raises(LeaseLost, match="The login of erp is not surely held any more"):
                ours.holding.sure()
            assert ours.ended == [], "it is ours still, and may be renewed"
            ours.holding.renew()
            ours.holding.sure()

    def test_a_process_that_was_frozen_knows_when_it_wakes(
        self, ours: Machine, store: Store
    ) -> None:
        with ours.holding.hold("run r1", "run r1"):
            ours.later(SECONDS + 1)
            with pytest.raises(LeaseLost):
                ours.holding.sure()
            ours.holding.look()
            assert ours.ended == ["browser"]
            assert ours.held == {"run r1": -1}, "no claim passes"
            with pytest.raises(LeaseLost), ours.holding.hold("task x", "Task x"):
                pass
            ours.holding.renew()
            assert ours.ended == ["browser"], "once"

    def test_what_was_taken_over_is_lost_at_the_next_renewal(
        self, ours: Machine, store: Store, ticks: FixedClock
    ) -> None:
        with ours.holding.hold("run r1", "run r1"):
            # The other machine's clock says so, and ours does not: the database decides.
            ticks.advance(dt.timedelta(seconds=SECONDS))
            assert elsewhere(store, "run r1") == 2
            ours.holding.renew()
            assert ours.ended == ["browser"]
            with pytest.raises(LeaseLost):
                ours.holding.sure()
        lease = store.leases.get("run r1")
        assert lease is not None
        assert (lease.epoch, lease.held) == (2, True), "giving up gives up nothing of another's"

    def test_a_store_that_does_not_answer_is_asked_again_and_in_the_end_all_is_lost(
        self, store: Store, ticks: FixedClock
    ) -> None:
        def silent() -> bool:
            raise StoreError("the store is locked")

        ours = Machine(store, ticks, answers=silent)
        with ours.holding.hold("run r1", "run r1"):
            ours.later(SECONDS - 1)
            assert not ours.holding.renew()
            assert ours.ended == []
            ours.later(1)
            assert not ours.holding.renew()
            assert ours.ended == ["browser"]

    def test_its_last_seconds_are_told_to_whoever_watches(self, ours: Machine) -> None:
        with ours.holding.hold("run r1", "run r1"):
            ours.later(12)
            assert ours.holding.look() == pytest.approx(SECONDS - 12)


class TestWaiting:
    def test_at_a_desk_it_is_told_at_once_who_holds_it(self, ours: Machine, store: Store) -> None:
        elsewhere(store, "task x", this_process())
        with (
            pytest.raises(SetupError, match=r"Task x is in use by run other .process \d+ on"),
            ours.holding.hold("task x", "Task x"),
        ):
            pass
        assert ours.pauses == []

    def test_where_nobody_waits_it_is_waited_for_and_tried_again_later(
        self, store: Store, ticks: FixedClock
    ) -> None:
        ours = Machine(store, ticks, patience=3.0)
        elsewhere(store, "task x", this_process())
        with pytest.raises(HeldElsewhere), ours.holding.hold("task x", "Task x"):
            pass
        assert sum(ours.pauses) == pytest.approx(3.0)

    def test_of_several_places_whichever_is_free_is_held(self, ours: Machine, store: Store) -> None:
        elsewhere(store, "portal 0")
        with ours.holding.hold_one(("portal 0", "portal 1"), "A session"):
            assert "portal 1" in ours.held
            with (
                pytest.raises(SetupError, match="A session is in use"),
                ours.holding.hold_one(("portal 0", "portal 1"), "A session"),
            ):
                pass

    def test_what_is_given_up_meanwhile_is_held(self, store: Store, ticks: FixedClock) -> None:
        ours = Machine(store, ticks, patience=3.0)
        epoch = elsewhere(store, "task x", this_process())

        ours.while_waiting = lambda: store.leases.release("task x", epoch)
        with ours.holding.hold("task x", "Task x"):
            assert ours.held == {"task x": 2}

    def test_one_that_ran_out_is_taken_over(self, ours: Machine, store: Store) -> None:
        elsewhere(store, "task x")
        ours.later(SECONDS)
        with ours.holding.hold("task x", "Task x"):
            assert ours.held == {"task x": 2}

    def test_two_that_wait_for_each_other_come_past_each_other(
        self, store: Store, ticks: FixedClock
    ) -> None:
        """Whose patience is over first gives up all it holds."""
        ours, theirs = (Machine(store, ticks, name=name, patience=3.0) for name in "ab")
        with theirs.holding.hold("login 2", "The login of bank"):
            with (
                pytest.raises(HeldElsewhere, match="The login of bank is in use by b"),
                ours.holding.hold("login 1", "The login of erp"),
                ours.holding.hold("login 2", "The login of bank"),
            ):
                pass
            with theirs.holding.hold("login 1", "The login of erp"):
                assert set(theirs.held) == {"login 1", "login 2"}

    def test_our_own_that_ran_out_ends_no_browser_of_ours(
        self, ours: Machine, store: Store
    ) -> None:
        """As one that could not be given up, because the store did not answer."""
        elsewhere(store, "login 1", this_process())
        ours.later(SECONDS)
        browser = subprocess.Popen(
            [sys.executable, "-c", NAMED, browser_mark(this_process())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        named(browser)
        with ours.holding.hold("login 1", "The login of erp"):
            assert browser.poll() is None
        browser.communicate()


class TestTheDead:
    def test_the_lease_of_a_dead_process_is_free_at_once(self, ours: Machine, store: Store) -> None:
        process = other_process()
        elsewhere(store, "task x", named(process))
        with pytest.raises(SetupError), ours.holding.hold("task x", "Task x"):
            pass
        process.kill()
        process.communicate()
        with ours.holding.hold("task x", "Task x"):
            assert ours.held == {"task x": 3}, "taken from the dead, and taken"

    def test_how_a_run_ended_is_known_or_it_is_not(
        self, ours: Machine, store: Store, ticks: FixedClock
    ) -> None:
        holding = ours.holding
        assert not holding.ending("unknown").sure
        epoch = elsewhere(store, "run a", this_process())
        assert not holding.ending("a").sure
        assert not holding.is_over("a")
        assert holding.is_at_work("a")
        ours.later(SECONDS)
        assert not holding.is_at_work("a")
        assert not holding.ending("a").sure, "it ran out, and its process may wake"
        assert holding.is_over("a"), "but it can write nothing any more"
        assert not store.leases.renew("run a", epoch, SECONDS)
        assert not holding.ending("a").sure

        epoch = elsewhere(store, "run b", this_process())
        store.leases.release("run b", epoch)
        ours.later(7)
        assert holding.ending("b").sure
        assert holding.ending("b").seconds == 7
        assert holding.is_over("b")

        process = other_process()
        elsewhere(store, "run c", named(process))
        assert holding.is_at_work("c")
        process.kill()
        process.communicate()
        assert not holding.is_at_work("c"), "its time is not up, but it is surely dead"
        assert holding.ending("c").sure
        ours.later(5)
        assert holding.ending("c").seconds == 5
        assert holding.is_over("c")

    def test_a_process_is_dead_only_where_that_is_sure(self) -> None:
        process = other_process()
        worker = named(process)
        assert told(worker).startswith(f"process {process.pid} on ")
        assert not is_dead(worker)
        process.kill()
        process.wait()
        assert is_dead(worker)
        for unsure in (
            "",
            "another machine's worker",
            worker.replace('"boot":"', '"boot":"0'),
            worker.replace('"space":"', '"space":"0'),
        ):
            assert not is_dead(unsure), "nobody here can know"
        assert not is_dead(this_process())
        later = this_process().replace('"began":"', '"began":"1')
        assert is_dead(later), "another process has its number now"
        process.communicate()

    def test_a_process_that_was_killed_and_not_asked_after_is_dead(self) -> None:
        process = other_process()
        worker = named(process)
        process.kill()
        while not is_dead(worker):
            pass
        process.communicate()

    def test_browsers_of_a_process_are_ended_and_no_others(self) -> None:
        worker = this_process().replace('"began":"', '"began":"9')
        sleep = "import sys; print(1, flush=True); sys.stdin.read()"
        ours, theirs = (
            subprocess.Popen(
                [sys.executable, "-c", sleep, mark],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
            for mark in (browser_mark(worker), browser_mark("another"))
        )
        for each in (ours, theirs):
            assert each.stdout is not None
            each.stdout.readline()
        assert end_browsers(worker) == 1
        assert ours.wait() != 0
        assert theirs.poll() is None
        assert end_browsers(worker) == 0
        assert end_browsers("another machine's") is None
        for each in (ours, theirs):
            each.communicate()


class Renewing:
    """The store's leases, whose renewals are seen, and answered as a test wants."""

    def __init__(self, store: Store, answer: Callable[[], bool] | None = None) -> None:
        self.renewed = threading.Event()
        self._leases = store.leases
        self._answer = answer

    def __getattr__(self, name: str) -> object:
        return getattr(self._leases, name)

    def renew(self, name: str, epoch: int, seconds: float) -> bool:
        self.renewed.set()
        return self._answer() if self._answer else self._leases.renew(name, epoch, seconds)


class TestThreads:
    """Nothing here is decided by how long it takes: a minute is for a machine that is busy."""

    MINUTE = 60.0

    @pytest.fixture
    def lost(self) -> threading.Event:
        return threading.Event()

    def holding(self, leases: Renewing, lost: threading.Event, seconds: float) -> HeldLeases:
        holding = HeldLeases(cast(Leases, leases), {}, holder="run 1", seconds=seconds)
        holding.on_loss(lost.set)
        return holding

    def test_it_is_renewed_by_itself(self, store: Store, lost: threading.Event) -> None:
        leases = Renewing(store, lambda: True)
        with self.holding(leases, lost, 0.3).hold("run r1", "run r1"):
            assert leases.renewed.wait(self.MINUTE)

    def test_what_is_anothers_ends_the_browser_at_once(
        self, store: Store, lost: threading.Event
    ) -> None:
        leases = Renewing(store, lambda: False)
        with self.holding(leases, lost, 3.0).hold("run r1", "run r1"):
            assert lost.wait(self.MINUTE)

    def test_a_store_that_never_answers_keeps_nobody_from_seeing_the_end(
        self, store: Store, lost: threading.Event
    ) -> None:
        answer = threading.Event()
        leases = Renewing(store, lambda: answer.wait(self.MINUTE))
        holding = self.holding(leases, lost, 0.3)
        with holding.hold("run r1", "run r1"):
            assert lost.wait(self.MINUTE)
            with pytest.raises(LeaseLost):
                holding.sure()
            answer.set()

"""Trouble is told once per cause, again when it is over, and no channel that is down ends a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from back_desk import Desk, DeskErp, a_task, open_desk
from hypothesis import given, settings
from hypothesis import strategies as st

from clerkwork.adapters.store import Store
from clerkwork.app.alert import Lookout, tell_store_gone, tell_test, watch
from clerkwork.app.execute import execute
from clerkwork.app.run import Run
from clerkwork.core.alerts import (
    OPEN,
    OVER,
    Alert,
    AlertRules,
    Cause,
    Ended,
    Notice,
    Slot,
    Underway,
    look,
    notice,
    owed,
)
from clerkwork.core.evidence import Finding, Kind, RunEvidence, Verdict
from clerkwork.core.figures import Figure
from clerkwork.errors import BusinessError, ChannelDown, ClerkworkError, ControlTotalError
from clerkwork.ports import Errand, SlotRow, Trail, WorkerRow
from clerkwork.testing import MORNING, FixedClock, memory_store

MINUTE = dt.timedelta(minutes=1)
RULES = AlertRules()


@dataclass
class Ear:
    """A way to tell that keeps what it is told."""

    name: str = "ear"
    heard: list[Notice] = field(default_factory=list)
    down: bool = False

    def tell(self, notice: Notice) -> None:
        if self.down:
            raise ChannelDown(f"{self.name} does not answer")
        self.heard.append(notice)

    @property
    def titles(self) -> list[str]:
        return [f"{one.title}: {one.cause}" for one in self.heard]


@dataclass
class Proof:
    """Evidence that is sound but for what a test says."""

    broken: dict[str, str] = field(default_factory=dict)
    examined: list[str] = field(default_factory=list)

    def left_open(self) -> tuple[str, ...]:
        return ()

    def recover(self, run: str, by: str) -> None:
        raise AssertionError("nothing died here")

    def record_not_run(self, rows: Iterable[SlotRow]) -> None:
        raise NotImplementedError

    def record_refused(self, errands: Iterable[Errand]) -> None:
        raise NotImplementedError

    def begin(
        self,
        run: str,
        task: str,
        about: Mapping[str, str] | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> Trail:
        raise NotImplementedError

    def examine(self, run: str) -> Verdict:
        self.examined.append(run)
        words = self.broken.get(run)
        found = (Finding(kind=Kind.ALTERED, words=words),) if words else ()
        return Verdict(run=run, findings=found)

    def read(self, run: str) -> RunEvidence:
        task, outcome = run.partition("-")[0], run.rpartition("-")[2]
        return RunEvidence(
            run=run, task=task, began=None, steps=(), outcome=outcome, figures=self.figures(run)
        )

    def figures(self, run: str) -> Mapping[str, int]:
        return {Figure.TOTALS_OFF: 1} if "off" in run else {}


@dataclass
class Tower:
    """A lookout over a store in memory."""

    clock: FixedClock
    store: Store
    ear: Ear
    proof: Proof
    lookout: Lookout

    def ran(self, task: str, outcome: str, note: str = "", *, off: bool = False) -> str:
        """A run of a task that began and ended a minute later."""
        mark = "off-" if off else ""
        run = f"{task}-{len(self.store.runs.all())}-{mark}{outcome}"
        self.store.runs.begin(run, task, self.clock.now())
        self.clock.advance(MINUTE)
        figures = self.proof.figures(run)
        self.store.runs.end(run, self.clock.now(), outcome, figures, note)
        return run

    def looked(self) -> list[str]:
        """What was told at a look, a minute later."""
        self.clock.advance(MINUTE)
        before = len(self.ear.heard)
        watch(self.lookout)
        return self.ear.titles[before:]


@pytest.fixture
def tower() -> Iterator[Tower]:
    clock = FixedClock()
    store = memory_store(clock)
    ear, proof = Ear(), Proof()
    lookout = Lookout(
        alerts=store.alerts,
        runs=store.runs,
        errands=store.errands,
        slots=store.slots,
        workers=store.workers,
        leases=store.leases,
        stops=store.stops,
        census=store.census,
        evidence=proof,
        picture=lambda run: f"picture of {run}".encode(),
        clock=clock,
        rules=RULES,
        tasks=("daily_round", "remind"),
        tellers=(ear,),
        host="here",
    )
    yield Tower(clock, store, ear, proof, lookout)
    store.close()


def account(tower: Tower, row: SlotRow, after: dt.datetime | None = None) -> None:
    assert tower.store.slots.account(row.task, [row], after)


def worker(id: str, kind: str = "worker") -> WorkerRow:
    return WorkerRow(
        id=id, kind=kind, host="there", process=7, version="1", queues=("clerks",),
        started=MORNING, seen=MORNING,
    )  # fmt: skip


class TestARunThatFails:
    def test_it_is_told_once_with_its_picture_and_once_when_it_is_over(self, tower: Tower) -> None:
        run = tower.ran("daily_round", "failed", "the portal does not answer")
        assert tower.looked() == ["A run failed: failed/daily_round"]
        (told,) = tower.ear.heard
        assert told.text == "daily_round failed: the portal does not answer"
        assert (told.run, told.picture) == (run, f"picture of {run}".encode())
        assert tower.looked() == tower.looked() == []
        tower.ran("daily_round", "done")
        assert tower.looked() == ["Over: a run failed: failed/daily_round"]
        assert tower.ear.heard[-1].picture == b""
        assert tower.looked() == []
        assert tower.store.alerts.open() == ()

    def test_one_that_fails_again_is_counted_and_not_told_again(self, tower: Tower) -> None:
        tower.ran("daily_round", "failed", "first")
        tower.looked()
        last = tower.ran("daily_round", "failed", "second")
        assert tower.looked() == tower.looked() == []
        (alert,) = tower.store.alerts.open()
        assert (alert.times, alert.run) == (2, last)
        assert alert.text.endswith("second")

    def test_what_comes_back_after_it_was_over_is_told_anew(self, tower: Tower) -> None:
        tower.ran("daily_round", "failed")
        tower.looked()
        tower.ran("daily_round", "done")
        tower.looked()
        tower.ran("daily_round", "failed")
        assert tower.looked() == ["A run failed: failed/daily_round"]
        assert tower.ear.heard[0].key != tower.ear.heard[-1].key

    def test_what_was_over_before_anybody_could_be_told_is_not_told(self, tower: Tower) -> None:
        tower.ear.down = True
        tower.ran("daily_round", "failed")
        tower.looked()
        tower.ran("daily_round", "done")
        tower.ear.down = False
        assert tower.looked() == []

    def test_another_task_that_goes_well_ends_nothing(self, tower: Tower) -> None:
        tower.ran("daily_round", "failed")
        tower.looked()
        tower.ran("remind", "done")
        assert tower.looked() == []
        assert len(tower.store.alerts.open()) == 1

    def test_one_that_waits_for_a_person_says_so(self, tower: Tower) -> None:
        tower.ran("daily_round", "stopped", "the password was refused")
        tower.looked()
        assert "stopped, and waits for a person" in tower.ear.heard[0].text

    def test_a_control_total_that_is_off_is_a_cause_of_its_own(self, tower: Tower) -> None:
        tower.ran("daily_round", "stopped", "1,200.00 of 1,300.00", off=True)
        assert tower.looked() == ["A control total is off: total/daily_round"]
        tower.ran("daily_round", "done")
        assert tower.looked() == ["Over: a control total is off: total/daily_round"]

    def test_an_attempt_that_is_tried_again_is_no_trouble_yet(self, tower: Tower) -> None:
        errand = Errand(id="slot/1", task="daily_round", by="the schedule", asked=MORNING)
        tower.store.errands.ask(errand)
        tower.store.errands.begin("slot/1", 1)
        begin = tower.store.runs.begin
        begin("daily_round-1-failed", "daily_round", tower.clock.now(), errand="slot/1")
        tower.store.runs.end("daily_round-1-failed", tower.clock.now(), "failed", {}, "down")
        assert tower.looked() == []
        tower.store.errands.end("slot/1", "failed", "down")
        assert tower.looked() == ["A run failed: failed/daily_round"]

    def test_work_that_never_came_as_far_as_a_run_is_told_too(self, tower: Tower) -> None:
        tower.ran("daily_round", "done")
        errand = Errand(id="slot/2", task="daily_round", by="the schedule", asked=MORNING)
        tower.store.errands.ask(errand)
        tower.clock.advance(MINUTE)
        tower.store.errands.end("slot/2", "failed", "config/portals.toml, line 7: unknown key")
        assert tower.looked() == ["A run failed: failed/daily_round"]
        assert "line 7" in tower.ear.heard[0].text


class TestATaskThatFailedTooOften:
    def stop(self, tower: Tower, by: str = "the engine") -> None:
        why = "3 runs of it failed in a row, the last one: the portal does not answer"
        assert tower.store.stops.pull("task daily_round", by, why)

    def test_that_it_is_stopped_is_told_once_and_that_it_goes_on(self, tower: Tower) -> None:
        last = tower.ran("daily_round", "failed", "the portal does not answer")
        self.stop(tower)
        assert tower.looked() == ["A task is stopped: stopped/daily_round"]
        (told,) = tower.ear.heard
        assert "clerkwork resume --task daily_round" in told.text
        assert told.run == last
        assert tower.looked() == []
        assert tower.store.stops.lift("task daily_round", "Inge")
        assert tower.looked() == ["Over: a task is stopped: stopped/daily_round"]
        assert tower.looked() == [], "what failed before it was let go on is told already"

    def test_a_failure_that_was_told_before_stays_open_until_it_is_done(self, tower: Tower) -> None:
        tower.ran("daily_round", "failed")
        assert tower.looked() == ["A run failed: failed/daily_round"]
        self.stop(tower)
        assert tower.looked() == ["A task is stopped: stopped/daily_round"]
        tower.store.stops.lift("task daily_round", "Inge")
        assert tower.looked() == ["Over: a task is stopped: stopped/daily_round"]
        tower.ran("daily_round", "done")
        assert tower.looked() == ["Over: a run failed: failed/daily_round"]

    def test_one_that_fails_again_once_it_goes_on_is_told_again(self, tower: Tower) -> None:
        tower.ran("daily_round", "failed")
        self.stop(tower)
        tower.looked()
        tower.store.stops.lift("task daily_round", "Inge")
        tower.looked()
        tower.ran("daily_round", "failed")
        assert tower.looked() == ["A run failed: failed/daily_round"]

    def test_what_a_person_stopped_he_knows(self, tower: Tower) -> None:
        self.stop(tower, by="Inge")
        assert tower.looked() == []


class TestNobodyAtWork:
    def test_a_queue_that_nobody_takes_from_is_told_and_that_somebody_does(
        self, tower: Tower
    ) -> None:
        tower.store.workers.enrol(worker("p1", "scheduler"))
        errand = Errand(id="e1", task="remind", by="ann", asked=tower.clock.now())
        tower.store.errands.ask(errand)
        assert tower.looked() == [], "a worker may be about to begin"
        tower.clock.advance(RULES.late_after * MINUTE)
        assert tower.looked() == ["A run is late: late/no worker of clerks"]
        (told,) = tower.ear.heard
        assert "something waits since 2026-03-03 08:00 UTC" in told.text
        assert "clerkwork worker --queues clerks" in told.text
        assert tower.looked() == []
        tower.store.workers.enrol(worker("w1"))
        assert tower.looked() == ["Over: a run is late: late/no worker of clerks"]

    @pytest.mark.parametrize("lost", ["draining", "ended", "silent"])
    def test_a_worker_that_takes_nothing_more_is_none(self, tower: Tower, lost: str) -> None:
        tower.store.workers.enrol(worker("w1"))
        tower.store.errands.ask(Errand(id="e1", task="remind", by="ann", asked=MORNING))
        tower.clock.advance((RULES.late_after + 1) * MINUTE)
        assert tower.looked() == []
        lookout = tower.lookout
        if lost == "draining":
            tower.store.workers.drain("w1")
        elif lost == "ended":
            tower.store.workers.retire("w1")
        else:
            lookout = replace(lookout, rules=replace(RULES, silent_after=-1.0), dead_after=-1.0)
        assert [one.cause for one in watch(lookout).wrong] == ["late/no worker of clerks"]

    def test_what_waits_for_its_date_needs_no_worker_yet(self, tower: Tower) -> None:
        later = tower.clock.now() + dt.timedelta(days=7)
        errand = Errand(id="e1", task="remind", by="ann", asked=MORNING, not_before=later)
        tower.store.errands.ask(errand)
        tower.clock.advance(dt.timedelta(days=6))
        assert tower.looked() == []

    def test_a_slot_that_waits_for_a_worker_is_late_for_that_one_cause(self, tower: Tower) -> None:
        due = tower.clock.now()
        errand = Errand(id="slot/1", task="daily_round", by="the schedule", asked=due)
        account(tower, SlotRow(task="daily_round", due=due, state="queued", at=due, errand=errand))
        tower.clock.advance((RULES.late_after + 1) * MINUTE)
        assert tower.looked() == ["A run is late: late/no worker of clerks"]

    def test_slots_that_no_scheduler_comes_to_are_told_once_however_many(
        self, tower: Tower
    ) -> None:
        due = tower.clock.now()
        slots = [
            SlotRow(task=task, due=due + at * MINUTE, state="waiting", at=due)
            for at, task in enumerate(("daily_round", "remind"))
        ]
        tower.lookout = replace(tower.lookout, waiting_slots=lambda: slots)
        assert tower.looked() == []
        tower.clock.advance(RULES.late_after * MINUTE)
        assert tower.looked() == ["A run is late: late/no scheduler"]
        assert "slots are due since 2026-03-03 08:00 UTC" in tower.ear.heard[0].text
        tower.store.workers.enrol(worker("s1", "serve"))
        assert tower.looked() == ["Over: a run is late: late/no scheduler"]


class TestWhatTakesTooLong:
    def test_a_run_that_does_not_end_is_stuck_until_it_has(self, tower: Tower) -> None:
        tower.store.runs.begin("daily_round-1-done", "daily_round", tower.clock.now())
        tower.clock.advance(RULES.stuck_after * MINUTE)
        assert tower.looked() == ["A run is stuck: stuck/daily_round-1-done"]
        tower.store.runs.end("daily_round-1-done", tower.clock.now(), "done", {}, "")
        assert tower.looked() == ["Over: a run is stuck: stuck/daily_round-1-done"]

    def test_the_run_of_a_silent_worker_is_stuck_at_once(self, tower: Tower) -> None:
        tower.store.workers.enrol(worker("w1"))
        begin = tower.store.runs.begin
        begin("daily_round-1-done", "daily_round", tower.clock.now(), worker="w1")
        assert tower.looked() == []
        silent = replace(tower.lookout, rules=replace(RULES, silent_after=-1.0), dead_after=-1.0)
        assert [cause.kind for cause in watch(silent).wrong] == ["stuck"]

    def test_a_run_that_its_process_left_behind_is_stuck_unless_it_is_taken_over(
        self, tower: Tower
    ) -> None:
        tower.store.workers.enrol(worker("w1"))
        begin = tower.store.runs.begin
        for task in ("task1", "task2"):
            errand = Errand(id=f"slot/{task}", task=task, by="the schedule", asked=MORNING)
            tower.store.errands.ask(errand)
            now = tower.clock.now()
            begin(f"{task}-1-failed", task, now, worker="w1", errand=f"slot/{task}")
        tower.store.workers.retire("w1")
        assert tower.looked() == []
        tower.store.runs.end("task1-1-failed", tower.clock.now(), "failed", {}, "died")
        told = tower.looked()
        assert "A run is stuck: stuck/task2-1-failed" in told
        assert not any("stuck/task1" in one for one in told)

    def test_a_slot_whose_run_has_not_ended_is_late_until_it_has(self, tower: Tower) -> None:
        tower.store.workers.enrol(worker("w1"))
        due = tower.clock.now()
        errand = Errand(id="slot/1", task="daily_round", by="the schedule", asked=due)
        account(tower, SlotRow(task="daily_round", due=due, state="queued", at=due, errand=errand))
        tower.clock.advance((RULES.late_after - 2) * MINUTE)
        assert tower.looked() == []
        tower.clock.advance(MINUTE)
        assert tower.looked() == ["A run is late: late/daily_round/20260303T080000Z"]
        tower.store.errands.end("slot/1", "done", "")
        tower.clock.advance(dt.timedelta(days=5))
        assert tower.looked() == ["Over: a run is late: late/daily_round/20260303T080000Z"]

    def test_a_slot_that_was_missed_says_why_and_is_made_up_for_by_a_later_one(
        self, tower: Tower
    ) -> None:
        due = tower.clock.now() - dt.timedelta(hours=2)
        missed = SlotRow(
            task="daily_round", due=due, state="missed", at=due, why="nothing ran at that time"
        )
        account(tower, missed)
        tower.looked()
        assert tower.ear.heard[0].text.endswith("and was missed: nothing ran at that time")
        later = tower.clock.now()
        errand = Errand(id="slot/2", task="daily_round", by="the schedule", asked=later)
        row = SlotRow(task="daily_round", due=later, state="queued", at=later, errand=errand)
        account(tower, row, after=due)
        assert tower.looked() == []
        tower.store.errands.end("slot/2", "done", "")
        assert len(tower.looked()) == 1
        assert tower.store.alerts.open() == ()

    def test_what_was_skipped_or_refused_was_so_on_purpose(self, tower: Tower) -> None:
        due = tower.clock.now() - dt.timedelta(hours=2)
        after = None
        for number, state in enumerate(("skipped", "refused")):
            at = due + number * MINUTE
            account(tower, SlotRow(task="remind", due=at, state=state, at=at, why="x"), after)
            after = at
        assert tower.looked() == []


class TestEvidence:
    def test_broken_evidence_is_told_and_it_is_over_when_it_was_put_back(
        self, tower: Tower
    ) -> None:
        run = tower.ran("daily_round", "done")
        tower.proof.broken[run] = "step 3 was altered"
        assert tower.looked() == [f"Evidence is broken: evidence/{run}"]
        assert tower.looked() == []
        tower.proof.broken.clear()
        assert tower.looked() == [f"Over: evidence is broken: evidence/{run}"]

    def test_each_run_is_examined_once_and_old_ones_are_left(self, tower: Tower) -> None:
        tower.ran("daily_round", "done")
        tower.clock.advance(dt.timedelta(days=2))
        new = tower.ran("daily_round", "done")
        tower.looked()
        tower.looked()
        assert tower.proof.examined == [new]

    def test_what_lies_on_another_machine_is_not_missed_here(self, tower: Tower) -> None:
        tower.store.workers.enrol(worker("w1"))
        begin = tower.store.runs.begin
        begin("daily_round-1-done", "daily_round", tower.clock.now(), worker="w1")
        tower.store.runs.end("daily_round-1-done", tower.clock.now(), "done", {}, "")
        tower.looked()
        assert tower.proof.examined == []


class TestChannels:
    def test_one_that_is_down_is_tried_again_and_the_other_is_told_once(self, tower: Tower) -> None:
        broken = Ear("broken", down=True)
        both = replace(tower.lookout, tellers=(broken, tower.ear))
        tower.ran("daily_round", "failed")
        tower.ran("remind", "failed")
        done = watch(both)
        assert [channel for channel, _ in done.untold] == ["broken"], "not tried with the second"
        assert len(tower.ear.heard) == 2
        broken.down = False
        watch(both)
        assert (len(broken.heard), len(tower.ear.heard)) == (2, 2)

    def test_a_second_look_at_the_same_time_does_nothing(self, tower: Tower) -> None:
        tower.ran("daily_round", "failed")

        class Twice(Ear):
            def tell(self, notice: Notice) -> None:
                super().tell(notice)
                assert watch(replace(lookout, tellers=(other,))).wrong == ()

        other, ear = Ear("other"), Twice()
        lookout = replace(tower.lookout, tellers=(ear,))
        watch(lookout)
        assert (len(ear.heard), other.heard) == (1, [])

    def test_a_test_is_told_by_all_and_kept_nowhere(self, tower: Tower) -> None:
        broken = Ear("broken", down=True)
        done = tell_test(replace(tower.lookout, tellers=(tower.ear, broken)))
        assert tower.ear.heard[0].kind == "test"
        assert done.untold == (("broken", "broken does not answer"),)
        assert tower.store.alerts.all() == ()

    def test_no_secret_is_told(self, tower: Tower) -> None:
        hiding = replace(tower.lookout, redact=lambda text: text.replace("geheim", "***"))
        tower.ran("daily_round", "failed", "user geheim is locked")
        watch(hiding)
        assert "geheim" not in tower.ear.heard[0].text
        assert "geheim" not in tower.store.alerts.all()[0].text


class TestTheRunItself:
    @pytest.fixture
    def desk(self) -> Iterator[Desk]:
        desk = open_desk()
        yield desk
        desk.store.close()

    @pytest.mark.parametrize(
        ("error", "counted"),
        [(ControlTotalError("1,200.00 of 1,300.00"), 1), (BusinessError("another"), 0)],
    )
    def test_it_counts_a_control_total_that_is_off(
        self, desk: Desk, error: ClerkworkError, counted: int
    ) -> None:
        def fail(run: Run) -> None:
            with run.open(DeskErp):
                raise error

        with pytest.raises(BusinessError):
            execute(desk.office, a_task(fail), progress=lambda *_: None)
        row = desk.store.runs.find("last")
        assert row is not None
        assert row.figures.get(Figure.TOTALS_OFF, 0) == counted
        assert desk.evidence.trails[-1].closed == ("stopped", dict(row.figures))


WHEN = st.integers(0, 400_000).map(lambda minutes: MORNING + minutes * MINUTE)
TASKS = st.sampled_from(["daily_round", "remind", "x" * 300])
OUTCOMES = st.sampled_from(["done", "stopped", "failed"])
ENDED = st.builds(
    Ended, task=TASKS, outcome=OUTCOMES, note=st.text(), run=st.text(), total_off=st.booleans()
)
UNDERWAY = st.builds(Underway, run=TASKS, task=TASKS, started=WHEN, worker_silent=st.booleans())
SLOTS = st.builds(Slot, task=TASKS, due=WHEN, ended=st.booleans())


@settings(deadline=None)
@given(
    now=WHEN,
    ended=st.lists(ENDED, max_size=3, unique_by=lambda one: one.task),
    underway=st.lists(UNDERWAY, max_size=3),
    slots=st.lists(SLOTS, max_size=5),
)
def test_nothing_is_wrong_and_right_at_once_and_every_cause_fits_the_store(
    now: dt.datetime, ended: Sequence[Ended], underway: Sequence[Underway], slots: Sequence[Slot]
) -> None:
    sight = look(now, RULES, ended=ended, underway=underway, slots=slots)
    wrong = {cause.cause for cause in sight.wrong}
    assert not wrong & sight.right
    assert all(len(cause) <= 200 for cause in wrong | sight.right)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["see", "settle", "tell", "down"]), max_size=30))
def test_whatever_happens_open_and_over_are_told_in_turns(acts: list[str]) -> None:
    """Nobody hears the same twice in a row, nor an end without a beginning."""
    clock = FixedClock()
    store = memory_store(clock)
    heard: list[str] = []
    try:
        for act in acts:
            clock.advance(MINUTE)
            if act == "see":
                store.alerts.see(Cause(cause="c", kind="failed", text="t", run="r"), clock.now())
            elif act == "settle":
                store.alerts.settle(["c", "unknown"], clock.now())
            for alert, want in owed(store.alerts.owed(), "ear"):
                if act == "tell":
                    heard.append(f"{want} {alert.first}")
                    store.alerts.told(alert.cause, "ear", want, clock.now())
    finally:
        store.close()
    assert len(set(heard)) == len(heard)
    assert all(one.startswith(OPEN) for one in heard[:1])
    for before, after in pairwise(heard):
        assert after.startswith(OPEN) or (before.startswith(OPEN) and after.startswith(OVER))


def test_the_same_that_is_told_has_the_same_key() -> None:
    alert = Alert(
        cause="failed/x", kind="failed", text="", run="", first=MORNING, last=MORNING, times=1
    )
    again = replace(alert, last=MORNING + MINUTE, times=2, text="more")
    assert notice(alert, OPEN, MORNING).key == notice(again, OPEN, MORNING + MINUTE).key
    assert notice(alert, OPEN, MORNING).key != notice(alert, OVER, MORNING).key


def test_that_the_store_is_gone_is_told_without_it_by_every_way(tower: Tower) -> None:
    tellers = (Ear(name="pager", down=True), tower.ear)
    told = tell_store_gone(tellers, "serve desk-1", "The store is gone.", MORNING)
    (said,) = tower.ear.heard
    assert (said.kind, said.title) == ("store", "The store is gone")
    assert said.text == "serve desk-1 ends. The store is gone."
    assert [name for name, _ in told.told] == ["ear"]
    assert [name for name, _ in told.untold] == ["pager"]
    assert tower.lookout.alerts.open() == ()

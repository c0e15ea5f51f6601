"""An errand is carried out once, whoever dies meanwhile; what fails is tried again, then stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.adapters.store import Store
from clerkwork.app.carry_out import Bench, Said, carry_out, put_due
from clerkwork.app.execute import DIED
from clerkwork.app.muster import set_right
from clerkwork.core.errands import Endurance, fate_of
from clerkwork.errors import SetupError, StoreError
from clerkwork.ports import Errand, Work
from clerkwork.testing import FixedClock, memory_store

TASK = "daily_round"


@dataclass
class Slips:
    """A queue of work on paper."""

    taken: dict[str, Work] = field(default_factory=dict)

    def put(self, work: Iterable[Work]) -> int:
        new = {one.id: one for one in work if one.id not in self.taken}
        self.taken |= new
        return len(new)

    over: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)

    def hand_over(self, workers: Collection[str]) -> tuple[str, ...]:
        self.strangers -= {*workers}
        return ()

    def takers(self) -> frozenset[str]:
        return frozenset(self.strangers)

    def standing(self, ids: Collection[str]) -> Mapping[str, str]:
        known = self.taken.keys() | self.over
        return {id: "over" if id in self.over else "waits" for id in ids if id in known}


@dataclass
class Works:
    """A store, a queue, and attempts that end as they are told to."""

    store: Store
    outcomes: list[Said]
    slips: Slips = field(default_factory=Slips)
    clock: FixedClock = field(default_factory=FixedClock)
    lasts: list[bool] = field(default_factory=list)
    endurance: Endurance = field(default_factory=Endurance)

    @property
    def bench(self) -> Bench:
        store = self.store
        return Bench(
            errands=store.errands,
            runs=store.runs,
            stops=store.stops,
            queue=store.queue,
            clock=self.clock,
            work=self.slips,
            endurance=self.endurance,
            chance=lambda: 0.5,
            attempt=self.attempt,
        )

    def attempt(self, errand: Errand, number: int, last: bool) -> Said:
        self.lasts.append(last)
        said = self.outcomes.pop(0)
        run = f"run-{errand.id}-{len(self.lasts)}"
        now = self.clock.now()
        self.store.runs.begin(
            run, errand.task, now, errand=errand.id, worker="desk-1", attempt=number
        )
        if said.outcome != "died":
            self.store.runs.end(run, now, said.outcome, {}, said.note)
        return said

    def ask(self, id: str = "one", not_before: dt.datetime | None = None) -> None:
        asked = Errand(id=id, task=TASK, by="Inge", asked=self.clock.now(), not_before=not_before)
        assert self.store.errands.ask(asked)

    def state(self, id: str = "one") -> str:
        found = self.store.errands.get(id)
        assert found is not None
        return found.state


def works(*outcomes: Said, **more: int) -> Works:
    return Works(
        store=memory_store(),
        outcomes=[*outcomes],
        endurance=Endurance(**more),
    )


FAILED = Said(outcome="failed", note="the bank is down")


def test_what_is_done_is_done_once() -> None:
    desk = works(Said(outcome="done"))
    desk.ask()
    assert carry_out(desk.bench, "one", 1) == "done"
    assert carry_out(desk.bench, "one", 1) == "done"
    assert desk.lasts == [False]


def test_a_business_failure_is_a_persons_and_not_tried_again() -> None:
    desk = works(Said(outcome="stopped", note="a cap is reached"))
    desk.ask()
    assert carry_out(desk.bench, "one", 1) == "stopped"
    assert desk.slips.taken == {}


def test_an_application_failure_is_tried_again_later_and_later() -> None:
    desk = works(FAILED, FAILED, FAILED)
    desk.ask()
    assert carry_out(desk.bench, "one", 1) == "queued"
    assert carry_out(desk.bench, "one", 2) == "queued"
    assert carry_out(desk.bench, "one", 3) == "failed"
    assert [work.wait for work in desk.slips.taken.values()] == [60.0, 240.0]
    assert desk.lasts == [False, False, True]


def test_a_worker_that_dies_after_the_run_ended_repeats_nothing() -> None:
    desk = works(Said(outcome="done"))
    desk.ask()
    desk.store.errands.begin("one", 1)
    desk.attempt(Errand(id="one", task=TASK, by="", asked=desk.clock.now()), 1, False)
    assert carry_out(desk.bench, "one", 1) == "done"
    assert len(desk.lasts) == 1, "the run of before is only concluded"


def test_a_run_that_died_is_gone_on_with_by_another_and_ends_in_the_journal() -> None:
    desk = works(Said(outcome="died", note="SIGKILL"), Said(outcome="done"))
    desk.ask()
    assert carry_out(desk.bench, "one", 1) == "queued"
    (dead,) = desk.store.runs.of("one")
    assert (dead.outcome, dead.note) == ("failed", "it died before it could end: SIGKILL")
    assert carry_out(desk.bench, "one", 2) == "done"


def test_what_kills_its_workers_is_not_tried_for_ever() -> None:
    desk = works(*[Said(outcome="died")] * 50, attempts=2)
    desk.ask()
    begun = 0
    for _ in range(50):
        # The worker dies with it, before it can conclude: the same attempt is handed over.
        desk.store.errands.begin("one", 1)
        if len(desk.store.runs.of("one")) >= 6:
            break
        desk.attempt(Errand(id="one", task=TASK, by="", asked=desk.clock.now()), 1, False)
        begun += 1
    assert carry_out(desk.bench, "one", 1) == "failed"
    assert len(desk.lasts) == begun == 6
    (item,) = desk.store.queue.open()
    assert "could not be brought to its end" in item.title


def test_too_many_failures_in_a_row_stop_the_task_until_a_person_lets_it_go_on() -> None:
    desk = works(*[FAILED] * 9, attempts=1, stop_after=3)
    for id in ("a", "b", "c", "d"):
        desk.ask(id)
        carry_out(desk.bench, id, 1)
    assert [desk.state(id) for id in "abcd"] == ["failed", "failed", "failed", "refused"]
    assert desk.store.queue.open()[-1].title == f"{TASK} is stopped, and is not begun any more"
    assert desk.store.stops.lift(f"task {TASK}", "Inge")
    desk.clock = FixedClock(desk.clock.now() + dt.timedelta(minutes=1))
    desk.ask("e")
    assert carry_out(desk.bench, "e", 1) == "failed"
    assert desk.store.stops.standing() == (), "what failed before it was let go on counts no more"


def test_one_cause_is_one_question_however_many_runs_it_failed() -> None:
    desk = works(*[Said(outcome="died", note="SIGKILL")] * 3, attempts=1, stop_after=3)
    for id in "abc":
        desk.ask(id)
        assert carry_out(desk.bench, id, 1) == "failed"
    (item,) = desk.store.queue.open()
    assert item.title == f"{TASK} is stopped, and is not begun any more"
    assert item.evidence == desk.store.runs.of("c")[0].run


def test_a_stop_whose_question_was_lost_with_its_worker_is_asked_about_at_the_next_refusal() -> (
    None
):
    desk = works()
    desk.store.stops.pull(f"task {TASK}", "the engine", "3 runs of it failed in a row")
    for id in ("a", "b"):
        desk.ask(id)
        assert carry_out(desk.bench, id, 1) == "refused"
    (item,) = desk.store.queue.open()
    assert item.title == f"{TASK} is stopped, and is not begun any more"


def test_what_a_person_stopped_is_asked_of_nobody() -> None:
    desk = works()
    desk.store.stops.pull(f"task {TASK}", "Inge", "the letterhead is wrong")
    desk.ask()
    assert carry_out(desk.bench, "one", 1) == "refused"
    assert desk.store.queue.open() == ()


def test_one_that_is_done_between_failures_begins_the_count_anew() -> None:
    desk = works(FAILED, FAILED, Said(outcome="done"), FAILED, FAILED, attempts=1, stop_after=3)
    for id in "abcde":
        desk.ask(id)
        carry_out(desk.bench, id, 1)
    assert desk.store.stops.standing() == ()


def test_what_waits_for_its_time_is_put_in_when_the_clock_says_so() -> None:
    desk = works()
    desk.ask("promise", not_before=desk.clock.now() + dt.timedelta(days=7))
    desk.ask("now")
    assert put_due(desk.store.errands, desk.slips, desk.clock.now()) == 1
    assert put_due(desk.store.errands, desk.slips, desk.clock.now()) == 0
    assert put_due(desk.store.errands, desk.slips, desk.clock.now() + dt.timedelta(days=7)) == 1


def test_what_failed_at_a_closed_portal_is_tried_when_it_opens() -> None:
    desk = works(FAILED)
    desk.ask()
    morning = desk.clock.now() + dt.timedelta(hours=4)
    bench = replace(desk.bench, opens=lambda task, at: max(at, morning))
    assert carry_out(bench, "one", 1) == "queued"
    found = desk.store.errands.get("one")
    assert found is not None
    assert found.not_before == morning
    assert put_due(desk.store.errands, desk.slips, desk.clock.now()) == 0


def test_what_another_holds_is_waited_for_and_is_no_failure() -> None:
    desk = works(*[Said(outcome="held", note="the login")] * 5, Said(outcome="done"), attempts=1)
    desk.ask()
    for attempt in range(1, 6):
        assert carry_out(desk.bench, "one", attempt) == "queued"
    assert carry_out(desk.bench, "one", 6) == "done"
    assert desk.store.stops.standing() == ()


def test_a_worker_that_the_store_has_outgrown_leaves_it_to_a_newer_one() -> None:
    desk = works(Said(outcome="outgrown", note="a newer release"), Said(outcome="done"), attempts=1)
    desk.ask()
    assert carry_out(desk.bench, "one", 1) == "queued"
    assert carry_out(desk.bench, "one", 2) == "done"


def test_an_errand_that_nobody_knows_is_told_and_left_alone() -> None:
    assert carry_out(works().bench, "never asked for", 1) == "refused"


@given(
    outcome=st.sampled_from(["done", "stopped", "failed", "died", "unready"]),
    failures=st.integers(1, 9),
    chance=st.floats(0, 1, exclude_max=True),
    attempts=st.integers(1, 9),
)
def test_an_errand_comes_to_an_end(
    outcome: str, failures: int, chance: float, attempts: int
) -> None:
    endurance = Endurance(attempts=attempts)
    fate = fate_of(outcome, failures, chance, endurance)
    if fate.state == "queued":
        assert outcome in ("failed", "died")
        assert failures < attempts
        assert 45 <= fate.wait <= 4500
    else:
        assert fate.wait == 0


def in_order(house: Works, *, queued: bool = True) -> tuple[str, ...]:
    store, now = house.store, house.clock.now()
    return set_right(store.errands, store.workers, house.slips, now=now, queued=queued)


def test_what_is_under_way_but_in_nobodys_hands_is_gone_on_with_after_a_restore() -> None:
    house = works(Said(outcome="done"))
    house.ask()
    house.store.errands.begin("one", 1)
    assert in_order(house, queued=False) == ("one",)
    assert put_due(house.store.errands, house.slips, house.clock.now()) == 1
    assert [*house.slips.taken] == ["one~2"]
    assert carry_out(house.bench, "one", 2) == "done"


def test_what_waits_in_a_restored_store_and_was_run_since_is_begun_again() -> None:
    house = works(Said(outcome="done"))
    house.ask()
    house.slips.over = {"one", "one~2"}
    assert in_order(house) == ("one",)
    put_due(house.store.errands, house.slips, house.clock.now())
    assert [*house.slips.taken] == ["one~3"]


def test_what_is_in_somebodys_hands_or_waits_for_them_is_left_alone() -> None:
    house = works()
    house.ask()
    house.ask("two")
    put_due(house.store.errands, house.slips, house.clock.now())
    house.store.errands.begin("two", 1)
    assert in_order(house) == ()
    assert house.state() == "queued"
    assert house.state("two") == "running"


def test_what_a_worker_that_the_store_does_not_know_had_taken_is_handed_over() -> None:
    house = works()
    house.slips.strangers = {"desk-9"}
    in_order(house, queued=False)
    assert house.slips.takers() == frozenset()


def test_an_errand_whose_run_was_done_is_not_run_again_for_want_of_its_note() -> None:
    house = works(Said(outcome="done"))
    house.ask()
    errand = house.store.errands.get("one")
    assert errand is not None
    house.store.errands.begin("one", 1)
    house.attempt(errand, 1, last=False)
    in_order(house)
    assert carry_out(house.bench, "one", 2) == "done"
    assert len(house.lasts) == 1, "nothing was run again"


PORTALS = {TASK: ("bank", "erp"), "key_decisions": ("erp",), "tidy": ()}


def test_what_would_only_wait_for_a_portal_is_not_given_to_a_worker_yet() -> None:
    house = works()
    errands, now = house.store.errands, house.clock.now()

    def put() -> list[str]:
        before = set(house.slips.taken)
        put_due(errands, house.slips, now, lambda task: PORTALS[task])
        return [id for id in house.slips.taken if id not in before]

    house.ask("round")
    assert put() == ["round"]
    errands.begin("round", 1)
    errands.ask(Errand(id="answer", task="key_decisions", by="Inge", asked=now, priority=10))
    errands.ask(Errand(id="next answer", task="key_decisions", by="Inge", asked=now, priority=10))
    errands.ask(Errand(id="tidied", task="tidy", by="Inge", asked=now))
    assert put() == ["tidied"], "it needs no portal"
    errands.end("round", "done", "")
    assert put() == ["answer"], "one after the other"


def test_what_went_down_with_its_worker_neither_counts_as_failed_nor_makes_the_wait_longer() -> (
    None
):
    house = works(Said(outcome="failed", note="the portal is slow"), attempts=2, back_off=10)
    house.ask()
    house.store.errands.begin("one", 1)
    for number in range(3):
        run, now = f"killed-{number}", house.clock.now()
        house.store.runs.begin(run, TASK, now, errand="one", worker=f"desk-{number}", attempt=1)
        house.store.runs.end(run, now, "failed", {}, DIED)
    assert carry_out(house.bench, "one", 1) == "queued"
    assert house.lasts == [False]
    assert house.slips.taken["one~2"].wait == 10.0


def test_what_cannot_even_be_begun_is_a_persons_and_is_not_tried_for_ever() -> None:
    def no_process(errand: Errand, number: int, last: bool) -> Said:
        raise SetupError("the process that attempts are forked from does not start")

    house = works()
    house.ask()
    assert carry_out(replace(house.bench, attempt=no_process), "one", 1) == "failed"
    (item,) = house.store.queue.open()
    assert "does not start" in item.facts["What happened"]


def test_an_attempt_is_no_failure_where_only_the_store_cannot_be_written_to() -> None:
    def locked(errand: Errand, number: int, last: bool) -> Said:
        raise StoreError("the store is locked")

    house = works()
    house.ask()
    with pytest.raises(StoreError):
        carry_out(replace(house.bench, attempt=locked), "one", 1)
    assert house.state() == "running"


def test_what_waited_for_a_portal_is_let_in_by_whoever_leaves_it() -> None:
    house = works(Said(outcome="done"))
    house.ask("first")
    house.ask("second")
    bench = replace(house.bench, portals=lambda task: ("bank",))
    put_due(house.store.errands, house.slips, house.clock.now(), bench.portals)
    assert [*house.slips.taken] == ["first"]
    assert carry_out(bench, "first", 1) == "done"
    assert [*house.slips.taken] == ["first", "second"]

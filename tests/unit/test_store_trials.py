"""What the store keeps of experiments: who is in which arm, each look once, who stopped one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from store_cases import Stores, day

from clerkwork.adapters.store import Store
from clerkwork.adapters.store.copying import carry_over
from clerkwork.core.experiments import Arm, Count, Entry, Look, Trial
from clerkwork.testing import MORNING

pytest_plugins = ["store_fixtures"]

DESIGNS = {"words": '{"days": 7}', "offers": "{}"}
ARM = Arm(name="é plain", tone="plain", channels=("sms", "mail"), after=0, gap=3, offers=())
LOOK = Look(
    number=1,
    control=Count(arm="as it is", paid=40, of=100),
    arm=Count(arm="é plain", paid=60, of=100),
    critical=2.004 * 3**0.5,
    verdict="goes on",
)


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores()


def entry(debtor: str, arm: Arm = ARM, experiment: str = "words", since: int = 0) -> Entry:
    return Entry(
        experiment=experiment, debtor=debtor, arm=arm, segment="students", steps=("1", "2"),
        since=day(since), items=("F1", "F2"),
    )  # fmt: skip


def test_whoever_came_in_comes_back_whole_and_in_order(store: Store) -> None:
    came = (entry("2"), entry("1", Arm(name="as it is")), entry("3", experiment="offers"))
    assert store.trials.enter(came, DESIGNS) == 3
    assert store.trials.entries() == came
    assert store.trials.all() == (
        Trial(name="offers", design="{}", begun=MORNING),
        Trial(name="words", design='{"days": 7}', begun=MORNING),
    )


def test_nobody_comes_into_the_same_one_twice_nor_changes_his_arm(store: Store) -> None:
    store.trials.enter([entry("1")], DESIGNS)
    other = entry("1", Arm(name="as it is"), since=3)
    assert store.trials.enter([other, entry("1", experiment="offers")], {"offers": "other"}) == 1
    assert store.trials.entries() == (entry("1"), entry("1", experiment="offers"))


def test_all_come_in_or_nobody_does(store: Store) -> None:
    with pytest.raises(KeyError):
        store.trials.enter([entry("1"), entry("2", experiment="unknown")], DESIGNS)
    assert (store.trials.entries(), store.trials.all()) == ((), ())


def test_a_look_is_taken_once(store: Store) -> None:
    with pytest.raises(ValueError, match="experiment 'words' did not begin"):
        store.trials.look("words", LOOK)
    store.trials.enter([entry("1")], DESIGNS)
    second = replace(LOOK, number=2, verdict="better")
    assert store.trials.look("words", second)
    assert store.trials.look("words", LOOK)
    assert not store.trials.look("words", replace(LOOK, verdict="worse"))
    (found,) = store.trials.all()
    assert found.looks == (replace(LOOK, at=MORNING), replace(second, at=MORNING))
    assert found.looks[0].interval == LOOK.interval
    assert found.verdict == "better"


def test_one_is_stopped_once_also_before_it_begins(store: Store) -> None:
    store.trials.enter([entry("1")], DESIGNS)
    done = store.trials.stop("words", "another", by="ann", note="enough")
    assert (done.stopped, done.stopped_by, done.note) == (MORNING, "ann", "enough")
    assert done.design == '{"days": 7}'
    store.trials.stop("offers", "{}", by="ben")
    assert store.trials.all()[1] == done
    for name in ("words", "offers"):
        with pytest.raises(ValueError, match="was stopped already, by "):
            store.trials.stop(name, "{}", by="ben")


def test_who_came_in_is_forgotten_in_time_and_what_was_told_stays(store: Store) -> None:
    store.trials.enter([entry("1"), entry("2", since=5)], DESIGNS)
    store.trials.look("words", LOOK)
    assert (store.trials.count(day(5)), store.trials.forget(day(5))) == (1, 1)
    assert store.trials.entries() == (entry("2", since=5),)
    assert store.trials.count(day(6) + dt.timedelta(days=1)) == 1
    assert len(store.trials.all()[0].looks) == 1


def test_all_of_it_is_carried_over_to_another_store(stores: Stores) -> None:
    old, new = stores(), stores()
    old.trials.enter([entry("1")], DESIGNS)
    old.trials.look("words", LOOK)
    old.trials.stop("words", "", by="ann")
    carry_over(old.database, new.database)
    assert new.trials.all() == old.trials.all() != ()
    assert new.trials.entries() == old.trials.entries() != ()
    assert new.trials.enter([entry("2")], DESIGNS) == 1

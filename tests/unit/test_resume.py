"""A task that failed too often is stopped, asked about once, and goes on when that is decided."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from back_desk import Desk, open_desk

from clerkwork.app.resume import resume, stop_task
from clerkwork.app.review import decide
from clerkwork.core.queue import WorkItem

SCOPE = "task daily_round"
WHY = "3 runs of it failed in a row, the last one: the bank is down"


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk()
    yield desk
    desk.store.close()


def stopped(desk: Desk) -> WorkItem:
    """The question that stopping a task leaves."""
    store = desk.store
    before = {item.id for item in store.queue.open()}
    assert stop_task(store.stops, store.queue, desk.clock, task="daily_round", why=WHY, run="run-3")
    (item,) = (one for one in store.queue.open() if one.id not in before)
    return item


def test_deciding_that_it_was_seen_to_lets_the_task_go_on(desk: Desk) -> None:
    item = stopped(desk)
    assert item.choices == (("seen", "I have seen to it, and let it go on"),)
    decide(desk.office, item.id, "seen", by="Inge")
    assert desk.store.stops.standing() == ()
    (lifted,) = desk.store.stops.all()
    assert (lifted.by, lifted.lifted_by) == ("the engine", "Inge")


def test_the_question_names_the_commands_and_the_last_run(desk: Desk) -> None:
    item = stopped(desk)
    told = " ".join(item.facts.values())
    assert WHY in told
    assert "`clerkwork resume --task daily_round`" in told
    assert "`clerkwork run daily_round --queued`" in told
    assert item.evidence == "run-3"


def test_resuming_it_takes_the_question_back(desk: Desk) -> None:
    stopped(desk)
    store = desk.store
    assert resume(store.stops, store.queue, scope=SCOPE, by="Inge")
    assert store.queue.open() == ()
    assert store.stops.standing() == ()
    assert not resume(store.stops, store.queue, scope=SCOPE, by="Inge"), "it goes on already"


def test_each_stop_is_a_question_of_its_own(desk: Desk) -> None:
    first = stopped(desk)
    decide(desk.office, first.id, "seen", by="Inge")
    desk.later(60)
    second = stopped(desk)
    assert second.id != first.id


def test_what_a_person_stopped_since_stays_stopped(desk: Desk) -> None:
    item = stopped(desk)
    store = desk.store
    assert store.stops.lift(SCOPE, "Inge")
    desk.later(60)
    assert store.stops.pull(SCOPE, "Bram", "the letterhead is wrong")
    decide(desk.office, item.id, "seen", by="Inge")
    (standing,) = store.stops.standing()
    assert standing.by == "Bram"


def test_an_old_question_does_not_lift_a_later_stop(desk: Desk) -> None:
    item = stopped(desk)
    assert desk.store.stops.lift(SCOPE, "Inge")
    desk.later(60)
    stopped(desk)
    decide(desk.office, item.id, "seen", by="Inge")
    assert len(desk.store.stops.standing()) == 1

"""What somebody answered is asked for once, and again where it came to nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from back_desk import Desk, a_task, open_desk
from hypothesis import given, settings
from hypothesis import strategies as st
from store_cases import approval, order

from clerkwork.app.ask import ask as ask_person
from clerkwork.app.go_on import URGENT, ask_for_answers
from clerkwork.app.resume import resume
from clerkwork.app.run import Run
from clerkwork.app.task import Task, task
from clerkwork.core.approvals import Decision
from clerkwork.core.queue import WorkItem, trouble_key
from clerkwork.ports import Errand
from clerkwork.testing import MORNING


@task(after="approval", queue="approvals", priority=3)
def keys(run: Run) -> None:
    """Keys what was decided."""


FIRST = f"answer/{approval().id}/keys"


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = answered()
    yield desk
    desk.store.close()


def answered() -> Desk:
    """One order that somebody has released."""
    desk = open_desk()
    desk.store.books.replace_orders("desk_erp", [order()])
    desk.store.approvals.ask(approval())
    answer = Decision(verdict="release", by="ann", at=MORNING, via="mail", reason="")
    desk.store.approvals.decide(approval().id, answer)
    return desk


def ask(desk: Desk, *tasks: Task) -> int:
    store = desk.store
    return ask_for_answers(
        tasks or (keys, a_task(lambda run: None)),
        approvals=store.approvals,
        books=store.books,
        errands=store.errands,
        stops=store.stops,
        queue=store.queue,
        clock=desk.clock,
    )


def end(desk: Desk, id: str, state: str) -> None:
    desk.store.errands.end(id, state, "")


def asked(desk: Desk) -> list[tuple[str, str]]:
    return [(one.id, one.state) for one in reversed(desk.store.errands.all())]


def trouble(desk: Desk, name: str = "keys") -> str:
    """What a run that failed leaves."""
    ask_person(
        desk.store.queue,
        WorkItem(
            id="",
            key=trouble_key(name, "failed"),
            kind="trouble",
            title="",
            created=desk.clock.now(),
            choices=(("seen", ""),),
        ),
    )
    return desk.store.queue.open()[-1].id


def test_an_answer_is_asked_for_once_in_the_queue_and_with_the_priority_of_its_task(
    desk: Desk,
) -> None:
    assert ask(desk) == 1
    assert ask(desk) == 0
    (errand,) = desk.store.errands.waiting()
    assert (errand.id, errand.queue, errand.priority, errand.by) == (FIRST, "approvals", 3, "ann")
    assert errand.subject == approval().id


def test_a_task_that_is_not_urgent_by_itself_is_so_for_an_answer(desk: Desk) -> None:
    ask(desk, Task(name="keys", work=lambda run: None, after="approval"))
    assert desk.store.errands.waiting()[0].priority == URGENT


def test_what_was_refused_is_asked_for_again_once_the_task_goes_on(desk: Desk) -> None:
    ask(desk)
    desk.store.stops.pull("task keys", "the engine", "3 runs of it failed")
    end(desk, FIRST, "refused")
    assert ask(desk) == 0, "it is stopped yet"
    resume(desk.store.stops, desk.store.queue, scope="task keys", by="Inge")
    assert ask(desk) == 1
    assert ask(desk) == 0
    assert asked(desk) == [(FIRST, "refused"), (f"{FIRST}/2", "queued")]


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_what_failed_is_asked_for_again_once_a_person_has_seen_to_it(
    desk: Desk, state: str
) -> None:
    ask(desk)
    item = trouble(desk)
    end(desk, FIRST, state)
    assert ask(desk) == 0
    desk.store.queue.close(item, decision="seen", by="Inge")
    trouble(desk, "another_task")
    assert ask(desk) == 1
    assert asked(desk) == [(FIRST, state), (f"{FIRST}/2", "queued")]


def test_what_is_done_is_not_asked_for_again(desk: Desk) -> None:
    ask(desk)
    end(desk, FIRST, "done")
    assert ask(desk) == 0


@pytest.mark.parametrize("scope", ["writes", "task keys"])
def test_nothing_is_asked_for_that_would_only_be_stopped(desk: Desk, scope: str) -> None:
    desk.store.stops.pull(scope, "Inge", "release day")
    assert ask(desk) == 0
    desk.store.stops.lift(scope, "Inge")
    assert ask(desk) == 1


def test_what_is_keyed_is_not_asked_for_again_whatever_failed_before(desk: Desk) -> None:
    ask(desk)
    end(desk, FIRST, "refused")
    desk.store.approvals.keyed(approval().id, "by another run")
    assert ask(desk) == 0


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.sampled_from(["look", "begin", "done", "failed", "stopped", "refused", "seen", "halt"])
    )
)
def test_an_answer_is_never_under_way_twice_at_once(steps: list[str]) -> None:
    desk = answered()
    store = desk.store
    for step in steps:
        under_way: tuple[Errand, ...] = store.errands.under_way()
        if step == "look":
            ask(desk)
        elif step == "seen":
            resume(store.stops, store.queue, scope="task keys", by="Inge")
            for item in store.queue.open():
                store.queue.close(item.id, decision="seen", by="Inge")
        elif step == "halt":
            store.stops.pull("task keys", "the engine", "too often")
        elif under_way and step == "begin":
            store.errands.begin(under_way[0].id, 1)
        elif under_way:
            if step in ("failed", "stopped"):
                trouble(desk)
            end(desk, under_way[0].id, step)
        assert len(store.errands.under_way()) <= 1
        assert [one.state for one in store.errands.all()].count("done") <= 1
    store.close()

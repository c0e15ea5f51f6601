"""A robot waits at the page for a person's answer, until its deadline and no longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, DeskErp, ReadOnlyErp, open_desk

from clerkwork.app.person import AGAIN, STOP, answer
from clerkwork.app.review import decide
from clerkwork.app.run import Run
from clerkwork.core.queue import WorkItem
from clerkwork.errors import BusinessError, PageTimeout, PersonNeeded

WAITS = 0.1
"""Minutes: six looks."""


class Asking(DeskErp):
    """Its portal shows a picture at each sign-in."""

    name = "desk_erp"
    heard = ""

    def sign_in(self) -> None:
        type(self).heard = self.person.read("what stands in the picture")
        super().sign_in()


class Puzzled(DeskErp):
    """Its portal shows a page that nobody foresaw."""

    name = "desk_erp"

    def sign_in(self) -> None:
        if "menu" not in self.screen.shown:
            self.person.see_to(PageTimeout("no menu came"), lambda: "menu" in self.screen.shown)
        super().sign_in()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = open_desk(answer_within=WAITS)
    yield desk
    desk.store.close()


def meanwhile(desk: Desk, look: int, act: Callable[[WorkItem], object]) -> None:
    """Somebody acts on the open question while the robot waits for its so-manieth look."""

    def pause(seconds: float) -> None:
        desk.pauses.append(seconds)
        desk.later(seconds)
        if len(desk.pauses) == look:
            act(desk.store.queue.open()[0])

    desk.office = replace(desk.office, pause=pause)


def signed_in(run: Run, robot: type[ReadOnlyErp]) -> None:
    with run.open(robot):
        pass


def test_the_answer_reaches_the_robot_that_waits(desk: Desk) -> None:
    meanwhile(desk, 3, lambda item: answer(desk.office, item, " x7Kq ", by="ann"))

    signed_in(desk.run(), Asking)

    assert Asking.heard == "x7Kq"
    assert desk.pauses == [1.0] * 3
    assert desk.store.queue.open() == ()


def test_the_question_points_at_its_picture_and_says_until_when_it_waits(desk: Desk) -> None:
    seen: list[WorkItem] = []
    meanwhile(desk, 1, seen.append)

    with pytest.raises(PersonNeeded):
        signed_in(desk.run(), Asking)

    (item,) = seen
    assert item.kind == "question"
    assert item.facts["Waits until"] == "2026-03-03T08:00:06+00:00"
    run, _, step = item.evidence.partition("#")
    trail = desk.evidence.trails[-1]
    asked = trail.steps[int(step) - 1]
    assert (trail.run, asked.action) == (run, "ask a person")
    assert asked.pictures


def test_without_an_answer_the_run_ends_in_time_and_the_question_stays(desk: Desk) -> None:
    meanwhile(desk, 99, lambda item: None)

    with pytest.raises(PersonNeeded, match=r"nobody answered within 0\.1 minutes"):
        signed_in(desk.run(), Asking)

    assert desk.pauses == [1.0] * 6
    (left,) = desk.store.queue.open()
    desk.later(60)
    with pytest.raises(BusinessError, match=r"has gone\. Run its task again"):
        answer(desk.office, left, "x7Kq", by="ann")


def test_a_later_sign_in_withdraws_what_nobody_answered(desk: Desk) -> None:
    meanwhile(desk, 99, lambda item: None)
    with pytest.raises(PersonNeeded):
        signed_in(desk.run(), Asking)

    signed_in(desk.run(), DeskErp)

    assert desk.store.queue.open() == ()


def test_a_person_may_stop_the_robot(desk: Desk) -> None:
    meanwhile(desk, 2, lambda item: decide(desk.office, item.id, STOP, by="ann"))
    with pytest.raises(PersonNeeded, match="because ann said so"):
        signed_in(desk.run(), Asking)


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "x" * 201])
def test_what_cannot_be_typed_is_refused_and_the_robot_waits_on(desk: Desk, text: str) -> None:
    def wrong(item: WorkItem) -> None:
        with pytest.raises(BusinessError, match="a line of 1 to 200 characters"):
            answer(desk.office, item, text, by="ann")
        answer(desk.office, item, "right", by="ann")

    meanwhile(desk, 1, wrong)
    signed_in(desk.run(), Asking)
    assert Asking.heard == "right"


def test_an_unknown_page_is_first_tried_again_and_then_asked_about(desk: Desk) -> None:
    run = desk.run()
    with pytest.raises(PageTimeout, match="no menu came"):
        signed_in(run, Puzzled)
    assert desk.store.queue.open() == ()

    def see_to(item: WorkItem) -> None:
        with pytest.raises(BusinessError, match="knows no field"):
            answer(desk.office, item, "x7Kq", by="ann")
        decide(desk.office, item.id, AGAIN, by="ann")

    meanwhile(desk, 2, see_to)
    run.office = desk.office
    signed_in(run, Puzzled)
    assert desk.erp.sessions == 1


def test_a_page_that_comes_by_itself_needs_nobody_any_more(desk: Desk) -> None:
    run = desk.run()
    with pytest.raises(PageTimeout):
        signed_in(run, Puzzled)
    meanwhile(desk, 2, lambda item: desk.browser.screens[-1].shown.update(menu="Open items"))
    run.office = desk.office
    signed_in(run, Puzzled)
    assert desk.store.queue.open() == ()


def test_in_a_dry_run_nobody_is_asked(desk: Desk) -> None:
    with pytest.raises(PersonNeeded, match="Nobody is asked in a dry run"):
        signed_in(desk.run(dry=True), Asking)


def test_only_a_robots_question_takes_an_answer(desk: Desk) -> None:
    other = WorkItem(id="a1", key="trouble/x", kind="trouble", title="", created=desk.clock.now())
    with pytest.raises(BusinessError, match="wants a decision"):
        answer(desk.office, other, "x7Kq", by="ann")

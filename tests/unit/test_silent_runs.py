"""A run that fell silent may still act: what it was about to submit is nobody's but a person's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from back_desk import Desk, DeskErp, a_task, open_desk, shown
from store_cases import item, line

from clerkwork.app.execute import execute
from clerkwork.app.key import key_receipts
from clerkwork.app.run import Run
from clerkwork.core.posting import PostingState
from clerkwork.errors import (
    HeldElsewhere,
    LeaseLost,
    PortalUnreachable,
    SessionLost,
    SetupError,
    TaskStopped,
    WritesStopped,
)
from clerkwork.testing import MORNING

APPROVED, KEYING, KEYED = PostingState.APPROVED, PostingState.KEYING, PostingState.KEYED
DOUBTFUL = PostingState.DOUBTFUL
SILENT = "run-silent"


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Two invoices paid in full; both postings are approved."""
    desk = open_desk()
    desk.owe(item("2026-0101", 12_500), item("2026-0102", 30_000))
    desk.receive(
        line(12_500, text="2026-0101", ref="A"), line(30_000, 1, text="2026-0102", ref="B")
    )
    desk.reconcile()
    yield desk
    desk.store.close()


def fell_silent(desk: Desk, *, submitted: bool) -> None:
    """A run claimed the first posting, and was not heard of since; nobody knows it to be dead."""
    reference = desk.posting().reference
    desk.store.books.claim(reference, run=SILENT, robot="desk_erp")
    if submitted:
        desk.store.books.submitting(reference, run=SILENT, robot="desk_erp")
    desk.holding.alive.add(SILENT)


def test_a_submit_that_a_silent_run_may_still_click_is_never_made_by_another(desk: Desk) -> None:
    fell_silent(desk, submitted=True)
    desk.key()
    assert desk.states() == [DOUBTFUL, KEYED]
    assert [r.amount.minor for r in desk.erp.receipts] == [30_000]
    assert desk.pauses == [30.0], "it may be on its way, so it is waited for first"
    (told,) = desk.store.queue.open()
    assert f"run {SILENT} was about to submit it" in told.facts["What happened"]
    desk.key()
    assert desk.states() == [DOUBTFUL, KEYED], "it stays a person's"


def test_a_submit_of_a_silent_run_that_arrived_is_found_and_kept(desk: Desk) -> None:
    fell_silent(desk, submitted=True)
    desk.erp.under_way.append(shown(desk.posting()))
    desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert len(desk.erp.receipts) == 2


def test_what_a_silent_run_had_not_reached_the_submit_of_is_keyed_by_the_next(desk: Desk) -> None:
    """Its own submit has to be claimed first, and it holds nothing any more."""
    fell_silent(desk, submitted=False)
    desk.key()
    assert desk.states() == [KEYED, KEYED]


def test_a_dead_run_is_waited_for_from_the_moment_it_was_surely_dead(desk: Desk) -> None:
    fell_silent(desk, submitted=True)
    desk.holding.alive.clear()
    desk.holding.known = 2.0
    desk.later(25)
    desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert desk.pauses == [28.0], "its browser may have been alive until then"


def test_leftovers_are_read_once_the_login_is_ours(desk: Desk) -> None:
    """What another run is keying while it is waited for is no leftover afterwards."""
    reference = desk.posting().reference
    desk.store.books.claim(reference, run=SILENT, robot="desk_erp")

    def meanwhile() -> None:
        desk.store.books.move(reference, KEYED, run=SILENT)

    desk.holding.when_held["login desk_erp"] = meanwhile
    desk.key()
    assert desk.states() == [KEYED, KEYED]
    assert "find " + reference not in desk.erp.acts


def test_a_lost_lease_ends_the_run_whatever_the_browser_said_as_it_was_ended(desk: Desk) -> None:
    def lose() -> None:
        desk.holding.lost = "the login is not held any more"

    desk.erp.before["find"] = [SessionLost("Target closed")]
    desk.erp.on["find"] = lose
    with pytest.raises(LeaseLost, match="not held any more"):
        desk.key()
    assert desk.erp.sessions == 1, "it does not sign in again"
    assert desk.erp.receipts == []


def test_a_stop_between_two_postings_leaves_the_second_whole(desk: Desk) -> None:
    desk.erp.on["submit"] = lambda: desk.store.stops.pull("writes", "ann", "the bank called")

    def keys(run: Run) -> None:
        key_receipts(run, DeskErp)

    with pytest.raises(WritesStopped, match="ann has stopped it"):
        execute(desk.office, a_task(keys), progress=lambda *_: None)
    assert desk.states() == [KEYED, APPROVED]
    (told,) = desk.store.queue.open()
    assert "ann has stopped it: all writes are stopped" in told.facts["What happened"]
    assert "'the bank called'" in told.facts["What happened"]
    last = desk.store.runs.find("last")
    assert last is not None
    assert last.outcome == "stopped"
    desk.store.stops.lift("writes", "ann")
    desk.erp.on.clear()
    desk.key()
    assert desk.states() == [KEYED, KEYED]


def test_a_stop_under_a_filled_form_submits_nothing_and_it_is_keyed_from_its_beginning(
    desk: Desk,
) -> None:
    desk.erp.on["fill"] = lambda: desk.store.stops.pull("robot desk_erp", "ann", "release day")
    with pytest.raises(WritesStopped, match="--robot desk_erp"):
        desk.key()
    assert desk.states() == [APPROVED, APPROVED]
    assert desk.erp.receipts == []
    # Signed before the store was asked whether it may be.
    (signed,) = desk.evidence.trails[-1].anchors
    assert signed == f"before submitting receipt {desk.posting().reference}"
    desk.erp.on.clear()
    desk.store.stops.lift("robot desk_erp", "ann")
    desk.key()
    assert desk.states() == [KEYED, KEYED]


def nothing(run: Run) -> None:
    return None


def test_a_task_that_is_stopped_is_not_begun_nor_gone_on_to(desk: Desk) -> None:
    desk.store.stops.pull("task keys", "ann", "wait for me")
    with pytest.raises(TaskStopped, match=r"ann has stopped keys .*resume --task keys"):
        execute(desk.office, a_task(nothing, "keys"), progress=lambda *_: None)
    assert desk.store.runs.all() == ()

    def round(run: Run) -> None:
        run.do(a_task(nothing, "keys"))

    with pytest.raises(TaskStopped):
        execute(desk.office, a_task(round, "round"), progress=lambda *_: None)
    execute(desk.office, a_task(nothing, "keys"), progress=lambda *_: None, dry=True)


def test_a_task_does_not_overlap_with_itself_unless_it_says_so(desk: Desk) -> None:
    desk.holding.taken["task work"] = "run 20260303-075900-work-dead"
    with pytest.raises(SetupError, match="Task work is in use by run 20260303"):
        execute(desk.office, a_task(nothing), progress=lambda *_: None)
    desk.holding.waits = True
    with pytest.raises(HeldElsewhere):
        execute(desk.office, a_task(nothing), progress=lambda *_: None)
    assert desk.evidence.trails == [desk.evidence.trails[0]], "nothing was begun"
    free = a_task(nothing, overlap=True)
    execute(desk.office, free, progress=lambda *_: None)


def test_a_login_that_another_holds_is_tried_again_where_nobody_waits(desk: Desk) -> None:
    desk.holding.waits = True
    desk.holding.taken["login desk_erp"] = "another run"
    desk.holding.when_asked["login desk_erp"] = desk.holding.taken.clear
    desk.key()
    assert desk.states() == [KEYED, KEYED]


def test_a_run_that_is_at_work_is_not_called_dead(desk: Desk) -> None:
    for run in ("20260303-075900-work-dead", "20260303-075901-other-live"):
        desk.store.runs.begin(run, "work", MORNING - dt.timedelta(minutes=1))
    desk.holding.alive.add("20260303-075901-other-live")
    execute(desk.office, a_task(nothing), progress=lambda *_: None)
    assert [row.run for row in desk.store.runs.running()] == ["20260303-075901-other-live"]


def test_a_portal_that_fails_is_no_lost_lease(desk: Desk) -> None:
    desk.erp.before["find"] = [PortalUnreachable("500"), PortalUnreachable("500")]
    desk.key()
    assert desk.states() == [KEYED, KEYED]

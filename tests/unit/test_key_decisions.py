"""A decision about an order is keyed once, and its submit is claimed before it is clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from back_desk import Desk, ErpScreen, a_task, open_desk
from store_cases import approval, order

from clerkwork.app.orders import key_decisions
from clerkwork.app.robot import Robot
from clerkwork.core.approvals import Approval, Decision, approval_id
from clerkwork.errors import LeaseLost, PortalUnreachable, WritesStopped
from clerkwork.testing import MORNING

SILENT = "run-silent"
RELEASE = Decision(verdict="release", by="ann", at=MORNING, via="mail", reason="good customer")


class OrderErp(Robot):
    """Holds one order, and what was decided about it."""

    name = "desk_erp"
    screen: ErpScreen
    verdict: str = ""

    def sign_in(self) -> None:
        self.screen.erp.sessions += 1

    def find_order(self, number: str) -> str | None:
        self.screen.erp.act("find", number)
        return self.screen.erp.orders.get(number, "")

    def fill_decision(self, number: str, verdict: str, reason: str) -> None:
        self.screen.erp.act("fill", number)
        self.screen.erp.order = number

    def submit_decision(self, verdict: str) -> None:
        erp = self.screen.erp
        erp.act("submit", verdict)
        erp.orders[erp.order] = verdict
        erp.done("submit")


@pytest.fixture
def desk() -> Iterator[Desk]:
    """One order, to be released."""
    desk = open_desk()
    books, approvals = desk.store.books, desk.store.approvals
    books.replace_orders("desk_erp", [order()])
    approvals.ask(approval())
    approvals.decide(approval().id, RELEASE)
    yield desk
    desk.store.close()


def key(desk: Desk) -> None:
    run = desk.run()
    try:
        run.do(a_task(lambda run: key_decisions(run, OrderErp)))
    finally:
        run.close()


def stands(desk: Desk) -> Approval:
    (one,) = desk.store.approvals.all()
    return one


@pytest.mark.parametrize("number", ["JANSEN", "SO 2026 7"])
def test_its_steps_name_the_order_whatever_its_number_looks_like(desk: Desk, number: str) -> None:
    named = replace(order(), number=number)
    asked = replace(approval(), id=approval_id(named, 1), order=named)
    desk.store.books.replace_orders("desk_erp", [named])
    desk.store.approvals.ask(asked)
    desk.store.approvals.decide(asked.id, RELEASE)
    key(desk)
    (trail,) = desk.evidence.trails
    told = {step.action: "about" in step.details for step in trail.steps if step.subject == number}
    assert told == {"find order": False, "fill decision": False}
    assert f"before submitting decision {number}" in trail.anchors


def submits(desk: Desk) -> int:
    return desk.erp.acts.count("submit release")


def test_it_is_claimed_submitted_and_found_again(desk: Desk) -> None:
    key(desk)
    assert stands(desk).keyed
    assert (stands(desk).run, stands(desk).submitted) == ("run-1", MORNING)
    key(desk)
    assert submits(desk) == 1


def test_a_submit_that_was_cut_off_is_waited_for_before_it_is_made_again(desk: Desk) -> None:
    desk.erp.on["submit"] = fails_once(desk)
    key(desk)
    assert stands(desk).keyed
    assert desk.pauses[-1] == 30.0
    assert submits(desk) == 2


def fails_once(desk: Desk) -> Callable[[], None]:
    def fail() -> None:
        desk.erp.on.clear()
        raise PortalUnreachable("broke off the connection")

    return fail


def test_what_a_silent_run_may_still_submit_is_a_persons(desk: Desk) -> None:
    desk.store.approvals.submitting(approval().id, run=SILENT, robot="desk_erp")
    desk.holding.alive.add(SILENT)
    key(desk)
    assert submits(desk) == 0
    assert not stands(desk).keyed
    (told,) = desk.store.queue.open()
    assert "fell silent" in told.facts["What happened"]
    desk.erp.orders["O-1"] = "release"
    key(desk)
    assert stands(desk).keyed, "the person has put it right"


def test_a_stop_submits_nothing(desk: Desk) -> None:
    desk.store.stops.pull("robot desk_erp", "ann", "release day")
    with pytest.raises(WritesStopped):
        key(desk)
    assert submits(desk) == 0
    assert stands(desk).submitted is None
    # Signed before the store was asked whether it may be.
    assert desk.evidence.trails[-1].anchors == ["before submitting decision O-1"]
    desk.store.stops.lift("robot desk_erp", "ann")
    key(desk)
    assert stands(desk).keyed


def test_a_lost_lease_submits_nothing(desk: Desk) -> None:
    def lose() -> None:
        desk.holding.lost = "not held any more"
        raise PortalUnreachable("Target closed")

    desk.erp.on["fill"] = lose
    with pytest.raises(LeaseLost):
        key(desk)
    assert submits(desk) == 0

"""Orders that wait for credit: ask about them, and key what was decided into the ERP."""

from __future__ import annotations

from typing import cast

from clerkwork.app.approve import ask_approvals, decided_not_keyed
from clerkwork.app.key import require_verbs, wait_for_answer
from clerkwork.app.robot import DecidesOrders, Robot
from clerkwork.app.run import Run
from clerkwork.app.sign_in import check_open
from clerkwork.app.witness import Witness
from clerkwork.core.approvals import Approval
from clerkwork.core.figures import Figure
from clerkwork.core.queue import WorkItem
from clerkwork.errors import ChannelDown, EntryRefused

__all__ = ["check_orders", "key_decisions"]


def check_orders(run: Run) -> None:
    """Hold waiting orders against credit policy; what it does not release is asked by mail."""
    with run.office.holding.hold("outbox approvals", "The asking of approvers"):
        _ask(run)


def _ask(run: Run) -> None:
    office = run.office
    figures = ask_approvals(
        books=office.books,
        approvals=office.approvals,
        outbox=office.outbox,
        queue=office.queue,
        channels=Witness(run).channels(),
        archives=office.archives,
        clock=office.clock,
        policy=office.credit,
        write=office.write_approval,
        run=run.id,
        dry_run=run.dry,
        ended=lambda other: office.holding.ending(other).sure,
        version=run.version_of("config/approvals.toml"),
    )
    for name, number in figures.as_counts().items():
        if name != Figure.ORDERS_WAITING:
            run.count(name, number)
    for told in figures.would_do:
        run.would(told)
    if figures.trouble:
        raise ChannelDown("; ".join(figures.trouble))


def key_decisions(run: Run, erp: type[Robot]) -> None:
    """Release or hold in the ERP what was decided, each looked up before and after."""
    require_verbs(erp, "find_order", "fill_decision", "submit_decision")
    office = run.office
    if run.settings(erp).writes == "never" or not decided_not_keyed(
        approvals=office.approvals, books=run.books
    ):
        return
    with run.open(erp) as robot:
        # Read once the login is ours: nobody else keys them now.
        waiting = decided_not_keyed(approvals=office.approvals, books=run.books)
        for at, approval in enumerate(waiting):
            run.progress("Releasing and holding orders", at, len(waiting))
            check_open(run, erp)
            _key(run, erp, cast(DecidesOrders, robot), approval)


def _key(run: Run, erp: type[Robot], keyer: DecidesOrders, approval: Approval) -> None:
    if approval.decision is None:
        return
    number, verdict = approval.order.number, approval.decision.verdict
    sure = True
    if approval.submitted is not None:
        in_flight = run.settings(erp).in_flight
        sure = wait_for_answer(run, approval.run, approval.submitted, in_flight)
    waits = keyer.find_order(number) == ""
    if waits and not sure:
        _tell(run, approval, f"run {approval.run} fell silent as it keyed it, and may still do so")
        return
    if waits:
        if run.dry:
            run.would(f"{verdict} order {number}: {approval.decision.reason}")
            return
        try:
            with keyer.screen.writing():
                keyer.fill_decision(number, verdict, _reason(approval))
                keyer.screen.read_back()
            run.sign(erp, "submit_decision")
            run.office.approvals.submitting(approval.id, run=run.id, robot=erp.name)
            with keyer.screen.writing():
                keyer.submit_decision(verdict)
        except EntryRefused as error:
            _tell(run, approval, f"the ERP refused it: {error}")
            return
    stands = keyer.find_order(number)
    if stands != verdict:
        there = {None: "does not know the order", "": "still shows it waiting"}
        _tell(run, approval, f"the ERP {there.get(stands, f'shows {stands!r}')}")
        return
    run.office.approvals.keyed(approval.id, f"keyed by {run.id}")
    run.count(Figure.ORDERS_RELEASED if verdict == "release" else Figure.ORDERS_HELD)


def _reason(approval: Approval) -> str:
    decision = approval.decision
    return f"{decision.by}: {decision.reason}" if decision else ""


def _tell(run: Run, approval: Approval, why: str) -> None:
    decision = approval.decision
    order = approval.order
    run.office.queue.put(
        WorkItem(
            id="",
            key=f"decision/{approval.id}",
            kind="trouble",
            title=f"Order {order.number} was decided, but the ERP shows otherwise",
            created=run.office.clock.now(),
            facts={
                "Decided": f"{decision.verdict}, by {decision.by}" if decision else "",
                "What happened": why,
            },
            choices=(("seen", "I have put it right in the ERP"),),
            evidence=run.id,
        )
    )

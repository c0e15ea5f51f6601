"""Hand over: block in the ERP whose handover was approved, and make his dossier."""

from __future__ import annotations

from typing import cast

from clerkwork.app.collect import check, file_dossier
from clerkwork.app.key import require_verbs, wait_for_answer
from clerkwork.app.robot import BlocksDebtors, Robot
from clerkwork.app.run import Run
from clerkwork.app.sign_in import check_open
from clerkwork.core.collection import BLOCK, Handover, HandoverState
from clerkwork.core.figures import Figure
from clerkwork.core.queue import WorkItem
from clerkwork.errors import EntryRefused

__all__ = ["hand_over"]


def hand_over(run: Run, erp: type[Robot]) -> None:
    """Block each debtor whose handover was approved, looked up before and after; then his dossier.

    What was in order when it was approved is looked at again first: who paid meanwhile, or whose
    money is on its way, is a person's. A run that is interrupted goes on where it stood.
    """
    require_verbs(erp, "find_block", "fill_block", "submit_block")
    office = run.office
    if run.settings(erp).writes == "never" or not office.handovers.all(HandoverState.APPROVED):
        return
    with run.open(erp) as robot:
        # Read once the login is ours: nobody else keys them now.
        waiting = office.handovers.all(HandoverState.APPROVED)
        for at, one in enumerate(waiting):
            run.progress("Handing over to collection", at, len(waiting))
            check_open(run, erp)
            _hand_over(run, erp, cast(BlocksDebtors, robot), one)


def _hand_over(run: Run, erp: type[Robot], keyer: BlocksDebtors, one: Handover) -> None:
    checked = check(run.office, one.debtor)
    if checked.why:
        _tell(run, one, "; ".join(checked.why))
        return
    if not _blocked(run, erp, keyer, one):
        return
    if run.dry:
        run.would(f"make the dossier of debtor {one.debtor}")
        return
    step = run.step(erp.name, keyer.screen, "file dossier", subject=one.debtor, picture=False)
    with step as details:
        dossier, filed = file_dossier(run.office, checked)
        details["file"], details["sha256"] = filed.name, filed.sha256
    run.office.handovers.blocked(one.id, run=run.id, note=f"blocked by {run.id}")
    run.count(Figure.HANDED_OVER)
    if dossier.missing or filed.unbound:
        _ask_for(run, one, (*map(str, dossier.missing), *filed.unbound))


def _blocked(run: Run, erp: type[Robot], keyer: BlocksDebtors, one: Handover) -> bool:
    """Whether the ERP shows the block now; in a dry run, whether it would be keyed."""
    sure = True
    if one.submitted is not None:
        sure = wait_for_answer(run, one.run, one.submitted, run.settings(erp).in_flight)
    stands = keyer.find_block(one.debtor)
    if stands == "" and not sure:
        _tell(run, one, f"run {one.run} fell silent as it keyed the block, and may still do so")
        return False
    if stands == "":
        if run.dry:
            run.would(f"block debtor {one.debtor} in the ERP: in collection, by {one.by}")
            return True
        try:
            with keyer.screen.writing():
                keyer.fill_block(one.debtor, f"{one.by}: in collection since {one.at:%Y-%m-%d}")
                keyer.screen.read_back()
            run.sign(erp, "submit_block")
            run.office.handovers.submitting(one.id, run=run.id, robot=erp.name)
            with keyer.screen.writing():
                keyer.submit_block()
        except EntryRefused as error:
            _tell(run, one, f"the ERP refused the block: {error}")
            return False
        stands = keyer.find_block(one.debtor)
    if stands == BLOCK:
        return True
    shown = {None: "does not know the debtor", "": "still shows no block"}
    _tell(run, one, f"the ERP {shown.get(stands, f'shows the block {stands!r} already')}")
    return False


def _tell(run: Run, one: Handover, why: str) -> None:
    if run.dry:
        run.would(f"not hand debtor {one.debtor} over: {why}")
        return
    run.office.queue.put(
        WorkItem(
            id="",
            key=f"handover/{one.id}",
            kind="trouble",
            title=f"Debtor {one.debtor} was handed over to collection, and is not blocked",
            created=run.office.clock.now(),
            facts={
                "Approved by": f"{one.by} on {one.at:%Y-%m-%d}",
                "What happened": why,
                "What to do": "put it right, and the next run goes on; or take it back with "
                f"`clerkwork collect recall {one.debtor}`",
            },
            choices=(("seen", "I have seen to it"),),
            evidence=run.id,
        )
    )


def _ask_for(run: Run, one: Handover, missing: tuple[str, ...]) -> None:
    run.office.queue.put(
        WorkItem(
            id="",
            key=f"dossier/{one.id}",
            kind="debtor",
            title=f"The dossier of debtor {one.debtor} is not complete",
            created=run.office.clock.now(),
            facts={
                "Missing": "\n".join(missing),
                "What to do": "put the files where config/collection.toml says, and "
                f"`clerkwork collect dossier {one.debtor}` makes it again",
            },
            choices=(("seen", "it is complete, or goes as it is"),),
            evidence=run.id,
            debtor=one.debtor,
        )
    )

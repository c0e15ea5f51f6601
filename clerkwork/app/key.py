"""Key what was approved into the ERP: find, fill, read back, submit, find again."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from loguru import logger

from clerkwork.app.ask import ask
from clerkwork.app.robot import KeysReceipts, Robot
from clerkwork.app.run import Run
from clerkwork.app.sign_in import check_open
from clerkwork.core.figures import Figure
from clerkwork.core.money import Money, total
from clerkwork.core.posting import Posting, PostingState, Receipt, receipt_difference
from clerkwork.core.queue import WorkItem
from clerkwork.errors import (
    BusinessError,
    CapReached,
    ConfigError,
    EntryRefused,
    ItemChanged,
    ReadBackError,
    SelectorStopped,
    SessionLost,
    WritesStopped,
)
from clerkwork.ports import Ending, PostingRow

__all__ = ["key_receipts", "require_verbs", "wait_for_answer"]

_REFUSED = "refused by the portal"


def key_receipts(run: Run, erp: type[Robot]) -> None:
    """Key every approved posting; what a crash left in keying is asked after first.

    A posting ends keyed, void (the item changed), refused (by the portal) or doubtful (a
    person's). Raises `CapReached` when a cap of the run is met, `SelectorStopped` or
    `ReadBackError` when the form is not what it was; nothing is submitted then. May be
    called again at any time: it goes on from what the store and the portal say.
    """
    require_verbs(erp, "find_receipt", "fill_receipt", "submit_receipt")
    settings = run.settings(erp)
    if settings.writes == "never" or not run.books.postings(
        PostingState.KEYING, PostingState.APPROVED
    ):
        return
    with run.open(erp) as robot:
        keyer = cast(KeysReceipts, robot)
        # Read once the login is ours: what is in keying now, no living run is keying.
        for row in run.books.postings(PostingState.KEYING):
            _ask_after(run, keyer, row, settings.in_flight)
        waiting = tuple(
            row
            for row in run.books.postings(PostingState.APPROVED)
            if row.posting.reference not in run.rehearsed
        )
        number, amount = _keyed_so_far(run, settings.max_amount.currency)
        for at, row in enumerate(waiting):
            run.progress("Keying receipts", at, len(waiting))
            number, amount = number + 1, amount + row.posting.amount
            if number > settings.max_postings or amount > settings.max_amount:
                raise CapReached(
                    f"{len(waiting) - at} postings are left: a run may key at most "
                    f"{settings.max_postings} of them and {settings.max_amount}. Run the task "
                    f"again, or raise max_postings or max_amount of [{erp.name}] in "
                    "config/portals.toml"
                )
            check_open(run, erp)
            _key(run, erp, keyer, row.posting)
        run.progress("Keying receipts", len(waiting), len(waiting))


def require_verbs(robot: type[Robot], *verbs: str) -> None:
    """Raise `ConfigError` if a robot lacks a verb that is needed of it."""
    missing = [verb for verb in verbs if not hasattr(robot, verb)]
    if missing:
        raise ConfigError(
            f"robot {robot.name} ({robot.__module__}) has no {', '.join(missing)}: write "
            f"{'it' if len(missing) == 1 else 'them'}, or give this task another robot"
        )


def _keyed_so_far(run: Run, currency: str) -> tuple[int, Money]:
    """How many postings this run has keyed, and their sum: the caps are of the whole run."""
    keyed = [
        row.posting.amount
        for row in run.books.postings(
            PostingState.KEYED, PostingState.DOUBTFUL, PostingState.APPROVED
        )
        if row.posting.reference in run.rehearsed
        or (row.run == run.id and row.state is not PostingState.APPROVED)
    ]
    return len(keyed), total(keyed, currency)


def _ask_after(run: Run, keyer: KeysReceipts, row: PostingRow, in_flight: float) -> None:
    posting = row.posting
    sure = True
    if row.submitted is not None and posting.reference not in run.answered:
        sure = wait_for_answer(run, row.run, row.submitted, in_flight)
    receipt = keyer.find_receipt(posting.reference)
    if receipt is None and posting.reference in run.answered:
        _doubt(run, posting)
    elif receipt is None and not sure:
        why = f"run {row.run} was about to submit it and fell silent; it may still do so"
        _doubt(run, posting, f"{why}, and the portal does not show it")
    elif receipt is None:
        run.books.move(
            posting.reference, PostingState.APPROVED, run=run.id, note="asked: not in the portal"
        )
    else:
        logger.warning("{}: the portal has it already; not keyed again", posting.reference)
        run.count(Figure.FOUND_AFTER_CRASH)
        _settle(run, posting, receipt)


def wait_for_answer(run: Run, claimant: str, submitted: datetime, in_flight: float) -> bool:
    """Wait until a submit that was cut off is surely not on its way through the portal any more.

    Only then does 'not there' mean that it never arrived. False where the run that was about to
    submit it is not known to be dead, browser and all: it may do so at any time.
    """
    office = run.office
    ending = Ending(sure=True) if claimant == run.id else office.holding.ending(claimant)
    waited = (office.clock.now() - submitted).total_seconds()
    if ending.sure:
        waited = min(waited, ending.seconds)
    office.pause(max(0.0, in_flight - waited))
    return ending.sure


def _key(run: Run, erp: type[Robot], keyer: KeysReceipts, posting: Posting) -> None:
    reference = posting.reference
    # Committed before the browser moves: after a crash from here on, the portal is asked first.
    run.books.claim(reference, run=run.id, robot=erp.name)
    try:
        already = _find_or_fill(run, erp, keyer, posting)
        if already is not None:
            _settle(run, posting, already)
            return
        if run.dry:
            run.books.move(reference, PostingState.APPROVED, note="dry run")
            run.would(f"key {_told(posting)}")
            run.count(Figure.WOULD_KEY)
            run.rehearsed.add(reference)
            return
        _submitting(run, erp, reference)
        with keyer.screen.writing():
            keyer.submit_receipt()
        run.answered.add(reference)
    except ItemChanged as error:
        run.books.move(reference, PostingState.VOID, run=run.id, note=str(error))
        run.count(Figure.VOIDED)
        logger.warning("{} voided: {}", reference, error)
        return
    except EntryRefused as error:
        run.books.move(reference, PostingState.REFUSED, run=run.id, note=str(error))
        run.count(Figure.REFUSED)
        ask(run.office.queue, _trouble(run, posting, _REFUSED, str(error)))
        return
    _prove(run, keyer, posting)


def _submitting(run: Run, erp: type[Robot], reference: str) -> None:
    run.sign(erp, "submit_receipt")
    try:
        run.books.submitting(reference, run=run.id, robot=erp.name)
    except WritesStopped as stopped:
        # Surely not submitted: when it may go on, it is keyed from its beginning.
        run.books.move(reference, PostingState.APPROVED, run=run.id, note=str(stopped))
        raise


def _find_or_fill(
    run: Run, erp: type[Robot], keyer: KeysReceipts, posting: Posting
) -> Receipt | None:
    """The receipt if it is there already, else None with the form filled.

    A session that ends under the form is entered again once, and the look-up comes first again.
    """
    for entered_again in (False, True):
        already = keyer.find_receipt(posting.reference)
        if already is not None:
            return already
        try:
            _fill(run, keyer, posting)
        except SessionLost as lost:
            if entered_again:
                raise
            run.start_over(erp, lost)
        else:
            break
    return None


def _fill(run: Run, keyer: KeysReceipts, posting: Posting) -> None:
    try:
        with keyer.screen.writing():
            keyer.fill_receipt(posting)
            keyer.screen.read_back()
    except (ReadBackError, SelectorStopped) as error:
        # Surely not submitted. A submit that stops halfway stays in keying, and is asked after.
        run.books.move(posting.reference, PostingState.APPROVED, run=run.id, note=str(error))
        raise
    unchecked = keyer.unchecked(posting)
    if unchecked:
        raise BusinessError(
            f"{posting.reference}: fill_receipt did not check the open amount of "
            f"{', '.join(unchecked)}; call self.check_open() for every allocation"
        )


def _prove(run: Run, keyer: KeysReceipts, posting: Posting) -> None:
    receipt = keyer.find_receipt(posting.reference)
    if receipt is None:
        _doubt(run, posting)
    else:
        _settle(run, posting, receipt)


def _doubt(
    run: Run, posting: Posting, why: str = "submitted, but the portal does not show it"
) -> None:
    run.books.move(posting.reference, PostingState.DOUBTFUL, run=run.id, note=why)
    run.count(Figure.DOUBTFUL)
    ask(run.office.queue, _trouble(run, posting, "doubtful", why))


def _settle(run: Run, posting: Posting, receipt: Receipt) -> None:
    differs = receipt_difference(posting, receipt)
    if differs:
        why = f"the portal shows receipt {receipt.number}, but {differs}"
        run.books.move(posting.reference, PostingState.DOUBTFUL, run=run.id, note=why)
        run.count(Figure.DOUBTFUL)
        ask(run.office.queue, _trouble(run, posting, "not what was meant", why))
        return
    run.books.move(posting.reference, PostingState.KEYED, run=run.id, receipt=receipt)
    run.count(Figure.KEYED)


def _told(posting: Posting) -> str:
    items = ", ".join(f"{a.item} {a.amount}" for a in posting.allocations) or "on account"
    return f"{posting.reference}: {posting.amount} of debtor {posting.customer} ({items})"


def _trouble(run: Run, posting: Posting, what: str, why: str) -> WorkItem:
    reject = ("reject", "do not key it; match the line anew")
    looked = (
        ("keyed", "I looked: it is in the portal, and right"),
        ("approve", "I looked: it is not in the portal; key it"),
    )
    again = (("approve", "I put it right in the ERP; key it"),)
    return WorkItem(
        id="",
        key=f"posting/{posting.reference}/{what}",
        kind="posting",
        title=f"{posting.reference} {what}",
        created=run.office.clock.now(),
        facts={"What happened": why, "Posting": _told(posting)},
        choices=(*(again if what == _REFUSED else looked), reject),
        evidence=run.id,
    )

"""Post letters: what lies printed goes to the print house, or a person says what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from clerkwork.app.run import Run
from clerkwork.core.messages import Message, MessageState, Settled
from clerkwork.core.queue import WorkItem
from clerkwork.ports import Outbox, PrintHouse

__all__ = ["KIND", "NOT_POSTED", "POSTED", "post_letters", "settle_letters"]

KIND = "letters"
POSTED, NOT_POSTED = "posted", "not-posted"
_AT_ONCE = 100
"""Most letters that one work item is about."""
_BETWEEN = ", "
_OLD = timedelta(days=5)
"""How long a letter may lie until it is written anew: over a long weekend, and no longer."""
_SILENT = timedelta(days=1)
"""How long another machine may have a letter claimed for the print house."""


def post_letters(run: Run) -> None:
    """Give the print house what lies printed, or ask a person to post it; nothing in a dry run.

    Raises `ChannelDown` if the print house does not take it: the next run goes on.
    """
    office = run.office
    if run.dry or not office.printed:
        return
    if office.print_house is not None:
        _hand_over(run, office.print_house)
    # With a print house they are those of before it began to print.
    asked = _ask(run, office.outbox.pending(MessageState.PRINTED), "post them")
    if asked:
        run.count("letters to be posted", asked)


def settle_letters(outbox: Outbox, item: WorkItem, decision: str, by: str) -> None:
    """What a person said of a stack of letters; those that were settled meanwhile stay so."""
    files = item.facts["Letters"].split(_BETWEEN)
    state = MessageState.SENT if decision == POSTED else MessageState.STOPPED
    said = "they were posted" if decision == POSTED else "they were not posted"
    lying = outbox.pending(MessageState.PRINTED, MessageState.HANDING)
    own = [one for one in lying if one.proof in files]
    if own:
        outbox.settle_all([Settled(key=m.key, state=state, note=f"{by}: {said}") for m in own], "")


def _hand_over(run: Run, house: PrintHouse) -> None:
    outbox = run.office.outbox

    def claim(job: str, keys: Sequence[str]) -> None:
        outbox.handing(job, run.id, *keys)

    _let_go(run)
    printed = outbox.pending(MessageState.PRINTED)
    taken = house.hand_over(printed, outbox.jobs(), claim)
    lying = outbox.pending(MessageState.PRINTED, MessageState.HANDING)
    note = "the print house has it"
    settled = [
        Settled(key=one.key, state=MessageState.SENT, note=note)
        for one in lying
        if one.key in taken
    ]
    if settled:
        outbox.settle_all(settled, run.id)
        run.count("letters to the print house", len(settled))
    _ask(run, _left_behind(run, taken, lying), "find out whether the print house has them")


def _let_go(run: Run) -> None:
    """Stop what lay too long for the day that it bears; the next run writes it anew.

    What a person was asked to post may have left already, and stays his.
    """
    office = run.office
    asked = _asked(run)
    today = office.clock.today()
    old = [
        Settled(
            key=one.key,
            state=MessageState.STOPPED,
            note=f"it lay printed since {one.on}, and goes no more under that date",
        )
        for one in office.outbox.pending(MessageState.PRINTED)
        if one.on is not None and today - one.on > _OLD and one.proof not in asked
    ]
    if old:
        office.outbox.settle_all(old, run.id)
        run.count("letters to be written anew", len(old))


def _left_behind(run: Run, taken: frozenset[str], lying: Iterable[Message]) -> Iterable[Message]:
    """Letters that another machine claimed, and never said that they are there."""
    now = run.office.clock.now()
    for one in lying:
        if one.state is MessageState.HANDING and one.key not in taken:
            since = run.office.outbox.since(one.key)
            if since is not None and now - since > _SILENT:
                yield one


def _ask(run: Run, letters: Iterable[Message], what: str) -> int:
    """Ask of each letter once; how many were asked about now."""
    queue, waiting = run.office.queue, _asked(run)
    new = [one.proof for one in letters if one.proof not in waiting]
    stacks = [new[at : at + _AT_ONCE] for at in range(0, len(new), _AT_ONCE)]
    return sum(len(stack) for stack in stacks if queue.put(_stack(run, stack, what)))


def _asked(run: Run) -> set[str]:
    """Files of the letters that people were asked about, and did not answer yet."""
    return {
        file
        for item in run.office.queue.open()
        if item.kind == KIND
        for file in item.facts["Letters"].split(_BETWEEN)
    }


def _stack(run: Run, files: Sequence[str], what: str) -> WorkItem:
    letters = _BETWEEN.join(files)
    digest = hashlib.sha256(letters.encode()).hexdigest()[:16]
    return WorkItem(
        id="",
        key=f"letters/{digest}",
        kind=KIND,
        title=f"Letters that lie printed ({len(files)}): {what}",
        created=run.office.clock.now(),
        facts={
            "Where": "output/letters",
            "Why you": "no letter counts, and nothing else goes to its debtor, until this is known",
            "Letters": letters,
        },
        choices=(
            (POSTED, "all of them left on the day they bear, or the day after"),
            (NOT_POSTED, "they did not, and will not: they are written anew, with new dates"),
        ),
        evidence=run.id,
    )

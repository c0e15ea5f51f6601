"""What the log of runs says of slots, errands and runs, held against the store and the evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from clerkwork.app.audits.sources import Sources
from clerkwork.core.errands import REFUSED
from clerkwork.core.evidence.parse import instant
from clerkwork.ports import RunRow, SlotRow

__all__ = ["against_log"]

Leaf = Mapping[str, Any]

_NOT_RUN = ("skipped", "missed", "refused")


def against_log(
    sources: Sources, slots: Sequence[SlotRow], runs: Sequence[RunRow], here: Collection[str]
) -> Iterator[str]:
    """What the one knows and the other does not, in words; nothing where there is no log.

    `slots` are all that the store knows, `here` runs whose evidence is here. That the store knows
    more is told only of what came after the log was opened, and, of slots and errands, where no
    other machine has a log of its own.
    """
    leaves = sources.log()
    opened = instant(leaves[0].get("at")) if leaves else None
    if opened is None:
        return
    yield from _slots(sources, _of(leaves, "slot"), slots, opened)
    yield from _errands(sources, _of(leaves, "errand"), opened)
    yield from _runs(sources, _of(leaves, "begun"), runs, here, opened)


def _of(leaves: Sequence[Leaf], kind: str) -> list[Leaf]:
    return [leaf for leaf in leaves if leaf.get("kind") == kind]


def _slots(
    sources: Sources, leaves: Sequence[Leaf], slots: Sequence[SlotRow], opened: dt.datetime
) -> Iterator[str]:
    known = {(row.task, row.due.replace(microsecond=0)): row for row in slots}
    told = set()
    for leaf in leaves:
        task, due = str(leaf["task"]), instant(leaf["due"])
        if due is None:
            continue
        told.add((task, due))
        if not sources.within(due):
            continue
        row = known.get((task, due))
        if row is None:
            yield (
                f"{_slot(task, due)}: the log of runs says that it was {leaf['state']}, and the "
                "store does not know it"
            )
        elif row.state != leaf["state"]:
            yield (
                f"{_slot(task, due)}: the log of runs says that it was {leaf['state']}, and the "
                f"store that it was {row.state}"
            )
    for (task, due), row in known.items():
        logged = row.state in _NOT_RUN and sources.one_log and row.at >= opened
        if logged and sources.within(due) and (task, due) not in told:
            yield (
                f"{_slot(task, due)}: the store says that it was {row.state}, and the log of runs "
                "does not know it"
            )


def _errands(sources: Sources, leaves: Sequence[Leaf], opened: dt.datetime) -> Iterator[str]:
    known = {errand.id: errand for errand in sources.errands.all()}
    told = set()
    for leaf in leaves:
        id, at = str(leaf["errand"]), instant(leaf["at"])
        told.add(id)
        if not sources.within(at):
            continue
        errand = known.get(id)
        said = f"errand {id} of {leaf['task']}: the log of runs says that it was {leaf['state']}"
        if errand is None:
            yield f"{said}, and the store does not know it"
        elif errand.state != leaf["state"]:
            yield f"{said}, and the store that it is {errand.state}"
    for errand in known.values():
        logged = errand.state == REFUSED and sources.one_log and errand.asked >= opened
        if logged and sources.within(errand.asked) and errand.id not in told:
            yield (
                f"errand {errand.id} of {errand.task}: the store says that it was refused, and the "
                "log of runs does not know it"
            )


def _runs(
    sources: Sources,
    leaves: Sequence[Leaf],
    runs: Sequence[RunRow],
    here: Collection[str],
    opened: dt.datetime,
) -> Iterator[str]:
    journal = {row.run for row in runs}
    told = {str(leaf["run"]) for leaf in leaves}
    for leaf in leaves:
        run = str(leaf["run"])
        gone = run not in journal and run not in here and not sources.removed(run)
        if gone and sources.within(instant(leaf["at"])):
            yield (
                f"run {run}: the log of runs says that it began, and there is neither evidence of "
                "it nor does the journal know it"
            )
    for evidence in sources.evidence:
        began = evidence.began
        since = began is not None and began >= opened and sources.within(began)
        if since and evidence.run not in told:
            yield f"run {evidence.run}: there is evidence of it, and the log does not know it"


def _slot(task: str, due: dt.datetime) -> str:
    return f"{task}, due {due:%Y-%m-%d %H:%M} UTC"

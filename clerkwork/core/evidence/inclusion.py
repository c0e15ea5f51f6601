"""Whether what the log of all runs says of one run is under its last signed tree head."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.lines import Fields, LogLine, log_lines
from clerkwork.core.evidence.log import HEADS, LEAVES, is_head, is_leaf, signed_head
from clerkwork.core.evidence.merkle import included, inclusion, leaf_hash, root
from clerkwork.core.evidence.record import InLog
from clerkwork.core.evidence.rotations import replaced, retired
from clerkwork.core.evidence.stamps import Stamp

__all__ = ["hold_in_log", "last_signed"]


def hold_in_log(
    run: str,
    leaves: bytes | None,
    heads: bytes | None,
    signed: Signed,
    stamps: Sequence[Stamp] = (),
) -> InLog | Finding | None:
    """Proof that each leaf of a run is in the log, of the last one; or why there is none.

    `leaves` and `heads` are the log's files, `stamps` time stamps that hold. None where the log
    does not know the run. It is one run's proof, and says nothing of the others: `check_log` does.
    """
    torn: list[Finding] = []
    lines = log_lines(LEAVES, leaves, is_leaf, torn)
    own = [line for line in lines if line.fields.get("run") == run]
    if not own:
        return None
    last = last_signed(lines, heads, signed)
    if isinstance(last, Finding):
        return last
    count, number = last["count"], own[-1].place
    if number > count:
        words = f"{LEAVES}: leaf {number}, of this run, is signed by no tree head yet"
        return _about(Kind.UNANCHORED, LEAVES, words, number)
    hashes = [leaf_hash(line.text) for line in lines[:count]]
    for line in own:
        place = line.place - 1
        proof = inclusion(hashes, place)
        if not included(hashes[place], place, count, proof, bytes.fromhex(last["root"])):
            words = (
                f"{LEAVES}: leaf {line.place}, of this run, cannot be proved to be under tree head "
                f"{last['number']}: the log was altered. `clerkwork verify --all` names where"
            )
            return _about(Kind.ALTERED, LEAVES, words, line.place)
    return InLog(
        leaf=number,
        count=count,
        head=last["number"],
        root=last["root"],
        at=last["at"],
        proof=tuple(one.hex() for one in proof),
        stamped=_stamped(number, hashes, stamps),
    )


def last_signed(leaves: Sequence[LogLine], heads: bytes | None, signed: Signed) -> Fields | Finding:
    """The last tree head, if its signature holds; `heads` is their file."""
    last = _last_head(log_lines(HEADS, heads, is_head, []), signed)
    if isinstance(last, Finding):
        return last
    gone = replaced(line.fields for line in leaves if line.fields)
    return next(iter(retired(gone, [last])), last)


def _last_head(lines: Sequence[LogLine], signed: Signed) -> Fields | Finding:
    if not lines:
        return _about(Kind.MISSING_FILE, HEADS, f"{HEADS}: there is no tree head", 0)
    line = lines[-1]
    if not line.fields:
        words = f"{HEADS}, line {line.place}: the last tree head was altered"
        return _about(Kind.ALTERED, HEADS, words, line.place)
    fields = line.fields
    if problem := signed(fields["key"], signed_head(fields), fields["signature"]):
        words = f"{HEADS}, line {line.place}: {problem.words}"
        return _about(problem.kind, HEADS, words, line.place)
    return fields


def _stamped(number: int, hashes: Sequence[bytes], stamps: Sequence[Stamp]) -> datetime | None:
    """When the first tree head over the leaf was stamped; None if none was."""
    over = (
        one.at
        for one in stamps
        if number <= one.count <= len(hashes) and root(hashes[: one.count]).hex() == one.root
    )
    return min(over, default=None)


def _about(kind: Kind, file: str, words: str, number: int) -> Finding:
    return Finding(kind=kind, words=words, file=file, first=number, last=number)

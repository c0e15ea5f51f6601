"""Runs as witnesses of the log before them: each names, in its header, the tree head it found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clerkwork.core.evidence.finding import Finding, Kind
from clerkwork.core.evidence.log import LEAVES, LogRead
from clerkwork.core.evidence.merkle import Roots
from clerkwork.core.evidence.parse import checkpoint_of, plain_fields
from clerkwork.core.evidence.record import digest

__all__ = ["Witness", "against_witnesses", "names_log", "witness_of"]

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What a run says of the log as it was when the run began."""

    run: str
    log: str
    """The log's own name."""
    count: int
    """Leaves under the last tree head."""
    root: str
    began: str


def names_log(header: Mapping[str, object]) -> bool:
    """Whether a run's header names the log; older ones do not."""
    said = header.get("log")
    return isinstance(said, dict) and said.keys() == {"log", "count", "root"}


def witness_of(
    run: str, header: bytes | None, first_step: bytes, checkpoint: bytes | None
) -> Witness | None:
    """None where a run does not say, or where its header may not be the one that it wrote.

    Its first step holds the header's hash, or its checkpoint where it has no step.
    """
    fields = plain_fields(header) if header is not None else None
    if header is None or fields is None or not names_log(fields):
        return None
    step, ended = plain_fields(first_step), checkpoint_of(checkpoint)
    bound = step.get("previous") if step is not None else ended["head"] if ended else ""
    said = fields["log"]
    sound = (
        fields.get("run") == run
        and bound == digest(header)
        and type(said["count"]) is int
        and said["count"] > 0
        and isinstance(said["root"], str)
        and _HASH.fullmatch(said["root"]) is not None
    )
    if not sound:
        return None
    return Witness(
        run=run,
        log=str(said["log"]),
        count=said["count"],
        root=said["root"],
        began=str(fields.get("began", "")),
    )


def against_witnesses(
    log: LogRead, witnesses: Iterable[Witness], *, gone: bool
) -> tuple[Finding, ...]:
    """What runs say of the log that it does not bear out: it is gone, was cut, or is another one.

    `gone` says that there is no file of it. What is wrong with the log in itself is told already,
    and explains as much.
    """
    if any(one.grave and one.file == LEAVES for one in log.findings):
        return ()
    roots = Roots(log.hashes)
    for one in sorted(witnesses, key=lambda one: -one.count if not log.hashes else one.count):
        said = f"run {one.run} found {one.count} leaves of log {one.log} when it began"
        kind, first, words = Kind.ROLLED_BACK, 1, ""
        if not log.hashes:
            kind = Kind.MISSING_FILE if gone else Kind.TRUNCATED
            words = f"{LEAVES} {'is missing' if gone else 'was emptied'}: {said}"
        elif one.count > len(log.hashes):
            first = len(log.hashes) + 1 if one.log == log.name else 1
            words = f"{LEAVES} was rolled back: it has {len(log.hashes)} leaves, but {said}"
        elif roots.over(one.count).hex() != one.root:
            words = (
                f"{LEAVES} is another log, {log.name}: {said}"
                if one.log != log.name
                else f"{LEAVES}: its first {one.count} leaves were others when run {one.run} began"
            )
        if words:
            found = Finding(kind=kind, words=words, file=LEAVES, first=first, last=one.count)
            return (found,)
    return ()

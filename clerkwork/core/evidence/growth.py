"""Whether the log of all runs only grew since a tree head that somebody noted."""

from __future__ import annotations

from dataclasses import dataclass

from clerkwork.core.evidence.copied import against_copy
from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.inclusion import last_signed
from clerkwork.core.evidence.lines import Fields, log_lines
from clerkwork.core.evidence.log import LEAVES, LogRead, is_leaf
from clerkwork.core.evidence.merkle import consistency, consistent, leaf_hash
from clerkwork.core.evidence.parse import plain_fields

__all__ = ["Growth", "growth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Proof that the log of today holds all that it held then, and in the same order."""

    log: str
    before: int
    """Leaves under the noted tree head."""
    former: str
    """Its root."""
    noted: str
    """When it was signed (ISO 8601, UTC)."""
    count: int
    """Leaves under the last tree head."""
    root: str
    at: str
    proof: tuple[str, ...]
    """Hashes that lead from the one root to the other (RFC 9162, 2.1.4)."""
    untrusted: tuple[str, ...] = ()
    """Ids of the keys beside the evidence, where it was checked with them for want of others."""


def growth(
    leaves: bytes | None, heads: bytes | None, noted: bytes, where: str, signed: Signed
) -> Growth | Finding:
    """The proof, checked from the one signed root to the other; or why there is none.

    `leaves` and `heads` are the log's files; `where` names the noted tree head, for people.
    """
    lines = log_lines(LEAVES, leaves, is_leaf, [])
    last = last_signed(lines, heads, signed)
    if isinstance(last, Finding):
        return last
    hashes = tuple(leaf_hash(line.text) for line in lines[: last["count"]])
    log = LogRead(heads=(last,), hashes=hashes)
    # With whom it agrees leaf by leaf is asked first: it says best what is wrong.
    if wrong := against_copy(log, noted, where, signed):
        return wrong
    former = plain_fields(noted.strip()) or {}
    if former["log"] != last["log"]:
        return _rolled_back(f"{where} is of log {former['log']}, and this is {last['log']}", former)
    before, count = former["count"], last["count"]
    proof = consistency(hashes, before)
    one, other = bytes.fromhex(former["root"]), bytes.fromhex(last["root"])
    if len(hashes) < count or not consistent(before, count, one, other, proof):
        words = f"{LEAVES} does not lead from {where} to its last tree head: it was altered"
        return _rolled_back(f"{words}. `clerkwork verify --all` names where", former)
    return Growth(
        log=last["log"],
        before=before,
        former=former["root"],
        noted=former["at"],
        count=count,
        root=last["root"],
        at=last["at"],
        proof=tuple(step.hex() for step in proof),
    )


def _rolled_back(words: str, former: Fields) -> Finding:
    last = former["count"]
    return Finding(kind=Kind.ROLLED_BACK, words=words, file=LEAVES, first=1, last=last)

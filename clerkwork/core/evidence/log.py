"""The log of all runs: its leaves, its signed tree heads, and what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clerkwork.core.evidence.chain import follow, span
from clerkwork.core.evidence.finding import BadSignature, Finding, Kind, Signed
from clerkwork.core.evidence.lines import (
    HEADS,
    LEAVES,
    LOG_FORMAT,
    Fields,
    LogLine,
    link_of,
    log_lines,
    signed_chain,
    typed,
)
from clerkwork.core.evidence.merkle import Peaks, grown, leaf_hash, root_of
from clerkwork.core.evidence.record import canonical
from clerkwork.core.evidence.rotations import (
    late_leaves,
    replaced,
    retired,
    rotated_part,
    signs_no_more,
    wrong_rotations,
)
from clerkwork.core.evidence.stamps import Stamp

__all__ = [
    "HEADS",
    "LEAVES",
    "LOG_FORMAT",
    "LogRead",
    "RunLeaves",
    "check_log",
    "is_head",
    "is_leaf",
    "may_follow",
    "read_leaves",
    "rotated_part",
    "run_leaves",
    "signed_head",
    "signed_leaf",
]

_HASH = re.compile(r"[0-9a-f]{64}")
_OWN: Mapping[str, Mapping[str, type]] = {
    "opened": {"format": str, "log": str, "machine": str},
    "begun": {"run": str, "header": str},
    "ended": {"run": str, "outcome": str, "checkpoint": str, "steps": int, "before": str},
    "found": {"run": str, "steps": int, "head": str, "anchored": int, "by": str, "record": str},
    "removed": {"run": str, "record": str, "why": str},
    "deleted": {"run": str, "what": str, "record": str, "why": str},
    "slot": {"task": str, "due": str, "state": str, "why": str},
    "errand": {"errand": str, "task": str, "state": str, "why": str},
    "decisions": {"made": list},
    "key": {"old": str, "new": str, "public": str, "by_old": str, "by_new": str},
}
"""What a leaf holds besides number, time, kind and the hash of the one before, by its kind."""
_COMMON: Mapping[str, type] = {"number": int, "at": str, "kind": str, "previous": str}
_SIGNED: Mapping[str, type] = {"key": str, "signature": str}
"""What a leaf holds as well since each is signed by itself."""
_HEAD: Mapping[str, type] = {
    "number": int,
    "log": str,
    "count": int,
    "root": str,
    "at": str,
    "peaks": list,
    "open": list,
    "previous": str,
    "key": str,
    "signature": str,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLeaves:
    """What the log says of one run; each leaf None where it says nothing of the kind."""

    begun: Fields | None = None
    ended: Fields | None = None
    found: tuple[Fields, ...] = ()
    """It may wake, and be found again."""
    removed: Fields | None = None
    deleted: tuple[Fields, ...] = ()
    """Of its details, of its pictures."""
    replaced: Mapping[str, int] = field(default_factory=dict)
    """Keys in whose place others came, each with the leaf that says so."""

    def late(self, key: str, own: str) -> BadSignature | None:
        """Why a key signs no anchor and no checkpoint here: it was replaced before the run began.

        `own` is the one with which it began, as the header says that the log knows.
        """
        leaf = self.replaced.get(key)
        if leaf is None or key == own or self.begun is None or leaf > self.begun["number"]:
            return None
        return signs_no_more(key, leaf)

    def unheld(self, key: str) -> BadSignature | None:
        """Why a key signs nothing of which the log holds no leaf: it was replaced."""
        leaf = self.replaced.get(key)
        return None if leaf is None else signs_no_more(key, leaf)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRead:
    """The log as far as it can be read."""

    leaves: tuple[Fields, ...] = ()
    hashes: tuple[bytes, ...] = field(default=(), repr=False)
    """Of all leaves, for proofs."""
    heads: tuple[Fields, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    """Tree heads that an authority stamped with its time."""
    findings: tuple[Finding, ...] = ()
    untrusted: tuple[str, ...] = ()
    """Ids of the keys beside the evidence, where it was checked with them for want of others."""

    @property
    def name(self) -> str:
        """The log's own name, as its tree heads have it; empty if it cannot be read."""
        named = self.heads or self.leaves
        return str(named[0].get("log", "")) if named else ""

    @property
    def machine(self) -> str:
        return str(self.leaves[0].get("machine", "")) if self.leaves else ""


def signed_head(fields: Mapping[str, object]) -> bytes:
    """What the signature of a tree head is made over."""
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    return f"{LOG_FORMAT} head\n".encode() + canonical(unsigned)


def signed_leaf(fields: Mapping[str, object]) -> bytes:
    """What a leaf's own signature is made over: it stands for the leaf until a tree head does."""
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    return f"{LOG_FORMAT} leaf\n".encode() + canonical(unsigned)


def may_follow(
    leaf: Fields, signed: Signed, gone: Mapping[str, int], *, all_signed: bool
) -> Finding | None:
    """Why a leaf that no tree head signs cannot be one that was written here; None if it can.

    `all_signed` says that a leaf before it is signed by itself, as all are from that one on, and
    `gone` which keys were replaced by then.
    """
    if "signature" in leaf:
        wrong = signed(leaf["key"], signed_leaf(leaf), leaf["signature"])
        if wrong is None and leaf["key"] in gone:
            wrong = signs_no_more(leaf["key"], gone[leaf["key"]])
        kind, why = (wrong.kind, wrong.words) if wrong else (None, "")
    else:
        kind = Kind.ADDED if all_signed else None
        why = "it is signed by nothing, and each leaf here signs itself"
    if kind is None:
        return None
    number = leaf["number"]
    words = f"{LEAVES}: leaf {number} was not written here: {why}"
    return Finding(kind=kind, words=words, file=LEAVES, first=number, last=number)


def read_leaves(content: bytes | None) -> list[Fields]:
    """All leaves that have the names and types of one, otherwise unchecked."""
    found = []
    for line in (content or b"").split(b"\n")[:-1]:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict) and is_leaf(value):
            found.append(value)
    return found


def run_leaves(leaves: Sequence[Fields]) -> dict[str, RunLeaves]:
    """What a log says of each run."""
    gone = replaced(leaves)
    once: dict[str, dict[str, Fields]] = {}
    often: dict[str, dict[str, list[Fields]]] = {}
    for leaf in leaves:
        kind = leaf.get("kind")
        if kind in ("begun", "ended", "removed"):
            once.setdefault(str(leaf["run"]), {})[kind] = leaf
        elif kind in ("found", "deleted"):
            often.setdefault(str(leaf["run"]), {}).setdefault(kind, []).append(leaf)
    return {
        run: RunLeaves(
            begun=once.get(run, {}).get("begun"),
            ended=once.get(run, {}).get("ended"),
            removed=once.get(run, {}).get("removed"),
            found=tuple(often.get(run, {}).get("found", ())),
            deleted=tuple(often.get(run, {}).get("deleted", ())),
            replaced=gone,
        )
        for run in once.keys() | often.keys()
    }


def check_log(leaves: bytes | None, heads: bytes | None, signed: Signed) -> LogRead:
    """All that is wrong with a log in itself; whether its runs are there is another question."""
    if leaves is None and heads is None:
        return LogRead()
    found: list[Finding] = []
    leaf_lines = log_lines(LEAVES, leaves, is_leaf, found)
    if heads is None and len(leaf_lines) < 2:
        words = f"{HEADS} is missing: who opened the log died before its first tree head"
        found.append(Finding(kind=Kind.TORN, words=words, file=HEADS))
        head_lines = []
    else:
        head_lines = log_lines(HEADS, heads, is_head, found)
    if heads == b"" and not leaves:
        words = f"{LEAVES} and {HEADS} were emptied: neither is made before there is a leaf in it"
        found.append(Finding(kind=Kind.TRUNCATED, words=words, file=LEAVES, first=1, last=1))
    good = signed_chain(HEADS, "tree head", head_lines, signed, signed_head, found)
    last = max((head["count"] for head in good), default=0)
    why = {last: f"tree heads were signed over {last} leaves"}
    links = [link_of(line) for line in leaf_lines]
    hashes = tuple(leaf_hash(line.text) for line in leaf_lines)
    sure, off = _under_roots(hashes, good)
    signed_leaves = {sure: leaf_lines[sure - 1].sha256} if sure else {}
    count = last if leaves is not None else 0
    followed = follow(LEAVES, "leaf", links, signed_leaves, why, count)
    found += _restamped_leaves(followed.findings, leaf_lines, good)
    if off is not None:
        _off_root(leaf_lines, sure, off, last, found)
    forged = wrong_rotations(leaf_lines, signed)
    found += forged
    places = {one.line for one in forged}
    held = [line for line in leaf_lines if line.place not in places]
    found += retired(replaced(line.fields for line in held), good)
    told = {one.first for one in found if one.file == LEAVES}
    late = late_leaves(held)
    found += (one for place, one in late.items() if place <= last and place not in told)
    strange = _strangers(leaf_lines, last, signed, told, late)
    found += strange
    _tail(strange[0].line - 1 if strange else len(leaf_lines), last, found)
    opened = leaf_lines[0].fields if leaf_lines else None
    if sure and opened and opened["kind"] == "opened":
        found += _of_another(opened["log"], head_lines)
    return LogRead(
        leaves=tuple(line.fields for line in leaf_lines if line.fields),
        hashes=hashes,
        heads=tuple(good),
        findings=tuple(found),
    )


def is_leaf(fields: Fields) -> bool:
    """Whether an object has the names and types of a leaf."""
    own = _OWN.get(str(fields.get("kind")))
    if own is None:
        return False
    signed = _SIGNED if "signature" in fields else {}
    return typed(fields, {**_COMMON, **own, **signed})


def is_head(fields: Fields) -> bool:
    """Whether an object has the names and types of a tree head."""
    return (
        typed(fields, _HEAD) and fields["count"] > 0 and _HASH.fullmatch(fields["root"]) is not None
    )


def _restamped_leaves(
    findings: Sequence[Finding], lines: Sequence[LogLine], heads: Sequence[Fields]
) -> list[Finding]:
    """A tree head bears the time of its last leaf, so it says whether that was another one."""
    times = {head["count"]: head["at"] for head in heads}
    told = []
    for finding in findings:
        at = _time_at(lines, finding.last)
        if finding.kind is Kind.ALTERED and at and times.get(finding.last, at) != at:
            words = finding.words.replace("was altered", "was restamped")
            finding = replace(finding, kind=Kind.RESTAMPED, words=words)
        told.append(finding)
    return told


def _time_at(lines: Sequence[LogLine], number: int) -> str:
    return str(lines[number - 1].fields.get("at", "")) if 0 < number <= len(lines) else ""


def _off_root(
    lines: Sequence[LogLine], good: int, off: Fields, last: int, found: list[Finding]
) -> None:
    """Tell of leaves that a tree head was not signed over, unless their own chain told already.

    `good` of them are sure, and `last` are signed in all.
    """
    trouble = min(
        (finding.first for finding in found if finding.file == LEAVES and finding.first),
        default=len(lines) + 1,
    )
    wanted = off["count"]
    if wanted >= trouble:
        return
    first = good + 1
    one = wanted == last
    kind = Kind.ALTERED if one else Kind.REWRITTEN
    words = (
        f"{LEAVES}: {span('leaf', first, wanted)} was altered: "
        f"it is not what tree head {off['number']} was signed over"
    )
    if not one:
        words = (
            f"{LEAVES}: {span('leaf', first, last)} were written anew: "
            f"they fit each other, but not what tree head {off['number']} was signed over"
        )
    at = _time_at(lines, wanted)
    if at and at != off["at"]:
        kind, words = Kind.RESTAMPED, f"{words}, nor is its time"
    found.append(
        Finding(
            kind=kind,
            words=words,
            file=LEAVES,
            line=first,
            first=first,
            last=wanted if one else last,
        )
    )


def _under_roots(hashes: Sequence[bytes], heads: Sequence[Fields]) -> tuple[int, Fields | None]:
    """How many leaves from the first on are surely those over which tree heads were signed.

    And the first tree head over as many leaves as there are that was signed over others.
    """
    peaks: Peaks = ()
    count = good = 0
    for head in heads:
        if head["count"] > len(hashes):
            break
        while count < head["count"]:
            peaks = grown(count, peaks, hashes[count])
            count += 1
        if root_of(peaks).hex() != head["root"]:
            return good, head
        good = count
    return good, None


def _strangers(
    lines: Sequence[LogLine],
    last: int,
    signed: Signed,
    told: Collection[int],
    late: Mapping[int, Finding],
) -> list[Finding]:
    """Leaves behind those under a tree head that nobody wrote who has the key.

    `late` are those that are signed with one that was replaced.
    """
    all_signed = any("signature" in line.fields for line in lines[:last])
    found = []
    for line in lines[last:]:
        if line.fields and line.place not in told:
            wrong = may_follow(line.fields, signed, {}, all_signed=all_signed)
            wrong = wrong or late.get(line.place)
            found += [replace(wrong, line=line.place)] if wrong else []
            all_signed = all_signed or "signature" in line.fields
    return found


def _tail(there: int, signed: int, found: list[Finding]) -> None:
    if there == signed + 1:
        words = (
            f"{LEAVES}: leaf {there} is signed by no tree head: whoever wrote it died, "
            "or its tree head was cut off; the next one signs it as found"
        )
        found.append(
            Finding(kind=Kind.UNANCHORED, words=words, file=LEAVES, first=there, last=there)
        )
    elif there > signed and not any(one.file == HEADS and one.grave for one in found):
        words = (
            f"{HEADS} was cut: its last tree head is over {signed} leaves, {there} are there, "
            "and each of them but the last one had its own"
        )
        found.append(Finding(kind=Kind.TRUNCATED, words=words, file=HEADS, first=signed + 1))


def _of_another(name: str, heads: Sequence[LogLine]) -> list[Finding]:
    for line in heads:
        if line.fields and line.fields["log"] != name:
            words = f"{HEADS}, line {line.place}: it belongs to log {line.fields['log']}"
            return [Finding(kind=Kind.ADDED, words=words, file=HEADS, line=line.place)]
    return []

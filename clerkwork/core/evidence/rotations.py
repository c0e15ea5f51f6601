"""New keys in the log of runs: each vouched for by the one before it, which signs nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clerkwork.core.evidence.finding import BadSignature, Finding, Kind, Signed
from clerkwork.core.evidence.lines import HEADS, LEAVES, LOG_FORMAT, Fields, LogLine
from clerkwork.core.evidence.record import canonical

__all__ = [
    "late_leaves",
    "note_rotation",
    "replaced",
    "retired",
    "rotated_part",
    "signs_no_more",
    "wrong_rotations",
]


def rotated_part(fields: Mapping[str, object]) -> bytes:
    """What the old key and the new one sign of a rotation."""
    named = {name: fields[name] for name in ("old", "new", "public")}
    return f"{LOG_FORMAT} key\n".encode() + canonical(named)


def wrong_rotations(lines: Sequence[LogLine], signed: Signed) -> list[Finding]:
    """New keys that the one before did not sign."""
    found = []
    for line in lines:
        leaf = line.fields
        if not leaf or leaf["kind"] != "key":
            continue
        for key, signature in (("old", "by_old"), ("new", "by_new")):
            if problem := signed(leaf[key], rotated_part(leaf), leaf[signature]):
                words = f"{LEAVES}, line {line.place}: the {key} key: {problem.words}"
                found.append(_forged(words, LEAVES, line.place, leaf["number"]))
    return found


def note_rotation(gone: dict[str, int], leaf: Mapping[str, Any]) -> None:
    """Note in `gone`, by key, the leaf with which another took its place, if it is this one.

    A key that was replaced vouches for none, least of all for itself: whoever stole it might bring
    it back. One that is at work may have an earlier one come in its own place again.
    """
    if leaf.get("kind") != "key":
        return
    old, new = str(leaf["old"]), str(leaf["new"])
    if old not in gone and old != new:
        gone[old] = leaf["number"]
        gone.pop(new, None)


def replaced(leaves: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Keys in whose place others came, each with the number of the leaf that says so."""
    gone: dict[str, int] = {}
    for leaf in leaves:
        note_rotation(gone, leaf)
    return gone


def signs_no_more(key: str, leaf: int) -> BadSignature:
    """What is wrong with a signature that a key made after a leaf said that it was replaced."""
    words = f"it is signed with key {key[:16]}…, in whose place another came with leaf {leaf}"
    return BadSignature(Kind.FORGED, words)


def retired(gone: Mapping[str, int], heads: Sequence[Fields]) -> list[Finding]:
    """Tree heads signed with a key over leaves of which one says that another took its place."""
    found = []
    for head in heads:
        leaf = gone.get(head["key"], head["count"] + 1)
        if head["count"] >= leaf:
            number = head["number"]
            words = f"{HEADS}, line {number}: {signs_no_more(head['key'], leaf).words}"
            found.append(_forged(words, HEADS, number, number))
    return found


def late_leaves(lines: Sequence[LogLine]) -> dict[int, Finding]:
    """By its place, each leaf that is signed with a key that an earlier one says was replaced."""
    gone: dict[str, int] = {}
    found = {}
    for line in lines:
        if not line.fields:
            continue
        note_rotation(gone, line.fields)
        key = line.fields.get("key", "")
        if key in gone:
            words = f"{LEAVES}, line {line.place}: {signs_no_more(key, gone[key]).words}"
            found[line.place] = _forged(words, LEAVES, line.place, line.fields["number"])
    return found


def _forged(words: str, file: str, line: int, number: int) -> Finding:
    return Finding(kind=Kind.FORGED, words=words, file=file, line=line, first=number, last=number)

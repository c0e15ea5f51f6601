"""New keys in the log of runs: each vouched for by the one before it, which signs nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.lines import HEADS, LEAVES, LOG_FORMAT, Fields, LogLine
from clerkwork.core.evidence.record import canonical

__all__ = ["retired", "rotated_part", "wrong_rotations"]


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
                number = leaf["number"]
                found.append(
                    Finding(
                        kind=Kind.FORGED,
                        words=words,
                        file=LEAVES,
                        line=line.place,
                        first=number,
                        last=number,
                    )
                )
    return found


def retired(lines: Sequence[LogLine], heads: Sequence[Fields]) -> list[Finding]:
    """Tree heads signed with a key over leaves of which one says that another took its place."""
    since: dict[str, int] = {}
    for line in lines:
        if line.fields and line.fields["kind"] == "key":
            since.setdefault(line.fields["old"], line.place)
            since.pop(line.fields["new"], None)
    found = []
    for head in heads:
        replaced = since.get(head["key"], head["count"] + 1)
        if head["count"] >= replaced:
            number = head["number"]
            words = (
                f"{HEADS}, line {number}: it is signed with key {head['key'][:16]}…, "
                f"in whose place another came with leaf {replaced}"
            )
            found.append(
                Finding(
                    kind=Kind.FORGED,
                    words=words,
                    file=HEADS,
                    line=number,
                    first=number,
                    last=number,
                )
            )
    return found

"""Lines of the log's files: read with care, and those that are signed one by one followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clerkwork.core.evidence.chain import Link, follow
from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.parse import plain_fields
from clerkwork.core.evidence.record import digest

__all__ = [
    "HEADS",
    "LEAVES",
    "LOG_FORMAT",
    "Fields",
    "LogLine",
    "link_of",
    "log_lines",
    "signed_chain",
    "typed",
]

LOG_FORMAT = "clerkwork log 1"
LEAVES, HEADS = "log.jsonl", "heads.jsonl"
"""Names of the log's files, in the folder of all evidence."""

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a file of the log, from 1, with the hash of its bytes."""

    place: int
    text: bytes
    fields: Fields
    """Empty if it cannot be read."""
    sha256: str


def log_lines(
    name: str, content: bytes | None, fits: Callable[[Fields], bool], found: list[Finding]
) -> list[LogLine]:
    """All whole lines; a file that is missing, or breaks off, goes into what was `found`."""
    if content is None:
        found.append(Finding(kind=Kind.MISSING_FILE, words=f"{name} is missing", file=name))
        return []
    *whole, rest = content.split(b"\n")
    lines = []
    for place, text in enumerate(whole, start=1):
        fields = plain_fields(text)
        if fields is None or not fits(fields):
            fields = {}
        lines.append(LogLine(place, text, fields, digest(text)))
    if rest:
        place = len(whole) + 1
        words = f"{name}, line {place}: it breaks off; it was not counted"
        found.append(
            Finding(kind=Kind.TORN, words=words, file=name, line=place, first=place, last=place)
        )
    return lines


def link_of(line: LogLine) -> Link:
    """How it hangs in its chain."""
    fields = line.fields
    return Link(line.place, fields.get("number", 0), fields.get("previous", ""), line.sha256)


def typed(fields: Fields, types: Mapping[str, type]) -> bool:
    """Whether an object has just these names, with values of these types."""
    return fields.keys() == types.keys() and all(
        type(fields[name]) is wanted for name, wanted in types.items()
    )


def signed_chain(
    name: str,
    what: str,
    lines: Sequence[LogLine],
    signed: Signed,
    said: Callable[[Fields], bytes],
    found: list[Finding],
) -> list[Fields]:
    """Records of a file in which each is signed, as far as they are what was signed, in order.

    `what` one is called, and what of it is `said` by the signature. All else is `found`.
    """
    good: dict[int, str] = {}
    forged = set()
    for line in lines:
        if not line.fields:
            continue
        fields = line.fields
        problem = signed(fields["key"], said(fields), fields["signature"])
        if problem is None:
            good.setdefault(fields["number"], line.sha256)
        elif problem.kind is Kind.FORGED:
            forged.add(line.sha256)
            words = f"{name}, line {line.place}: {problem.words}"
            found.append(_about(Kind.FORGED, words, name, line.place, fields["number"]))
    followed = follow(name, what, [link_of(line) for line in lines], good, {})
    # One that was written here, and nobody signed like that, was altered.
    found += (
        replace(one, kind=Kind.ALTERED, first=one.line, last=one.line)
        if one.kind is Kind.ADDED
        else one
        for one in followed.findings
    )
    genuine = set(good.values())
    known = {line.sha256: line.fields for line in lines if line.sha256 in genuine - forged}
    if lines and lines[-1].sha256 not in genuine | forged and not followed.findings:
        number = len(lines)
        words = f"{name}, line {number}: {what} {number} was altered"
        found.append(_about(Kind.ALTERED, words, name, number, number))
    return sorted(known.values(), key=lambda one: int(one["number"]))


def _about(kind: Kind, words: str, name: str, place: int, number: int) -> Finding:
    return Finding(kind=kind, words=words, file=name, line=place, first=number, last=number)

"""Signed notes that details or pictures of a run were deleted, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.lines import Fields, log_lines, signed_chain, typed
from clerkwork.core.evidence.log import RunLeaves
from clerkwork.core.evidence.record import FORMAT, signed_part

__all__ = ["DELETED", "DETAILS", "PICTURES", "Deletions", "deletions", "is_note"]

DELETED = "deleted.jsonl"
"""Name of the file with the notes, in the run's folder."""
DETAILS, PICTURES = "details", "pictures"

_NOTE: Mapping[str, type] = {
    "format": str,
    "number": int,
    "at": str,
    "run": str,
    "what": str,
    "why": str,
    "by": str,
    "previous": str,
    "key": str,
    "signature": str,
}
_BOUND: Mapping[str, type] = {"header": str}
"""What a note holds as well since each is bound to its run's header."""


@dataclass(frozen=True, slots=True)
class Deletions:
    """What was deleted as a signed note says; in words, by what it was."""

    said: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def deletions(run: str, content: bytes | None, leaves: RunLeaves, signed: Signed) -> Deletions:
    """Notes that hold: signed, of this run, and, where a log knows the run, each a leaf of it.

    Without its leaf a note would be as easy to make afterwards as the deletion, so it counts for
    nothing.
    """
    found: list[Finding] = []
    if content is None:
        if leaves.deleted:
            words = f"{DELETED} is missing: the log of runs says that something was deleted"
            found.append(Finding(kind=Kind.MISSING_FILE, words=words, file=DELETED))
        return Deletions({}, tuple(found))
    lines = log_lines(DELETED, content, is_note, found)
    good = signed_chain(
        DELETED, "note", lines, signed, lambda fields: signed_part("deletion", fields), found
    )
    shas = {line.fields["number"]: line.sha256 for line in lines if line.fields}
    logged = {str(leaf["record"]) for leaf in leaves.deleted}
    begun = leaves.begun["header"] if leaves.begun is not None else ""
    said = {}
    for note in good:
        number = note["number"]
        if note["run"] != run:
            words = f"{DELETED}, line {number}: it belongs to run {note['run']}"
            found.append(_about(Kind.CONTRADICTION, words, number))
        elif begun and note.get("header", begun) != begun:
            words = f"{DELETED}, line {number}: it is of another run of this name"
            found.append(_about(Kind.CONTRADICTION, words, number))
        elif shas[number] not in logged and (wrong := leaves.unheld(note["key"])):
            found.append(_about(wrong.kind, f"{DELETED}, line {number}: {wrong.words}", number))
        elif leaves.begun is None or shas[number] in logged:
            said[note["what"]] = f"on {note['at'][:10]} by {note['by']}: {note['why']}"
    have = {line.sha256 for line in lines}
    for leaf in leaves.deleted:
        if leaf["record"] not in have and not found:
            words = f"{DELETED}: the log of runs holds another note of the {leaf['what']}"
            found.append(_about(Kind.CONTRADICTION, words, 0))
    return Deletions(said, tuple(found))


def is_note(fields: Fields) -> bool:
    """Whether an object has the names and types of a note."""
    return (
        typed(fields, {**_NOTE, **_BOUND} if "header" in fields else _NOTE)
        and fields["format"] == FORMAT
        and fields["what"] in (DETAILS, PICTURES)
    )


def _about(kind: Kind, words: str, number: int) -> Finding:
    return Finding(kind=kind, words=words, file=DELETED, line=number, first=number, last=number)

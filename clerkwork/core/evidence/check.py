"""Checks a run's evidence: finds what was edited, inserted, reordered, dropped or cut off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from clerkwork.core.evidence.parse import (
    Checkpoint,
    Line,
    anchor_lines,
    checkpoint_of,
    detail_lines,
    header_problem,
    step_lines,
)
from clerkwork.core.evidence.record import Verdict, commitment, digest, signed_part

__all__ = ["EvidenceFiles", "check"]

Signed = Callable[[str, bytes, str], str]
"""Key id, message, signature (hex) → what is wrong with the signature; empty if nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFiles:
    """A run's files as they lie there; None where one is missing."""

    header: bytes | None
    steps: bytes | None
    details: bytes | None
    anchors: bytes | None
    checkpoint: bytes | None
    pictures: Mapping[str, str]
    """Name → SHA-256."""


@dataclass(slots=True)
class _Found:
    broken: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(run: str, files: EvidenceFiles, signed: Signed) -> Verdict:
    """Everything that is wrong with a run's evidence, each in a sentence that names step and file.

    A run without a checkpoint may have crashed, or have lost it: that is a
    warning, and what nothing signs is named.
    """
    found = _Found()
    checkpoint = checkpoint_of(files.checkpoint, found.broken)
    finished = files.checkpoint is not None
    torn = found.broken if finished else found.warnings
    steps = step_lines(files.steps, found.broken, torn)
    anchors = anchor_lines(files.anchors, found.broken, torn)
    genesis = digest(files.header) if files.header is not None else ""
    if problem := header_problem(files.header, run):
        found.broken.append(problem)

    heads = _chain(run, steps, genesis, found)
    _anchors(run, anchors, heads, signed, found)
    _anchors_counted(steps, anchors, found)
    _details(steps, files.details, finished, found)
    shown = _pictures(steps, files.pictures, finished, found)
    last = max(heads)
    if checkpoint is not None:
        _checkpoint(run, checkpoint, heads, len(anchors), signed, found)
    elif not finished:
        _unfinished(anchors, last, found)
    keys = {line.fields["key"] for line in anchors} | ({checkpoint["key"]} if checkpoint else set())
    return Verdict(
        run=run,
        steps=len(steps),
        pictures=shown,
        anchors=len(anchors),
        key=", ".join(sorted(str(key) for key in keys)),
        broken=tuple(dict.fromkeys(found.broken)),
        warnings=tuple(dict.fromkeys(found.warnings)),
        notes=tuple(found.notes),
    )


def _chain(run: str, steps: list[Line], genesis: str, found: _Found) -> dict[int, str]:
    """Follow the chain; each step's hash by its number, with the header's as that of step 0."""
    heads = {0: genesis}
    expected, before = 1, genesis
    for line in steps:
        number = int(line.fields["step"])
        if line.fields["run"] != run:
            found.broken.append(
                f"steps.jsonl, line {line.place}: this is a record of run {line.fields['run']}"
            )
        if number > expected:
            found.broken.append(f"steps.jsonl: {_span(expected, number - 1)} missing")
        elif number < expected:
            found.broken.append(
                f"steps.jsonl, line {line.place}: step {number} is there twice or out of order"
            )
        elif line.fields["previous"] != before:
            earlier = f"step {number - 1}" if number > 1 else "run.json"
            found.broken.append(
                f"steps.jsonl: {earlier} or step {number} was altered: "
                f"step {number} holds another hash of {earlier}"
            )
        heads.setdefault(number, line.sha256)
        expected, before = number + 1, line.sha256
    return heads


def _span(first: int, last: int) -> str:
    return f"step {first} is" if first == last else f"steps {first} to {last} are"


def _anchors(
    run: str, anchors: list[Line], heads: dict[int, str], signed: Signed, found: _Found
) -> None:
    last = max(heads)
    before = ""
    for expected, line in enumerate(anchors, start=1):
        fields = line.fields
        where = f"anchors.jsonl, line {line.place}"
        number, step = fields["number"], int(fields["step"])
        if number != expected or fields["previous"] != before:
            found.broken.append(
                f"{where}: anchor {number} stands where anchor {expected} belongs, or the one "
                "before it was altered: anchors were taken out, added or moved"
            )
        if fields["run"] != run:
            found.broken.append(f"{where}: this anchor belongs to run {fields['run']}")
        problem = signed(
            str(fields["key"]), signed_part("anchor", fields), str(fields["signature"])
        )
        if problem:
            found.broken.append(f"{where}: {problem}")
        elif step > last:
            found.broken.append(
                f"steps.jsonl was cut: it ends at step {last}, "
                f"but anchor {number} was signed after step {step} ({fields['why']})"
            )
        elif step in heads and heads[step] != fields["head"]:
            found.broken.append(
                f"steps.jsonl: step {step} is not the one that was signed "
                f"by anchor {number} ({fields['why']})"
            )
        before = line.sha256


def _anchors_counted(steps: list[Line], anchors: list[Line], found: _Found) -> None:
    for line in steps:
        number = int(line.fields["step"])
        there = sum(int(anchor.fields["step"]) < number for anchor in anchors)
        if there != line.fields["anchors"]:
            found.broken.append(
                f"anchors.jsonl: step {number} was written after {line.fields['anchors']} "
                f"anchors, but {there} are there: anchors were taken out or added"
            )
            return


def _details(steps: list[Line], content: bytes | None, finished: bool, found: _Found) -> None:
    torn = found.broken if finished else found.warnings
    lines = detail_lines(content, found.broken, torn)
    promised = {int(line.fields["step"]): str(line.fields["details"]) for line in steps}
    last, seen = max(promised, default=0), 0
    for line in lines:
        number = int(line.fields["step"])
        if number <= seen:
            found.broken.append(
                f"details.jsonl, line {line.place}: details of step {number} "
                "are there twice or out of order"
            )
            continue
        seen = number
        salt = bytes.fromhex(str(line.fields["salt"]))
        kept = [(pair[0], pair[1]) for pair in line.fields["details"]]
        if number not in promised:
            after_crash = number == last + 1 and not finished
            (found.warnings if after_crash else found.broken).append(
                f"details.jsonl, line {line.place}: step {number} is not in steps.jsonl"
            )
        elif commitment(salt, kept) != promised[number]:
            found.broken.append(
                f"details.jsonl, line {line.place}: the details of step {number} "
                "are not those that were recorded"
            )
    gone = sorted(set(promised) - {int(line.fields["step"]) for line in lines})
    if gone:
        found.notes.append(f"The details of {_listed(gone)} were deleted; the chain still holds.")


def _pictures(steps: list[Line], there: Mapping[str, str], finished: bool, found: _Found) -> int:
    named: set[str] = set()
    gaps = []
    for line in steps:
        number = int(line.fields["step"])
        for picture in line.fields["pictures"]:
            if "gap" in picture:
                gaps.append(number)
                continue
            name = str(picture["file"])
            named.add(name)
            if name not in there:
                found.broken.append(f"pictures/{name}: the picture of step {number} is missing")
            elif there[name] != picture["sha256"]:
                found.broken.append(f"pictures/{name}: the picture of step {number} was altered")
    last = max((int(line.fields["step"]) for line in steps), default=0)
    for name in sorted(set(there) - named):
        after_crash = not finished and name.startswith(f"{last + 1:04}-")
        (found.warnings if after_crash else found.broken).append(
            f"pictures/{name}: no step names this picture"
        )
    if gaps:
        found.notes.append(f"No picture could be taken in {_listed(gaps)}; that was recorded.")
    return len(named)


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in dict.fromkeys(numbers[:20]))
    more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
    return f"step{'s' if len(numbers) > 1 else ''} {shown}{more}"


def _checkpoint(
    run: str,
    checkpoint: Checkpoint,
    heads: dict[int, str],
    anchors: int,
    signed: Signed,
    found: _Found,
) -> None:
    problem = signed(
        str(checkpoint["key"]),
        signed_part("checkpoint", checkpoint),
        str(checkpoint["signature"]),
    )
    if problem:
        found.broken.append(f"checkpoint.json: {problem}")
        return
    if checkpoint["run"] != run:
        found.broken.append(f"checkpoint.json: it belongs to run {checkpoint['run']}")
    last, count = max(heads), int(checkpoint["steps"])
    if count > last:
        found.broken.append(
            f"steps.jsonl was cut: it ends at step {last}, the run was closed with {count} steps"
        )
    elif count < last:
        found.broken.append(f"steps.jsonl: {_span(count + 1, last)} added after the run was closed")
    elif heads.get(count) != checkpoint["head"]:
        found.broken.append(
            f"steps.jsonl: step {count} is not the one with which the run was closed"
        )
    if anchors != checkpoint["anchors"]:
        found.broken.append(
            f"anchors.jsonl: the run was closed with {checkpoint['anchors']} anchors, "
            f"{anchors} are there"
        )


def _unfinished(anchors: list[Line], last: int, found: _Found) -> None:
    covered = max((int(line.fields["step"]) for line in anchors), default=0)
    words = ["checkpoint.json is missing: the run crashed before its end, or it was taken away."]
    words.append(f"An anchor signs up to step {covered}." if covered else "No step is signed.")
    if last > covered > 0:
        words.append(f"{_span(covered + 1, last).capitalize()} signed by nothing.")
    found.warnings.append(" ".join(words))

"""Checks a run's evidence: finds what was edited, inserted, reordered, dropped or cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from clerkwork.core.evidence.chain import Link, follow, span
from clerkwork.core.evidence.deletion import deletions
from clerkwork.core.evidence.finding import Finding, Kind, Signed
from clerkwork.core.evidence.found import check_found, found_notes
from clerkwork.core.evidence.lines import Fields
from clerkwork.core.evidence.log import RunLeaves
from clerkwork.core.evidence.parse import (
    Checkpoint,
    Line,
    anchor_lines,
    checkpoint_of,
    detail_lines,
    header_problem,
    plain_fields,
    step_lines,
)
from clerkwork.core.evidence.payloads import Beside, check_details, check_pictures
from clerkwork.core.evidence.record import Verdict, digest, signed_part
from clerkwork.core.evidence.times import restamped

__all__ = ["EvidenceFiles", "check"]


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
    signer: str | None = None
    """Id of the public key that lies beside it; empty if that is none, None where none lies."""
    found: Mapping[str, bytes] = field(default_factory=dict)
    """What was signed of a run that died, each time it was found, by the file's name."""
    deleted: bytes | None = None
    """Signed notes of details or pictures that were deleted."""


@dataclass(slots=True)
class _Found:
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def tell(self, kind: Kind, words: str, file: str, line: int = 0, *steps: int) -> None:
        first, last = (min(steps), max(steps)) if steps else (0, 0)
        self.findings.append(
            Finding(kind=kind, words=words, file=file, line=line, first=first, last=last)
        )


def check(
    run: str, files: EvidenceFiles, signed: Signed, leaves: RunLeaves | None = None
) -> Verdict:
    """Everything that is wrong with a run's evidence, each in a sentence that names the record.

    `leaves` is what the log says of the run; None where there is no log, or the run is older. A
    run without a checkpoint may have crashed, or have lost it: that is a warning, and what nothing
    signs is named.
    """
    found = _Found()
    said = leaves or RunLeaves()
    finds = check_found(run, files.found, said, signed, found.tell)
    finished = files.checkpoint is not None or said.ended is not None
    # A run that died while it began has no header, and maybe not all of its files.
    begun = finished or files.header is not None or said.begun is not None
    own = _own_key(files.header, said)
    checkpoint = _checkpoint(run, files.checkpoint, said, own, signed, found)
    steps = step_lines(files.steps)
    _whole("steps.jsonl", files.steps, finished, begun, found)
    anchors = anchor_lines(files.anchors)
    _whole("anchors.jsonl", files.anchors, finished, begun, found)
    genesis = _header(run, files, said, steps, found)
    good = _anchors(run, anchors, said, own, signed, found)
    heads, why = _signed_heads(good, checkpoint, said, finds)
    followed = follow("steps.jsonl", "step", [_link(line, "step") for line in steps], heads, why)
    ends = checkpoint["steps"] if checkpoint is not None else max(followed.heads, default=0)
    genuine = [
        steps[place - 1]
        for number, place in followed.genuine.items()
        if number <= ends and steps[place - 1].fields["run"] == run
    ]
    _anchor_chain(anchors, good, _wanted(checkpoint, genuine, followed.findings), found)
    found.findings += restamped(followed.findings, steps, good, checkpoint)
    _beginning(genesis, followed.genesis, heads, why, found)
    if said.begun is not None:
        _of_namesakes(said.begun["header"], good, checkpoint, found)
    _of_other_runs(run, steps, found)
    last = max(followed.heads, default=0)
    _ends(checkpoint, last, found)
    if checkpoint is not None and len(anchors) > checkpoint["anchors"]:
        words = f"anchors.jsonl: the run was closed with {checkpoint['anchors']} anchors"
        found.tell(Kind.ADDED, words, "anchors.jsonl", 0, checkpoint["anchors"] + 1, len(anchors))
    whole = not any(one.file == "steps.jsonl" and one.grave for one in found.findings)
    deleted = deletions(run, files.deleted, said, signed)
    found.findings += deleted.findings
    of = Beside(finished=finished, whole=whole, deleted=deleted.said, notes=found.notes)
    found.findings += check_details(genuine, detail_lines(files.details), files.details, of)
    shown, wrong = check_pictures(genuine, files.pictures, of)
    found.findings += wrong
    found.notes += found_notes(run, finds)
    if not finished:
        _unfinished(good, last, finds, found)
    named = plain_fields(files.header or b"") or {}
    whole = not any(one.file == "run.json" for one in found.findings)
    if files.signer is not None and whole and named and files.signer != named["key"]:
        words = "public-key.pem was altered: it is not the key with which the run was signed"
        found.tell(Kind.ALTERED, words, "public-key.pem")
    keys = {str(line.fields["key"]) for line in good} | (
        {str(checkpoint["key"])} if checkpoint else set()
    )
    return Verdict(
        run=run,
        steps=sum(bool(line.fields) for line in steps),
        pictures=shown,
        anchors=len(good),
        key=", ".join(sorted(keys)),
        findings=tuple(dict.fromkeys(found.findings)),
        notes=tuple(found.notes),
        recovered=bool(finds) and not finished,
    )


def _whole(name: str, content: bytes | None, finished: bool, begun: bool, found: _Found) -> None:
    """Tell of a file that is missing, or whose last line breaks off."""
    if content is None:
        found.tell(Kind.MISSING_FILE if begun else Kind.TORN, f"{name} is missing", name)
    elif content and not content.endswith(b"\n"):
        place = content.count(b"\n") + 1
        words = f"{name}, line {place}: the record breaks off; it was not counted"
        found.tell(Kind.ALTERED if finished else Kind.TORN, words, name, place, place)


def _link(line: Line, ordinal: str) -> Link:
    fields = line.fields
    return Link(line.place, fields.get(ordinal, 0), fields.get("previous", ""), line.sha256)


def _header(
    run: str, files: EvidenceFiles, said: RunLeaves, steps: Sequence[Line], found: _Found
) -> str:
    """The header's hash; empty if it is not there."""
    problem = header_problem(files.header, run)
    if files.header is None:
        died = said.begun is None and not steps and files.checkpoint is None
        if died:
            words = "run.json is missing: the run died while it began, before its first step"
            found.tell(Kind.TORN, words, "run.json")
        else:
            found.tell(Kind.MISSING_FILE, problem, "run.json")
        return ""
    if problem:
        found.tell(Kind.ALTERED, problem, "run.json")
    return digest(files.header)


def _signed_heads(
    anchors: Sequence[Line],
    checkpoint: Checkpoint | None,
    said: RunLeaves,
    finds: Sequence[Fields],
) -> tuple[dict[int, str], dict[int, str]]:
    """Hashes of steps that a signature holds, by number, and by what each was signed, in words."""
    heads: dict[int, str] = {}
    why: dict[int, str] = {}
    if said.begun is not None:
        heads[0], why[0] = said.begun["header"], "the log of runs says began it"
    for line in anchors:
        step = line.fields["step"]
        if not step and 0 in heads:
            continue  # The log knows it: an anchor may be of another run of this name.
        heads[step] = line.fields["head"]
        why[step] = (
            f"anchor {line.fields['number']} was signed after step {step} ({line.fields['why']})"
        )
    if said.ended is not None and said.ended["before"] and said.ended["steps"] > 1:
        step = said.ended["steps"] - 1
        heads.setdefault(step, said.ended["before"])
        why.setdefault(step, f"the log of runs holds step {step}")
    for one in finds:
        if step := one["steps"]:
            heads[step] = one["head"]
            why[step] = f"{one['by']} signed that {step} steps were found"
    if checkpoint is not None and (checkpoint["steps"] or 0 not in heads):
        step = checkpoint["steps"]
        heads[step] = checkpoint["head"]
        why[step] = f"the run was closed with {step} steps"
    return heads, why


def _beginning(
    header: str, first: str, heads: Mapping[int, str], why: Mapping[int, str], found: _Found
) -> None:
    """Tell of a header, or of records, that do not belong to the run as it began.

    `header` is the hash of the one that is there, `first` that which step 1 holds; empty for none.
    """
    began = heads.get(0, "")
    if began and header and header != began:
        found.tell(Kind.ALTERED, f"run.json is not the one that {why[0]}", "run.json")
    elif began and first and first != began:
        # What is signed was written by a run; what is not, by anybody.
        kind = Kind.ADDED if max(heads) > 0 else Kind.ALTERED
        words = (
            "steps.jsonl, line 1: step 1 holds the hash of another run.json than the one that "
            f"{why[0]}: these records are not of this run, maybe of one of its name elsewhere"
        )
        found.tell(kind, words, "steps.jsonl", 1, 1)
    elif first and header and first != header:
        words = "run.json was altered: step 1 holds another hash of it"
        found.tell(Kind.ALTERED, words, "run.json")


def _of_namesakes(
    header: str, anchors: Sequence[Line], checkpoint: Checkpoint | None, found: _Found
) -> None:
    """Tell of what was signed before the first step of another run of this name.

    Another workspace has the same key, and may have such a run; its `header` is another one.
    """
    for line in anchors:
        if not line.fields["step"] and line.fields["head"] != header:
            words = f"anchors.jsonl, line {line.place}: this anchor is of another run of this name"
            found.tell(Kind.ADDED, words, "anchors.jsonl", line.place, line.fields["number"])
    if checkpoint is not None and not checkpoint["steps"] and checkpoint["head"] != header:
        words = "checkpoint.json: it is of another run of this name, with another run.json"
        found.tell(Kind.CONTRADICTION, words, "checkpoint.json")


def _own_key(header: bytes | None, said: RunLeaves) -> str:
    """Id of the key with which a run began, if its header is the one that the log knows."""
    if header is None or said.begun is None or said.begun["header"] != digest(header):
        return ""
    return str((plain_fields(header) or {}).get("key", ""))


def _anchors(
    run: str, lines: Sequence[Line], said: RunLeaves, own: str, signed: Signed, found: _Found
) -> list[Line]:
    """Anchors that are what was signed."""
    name = "anchors.jsonl"
    good: list[Line] = []
    hashes: dict[int, str] = {}
    told: set[int] = set()
    for line in lines:
        fields = line.fields
        if not fields:
            continue
        number = fields["number"]
        problem = signed(fields["key"], signed_part("anchor", fields), fields["signature"])
        problem = problem or said.late(fields["key"], own)
        where = f"{name}, line {line.place}"
        if problem is not None:
            if problem.kind is Kind.FORGED:
                told.add(line.place)
                words = f"{where}: {problem.words}"
                found.tell(Kind.FORGED, words, name, line.place, line.place)
            continue
        if fields["run"] != run:
            told.add(line.place)
            words = f"{where}: this anchor belongs to run {fields['run']}"
            found.tell(Kind.ADDED, words, name, line.place, number)
            continue
        if hashes.setdefault(number, line.sha256) == line.sha256:
            good.append(line)
    return good


def _anchor_chain(lines: Sequence[Line], good: Sequence[Line], wanted: int, found: _Found) -> None:
    """Anchors that were altered, moved, or taken out."""
    name = "anchors.jsonl"
    hashes = {line.fields["number"]: line.sha256 for line in good}
    told = {one.line for one in found.findings if one.file == name}
    own = [line for line in lines if line.place not in told]
    # Where some are of somebody else, how many there were says nothing of the others.
    links = [_link(line, "number") for line in own]
    followed = follow(name, "anchor", links, hashes, {}, 0 if told else wanted)
    # One that was written here, and nobody signed like that, was altered.
    found.findings += (
        replace(one, kind=Kind.ALTERED) if one.kind is Kind.ADDED else one
        for one in followed.findings
    )
    told |= {one.line for one in followed.findings}
    for line in own:
        if line.sha256 not in hashes.values() and line.place not in told:
            words = f"{name}, line {line.place}: anchor {line.place} was altered"
            found.tell(Kind.ALTERED, words, name, line.place, line.place)


def _of_other_runs(run: str, steps: Sequence[Line], found: _Found) -> None:
    for line in steps:
        if line.fields and line.fields["run"] != run:
            words = f"steps.jsonl, line {line.place}: this is a record of run {line.fields['run']}"
            found.tell(Kind.ADDED, words, "steps.jsonl", line.place, line.fields["step"])


def _ends(checkpoint: Checkpoint | None, last: int, found: _Found) -> None:
    if checkpoint is not None and checkpoint["steps"] < last:
        added = span("step", checkpoint["steps"] + 1, last)
        words = f"steps.jsonl: {added} came after the run was closed"
        found.tell(Kind.ADDED, words, "steps.jsonl", 0, checkpoint["steps"] + 1, last)


def _wanted(checkpoint: Checkpoint | None, steps: Sequence[Line], wrong: Sequence[Finding]) -> int:
    """How many anchors there were, as the checkpoint or the last step says."""
    if checkpoint is not None:
        return int(checkpoint["anchors"])
    return max((line.fields["anchors"] for line in steps if not wrong), default=0)


def _checkpoint(
    run: str, content: bytes | None, said: RunLeaves, own: str, signed: Signed, found: _Found
) -> Checkpoint | None:
    """The checkpoint, if it is the one that the run wrote."""
    name = "checkpoint.json"
    if content is None:
        if said.ended is not None:
            words = f"{name} was taken away: the log of runs says that the run ended"
            found.tell(Kind.MISSING_FILE, words, name)
        return None
    fields = checkpoint_of(content)
    if fields is None:
        words = f"{name} was altered: this is not the checkpoint that the run wrote"
        found.tell(Kind.ALTERED, words, name)
        return None
    problem = signed(fields["key"], signed_part("checkpoint", fields), fields["signature"])
    # Before the key is too late for this run: of another one it may be genuine.
    if problem is None and fields["run"] != run:
        words = f"{name}: it belongs to run {fields['run']}"
        found.tell(Kind.CONTRADICTION, words, name)
        return None
    problem = problem or said.late(fields["key"], own)
    if problem is not None:
        found.tell(problem.kind, f"{name}: {problem.words}", name)
        return None
    if said.ended is not None and said.ended["checkpoint"] != digest(content):
        words = f"{name}: the log of runs holds another one of this run"
        found.tell(Kind.CONTRADICTION, words, name)
        return None
    return fields


def _unfinished(anchors: Sequence[Line], last: int, finds: Sequence[Fields], found: _Found) -> None:
    covered = max((line.fields["step"] for line in anchors), default=0)
    if finds:
        covered = max([covered, *(one["steps"] for one in finds)])
        if last <= covered:
            return
        # A run that wakes signs what it records: it died before it could, or somebody else did it.
        words = (
            f"steps.jsonl: {span('step', covered + 1, last)} came after the run was found dead, "
            "and the run has not signed that"
        )
        found.tell(Kind.UNANCHORED, words, "steps.jsonl", 0, covered + 1, last)
        return
    words = "checkpoint.json is missing: the run crashed before its end, or it was taken away."
    words += f" An anchor signs up to step {covered}." if covered else " No step is signed."
    tail = (covered + 1, last) if last > covered else ()
    if tail and covered:
        be = "is" if last == covered + 1 else "are"
        words += f" {span('step', covered + 1, last).capitalize()} {be} signed by nothing."
    found.tell(Kind.UNANCHORED, words, "steps.jsonl", 0, *tail)

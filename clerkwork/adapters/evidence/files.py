"""Reads what lies in a run's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from clerkwork.adapters.evidence.disk import read_if_there
from clerkwork.adapters.evidence.keys import pem_id
from clerkwork.adapters.evidence.recovery import found_files
from clerkwork.core.evidence import RunEvidence, SelectorUse, Step, StepPicture
from clerkwork.core.evidence.check import EvidenceFiles
from clerkwork.core.evidence.deletion import DELETED
from clerkwork.core.evidence.parse import Line, detail_lines, instant, step_lines
from clerkwork.core.evidence.strays import belongs
from clerkwork.errors import EvidenceError

__all__ = ["content_of", "found_in", "json_of", "read_run", "run_files", "strays_in"]


def run_files(folder: Path) -> EvidenceFiles:
    """A run's files as they lie there; raises `EvidenceError` for what cannot be read."""
    return EvidenceFiles(
        header=content_of(folder / "run.json"),
        steps=content_of(folder / "steps.jsonl"),
        details=content_of(folder / "details.jsonl"),
        anchors=content_of(folder / "anchors.jsonl"),
        checkpoint=content_of(folder / "checkpoint.json"),
        found=found_in(folder),
        deleted=content_of(folder / DELETED),
        signer=_signer(content_of(folder / "public-key.pem")),
        pictures=_pictures(folder / "pictures"),
    )


def strays_in(folder: Path) -> tuple[str, ...]:
    """Names of what lies in a run's folder and no run writes there."""
    return tuple(
        path.name for path in folder.iterdir() if not belongs(path.name, folder=path.is_dir())
    )


def found_in(folder: Path) -> dict[str, bytes]:
    """What was signed of a run each time it was found dead; raises `EvidenceError`."""
    try:
        return found_files(folder)
    except OSError as error:
        raise EvidenceError(f"{folder}: the evidence cannot be read ({error.strerror})") from error


def _signer(pem: bytes | None) -> str | None:
    """Id of the key, if this is how it was written; empty if not."""
    if pem is None:
        return None
    try:
        return pem_id(pem)
    except EvidenceError:
        return ""


def content_of(path: Path) -> bytes | None:
    """None if it is not there; raises `EvidenceError`."""
    try:
        return read_if_there(path)
    except OSError as error:
        raise EvidenceError(f"{path}: the evidence cannot be read ({error.strerror})") from error


def _pictures(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        return {}
    found = {}
    for path in folder.iterdir():
        if not path.is_file():
            found[path.name] = "not a file"
            continue
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def json_of(path: Path) -> Mapping[str, Any]:
    """The object in a file; empty if there is none."""
    try:
        value = json.loads(content_of(path) or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def read_run(folder: Path, run: str) -> RunEvidence:
    """What is recorded, as far as it can be read; says nothing on whether it is sound."""
    header = json_of(folder / "run.json")
    checkpoint = json_of(folder / "checkpoint.json")
    kept = detail_lines(content_of(folder / "details.jsonl"))
    details = {
        line.fields["step"]: tuple((name, text) for name, text in line.fields["details"])
        for line in kept
        if line.fields
    }
    content = content_of(folder / "steps.jsonl")
    lines = step_lines(content)
    unread = [f"steps.jsonl, line {line.place}" for line in lines if not line.fields]
    unread += [f"details.jsonl, line {line.place}" for line in kept if not line.fields]
    unread += ["steps.jsonl"] if content is None and header else []
    steps = [line for line in lines if line.fields]
    figures = checkpoint.get("figures", {})
    return RunEvidence(
        run=run,
        task=str(header.get("task", "")),
        began=instant(header.get("began")),
        about=_texts(header.get("about")),
        versions=_texts(header.get("versions")),
        steps=tuple(_step(line, details) for line in steps),
        unread=tuple(unread),
        outcome=str(checkpoint.get("outcome", "")),
        ended=instant(checkpoint.get("ended")),
        figures={str(k): v for k, v in figures.items() if isinstance(v, int)}
        if isinstance(figures, dict)
        else {},
    )


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)}


def _step(line: Line, details: Mapping[int, tuple[tuple[str, str], ...]]) -> Step:
    fields = line.fields
    return Step(
        number=fields["step"],
        at=datetime.fromisoformat(fields["at"]),
        elapsed=fields["elapsed"],
        robot=fields["robot"],
        credential=fields["credential"],
        page=fields["page"],
        action=fields["action"],
        subject=fields["subject"],
        outcome=fields["outcome"],
        selectors=tuple(SelectorUse(**each) for each in fields["selectors"]),
        totals=tuple(fields["totals"].items()),
        pictures=tuple(StepPicture(**picture) for picture in fields["pictures"]),
        details=details.get(fields["step"]),
        sha256=line.sha256,
    )

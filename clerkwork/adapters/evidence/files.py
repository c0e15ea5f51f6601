"""Reads what lies in a run's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clerkwork.adapters.evidence.disk import read_if_there
from clerkwork.adapters.evidence.keys import pem_id
from clerkwork.adapters.evidence.recovery import FOUND
from clerkwork.core.evidence.check import EvidenceFiles
from clerkwork.errors import EvidenceError

__all__ = ["content_of", "json_of", "run_files"]


def run_files(folder: Path) -> EvidenceFiles:
    """A run's files as they lie there; raises `EvidenceError` for what cannot be read."""
    return EvidenceFiles(
        header=content_of(folder / "run.json"),
        steps=content_of(folder / "steps.jsonl"),
        details=content_of(folder / "details.jsonl"),
        anchors=content_of(folder / "anchors.jsonl"),
        checkpoint=content_of(folder / "checkpoint.json"),
        found=content_of(folder / FOUND),
        signer=_signer(content_of(folder / "public-key.pem")),
        pictures=_pictures(folder / "pictures"),
    )


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

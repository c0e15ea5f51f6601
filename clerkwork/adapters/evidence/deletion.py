"""Deletes a run's details, or its pictures: first it is signed that they were, then they go."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from clerkwork.adapters.evidence.disk import heal, read_if_there
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.adapters.evidence.signed_lines import add_signed
from clerkwork.core.evidence import FORMAT, digest, signed_part, stamp
from clerkwork.core.evidence.deletion import DELETED, DETAILS, PICTURES
from clerkwork.errors import EvidenceError

__all__ = ["delete", "size_of_parts"]


def size_of_parts(folder: Path) -> dict[str, int]:
    """Bytes of a run's details and of its pictures, as far as they are there."""
    sizes = dict.fromkeys((DETAILS, PICTURES), 0)
    for what in sizes:
        for path in _files(folder, what):
            sizes[what] += path.stat().st_size
    return sizes


def delete(
    folder: Path,
    run: str,
    what: str,
    why: str,
    by: str,
    at: datetime,
    signer: Signer,
    logged: Callable[[str], None],
) -> None:
    """Sign that they were deleted, force that to the disk, and let them go.

    `logged` is told the hash of the note before anything goes. One that broke off is gone on with.
    Raises `EvidenceError`.
    """
    path = folder / DELETED
    try:
        if path.exists():
            heal(path)
        line = _note_of(path, what) or _sign(path, run, what, why, by, at, signer)
        logged(digest(line))
        for file in _files(folder, what):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise EvidenceError(
            f"{folder}: its {what} cannot be deleted ({error.strerror}); mend its permissions, "
            "and `clerkwork tidy` goes on with it"
        ) from error


def _note_of(path: Path, what: str) -> bytes:
    """The note that is there already, as it stands; empty if there is none."""
    for line in (read_if_there(path) or b"").split(b"\n")[:-1]:
        try:
            note = json.loads(line)
        except ValueError:
            continue
        if isinstance(note, dict) and note.get("what") == what:
            return line
    return b""


def _sign(
    path: Path, run: str, what: str, why: str, by: str, at: datetime, signer: Signer
) -> bytes:
    own = {"format": FORMAT, "at": stamp(at), "run": run, "what": what, "why": why, "by": by}
    return add_signed(path, own, partial(signed_part, "deletion"), signer)


def _files(folder: Path, what: str) -> list[Path]:
    """The page repeats the details."""
    if what == DETAILS:
        named = (folder / name for name in ("details.jsonl", "index.html"))
        return [path for path in named if path.exists()]
    there = folder / "pictures"
    return sorted(there.iterdir()) if there.is_dir() else []

"""Deletes a run's details, or its pictures: first it is signed that they were, then they go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from clerkwork.adapters.evidence.disk import heal, read_if_there
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.adapters.evidence.signed_lines import add_signed
from clerkwork.core.evidence import FORMAT, digest, signed_part, stamp
from clerkwork.core.evidence.deletion import DELETED, DETAILS, PICTURES
from clerkwork.errors import EvidenceError

__all__ = ["let_parts_go", "sign_deletion", "size_of_parts"]


def size_of_parts(folder: Path) -> dict[str, int]:
    """Bytes of a run's details and of its pictures, as far as they are there."""
    sizes = dict.fromkeys((DETAILS, PICTURES), 0)
    for what in sizes:
        for path in _files(folder, what):
            sizes[what] += path.stat().st_size
    return sizes


def sign_deletion(
    folder: Path, run: str, what: str, why: str, by: str, at: datetime, signer: Signer
) -> bytes:
    """Sign that they were deleted, and force that to the disk; the note of it.

    Nothing goes by it before the log holds it. Where one is there already, that one is gone on
    with. It holds the hash of the run's header, as another workspace may have a run of this name.
    Raises `EvidenceError`.
    """
    path = folder / DELETED
    with _told(folder, what):
        if path.exists():
            heal(path)
        if note := _note_of(path, what):
            return note
        header = digest(read_if_there(folder / "run.json") or b"")
        own = {"format": FORMAT, "at": stamp(at), "run": run, "what": what, "why": why, "by": by}
        signed = partial(signed_part, "deletion")
        return add_signed(path, {**own, "header": header}, signed, signer)


def let_parts_go(folder: Path, what: str) -> None:
    """Let a run's 'details', or its 'pictures', go; raises `EvidenceError` if it cannot."""
    with _told(folder, what):
        for file in _files(folder, what):
            file.unlink(missing_ok=True)


@contextmanager
def _told(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
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


def _files(folder: Path, what: str) -> list[Path]:
    """The page repeats the details."""
    if what == DETAILS:
        named = (folder / name for name in ("details.jsonl", "index.html"))
        return [path for path in named if path.exists()]
    there = folder / "pictures"
    return sorted(there.iterdir()) if there.is_dir() else []

"""Removes the evidence of a run: first it is signed that it was, then it goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from clerkwork.adapters.evidence.disk import put_whole, read_if_there, sync
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.core.evidence import FORMAT, Verdict, canonical, digest, signed_part, stamp
from clerkwork.core.evidence.removal import REMOVAL, STAYS
from clerkwork.errors import EvidenceError

__all__ = ["is_removed", "leftovers", "let_go", "sign_removal", "size_of"]


def is_removed(folder: Path) -> bool:
    """Whether it was signed that a run's evidence was removed."""
    return (folder / REMOVAL).exists()


def leftovers(folder: Path) -> tuple[str, ...]:
    """What is still there of a run's evidence, and does not stay once it was removed."""
    return tuple(sorted(path.name for path in folder.iterdir() if path.name not in STAYS))


def size_of(folder: Path) -> int:
    """Bytes of what does not stay."""
    files = (path for name in leftovers(folder) for path in _files(folder / name))
    return sum(path.stat().st_size for path in files)


def sign_removal(folder: Path, found: Verdict, why: str, at: datetime, signer: Signer) -> bytes:
    """Sign that it was removed, and force that to the disk; the record of it.

    Nothing goes by it before the log holds it. Where one is there already, that one is gone on
    with. Raises `EvidenceError` if it cannot be written.
    """
    with _told(folder):
        if signed := read_if_there(folder / REMOVAL):
            return signed
        fields: dict[str, object] = {
            "format": FORMAT,
            "run": found.run,
            "at": stamp(at),
            "why": why,
            "state": found.state,
            "steps": found.steps,
            "pictures": found.pictures,
            "header": _digest(folder / "run.json"),
            "checkpoint": _digest(folder / "checkpoint.json"),
            "key": signer.id,
        }
        fields["signature"] = signer.sign(signed_part("removal", fields))
        record = canonical(fields)
        put_whole(folder / REMOVAL, record)
        sync(folder)
        return record


def let_go(folder: Path) -> None:
    """Let all go that does not stay, details first; raises `EvidenceError` if it cannot."""
    with _told(folder):
        details = ("details.jsonl", "index.html", "pictures")
        for name in sorted(leftovers(folder), key=lambda name: (name not in details, name)):
            path = folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EvidenceError(
            f"{folder}: the evidence cannot be removed ({error.strerror}); mend its permissions, "
            "and `clerkwork tidy` goes on with it"
        ) from error


def _digest(path: Path) -> str:
    return digest(path.read_bytes()) if path.exists() else ""


def _files(path: Path) -> list[Path]:
    return [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]

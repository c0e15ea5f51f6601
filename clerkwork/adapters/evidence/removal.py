"""Removes the evidence of a run: first it is signed that it was, then it goes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from clerkwork.adapters.evidence.disk import put_whole, sync
from clerkwork.adapters.evidence.keys import Signer
from clerkwork.core.evidence import FORMAT, Verdict, canonical, digest, signed_part, stamp
from clerkwork.core.evidence.removal import REMOVAL, STAYS
from clerkwork.errors import EvidenceError

__all__ = ["is_removed", "leftovers", "remove", "size_of"]


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


def remove(
    folder: Path,
    found: Verdict,
    why: str,
    at: datetime,
    signer: Signer,
    signed: Callable[[bytes], None] = lambda record: None,
) -> None:
    """Sign that it was removed, force that to the disk, and let it go; details first.

    `signed` is told the record of it before anything goes. One that broke off is gone on with.
    Raises `EvidenceError` if it cannot be written.
    """
    try:
        if not is_removed(folder):
            _sign(folder, found, why, at, signer)
        signed((folder / REMOVAL).read_bytes())
        details = ("details.jsonl", "index.html", "pictures")
        for name in sorted(leftovers(folder), key=lambda name: (name not in details, name)):
            path = folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise EvidenceError(
            f"{folder}: the evidence cannot be removed ({error.strerror}); mend its permissions, "
            "and `clerkwork tidy` goes on with it"
        ) from error


def _sign(folder: Path, found: Verdict, why: str, at: datetime, signer: Signer) -> None:
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
    put_whole(folder / REMOVAL, canonical(fields))
    sync(folder)


def _digest(path: Path) -> str:
    return digest(path.read_bytes()) if path.exists() else ""


def _files(path: Path) -> list[Path]:
    return [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]

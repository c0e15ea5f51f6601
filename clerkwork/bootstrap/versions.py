"""What a run is run with, by hash: the code, and every file that its owner may change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import clerkwork
from clerkwork.adapters.keeping import KeptFiles

__all__ = ["code_version", "kept_versions", "versions_of"]

_OWNED = ("config", "robots", "selectors", "tasks")


def versions_of(root: Path) -> Mapping[str, str]:
    """SHA-256 by name: 'clerkwork VERSION' for the code as a whole, and a path of the workspace.

    A file that cannot be read has no hash, and is told as such.
    """
    files = (path for folder in _OWNED for path in _files(root / folder))
    own = {path.relative_to(root).as_posix(): _hash(path) for path in files}
    return {f"clerkwork {version('clerkwork')}": code_version(), **own}


def kept_versions(root: Path, kept: KeptFiles) -> Mapping[str, str]:
    """The same, with a copy of each file that is not kept yet, so that changes can be shown."""
    versions = versions_of(root)
    kept.keep(root, versions)
    return versions


@cache
def code_version() -> str:
    """SHA-256 over what is installed; a process runs with what it, or its parent, began with."""
    package = Path(clerkwork.__file__).parent
    told = hashlib.sha256()
    for path in _files(package):
        told.update(f"{path.relative_to(package).as_posix()} {_hash(path)}\n".encode())
    return told.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in parts):
            yield path


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unread: {error.strerror}"

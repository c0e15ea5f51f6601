"""Workspaces for tests: fresh copies of the one that comes along, with something changed."""

from __future__ import annotations

from pathlib import Path

from clerkwork.workspace import make_workspace


def fresh(folder: Path) -> Path:
    """A new workspace in a folder."""
    make_workspace(folder / "workspace")
    return folder / "workspace"


def change(root: Path, file: str, old: str, new: str) -> None:
    """Write something else in place of what stands in a file, where it stands first."""
    text = (root / file).read_text()
    assert old in text, f"{file} does not hold {old!r}"
    (root / file).write_text(text.replace(old, new, 1))

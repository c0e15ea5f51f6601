"""Make a fresh workspace from the copy that the library carries."""

from __future__ import annotations

import shutil
from pathlib import Path

from clerkwork.errors import ConfigError
from clerkwork.workspace.find import PARTS

__all__ = ["carried", "make_workspace"]

_PACKAGE = Path(__file__).parent.parent
_LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc", "secrets*")


def make_workspace(folder: Path) -> None:
    """Copy robots, tasks, selectors and config into a new or empty folder, with an empty output/.

    Raises `ConfigError`, having written nothing, if the folder holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not empty: name a new folder, or empty this one first")
    source = _source()
    for part in PARTS:
        shutil.copytree(source / part, folder / part, ignore=_LEFT_BEHIND)
    (folder / "output").mkdir()
    (folder / ".gitignore").write_text("output/\n__pycache__/\nconfig/secrets*\n")


def carried(name: str) -> Path:
    """A file of the `config/` that the library carries."""
    return _source() / "config" / name


def _source() -> Path:
    """In the wheel the workspace lies beside this package; in a checkout, at its top."""
    packed = _PACKAGE / "starter"
    return packed if packed.is_dir() else _PACKAGE.parent

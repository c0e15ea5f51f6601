"""Copies of the workspace's files as runs found them, by content, without what may be secret."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from clerkwork.errors import StoreError

__all__ = ["KeptFiles"]

_TEXTS = (".toml", ".py")
_LARGEST = 1_000_000
_HASH = re.compile(r"[0-9a-f]{64}")
_SECRET = re.compile(
    r"""(?im)^(\s*[\w."'-]*(?:passw|secret|token|\bpin\b|api_?key|credential)[\w."'-]*\s*=\s*)"""
    r"""("[^"\n]*"|'[^'\n]*')"""
)
"""A value in config/ whose name says that it is secret: it belongs into the vault."""
_MASK = '"***"'


class KeptFiles:
    """A folder of texts, each named by the SHA-256 of the file that it was.

    What was masked in it has another hash than its name says: the name is that of the file which
    ran, as the evidence has it.
    """

    def __init__(self, folder: Path, redact: Callable[[str], str] = str) -> None:
        self._folder = folder
        self._redact = redact

    def keep(self, root: Path, versions: Mapping[str, str]) -> None:
        """Keep each text of a workspace that is not kept yet; raises `StoreError`."""
        for name, sha256 in versions.items():
            kept = self._folder / sha256
            if not name.endswith(_TEXTS) or not _HASH.fullmatch(sha256):
                continue
            try:
                self._keep(kept, root / name, name)
            except OSError as error:
                raise StoreError(
                    f"{kept}: a copy of {name} cannot be kept ({error.strerror}); make room on the "
                    "disk, or mend the folder's permissions"
                ) from error

    def _keep(self, kept: Path, path: Path, name: str) -> None:
        """How long it is kept counts from when it was last found."""
        try:
            os.utime(kept)
        except FileNotFoundError:
            self._write(kept, path, name)
        except PermissionError:
            # Another account's, who may touch it alone: it is kept all the same.
            return

    def _write(self, kept: Path, path: Path, name: str) -> None:
        if path.stat().st_size > _LARGEST:
            return
        text = self._redact(path.read_text("utf-8", "replace"))
        if name.startswith("config/"):
            text = _SECRET.sub(lambda found: f"{found[1]}{_MASK}", text)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = kept.with_name(f".{kept.name}.{os.getpid()}")
        draft.touch(0o600)
        draft.write_text(text, "utf-8")
        draft.replace(kept)

    def text(self, sha256: str) -> str | None:
        """What was kept of it; None if nothing was."""
        if not _HASH.fullmatch(sha256):
            return None
        try:
            return (self._folder / sha256).read_text("utf-8")
        except OSError:
            return None

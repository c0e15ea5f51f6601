"""Folders with what runs leave behind, and what of it is old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from clerkwork.core.retention import Kept
from clerkwork.errors import StoreError

__all__ = ["Room"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A folder, with the files of it that may be removed. Fulfils `clerkwork.ports.Room`."""

    name: str
    folder: Path
    pattern: str = "**/*"
    """Of the files that are meant."""
    spared: Collection[str] = ()
    """Names of files that stay, whatever their age."""

    def files(self) -> Iterator[Kept]:
        for path in sorted(self.folder.glob(self.pattern)):
            if path.name in self.spared or path.name.startswith("."):
                continue
            # A file may be gone by the time that it is looked at: another process tidies, too.
            with suppress(FileNotFoundError):
                if path.is_file() and not path.is_symlink():
                    stat = path.stat()
                    at = dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
                    yield Kept(path=str(path.relative_to(self.folder)), size=stat.st_size, at=at)

    def remove(self, file: Kept) -> None:
        path = self.folder / file.path
        try:
            if dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) != file.at:
                # Written, or used, since it was looked at.
                return
            path.unlink(missing_ok=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(
                f"{path} cannot be removed: {error.strerror}. Mend its permissions, and tidy again."
            ) from error
        for parent in path.parents:
            if parent == self.folder:
                return
            # Stays if there is anything in it.
            with suppress(OSError):
                parent.rmdir()

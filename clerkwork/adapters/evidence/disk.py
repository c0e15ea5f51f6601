"""Files of the evidence on disk: whole or not at all, and forced there where it is asked for."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["append_line", "put_whole", "read_if_there", "sync"]


def append_line(path: Path, line: bytes, *, synced: bool = False) -> int:
    """Append a line whole or not at all; the file's size before. Raises `OSError`."""
    with path.open("ab", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        content = line + b"\n"
        try:
            while content:
                content = content[file.write(content) :]
            if synced:
                os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise
    return size


def put_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Whole, on the disk, and in the place of what was there. Raises `OSError`."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_if_there(path: Path) -> bytes | None:
    """None if it is not there. Raises `OSError`."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def sync(path: Path) -> None:
    """Force a file or a folder to the disk; Windows knows no such thing of a folder."""
    if os.name != "posix" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

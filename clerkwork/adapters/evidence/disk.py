"""Files of the evidence on disk: whole or not at all, and forced there where it is asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

__all__ = ["append_line", "heal", "last_line", "put_new", "put_whole", "read_if_there", "sync"]


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


def heal(path: Path) -> None:
    """Take back what a dead process left half written: a line without its end."""
    if not path.exists():
        return
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        if not end:
            return
        file.seek(end - 1)
        if file.read(1) == b"\n":
            return
    with path.open("r+b") as file:
        whole = _start_of_last(file, end)
        file.truncate(whole)
        os.fsync(file.fileno())


def last_line(path: Path) -> bytes:
    """The last whole line, without its end; empty if there is none."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            whole = _start_of_last(file, end)
            if not whole:
                return b""
            start = _start_of_last(file, whole - 1)
            file.seek(start)
            return bytes(file.read(whole - 1 - start))
    except FileNotFoundError:
        return b""


def put_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Whole, on the disk, and in the place of what was there. Raises `OSError`."""
    draft = _draft(path, content, mode)
    try:
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def put_new(path: Path, content: bytes, mode: int = 0o666) -> bool:
    """Whole, on the disk, and only if nothing is there yet; whether it is there now by this.

    Two processes may do so at once. Raises `OSError`.
    """
    draft = _draft(path, content, mode)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


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


def _start_of_last(file: Any, end: int) -> int:
    """Where the last line begins, of a file whose content ends at `end`."""
    block, place = 4096, end
    while place:
        start = max(0, place - block)
        file.seek(start)
        found = file.read(place - start).rfind(b"\n")
        if found >= 0:
            return int(start + found + 1)
        place = start
    return 0


def _draft(path: Path, content: bytes, mode: int) -> Path:
    """The content on the disk beside its place, under a name of this process."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft

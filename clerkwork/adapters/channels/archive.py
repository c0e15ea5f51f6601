"""The archive of sent mail as a Maildir folder that can be asked after a Message-ID."""

from __future__ import annotations

import time
from email.parser import BytesHeaderParser
from pathlib import Path

__all__ = ["MaildirArchive"]

_HEAD = 64 * 1024
"""Bytes of a message that are read: its header."""


class MaildirArchive:
    """Asks a Maildir; each message's header is read once, however often it is asked.

    `patience` is for how many seconds after its making it waits before it says
    no: what the server took just before a crash may still be on its way.
    """

    def __init__(self, folder: Path, patience: float = 2.0) -> None:
        self._folder = folder
        self._until = time.monotonic() + patience
        self._ids: set[str] = set()
        self._seen: set[str] = set()

    def holds(self, message_id: str) -> bool | None:
        """Whether the folder holds it; None if the folder cannot be read."""
        while True:
            if not self._readable():
                return None
            self._read_new()
            if message_id in self._ids:
                return True
            left = self._until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, 0.1))

    def _readable(self) -> bool:
        return (self._folder / "new").is_dir() and (self._folder / "cur").is_dir()

    def _read_new(self) -> None:
        for part in ("new", "cur"):
            for path in (self._folder / part).iterdir():
                # Mail programs change what follows the colon and move files to cur.
                name = path.name.partition(":")[0]
                if name not in self._seen:
                    self._read(path, name)

    def _read(self, path: Path, name: str) -> None:
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD)
        except FileNotFoundError:
            return
        found = BytesHeaderParser().parsebytes(head).get("Message-ID", "")
        self._ids.add(str(found).strip())
        self._seen.add(name)

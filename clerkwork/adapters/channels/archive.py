"""The archive of sent mail as a Maildir folder that can be asked after a Message-ID."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from math import inf
from pathlib import Path

__all__ = ["MaildirArchive"]

_HEAD = 64 * 1024
"""Most bytes of a message that are read: its header."""
_PIECE = 2 * 1024
"""Bytes that are read first: nearly every header is shorter."""
_SURE = 2 * 10**9
"""Nanoseconds within which a folder may change again and still show the same time."""
_END = re.compile(rb"\r?\n\r?\n")
_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)


class MaildirArchive:
    """Asks a Maildir; each message's header is read once, however often it is asked.

    The newest are read first, and no more than it takes to find what is asked; a folder that did
    not change is not listed again. `patience` is how many seconds a copy may take to come here.
    """

    def __init__(self, folder: Path, patience: float) -> None:
        self._folder = folder
        self._patience = patience
        self._ids: set[str] = set()
        self._known: set[str] = set()
        self._unread: list[tuple[str, Path]] = []
        """Name and file, the newest last."""
        self._listed: dict[str, tuple[int, int]] = {}
        """Part of the folder → when it had changed last as it was listed, and when that was."""

    def holds(self, message_id: str, age: float = inf) -> bool | None:
        """Whether the folder holds it; None if the folder cannot be read.

        Before it says no of what was claimed `age` seconds ago, it waits until its copy would be
        here: what the server took just before a crash may still be on its way.
        """
        until = time.monotonic() + self._patience - age
        while True:
            if not self._readable():
                return None
            if message_id in self._ids or message_id in self._read_on():
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, 0.1))

    def _readable(self) -> bool:
        return (self._folder / "new").is_dir() and (self._folder / "cur").is_dir()

    def _read_on(self) -> Iterator[str]:
        """Message-IDs of what was not read yet, as it is read."""
        moved = True
        while moved:
            moved = False
            self._list()
            while self._unread:
                name, path = self._unread.pop()
                try:
                    found = _id_in(path)
                except FileNotFoundError:
                    # A mail program moved it to cur meanwhile, or threw it away.
                    self._known.discard(name)
                    self._listed.clear()
                    moved = True
                    continue
                self._ids.add(found)
                yield found

    def _list(self) -> None:
        fresh = []
        for part in ("new", "cur"):
            folder = self._folder / part
            now, changed = time.time_ns(), folder.stat().st_mtime_ns
            before, listed = self._listed.get(part, (0, 0))
            if changed == before and listed - changed > _SURE:
                continue
            self._listed[part] = (changed, now)
            for entry in os.scandir(folder):
                # Mail programs change what follows the colon and move files to cur.
                name = entry.name.partition(":")[0]
                if name not in self._known:
                    self._known.add(name)
                    fresh.append((name, folder / entry.name))
        if fresh:
            # Names begin with the second of the delivery.
            self._unread = sorted([*self._unread, *fresh])


def _id_in(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_PIECE)
        if not _END.search(head):
            head += file.read(_HEAD - _PIECE)
    found = _ID.search(_END.split(head, maxsplit=1)[0])
    return found[1].decode("ascii", "replace") if found else ""

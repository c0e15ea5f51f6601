"""Letters as PDF files in a folder: printing one again changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf
from pathlib import Path

from clerkwork.core.messages import Message

__all__ = ["LetterChannel"]

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class LetterChannel:
    """Prints with a browser's `print_pdf(html, to)`, which writes the file whole or not at all.

    It is its own archive: the file's name is made from the Message-ID.
    """

    name = "letter"

    def __init__(self, print_pdf: Callable[[str, Path], None], folder: Path) -> None:
        self._print = print_pdf
        self._folder = folder

    def send(self, message: Message) -> str:
        """The letter's file name; a letter that is there already is not printed again."""
        path = self._folder / self.file_name(message)
        if not _whole(path):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._print(message.html, path)
        return path.name

    def holds(self, message_id: str, age: float = inf) -> bool:
        """Whether a message's letter stands in the folder, whole; however long ago it was claimed.

        It is this machine's folder: what another printed is printed here once more, and no letter
        counts for being printed twice.
        """
        pattern = f"*-{_digest(message_id)}.pdf"
        return any(_whole(path) for path in self._folder.glob(pattern))

    def proof(self, message: Message) -> str:
        """The letter's file name, as `send` gives it."""
        return self.file_name(message)

    @staticmethod
    def file_name(message: Message) -> str:
        """Date, debtor, step and a digest that makes it unique; safe on every system."""
        day = message.on.isoformat() if message.on else "undated"
        parts = (day, message.debtor, message.step)
        readable = "-".join(_UNSAFE.sub("_", part)[:40] for part in parts if part)
        return f"{readable}-{_digest(message.message_id)}.pdf"


def _digest(message_id: str) -> str:
    return _UNSAFE.sub("", message_id.partition("@")[0])[:20]


def _whole(path: Path) -> bool:
    """Whether a PDF has its beginning and its end."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return False
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]

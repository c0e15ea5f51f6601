"""A mail server for a benchmark: it writes down every message before it answers that it took it."""

from __future__ import annotations

import mailbox
import os
import re
import sys
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["RECORD"]

RECORD = "record.txt"
"""A line a recipient: sender, recipient, Message-ID. It stays, whoever is killed."""

_ID = re.compile(rb"^message-id:\s*(<[^>]*>)", re.IGNORECASE | re.MULTILINE)


class Recorder:
    """aiosmtpd handler: who has a Maildir gets a copy, as the archive does in the demo."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self.record = os.open(folder / RECORD, flags, 0o600)
        self.copies = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        found = _ID.search(content) if isinstance(content, bytes) else None
        if found is None or not isinstance(content, bytes):
            return "554 no Message-ID"
        for recipient in envelope.rcpt_tos:
            box = self.folder / recipient
            if box.is_dir():
                self.keep(box, content)
            told = f"{envelope.mail_from} {recipient} {found[1].decode()}\n"
            os.write(self.record, told.encode())
        return "250 OK"

    def keep(self, box: Path, content: bytes) -> None:
        """Whole under another name, then where it is read."""
        self.copies += 1
        name = f"{int(time.time())}.{os.getpid()}_{self.copies}.mail"
        (box / "tmp" / name).write_bytes(content)
        (box / "tmp" / name).rename(box / "new" / name)


def main(folder: Path, port: int, *archives: str) -> None:
    """Serve on loopback until nobody holds our standard input any more."""
    folder.mkdir(parents=True)
    for address in archives:
        mailbox.Maildir(folder / address)
    controller = Controller(Recorder(folder), hostname="127.0.0.1", port=port)
    controller.start()
    print("ready", flush=True)
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])

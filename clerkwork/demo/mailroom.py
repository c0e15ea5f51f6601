"""The demo's mail server: real SMTP on loopback, each recipient's mail in a Maildir of his own."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Container
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["ARCHIVE", "Mailroom", "letters_to", "serve_mail"]


ARCHIVE = "archive@waterland.example"
"""Gets a copy of the envelope of everything the creditor sends."""


class Mailroom:
    """aiosmtpd handler: refuses addresses under `.invalid`, as a server does a dead domain."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address.endswith(".invalid"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 no content"
        for recipient in envelope.rcpt_tos:
            box = mailbox.Maildir(self.folder / _safe(recipient))
            box.add(mailbox.MaildirMessage(content))
        return "250 OK"


def serve_mail(folder: Path, port: int) -> Controller:
    """Start a mail server on loopback in a thread of its own; `stop()` ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    # There from the start: a folder that is missing cannot be asked after a crash.
    mailbox.Maildir(folder / ARCHIVE)
    controller = Controller(Mailroom(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def letters_to(
    folder: Path, address: str, known: Container[str] = ()
) -> dict[str, tuple[str, str]]:
    """Mail in an address's Maildir that is not known yet: key → subject and plain text."""
    place = folder / _safe(address)
    if not place.is_dir():
        return {}
    found = {}
    box = mailbox.Maildir(place)
    for key in [key for key in box.keys() if key not in known]:  # noqa: SIM118 - no mapping
        parsed = BytesParser(policy=default).parsebytes(box.get_bytes(key))
        body = parsed.get_body(("plain",))
        found[key] = (str(parsed["Subject"]), body.get_content() if body else "")
    return found


def _safe(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9.@_-]", "_", address)[:100] or "_"

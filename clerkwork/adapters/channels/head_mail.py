"""Copies of the evidence's tree heads by mail, to somebody who does not work with the robots."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from clerkwork.adapters.channels.mail import MailChannel
from clerkwork.core.messages import Attachment, Message, message_id

__all__ = ["HeadMail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadMail:
    """One mail to each address, with the head as its attachment, to be kept where it arrived."""

    to: Sequence[str]
    channel: MailChannel = field(repr=False)
    domain: str
    """The right side of every Message-ID."""
    every: timedelta = timedelta(hours=24)
    name: str = "mail"

    def put(self, name: str, content: bytes) -> None:
        for address in self.to:
            self.channel.send(_mail(name, content, address, self.domain))


def _mail(name: str, content: bytes, to: str, domain: str) -> Message:
    head = json.loads(content)
    lines = [
        f"The log of runs {head['log']} had {head['count']} leaves on {head['at']}.",
        f"Its root was {head['root']}.",
        "",
        "Keep the attachment. `clerkwork verify --all --heads FOLDER`, with the folder that you",
        "keep such attachments in, tells whether anything of before was altered or taken away.",
        "",
    ]
    text = "\n".join(lines)
    return Message(
        key=f"head/{name}/{to}",
        channel="mail",
        to=to,
        subject=f"[Clerkwork] Tree head over {head['count']} leaves",
        text=text,
        html=f"<!DOCTYPE html><html><body><pre>{html.escape(text)}</pre></body></html>",
        attachments=(
            Attachment(name=name.replace("/", "-"), media_type="application/json", content=content),
        ),
        step="head",
        message_id=message_id(f"head/{name}/{to}", domain),
    )

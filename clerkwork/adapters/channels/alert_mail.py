"""Alerts by mail, over the mail server that reminders leave by."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from clerkwork.adapters.channels.mail import MailChannel
from clerkwork.core.alerts import Notice
from clerkwork.core.messages import Attachment, Message, message_id

__all__ = ["AlertMail"]

_LONGEST = 120
"""Characters of a subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMail:
    """One mail to each address; the same alert has the same Message-ID, so none is shown twice."""

    to: Sequence[str]
    channel: MailChannel = field(repr=False)
    domain: str
    """The right side of every Message-ID."""
    name: str = "mail"

    def tell(self, notice: Notice) -> None:
        for address in self.to:
            self.channel.send(_mail(notice, address, self.domain))


def _mail(notice: Notice, to: str, domain: str) -> Message:
    facts = [("Since", f"{notice.since:%Y-%m-%d %H:%M} UTC"), ("Run", notice.run)]
    if notice.times > 1:
        facts.append(("Times", str(notice.times)))
    told = [(name, value) for name, value in facts if value]
    lines = [notice.text, "", *(f"{name}: {value}" for name, value in told)]
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(value)}</td></tr>"
        for name, value in told
    )
    page = f"<p>{html.escape(notice.text)}</p><table>{rows}</table>"
    pictures: tuple[Attachment, ...] = ()
    if notice.picture:
        page += '<p><img src="cid:picture" alt="The last picture of the run" width="100%"></p>'
        pictures = (
            Attachment(
                name="picture.jpg",
                media_type="image/jpeg",
                content=notice.picture,
                inline="picture",
            ),
        )
    return Message(
        key=f"alert/{notice.key}/{to}",
        channel="mail",
        to=to,
        subject=f"[Clerkwork] {notice.title}: {notice.text}"[:_LONGEST],
        text="\n".join([*lines, ""]),
        html=f"<!DOCTYPE html><html><body>{page}</body></html>",
        attachments=pictures,
        step="alert",
        message_id=message_id(f"alert/{notice.key}/{to}", domain),
    )

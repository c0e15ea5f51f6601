"""Alerts to a channel of Microsoft Teams: an Adaptive Card to the webhook of a workflow.

See https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/
add-incoming-webhook: a message has up to 28 KB, so the picture is made small.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, field

from clerkwork.adapters.channels.webhook import hand_over
from clerkwork.core.alerts import Notice
from clerkwork.ports import Ask, Vault

__all__ = ["TeamsWorkflow"]

_LARGEST = 28 * 1024
_ROOM = 2 * 1024
"""Of these so many bytes are left free: Teams counts what it adds."""
_LONGEST = 2000
"""Characters of the text."""
_SIZES = ((640, 60), (480, 50), (360, 40), (240, 30))
"""Width in pixels and JPEG quality, tried until the card is small enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsWorkflow:
    """Posts each alert as a card. The workflow's address is a secret: whoever has it may post."""

    webhook: str
    """Name of the secret that is its address."""
    vault: Vault = field(repr=False)
    ask: Ask
    authority: str = ""
    timeout: float = 10.0
    name: str = "teams"

    def tell(self, notice: Notice) -> None:
        hand_over(
            self.ask,
            self.vault.get(self.webhook).value,
            {},
            message_of(notice),
            shown=f"the Teams workflow {self.webhook}",
            authority=self.authority,
            timeout=self.timeout,
        )


def message_of(notice: Notice) -> bytes:
    """The message with its card, in at most 28 KB: with as good a picture as there is room for."""
    bare = _message(notice, b"")
    if not notice.picture:
        return bare
    for width, quality in _SIZES:
        message = _message(notice, _smaller(notice.picture, width, quality))
        if len(message) <= _LARGEST - _ROOM:
            return message
    return bare


def _message(notice: Notice, picture: bytes) -> bytes:
    text = notice.text if len(notice.text) <= _LONGEST else f"{notice.text[:_LONGEST]} ..."
    facts = [("Since", f"{notice.since:%Y-%m-%d %H:%M} UTC"), ("Run", notice.run)]
    if notice.times > 1:
        facts.append(("Times", str(notice.times)))
    body: list[dict[str, object]] = [
        _runs(notice.title, weight="Bolder", size="Large", color=_colour(notice)),
        # As runs of text: in a text block, what stands in a portal's message would be markdown.
        _runs(text),
        *(_runs(f"{name}: {value}", isSubtle=True) for name, value in facts if value),
    ]
    if picture:
        data = base64.b64encode(picture).decode()
        shown = "The last picture of the run"
        body.append({"type": "Image", "url": f"data:image/jpeg;base64,{data}", "altText": shown})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": f"{notice.title}: {text}",
        "body": body,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    message = {"type": "message", "attachments": [attachment]}
    return json.dumps(message, separators=(",", ":")).encode()


def _runs(text: str, **style: object) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}


def _colour(notice: Notice) -> str:
    if notice.kind == "test":
        return "Accent"
    return "Good" if notice.over else "Attention"


def _smaller(picture: bytes, width: int, quality: int) -> bytes:
    """Empty if it is no picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as image:
            drawn = image.convert("RGB")
    except (OSError, UnidentifiedImageError):
        return b""
    drawn.thumbnail((width, width * 4))
    small = io.BytesIO()
    drawn.save(small, "JPEG", quality=quality, optimize=True)
    return small.getvalue()

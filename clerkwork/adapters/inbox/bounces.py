"""Reports of mail servers on what became of a message (RFC 3462, RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message as Part
from email.parser import Parser
from email.policy import compat32

from clerkwork.core.journeys import mail_address

__all__ = ["Report", "report_in"]

_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_MOST = 50
"""Recipients of one report."""
_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says."""

    failed: tuple[str, ...]
    """Addresses that are not tried again."""
    delayed: tuple[str, ...]
    about: tuple[str, ...]
    """Message-ID of what it is about, if it says so."""


def report_in(mail: Part) -> Report | None:
    """The report that a mail is; None if it is none.

    Of a report that is no delivery status, such as that a mail was read, nothing failed.
    """
    if mail.get_content_type() != "multipart/report":
        return None
    parts = mail.get_payload()
    if not isinstance(parts, list):
        return None
    failed: list[str] = []
    delayed: list[str] = []
    about: list[str] = []
    for part in (one for one in parts[:20] if isinstance(one, Part)):
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            _read_status(part, failed, delayed)
        elif kind in ("message/rfc822", "message/global", "text/rfc822-headers"):
            about += _ID.findall(_head(part))[:1]
    return Report(tuple(dict.fromkeys(failed)), tuple(dict.fromkeys(delayed)), tuple(about))


def _read_status(part: Part, failed: list[str], delayed: list[str]) -> None:
    for block in _blocks(part)[:_MOST]:
        recipient = _address(block.get("Final-Recipient")) or _address(
            block.get("Original-Recipient")
        )
        action = str(block.get("Action") or "").strip().lower()
        if recipient and action == "failed":
            failed.append(recipient)
        elif recipient and action == "delayed":
            delayed.append(recipient)


def _blocks(part: Part) -> list[Part]:
    """Groups of fields: the parser makes a message of each, or leaves the text as it is."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [one for one in payload if isinstance(one, Part)]
    text = _plain(part)
    return [Parser(policy=compat32).parsestr(one) for one in re.split(r"\n\s*\n", text)]


def _address(field: object) -> str:
    """'rfc822; ann@example.com' → 'ann@example.com'; empty where it is no mail address."""
    kind, mark, value = str(field or "")[:1_000].partition(";")
    if not mark or kind.strip().lower() not in ("rfc822", "utf-8"):
        return ""
    return mail_address(value.strip().strip("<>")).lower()


def _head(part: Part) -> str:
    """The head of the mail that came back."""
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = payload[0] if payload else None
        named = inner.get("Message-ID") if isinstance(inner, Part) else ""
        return f"Message-ID: {' '.join(str(named or '').split())[:1_000]}"
    return _plain(part)[:_HEAD]


def _plain(part: Part) -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    return raw.decode("ascii", "replace").replace("\r\n", "\n")

"""A mail as it came, in its own bytes, into a reply; nothing in it is trusted to be well made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.message import Message as Part
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr

from clerkwork.adapters.inbox.bounces import report_in
from clerkwork.adapters.inbox.words import decoded, header_text, html_text
from clerkwork.core.journeys import mail_address
from clerkwork.core.replies.own_words import LONGEST
from clerkwork.core.replies.reply import Reply

__all__ = ["reply_of"]

_MOST_PARTS = 200
_MOST_BOUNDARIES = 100
_DEEPEST = 30
_MOST_ANSWERED = 50
_ID = re.compile(r"<[^<>\s]{1,250}>")
_AUTOMATIC = re.compile(r"\s*auto-replied\b", re.IGNORECASE)
_PRECEDENCE = re.compile(r"\s*auto[_-]?reply\s*", re.IGNORECASE)


def reply_of(content: bytes, on: date, *, whole: bool = True) -> Reply:
    """The reply in a mail. `whole` is False where only its beginning was fetched.

    A mail that cannot be taken apart gives one without text that is `cut`, so that a person looks
    into the mailbox.
    """
    try:
        return _read(content, on, whole)
    except Exception as error:
        # The standard library's parser meets mails that it fails on, each in its own way.
        digest = hashlib.sha256(content).hexdigest()[:32]
        return Reply(
            message_id=f"<{digest}@unreadable>",
            sender="",
            subject=f"(a mail that cannot be read: {type(error).__name__})",
            text="",
            on=on,
            cut=True,
        )


def _read(content: bytes, on: date, whole: bool) -> Reply:
    if content.lower().count(b"boundary") > _MOST_BOUNDARIES:
        # The parser holds every line against every boundary that is open.
        raise ValueError("more parts in parts than anybody writes")
    mail = BytesParser(policy=compat32).parsebytes(content)
    report = report_in(mail)
    answers = [*report.about, *_answered(mail)] if report else [*_answered(mail)]
    said = _said(mail)
    text = _plain(said.text)
    return Reply(
        message_id=_own_id(mail, content),
        sender="" if report else _sender(mail),
        subject=header_text(mail.get("Subject")),
        text=text[:LONGEST],
        on=on,
        answers=tuple(dict.fromkeys(answers))[:_MOST_ANSWERED],
        automatic=_is_automatic(mail) or report is not None,
        failed_to=report.failed if report else (),
        delayed_to=report.delayed if report else (),
        cut=len(text) > LONGEST or said.more or (not whole and said.last),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    last: bool
    """Whether the text stands in the last part that is there, so that a cut may go through it."""
    more: bool
    """Whether there are more parts than are looked at."""


def _said(mail: Part) -> _Said:
    """The plain text of a mail, or that of its HTML where it has no plain one."""
    parts = list(_parts(mail))
    plain = [n for n, part in enumerate(parts) if part.get_content_type() == "text/plain"]
    texts = [(n, _text(parts[n])) for n in plain]
    shown = [(n, text) for n, text in texts if text.strip()]
    if not shown:
        html = [n for n, part in enumerate(parts) if part.get_content_type() == "text/html"]
        shown = [(n, html_text(_text(parts[n]))) for n in html]
    last = not shown or shown[-1][0] == len(parts) - 1
    return _Said("\n".join(text for _, text in shown), last, len(parts) >= _MOST_PARTS)


def _plain(text: str) -> str:
    """Without what steers a terminal or turns text round; lines end in one way."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return "".join(c for c in lines if c in "\n\t" or c.isprintable()).strip()


def _parts(mail: Part) -> Iterator[Part]:
    """The leaves that are shown, in their order; not what is attached, nor mails in the mail."""
    waiting = [(mail, 0)]
    given = 0
    while waiting and given < _MOST_PARTS:
        part, depth = waiting.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if part.get_content_maintype() == "message" and depth:
            continue
        if isinstance(inner, list):
            if depth < _DEEPEST:
                waiting += [(one, depth + 1) for one in reversed(inner) if isinstance(one, Part)]
            continue
        given += 1
        yield part


def _text(part: Part) -> str:
    if part.get_content_disposition() == "attachment":
        return ""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return decoded(content, _charset(part))


def _charset(part: Part) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (LookupError, ValueError, TypeError):
        return ""


def _sender(mail: Part) -> str:
    # Undecoded: an encoded name may hold what looks like another address.
    _, address = parseaddr(" ".join(_raw(mail, "From").split()))
    return mail_address(address).lower()


def _answered(mail: Part) -> Iterator[str]:
    """Message-IDs that it answers, the nearest first."""
    yield from _ID.findall(_raw(mail, "In-Reply-To"))
    yield from reversed(_ID.findall(_raw(mail, "References")))


def _own_id(mail: Part, content: bytes) -> str:
    found = _ID.search(_raw(mail, "Message-ID"))
    if found:
        return found[0]
    return f"<{hashlib.sha256(content).hexdigest()[:32]}@without-id>"


def _is_automatic(mail: Part) -> bool:
    """A program's answer (RFC 3834), also by what programs wrote before there was that.

    'auto-generated' is not enough: help desks put it on what their people write.
    """
    return bool(
        _AUTOMATIC.match(_raw(mail, "Auto-Submitted"))
        or _PRECEDENCE.fullmatch(_raw(mail, "Precedence"))
        or _raw(mail, "X-Autoreply").strip().lower() in ("yes", "true", "1")
    )


def _raw(mail: Part, name: str) -> str:
    return str(mail.get(name) or "")[:20_000]

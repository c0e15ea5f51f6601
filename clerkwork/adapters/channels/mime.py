"""A message as the bytes of a mail (RFC 5322): plain text, HTML with its pictures, attachments.

The library's own way takes several times as long as sending does. And of a subject that holds an
encoded word (RFC 2047) it makes what that says, line breaks and further headers among it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from clerkwork.core.journeys import mail_address
from clerkwork.core.messages import Attachment, Message
from clerkwork.errors import MessageRefused

__all__ = ["mail_bytes", "one_line"]

_POLICY = SMTP.clone(cte_type="7bit")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN = re.compile(r"[ -~]{0,900}")
_SHORT = re.compile(r"[ -~]{0,66}")


def mail_bytes(
    message: Message, *, sender: str, sender_name: str, at: datetime, declined_at: str = ""
) -> bytes:
    """The mail, every line of it 7 bits wide and ended by CR LF.

    `declined_at` is the address at which mails like this are declined. Control characters and line
    breaks in a subject become spaces. Raises `MessageRefused` if an address is none.
    """
    to = message.to
    if not to or mail_address(to) != to or to.startswith(".") or ".@" in to:
        raise MessageRefused(f"{to!r} is no mail address: correct it in the ERP")
    try:
        headers = (
            _from(sender, sender_name),
            _header("To", to),
            _subject(one_line(message.subject)),
            _header("Date", format_datetime(at)),
            _header("Message-ID", message.message_id),
            # RFC 3834: asks automatic responders to stay silent.
            b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
            *_declining(declined_at),
        )
    except (ValueError, MessageError) as error:
        raise MessageRefused(f"no mail can be made to {to!r}: {error}") from error
    inline = [_file(one) for one in message.attachments if one.inline]
    files = [_file(one) for one in message.attachments if not one.inline]
    html = _text("html", message.html)
    shown = _multipart("related", (html, *inline)) if inline else html
    body = _multipart("alternative", (_text("plain", message.text), shown))
    return b"".join((*headers, _multipart("mixed", (body, *files)) if files else body))


def one_line(text: str) -> str:
    """Text from outside as a header may hold it."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _declining(address: str) -> tuple[bytes, ...]:
    """What lets a mail program show a button that declines such mails (RFC 2369, RFC 8058)."""
    if not address:
        return ()
    return (
        _header("List-Unsubscribe", f"<{address}>"),
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    )


def _header(name: str, value: str) -> bytes:
    """One that is made by us, and needs neither folding nor encoding."""
    if not _PLAIN.fullmatch(value):
        raise ValueError(f"{name} cannot be {value!r}")
    return f"{name}: {value}\r\n".encode("ascii")


@lru_cache(maxsize=256)
def _subject(text: str) -> bytes:
    if _SHORT.fullmatch(text) and "=?" not in text:
        return _header("Subject", text)
    # Encoded whole: what looks like an encoded word is text as well.
    words = Header(text.encode("utf-8", "replace"), "utf-8", header_name="Subject")
    return b"Subject: %b\r\n" % words.encode(linesep="\r\n").encode("ascii")


@lru_cache(maxsize=8)
def _from(sender: str, name: str) -> bytes:
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(display_name=one_line(name), addr_spec=sender)
    return _POLICY.fold_binary("From", mail["From"])


def _multipart(kind: str, parts: Iterable[bytes]) -> bytes:
    # Neither quoted-printable nor base64 ever holds '=_' (RFC 2045, 6.7).
    boundary = f"=_{kind}".encode()
    told = b'Content-Type: multipart/%b; boundary="%b"\r\n\r\n' % (kind.encode(), boundary)
    return b"".join(
        (told, *(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts), b"--%b--\r\n" % boundary)
    )


def _text(kind: str, text: str) -> bytes:
    lines = b"\r\n".join((*text.encode("utf-8", "replace").splitlines(), b""))
    return (
        b'Content-Type: text/%b; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n%b"
    ) % (kind.encode(), binascii.b2a_qp(lines, istext=True))


def _file(one: Attachment) -> bytes:
    named = _header("Content-ID", f"<{one.inline}>") if one.inline else b""
    return b"%b%b%bContent-Transfer-Encoding: base64\r\n\r\n%b" % (
        _header("Content-Type", one.media_type),
        _disposition("inline" if one.inline else "attachment", one.name),
        named,
        base64.encodebytes(one.content).replace(b"\n", b"\r\n"),
    )


@lru_cache(maxsize=64)
def _disposition(how: str, name: str) -> bytes:
    mail = EmailMessage(policy=_POLICY)
    mail.add_header("Content-Disposition", how, filename=name)
    return _POLICY.fold_binary("Content-Disposition", mail["Content-Disposition"])
